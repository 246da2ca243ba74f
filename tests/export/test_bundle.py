"""Exports: complete, with the documented columns, and without formulas."""

import csv
import io
import json
import tracemalloc
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from reviewer.access.actor import OPERATOR, Actor
from reviewer.cohort.questions import NO_ALCALDIA
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.demographics.answer_groups import NO_ANSWER
from reviewer.demographics.questions import COHORT
from reviewer.export import tables
from reviewer.export.bundle import export
from reviewer.export.formats import Format, file_chunks
from reviewer.models import Applicant, Call, Note, NoteKind, Review, Score, SensitiveTraits, require_id
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES, add_applications, add_documents, local_time


def read(path: Path) -> list[dict[str, str]]:
    """Reads a CSV file as a spreadsheet does."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.fixture
def filled(reviewing_call: Call, juror: Actor) -> Call:
    """Adds three applications, one with hostile cells, and a review with a comment and two scores."""
    applications = add_applications(reviewing_call, 3, submitted_at=local_time(10))
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
    risky_cells = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value or "").startswith(("=", "+", "@"))
    ]
    assert {cell.value for cell in risky_cells} >= {'=HYPERLINK("http://x")', "+525512345678", "@Vale la pena"}
    assert {cell.data_type for cell in risky_cells} == {"s"}


def test_a_workbook_has_real_dates_and_numbers_filters_and_a_fixed_header(filled: Call, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(OPERATOR, slug=SLUG, folder=tmp_path)[-1])
    sheet = book["applications"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    assert row["fecha_nacimiento"] == datetime(1990, 1, 1) and row["enviado_en"] == datetime(2025, 9, 10, 12)
    assert row["edad"] == 35 and isinstance(row["codigo_postal"], str | None)
    day_cell = sheet[2][head.index("fecha_nacimiento")]
    assert day_cell.number_format == "yyyy-mm-dd"
    assert book["scores"]["D2"].value == 4 and book["scores"]["D2"].data_type == "n"
    assert all(sheet.freeze_panes == "B2" and sheet.auto_filter.ref for sheet in book)


def test_the_group_stands_beside_each_answer_that_the_cohort_groups(filled: Call, tmp_path: Path) -> None:
    person = {"gender": "femenino", "schooling": "Licenciatura trunca", "alcaldia": None, "place": "Toluca"}
    add_applications(filled, 1, start=9, **person)
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    lines = read(tmp_path / "applications.csv")
    head, last = [*lines[0]], lines[-1]
    for key in COHORT:
        assert head[head.index(key) + 1] == f"{key}_grupo"
    assert (last["genero"], last["genero_grupo"]) == ("femenino", "Mujer")
    assert (last["alcaldia"], last["alcaldia_grupo"]) == ("Toluca", NO_ALCALDIA)
    assert (last["edad"], last["edad_grupo"]) == ("35", "35 a 44")
    assert (last["discapacidad"], last["discapacidad_grupo"]) == ("", NO_ANSWER)
    assert lines[0]["pueblo_indigena_grupo"] == "Sí"


def test_parquet_and_json_hold_the_same_with_real_types(filled: Call, tmp_path: Path) -> None:
    for file_format in (Format.PARQUET, Format.JSON):
        export(OPERATOR, slug=SLUG, folder=tmp_path, file_format=file_format)
    table = parquet.read_table(tmp_path / "applications.parquet")
    objects = json.loads((tmp_path / "applications.json").read_text(encoding="utf-8"))
    first = table.to_pylist()[0]
    assert first["nombre"] == objects[0]["nombre"] == '=HYPERLINK("http://x")'
    assert first["fecha_nacimiento"] == date(1990, 1, 1) and objects[0]["fecha_nacimiento"] == "1990-01-01"
    assert first["edad"] == objects[0]["edad"] == 35
    assert first["enviado_en"] == datetime.fromisoformat(objects[0]["enviado_en"]) == local_time(10)
    assert first["discapacidad"] is None and objects[0]["discapacidad"] is None
    assert [*first] == [*objects[0]] and len(objects) == table.num_rows == 3
    scores = parquet.read_table(tmp_path / "scores.parquet")
    assert str(scores.schema.field("score").type) == "int64" and scores.to_pylist()[0]["score"] == 4
    assert json.loads((tmp_path / "selection.json").read_text()) == []
    assert parquet.read_table(tmp_path / "selection.parquet").num_rows == 0


@pytest.mark.parametrize("file_format", Format)
def test_a_file_is_made_in_parts_with_few_queries(filled: Call, queries: list[str], file_format: Format) -> None:
    add_applications(filled, 1200, start=10)
    with read_session(streaming=True) as session:
        table = tables.applications(session, filled)
        queries.clear()
        chunks = list(file_chunks("applications", table, file_format))
    assert len(table.rows) == 1203 and len(chunks) >= 2 and len(queries) <= 6


def test_rows_are_read_in_portions(filled: Call) -> None:
    """What is held in memory does not grow with the number of rows."""
    add_applications(filled, 3000, start=10)
    with read_session(streaming=True) as session:
        table = tables.applications(session, filled)
        tracemalloc.start()
        count = sum(len(chunk) > 0 for chunk in file_chunks("applications", table, Format.CSV))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 5 and peak < 12e6  # all rows at once take three times as much


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
