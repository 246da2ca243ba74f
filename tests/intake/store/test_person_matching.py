"""Rows of one person, and of people who share something, in one batch and across batches."""

from pathlib import Path

from sqlmodel import col, select

from reviewer.core.database import read_session
from reviewer.models import Application, Call, Eligibility
from tests import stored_rows
from tests.factories.batches import (
    codes,
    document_files,
    folder,
    import_source,
    valid_curp,
    valid_row,
)
from tests.factories.pdfs import small_pdf


def test_the_latest_row_of_a_person_is_current(call: Call, tmp_path: Path) -> None:
    later = valid_row(1, enviado_en="2025-09-20 12:00:00", alcaldia="Tlalpan", codigo_postal="14000")
    earlier_of_two = valid_row(1, codigo_postal="57000", alcaldia="Neza")
    report = import_source(folder(tmp_path / "lote", [later, earlier_of_two, valid_row(2)], document_files(1, 2)))
    assert dict(report.counts) == {"created": 3}
    assert codes(report, 2) == set()
    assert codes(report, 3) == {"repeated_in_batch", "outside_city"}
    assert report.eligibility == {Eligibility.ELIGIBLE: 2}
    assert stored_rows.applicants()["HIS-0001"].alcaldia == "09012"
    with read_session() as session:
        stored = session.exec(select(Application).order_by(col(Application.row))).all()
    assert [(application.folio, application.status, application.superseded_by) for application in stored] == [
        ("HIS-0001", "current", ""),
        ("HIS-0001", "superseded", "HIS-0001"),
        ("HIS-0002", "current", ""),
    ]


def test_a_second_submission_in_a_later_export(call: Call, installation: Path, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1), valid_row(2)], document_files(1, 2)))
    application_id = stored_rows.applications()["HIS-0001"].id
    second = valid_row(1, enviado_en="2025-09-20 12:00:00", colonia="Roma")
    report = import_source(folder(tmp_path / "otra", [valid_row(1), valid_row(2), second], document_files(1, 2)))
    assert dict(report.counts) == {"created": 1, "updated": 1, "unchanged": 1}
    assert stored_rows.applications()["HIS-0001"].id == application_id
    assert stored_rows.applicants()["HIS-0001"].colonia == "Roma"
    before = stored_rows.snapshot()
    assert dict(import_source(tmp_path / "otra").counts) == {"unchanged": 3}
    assert dict(import_source(tmp_path / "lote").counts) == {"unchanged": 2}
    assert stored_rows.snapshot() == before


def test_people_who_share_an_address_are_two(call: Call, tmp_path: Path) -> None:
    first = valid_row(1, curp=valid_curp("PEXA900502MDFXXX"), correo="familia@prueba.example")
    twin = {**valid_row(2, curp=valid_curp("PEXB900502MDFXXX")), "correo": "FAMILIA@prueba.example"}
    first["fecha_nacimiento"] = twin["fecha_nacimiento"] = "1990-05-02"
    report = import_source(folder(tmp_path / "lote", [first, twin, valid_row(3)], document_files(1, 2, 3)))
    assert dict(report.counts) == {"created": 3}
    assert [codes(report, row) for row in (2, 3, 4)] == [{"shared_contact"}, {"shared_contact"}, set()]
    assert report.eligibility == {Eligibility.TO_CHECK: 2, Eligibility.ELIGIBLE: 1}
    twin["correo"] = "otra@prueba.example"
    corrected = import_source(folder(tmp_path / "otra", [first, twin, valid_row(3)], document_files(1, 2, 3)))
    assert dict(corrected.counts) == {"unchanged": 2, "updated": 1}
    assert corrected.eligibility == {Eligibility.ELIGIBLE: 3}


def test_a_document_of_another_person_is_found_across_batches(call: Call, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1)], document_files(1)))
    files = document_files(2) | {"docs/motivos-2.pdf": small_pdf("motivos 1")}
    report = import_source(folder(tmp_path / "otra", [valid_row(2)], files))
    assert codes(report, 2) == {"same_document"}
    assert {folio: application.reasons for folio, application in stored_rows.applications().items()} == {
        "HIS-0001": "same_document",
        "HIS-0002": "same_document",
    }
    import_source(folder(tmp_path / "corregida", [valid_row(2)], document_files(2)))
    assert {application.eligibility for application in stored_rows.applications().values()} == {Eligibility.ELIGIBLE}
    last_report = import_source(
        folder(tmp_path / "propia", [valid_row(3, semblanza="motivos-3.pdf")], document_files(3))
    )
    assert codes(last_report, 2) == set()
