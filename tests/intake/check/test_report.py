from typing import Any

import pytest

from reviewer.intake.check.report import alarms


def report(unclaimed: int, stored: int, ineligible: int, eligible: int) -> dict[str, Any]:
    findings: list[dict[str, Any]] = [{"code": "unreferenced_file", "row": None, "severity": "info"}] * unclaimed
    for row in range(ineligible):  # two documents missing in a row count once
        findings += [{"code": "missing_document", "row": row, "severity": "ineligible"}] * 2
    return {
        "findings": findings,
        "unchanged": 0,
        "documents": {"stored": stored, "refused": 0},
        "eligibility": {"eligible": eligible, "ineligible": ineligible, "to_check": 0},
    }


@pytest.mark.parametrize("counts", [(0, 12, 0, 3), (4, 0, 0, 3), (6, 6, 3, 3), (0, 12, 4, 0), (30, 40, 2, 9)])
def test_an_ordinary_batch_gives_no_alarm(counts: tuple[int, int, int, int]) -> None:
    assert alarms(report(*counts)) == []


def test_most_files_without_a_row() -> None:
    (sentence,) = alarms(report(583, 0, 0, 118))
    assert "583 de 583 PDF" in sentence


def test_most_people_ineligible() -> None:
    (sentence,) = alarms(report(0, 9, 114, 4))
    assert "114 de 118" in sentence and "falta un documento (114)" in sentence


def test_both_at_once() -> None:
    assert len(alarms(report(7, 6, 5, 4))) == 2


def test_a_refused_batch_gives_none() -> None:
    assert alarms(report(0, 0, 0, 0)) == []
