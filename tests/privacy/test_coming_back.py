"""A batch with deleted data: files that another applicant submits too, and the withheld people themselves."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from reviewer.access.actor import OPERATOR
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.intake.batch import import_batch
from reviewer.intake.corrections import rows as corrections_rows
from reviewer.models import Applicant, Application, BatchRow, Finding, WithheldMark
from reviewer.privacy import blocking, deletion, retention
from reviewer.storage import documents
from reviewer.verification.checks import verify
from tests.calls import SLUG
from tests.factories.applications import add_documents
from tests.factories.batches import codes, document_files, folder, import_source, valid_curp, valid_row
from tests.factories.people import PersonFactory
from tests.factories.personal_data import LATER, Case, decided_call, tables_containing

SUBJECT_NAME, SUBJECT_EMAIL = "Citlalmina", "citlalmina@prueba.example"
SUBJECT_CURP = valid_curp("HEGG900512MDFRRR")


@pytest.fixture
def case(person: PersonFactory) -> Iterator[Case]:
    """A decided call after its retention time, with a subject without a seat."""
    case = decided_call(person)
    with write_session() as session:
        applicant = session.get_one(Applicant, case.application_id)
        applicant.first_names, applicant.surnames, applicant.email, applicant.curp = (
            SUBJECT_NAME,
            "Peña",
            SUBJECT_EMAIL,
            SUBJECT_CURP,
        )
        applicant.birth_date = date(1990, 5, 12)
        session.add(applicant)
    with clock.set_to(clock.now() + LATER):
        yield case


def block_all() -> None:
    blocking.block_due(OPERATOR, slug=SLUG, delete_after=retention.today_of(get_call(SLUG)))


def problems() -> list[str]:
    """Returns the problems, except that a batch came after the selection was signed."""
    return [result.check.name for result in verify(OPERATOR) if result.problems and result.check.name != "selections"]


def subject_row(number: int = 1, **cells: str) -> dict[str, str]:
    """Returns a row of the subject, as a corrected batch would contain it."""
    row = {"nombre": SUBJECT_NAME, "apellidos": "Peña", "correo": SUBJECT_EMAIL, "curp": SUBJECT_CURP}
    return valid_row(number, **row | {"fecha_nacimiento": "1990-05-12"} | cells)


@pytest.mark.parametrize("becomes", ["application", "row that can't be stored", "file that no row claims"])
def test_files_deleted_during_an_import_are_stored_again(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    cells = {"nombre": "", "apellidos": ""} if becomes == "row that can't be stored" else {}
    files = document_files(1)
    content = files["docs/motivos-1.pdf"]
    if becomes == "file that no row claims":
        files["suelto.pdf"] = files.pop("docs/motivos-1.pdf")
    with read_session() as session:
        application = session.get_one(Application, case.application_id)
    add_documents([application], content, pages=1)
    block_all()

    def with_a_deletion_meanwhile(items: Iterator[import_batch.Item]) -> Iterator[list[import_batch.Item]]:
        received = list(items)
        if hashlib.sha256(content).hexdigest() in str(received):
            assert deletion.delete_due(OPERATOR, slug=SLUG)
            assert not documents.exists(hashlib.sha256(content).hexdigest()), "no row refers to it yet"
        yield received

    monkeypatch.setattr(import_batch, "_chunks", with_a_deletion_meanwhile)
    import_source(folder(tmp_path / "lote", [valid_row(1, **cells)], files))
    assert documents.exists(hashlib.sha256(content).hexdigest())
    assert problems() == []


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_withheld_person_is_not_imported_again(case: Case, tmp_path: Path, is_deleted: bool) -> None:
    block_all()
    if is_deleted:
        deletion.delete_due(OPERATOR, slug=SLUG)
    source = folder(tmp_path / "lote", [subject_row(1), valid_row(2)], document_files(1, 2))
    dry_run_report, report = import_source(source, dry_run=True), import_source(source)
    for import_report in (dry_run_report, report):
        assert (
            import_report.counts["created"],
            import_report.counts["rejected"],
            import_report.documents_stored,
        ) == (1, 1, 4)
        assert codes(import_report, 2) == {"withheld_person"} and import_report.status == "partial"
    [line] = [line for line in report.lines if line.finding.code == "withheld_person"]
    verb = "suprimieron" if is_deleted else "bloquearon"
    day = f"{retention.today_of(case.decided.call):%d/%m/%Y}"
    assert case.folio in line.finding.message and f"{verb} el {day}" in line.finding.message
    assert not documents.exists(hashlib.sha256(document_files(1)["docs/motivos-1.pdf"]).hexdigest())
    for word in (SUBJECT_NAME, SUBJECT_EMAIL, SUBJECT_CURP):
        assert tables_containing(word) == (set() if is_deleted else {"blockedrecord"})
    assert corrections_rows.count_rejected(OPERATOR, slug=SLUG, batch=report.batch or "") == 0
    second_report = import_source(source)
    assert (
        second_report.counts["created"],
        second_report.counts["unchanged"],
        second_report.counts["rejected"],
    ) == (0, 1, 1)
    assert problems() == []


def test_relatives_with_the_same_email_are_not_withheld(case: Case, tmp_path: Path) -> None:
    twin_curp = valid_curp("HEGL900512MDFRRS")
    block_all()
    deletion.delete_due(OPERATOR, slug=SLUG)
    rows = [
        subject_row(1, correo="otra@prueba.example", nombre="Otra"),  # the subject's CURP
        subject_row(2, curp=""),  # the same e-mail, name and birth date
        subject_row(3, curp="", nombre="Cit."),  # the same e-mail and birth date
        subject_row(4, curp="", fecha_nacimiento="1990-05-13"),  # the same e-mail and name
        subject_row(5, curp=twin_curp, nombre="Luz"),  # a twin with the same e-mail
        subject_row(6, curp="", nombre="Rosa", fecha_nacimiento="1960-01-01"),  # the mother
    ]
    report = import_source(folder(tmp_path / "lote", rows, document_files(*range(1, 7))))
    assert [row for row in range(2, 8) if "withheld_person" in codes(report, row)] == [2, 3, 4, 5]
    assert report.counts["created"] == 2


def test_an_unblocked_person_can_be_imported_again(case: Case, tmp_path: Path) -> None:
    source = folder(tmp_path / "lote", [subject_row(1), valid_row(2)], document_files(1, 2))
    import_source(source)
    block_all()
    import_source(folder(tmp_path / "copia", [subject_row(1), valid_row(2)], document_files(1, 2)))
    blocking.unblock(OPERATOR, slug=SLUG, folio=case.folio, reason="La persona retiró su solicitud.")
    with read_session() as session:
        rows = session.exec(select(BatchRow).where(BatchRow.application_id == case.application_id)).all()
        assert [row.row for row in rows if SUBJECT_NAME in str(row.raw)] == [2]
        marks = select(func.count()).where(col(WithheldMark.application_id) == case.application_id)
        assert session.exec(marks).one() == 0
        assert session.exec(select(Finding).where(Finding.code == "withheld_person")).all() == []
    report = import_source(folder(tmp_path / "corregido", [subject_row(1, telefono="5512345678")], document_files(1)))
    assert report.counts["rejected"] == 0 and report.counts["created"] == 0
