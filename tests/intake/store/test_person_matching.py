"""Rows of one person, and of people who share something, in one batch and across batches."""

from itertools import permutations
from pathlib import Path

import pytest
from sqlmodel import col, select

from reviewer.core.database import read_session
from reviewer.intake.store.person_matching import Identity, is_possible_duplicate
from reviewer.models import Applicant, Application, Call, Document, Eligibility, Finding
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


EARLIER, LATER = "2025-09-15 10:00:00", "2025-09-20 12:00:00"


def exports(tmp_path: Path) -> dict[str, Path]:
    """Three exports of a form: with a first submission, with a second one instead, and with another row corrected."""
    old, new = valid_row(1, enviado_en=EARLIER), valid_row(1, enviado_en=LATER, colonia="Roma", motivos="nueva.pdf")
    files = document_files(1, 2)
    return {
        "old": folder(tmp_path / "old", [old, valid_row(2)], files),
        "new": folder(tmp_path / "new", [new], document_files(1) | {"docs/nueva.pdf": small_pdf("nueva")}),
        "fixed": folder(tmp_path / "fixed", [old, valid_row(2, telefono="5587654321")], files),
    }


@pytest.mark.parametrize("order", list(permutations(("old", "new", "fixed"))), ids="-".join)
def test_the_latest_submission_stands_in_whatever_order_exports_come(
    call: Call, tmp_path: Path, order: tuple[str, ...]
) -> None:
    sources = exports(tmp_path)
    for name in order:
        import_source(sources[name])
    with read_session() as session:
        of_person = select(Application, Applicant).join(Applicant).where(Applicant.email == valid_row(1)["correo"])
        rows = {str(application.status): (application, applicant) for application, applicant in session.exec(of_person)}
        assert set(rows) == {"current", "superseded"}
        current, earlier = rows["current"], rows["superseded"]
        assert (current[1].colonia, earlier[1].colonia) == ("Roma", "")
        assert earlier[0].superseded_by == current[0].folio == earlier[0].folio
        letters = {
            str(application.status): session.exec(
                select(Document.original_name).where(
                    Document.application_id == application.id, Document.kind == "motivos"
                )
            ).one()
            for application, _ in rows.values()
        }
        assert letters == {"current": "nueva.pdf", "superseded": "motivos-1.pdf"}
        codes_of_earlier = session.exec(select(Finding.code).where(Finding.application_id == earlier[0].id))
        assert "repeated_in_batch" in set(codes_of_earlier)
    before = stored_rows.snapshot()
    for name in ("new", order[-1]):
        assert set(import_source(sources[name]).counts) == {"unchanged"}
    assert stored_rows.snapshot() == before


def test_an_older_export_that_corrects_another_row_changes_that_row_alone(call: Call, tmp_path: Path) -> None:
    sources = exports(tmp_path)
    assert dict(import_source(sources["new"]).counts) == {"created": 1}
    report = import_source(sources["old"])
    assert dict(report.counts) == {"created": 2}
    assert codes(report, 2) == {"repeated_in_batch"}
    assert report.eligibility == {Eligibility.ELIGIBLE: 1}
    assert dict(import_source(sources["fixed"]).counts) == {"unchanged": 1, "updated": 1}
    assert stored_rows.applicants()["HIS-0001"].colonia == "Roma"


@pytest.mark.parametrize(
    "changes",
    [
        {"nombre": "Eva"},
        {"nombre": "Eva", "fecha_nacimiento": ""},
        {"nombre": "Raúl", "apellidos": "Paz Gil", "fecha_nacimiento": ""},
    ],
)
def test_one_address_and_other_names_are_two_people(call: Call, tmp_path: Path, changes: dict[str, str]) -> None:
    first = valid_row(1, nombre="Ana", apellidos="Soto Ríos", curp="")
    second = valid_row(2, correo=first["correo"], apellidos="Soto Ríos", curp="") | changes
    report = import_source(folder(tmp_path / "lote", [first, second], document_files(1, 2)))
    assert dict(report.counts) == {"created": 2}
    assert "shared_contact" in codes(report, 2) & codes(report, 3)
    assert len(stored_rows.applications()) == 2


@pytest.mark.parametrize(
    ("changes", "is_duplicate"),
    [
        ({}, True),
        ({"fecha_nacimiento": "1971-01-01"}, True),  # the telephone is the same
        ({"telefono": "5500000000"}, True),  # the birth date is the same
        ({"nombre": "LUCIA", "apellidos": "ROBLES HARO", "telefono": "+52 55 1234 5678"}, True),
        ({"fecha_nacimiento": "1971-01-01", "telefono": "5500000000"}, False),
        ({"nombre": "Luisa"}, False),
    ],
)
def test_two_addresses_of_one_name_are_shown_to_somebody(
    call: Call, tmp_path: Path, changes: dict[str, str], is_duplicate: bool
) -> None:
    name = {"nombre": "Lucía", "apellidos": "Robles Haro", "curp": "", "telefono": "5512345678"}
    first = valid_row(1, **name, fecha_nacimiento="1990-05-02")
    second = valid_row(2, **name, fecha_nacimiento="1990-05-02") | changes
    import_source(folder(tmp_path / "uno", [first], document_files(1)))
    report = import_source(folder(tmp_path / "otro", [second], document_files(2)))
    assert ("possible_duplicate" in codes(report, 2)) is is_duplicate
    assert [("possible_duplicate" in row.reasons) for row in stored_rows.applications().values()] == [is_duplicate] * 2


def test_a_telephone_that_many_give_takes_no_long_time(call: Call, tmp_path: Path) -> None:
    """Every row has the same telephone and birth date: the office's, and the form's default."""
    rows = [
        valid_row(number, curp="", telefono="5512345678", fecha_nacimiento="1990-01-01") for number in range(1, 301)
    ]
    for number, row in enumerate(rows):
        row["nombre"], row["apellidos"] = f"Nombre{number}", f"Apellido{number} Otro{number}"
    rows[-1]["nombre"], rows[-1]["apellidos"] = rows[0]["nombre"], rows[0]["apellidos"]
    compared: list[bool] = []

    def counted(first: Identity, second: Identity) -> bool:
        compared.append(True)
        return is_possible_duplicate(first, second)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reviewer.intake.check.duplicates.is_possible_duplicate", counted)
        report = import_source(folder(tmp_path / "lote", rows))
    duplicates = [line for line in report.lines if line.finding.code == "possible_duplicate"]
    assert len(duplicates) == 2
    assert len(compared) < 20
