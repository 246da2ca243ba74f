"""Exports: complete, with the documented columns, and without formulas."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden
from reviewer.export.bundle import export
from reviewer.models import Applicant, Call, Note, NoteKind, Review, Score, SensitiveTraits, require_id
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES, add_applications, add_documents


def read(path: Path) -> list[dict[str, str]]:
    """Reads a CSV file as a spreadsheet does."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.fixture
def filled(reviewing_call: Call, juror: Actor) -> Call:
    """Adds three applications, one with hostile cells, and a review with a comment and two scores."""
    applications = add_applications(reviewing_call, 3)
    add_documents(applications[:1], b"%PDF-1.4", pages=1)
    first = require_id(applications[0])
    with write_session() as session:
        applicant = session.get(Applicant, first)
        assert applicant is not None
        applicant.first_names, applicant.phone, applicant.alcaldia = (
            '=HYPERLINK("http://x")',
            "+525512345678",
            "09015",
        )
        session.add(SensitiveTraits(application_id=first, call_id=require_id(reviewing_call), indigenous="Náhuatl"))
        review = Review(call_id=require_id(reviewing_call), application_id=first, person_id=juror.require_person_id())
        session.add(review)
        session.flush()
        for criterion, value in (("relato", 4), ("dibujo", 2)):
            session.add(Score(review_id=require_id(review), criterion=criterion, value=value))
        session.add(Note(review_id=require_id(review), kind=NoteKind.COMMITTEE, text="@Vale la pena"))
        session.add(Note(review_id=require_id(review), kind=NoteKind.PRIVATE, text="solo mía"))
    return reviewing_call


def test_every_current_application_has_a_row(filled: Call, tmp_path: Path) -> None:
    export(OPERATOR, slug=SLUG, folder=tmp_path / "salida")
    lines = read(tmp_path / "salida" / "applications.csv")
    assert [line["folio"] for line in lines] == ["HIS-0001", "HIS-0002", "HIS-0003"]
    first = lines[0]
    assert first["alcaldia"] == "Cuauhtémoc"
    assert first["fecha_nacimiento"] == "1990-01-01"
    assert first["motivos"] == f"{FIRST_NAMES} {SURNAMES} - motivos.pdf" and lines[1]["motivos"] == ""
    assert first["pueblo_indigena"] == "Náhuatl" and first["eligibility"] == "eligible"


def test_no_cell_is_a_formula(filled: Call, tmp_path: Path) -> None:
    written = export(OPERATOR, slug=SLUG, folder=tmp_path)
    first = read(tmp_path / "applications.csv")[0]
    assert first["nombre"].startswith("'=") and first["telefono"].startswith("'+")
    book = openpyxl.load_workbook(written[-1])
    assert {"applications", "scores"} <= set(book.sheetnames)
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type == "f"]
            assert not [cell for cell in row if str(cell.value or "").startswith(("=", "+", "@"))]


def test_each_score_has_a_row_without_private_notes(filled: Call, tmp_path: Path) -> None:
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    lines = read(tmp_path / "scores.csv")
    assert [(line["criterion"], line["score"], line["comment"]) for line in lines] == [
        ("relato", "4", "'@Vale la pena"),
        ("dibujo", "2", ""),
    ]
    assert "solo mía" not in (tmp_path / "scores.csv").read_text(encoding="utf-8")


def test_only_administrators_export_personal_data(
    filled: Call, juror: Actor, coordinator: Actor, tmp_path: Path
) -> None:
    for actor in (juror, coordinator):
        with pytest.raises(Forbidden):
            export(actor, slug=SLUG, folder=tmp_path / "nada")
    assert not (tmp_path / "nada").exists()
