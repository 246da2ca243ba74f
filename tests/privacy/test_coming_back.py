"""A batch that brings what was deleted: files that somebody else hands in too, and the people themselves."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from reviewer import clock, documents
from reviewer.access.actor import OPERATOR
from reviewer.calls import get_call
from reviewer.database import reading, writing
from reviewer.intake import batch, corrections
from reviewer.intake.ready import Ready
from reviewer.models import Applicant, Application, BatchRow, Finding, WithheldMark
from reviewer.privacy import blocking, deletion, retention
from reviewer.verification.run import verify
from tests.conftest import SLUG, PersonFactory
from tests.intake.made import codes, folder, papers, someone, take_in, valid_curp
from tests.jury.cases import add_documents
from tests.privacy.cases import LATER, Case, decided_call, where_it_stands

HER_NAME, HER_EMAIL = "Citlalmina", "citlalmina@prueba.example"
HER_CURP = valid_curp("HEGG900512MDFRRR")


@pytest.fixture
def case(person: PersonFactory) -> Iterator[Case]:
    """A decided call after its retention time; one person without a seat bears what is told apart here."""
    case = decided_call(person)
    with writing() as session:
        she = session.get_one(Applicant, case.her_id)
        she.first_names, she.surnames, she.email, she.curp = HER_NAME, "Peña", HER_EMAIL, HER_CURP
        she.birth_date = date(1990, 5, 12)
        session.add(she)
    with clock.set_to(clock.now() + LATER):
        yield case


def block_all() -> None:
    blocking.block_due(OPERATOR, call=SLUG, delete_after=retention.today_of(get_call(SLUG)))


def problems() -> list[str]:
    """What is wrong, but that a batch came after the selection was signed."""
    return [each.check.name for each in verify(OPERATOR) if each.problems and each.check.name != "selections"]


def hers(number: int = 1, **cells: str) -> dict[str, str]:
    """A row of hers, as a corrected batch would bring it."""
    row = {"nombre": HER_NAME, "apellidos": "Peña", "correo": HER_EMAIL, "curp": HER_CURP}
    return someone(number, **row | {"fecha_nacimiento": "1990-05-12"} | cells)


@pytest.mark.parametrize("becomes", ["application", "row that can't be stored"])
def test_bytes_deleted_while_an_import_brings_them_are_there_afterwards(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    cells = {} if becomes == "application" else {"nombre": "", "apellidos": ""}
    files = papers(1)
    content = files["docs/motivos-1.pdf"]
    with reading() as session:
        she = session.get_one(Application, case.her_id)
    add_documents([she], content, pages=1)
    block_all()

    def with_a_deletion_meanwhile(rows: Iterator[Ready]) -> Iterator[list[Ready]]:
        received = list(rows)
        assert deletion.delete_due(OPERATOR, call=SLUG)
        assert not documents.exists(hashlib.sha256(content).hexdigest()), "no row had it yet"
        yield received

    monkeypatch.setattr(batch, "_portions", with_a_deletion_meanwhile)
    take_in(folder(tmp_path / "lote", [someone(1, **cells)], files))
    assert documents.exists(hashlib.sha256(content).hexdigest())
    assert problems() == []


@pytest.mark.parametrize("is_deleted", [False, True])
def test_who_was_taken_out_is_not_taken_in_again_without_a_word(
    case: Case, tmp_path: Path, is_deleted: bool
) -> None:
    block_all()
    if is_deleted:
        deletion.delete_due(OPERATOR, call=SLUG)
    source = folder(tmp_path / "lote", [hers(1), someone(2)], papers(1, 2))
    rehearsed, report = take_in(source, dry_run=True), take_in(source)
    for each in (rehearsed, report):
        assert (each.counts["created"], each.counts["rejected"], each.documents_stored) == (1, 1, 4)
        assert codes(each, 2) == {"withheld_person"} and each.status == "partial"
    [line] = [each for each in report.lines if each.found.code == "withheld_person"]
    done = "suprimieron" if is_deleted else "bloquearon"
    day = f"{retention.today_of(case.decided.call):%d/%m/%Y}"
    assert case.hers in line.found.message and f"{done} el {day}" in line.found.message
    assert not documents.exists(hashlib.sha256(papers(1)["docs/motivos-1.pdf"]).hexdigest())
    for word in (HER_NAME, HER_EMAIL, HER_CURP):
        assert where_it_stands(word) == (set() if is_deleted else {"blockedrecord"})
    assert corrections.count_rejected(OPERATOR, call_slug=SLUG, batch=report.batch or "") == 0
    again = take_in(source)
    assert (again.counts["created"], again.counts["unchanged"], again.counts["rejected"]) == (0, 1, 1)
    assert problems() == []


def test_she_is_told_from_those_who_share_her_address_as_in_any_batch(case: Case, tmp_path: Path) -> None:
    twin = valid_curp("HEGL900512MDFRRS")
    block_all()
    deletion.delete_due(OPERATOR, call=SLUG)
    rows = [
        hers(1, correo="otra@prueba.example", nombre="Otra"),  # her CURP
        hers(2, curp=""),  # her address, name and day
        hers(3, curp="", nombre="Cit."),  # her address and day
        hers(4, curp="", fecha_nacimiento="1990-05-13"),  # her address and name
        hers(5, curp=twin, nombre="Luz"),  # her twin, at the same address
        hers(6, curp="", nombre="Rosa", fecha_nacimiento="1960-01-01"),  # her mother
    ]
    report = take_in(folder(tmp_path / "lote", rows, papers(*range(1, 7))))
    assert [row for row in range(2, 8) if "withheld_person" in codes(report, row)] == [2, 3, 4, 5]
    assert report.counts["created"] == 2


def test_put_back_she_is_like_anybody(case: Case, tmp_path: Path) -> None:
    source = folder(tmp_path / "lote", [hers(1), someone(2)], papers(1, 2))
    take_in(source)
    block_all()
    take_in(folder(tmp_path / "copia", [hers(1), someone(2)], papers(1, 2)))
    blocking.unblock(OPERATOR, call=SLUG, folio=case.hers, reason="La persona retiró su solicitud.")
    with reading() as session:
        rows = session.exec(select(BatchRow).where(BatchRow.application_id == case.her_id)).all()
        assert [each.row for each in rows if HER_NAME in str(each.raw)] == [2]
        marks = select(func.count()).where(col(WithheldMark.application_id) == case.her_id)
        assert session.exec(marks).one() == 0
        assert session.exec(select(Finding).where(Finding.code == "withheld_person")).all() == []
    report = take_in(folder(tmp_path / "corregido", [hers(1, telefono="5512345678")], papers(1)))
    assert report.counts["rejected"] == 0 and report.counts["created"] == 0
