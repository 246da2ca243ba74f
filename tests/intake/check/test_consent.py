"""Consent to the privacy notice, read from its column and never claimed without one."""

import csv
from pathlib import Path

import pytest

from reviewer.access.actor import OPERATOR
from reviewer.export import bundle
from reviewer.intake.check.consent import consents
from reviewer.models import Call, Eligibility
from tests import stored_rows
from tests.factories.batches import codes, document_files, folder, import_source, valid_row


@pytest.mark.parametrize(
    "answer",
    ("Sí", "si, acepto", "Acepto", "X", "☑", "TRUE", "1", "He leído y acepto", "De acuerdo", "I agree", "Conforme"),
)
def test_answers_that_accept(answer: str) -> None:
    assert consents(answer) is True


@pytest.mark.parametrize("answer", ("No", "no acepto", "FALSO", "0", "No he leído", "Todavía no acepto", "Lo rechazo"))
def test_answers_that_refuse(answer: str) -> None:
    assert consents(answer) is False


@pytest.mark.parametrize("answer", ("", "quizá", "2025-09-01", "?"))
def test_answers_that_say_neither(answer: str) -> None:
    assert consents(answer) is None


@pytest.mark.parametrize(
    "header",
    (
        "aviso_privacidad",
        "¿Acepta el aviso de privacidad?",
        "Confirmo que leí y acepto el aviso de privacidad de la convocatoria",
        "Consentimiento",
    ),
)
def test_only_those_who_accept_need_no_check(call: Call, tmp_path: Path, header: str) -> None:
    rows = [valid_row(number) | {header: answer} for number, answer in enumerate(("Acepto", "No", "", "Después"), 1)]
    report = import_source(folder(tmp_path / "lote", rows, document_files(1, 2, 3, 4)))
    assert [codes(report, row) for row in (2, 3, 4, 5)] == [set(), *[{"no_consent"}] * 3]
    assert report.eligibility == {Eligibility.ELIGIBLE: 1, Eligibility.TO_CHECK: 3}
    answers = [application.privacy_consent for application in stored_rows.applications().values()]
    assert answers == ["Acepto", "No", "", "Después"]
    assert dict(import_source(tmp_path / "lote").counts) == {"unchanged": 4}


def test_nothing_is_claimed_where_nothing_asks(call: Call, tmp_path: Path) -> None:
    report = import_source(folder(tmp_path / "lote", [valid_row(1)], document_files(1)))
    assert codes(report, 2) == set()
    assert stored_rows.applications()["HIS-0001"].privacy_consent is None


def test_a_header_that_only_mentions_the_notice_is_another_question(call: Call, tmp_path: Path) -> None:
    row = valid_row(1)
    row["Correo (no se comparte: ver el aviso de privacidad)"] = row.pop("correo")
    report = import_source(folder(tmp_path / "lote", [row], document_files(1)))
    assert codes(report, 2) == set()
    assert stored_rows.applicants()["HIS-0001"].email
    assert stored_rows.applications()["HIS-0001"].privacy_consent is None


@pytest.mark.parametrize("answer", ("Acepto", "No", ""))
def test_a_later_batch_without_the_column_erases_no_answer(call: Call, tmp_path: Path, answer: str) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1, aviso_privacidad=answer)], document_files(1)))
    before = stored_rows.applications()["HIS-0001"]
    later = valid_row(1, enviado_en="2025-09-20 12:00:00", colonia="Roma")
    assert dict(import_source(folder(tmp_path / "otro", [later], document_files(1))).counts)["updated"] == 1
    after = stored_rows.applications()["HIS-0001"]
    assert (after.privacy_consent, after.eligibility) == (answer, before.eligibility)


def test_an_export_reads_back_as_it_was(call: Call, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1)], document_files(1)))
    import_source(folder(tmp_path / "otro", [valid_row(2, aviso_privacidad="Acepto")], document_files(2)))
    bundle.export(OPERATOR, slug=call.slug, folder=tmp_path / "salida")
    with (tmp_path / "salida" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["aviso_privacidad"] for row in rows] == ["No consta", "Acepto"]
    report = import_source(
        folder(tmp_path / "tercero", [{**valid_row(3), "aviso_privacidad": "No consta"}], document_files(3))
    )
    assert codes(report, 2) == set()
