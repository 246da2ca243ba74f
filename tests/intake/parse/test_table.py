import csv
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse.normalise import trim
from reviewer.intake.parse.table import BatchTable, read_table
from reviewer.pdf.messages import PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers
from tests.factories.batches import names

DATA = Path(__file__).parent / "data"
TEXT = 'Postulaciones 2025\n\nNombre;Correo electrónico;C.P.\n"Núñez\nÁngel";a@b.mx;01000\n\n;l@b.mx;06700\n'


def read(content: bytes, place: Path, name: str = "tabla.csv") -> BatchTable:
    place.write_bytes(content)
    return read_table(place, name, names(), {})


def refusal(content: bytes, place: Path, name: str = "tabla.csv") -> str:
    with pytest.raises(BatchRefused) as caught:
        read(content, place, name)
    return caught.value.finding.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    text = TEXT.replace(";", separator).replace("\n", end)
    table = read(text.encode(encoding), tmp_path / "t")
    assert table.headers == ("Nombre", "Correo electrónico", "C.P.")
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, ("Núñez\nÁngel", "a@b.mx", "01000")),
        (6, ("", "l@b.mx", "06700")),
    ]


def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    table = read(b"sep=;\nnombre;correo\nAna;a@b.mx\n", tmp_path / "t")
    assert [row.number for row in table.rows] == [2]


def test_commas_in_the_texts_do_not_make_the_comma_the_separator(tmp_path: Path) -> None:
    text = "nombre;correo;sinopsis\n" + "Ana;a@b.mx;uno, dos, tres, cuatro, cinco\n" * 3
    assert read(text.encode(), tmp_path / "t").headers == ("nombre", "correo", "sinopsis")


def test_what_is_no_table(tmp_path: Path) -> None:
    for content in (
        b"",
        b"  \n\n",
        b"\x00" * 500,
        b"<html><table></table>",
        bytes(range(256)) * 8,
        b"\xff\xfe\x00",
    ):
        assert refusal(content, tmp_path / "t") == "unreadable_table"
    for name, content in (
        ("t.xlsx", b"PK\x03\x04 nada"),
        ("t.xlsx", b"%PDF-1.4"),
        ("t.xls", b"\xd0\xcf\x11\xe0"),
    ):
        assert refusal(content, tmp_path / "t", name) == "unreadable_table"


def test_an_open_quotation_mark_would_swallow_rows(tmp_path: Path) -> None:
    assert refusal(b'nombre,correo\nAna,a@b.mx\n"Eva,e@b.mx\nLea,l@b.mx\n', tmp_path / "t") == "unreadable_table"


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_rows_come_out_as_a_spreadsheet_wrote_them(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str
) -> None:
    target = io.StringIO()
    csv.writer(target, delimiter=separator).writerows([["nombre", "correo", "sinopsis"], *rows])
    table = read(target.getvalue().encode(), tmp_path_factory.mktemp("t") / "t")
    expected_rows = [(number, tuple(trim(cell) for cell in row)) for number, row in enumerate(rows, 2)]
    assert [(row.number, row.cells) for row in table.rows] == [
        expected_row for expected_row in expected_rows if any(expected_row[1])
    ]


def workbook(place: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Léame"
    book.active["A1"] = "El nombre se escribe completo"
    sheet = book.create_sheet("Datos")
    sheet["B2"] = "Postulaciones"
    for column, header in enumerate(("Nombre", "Correo", "CP", "Nacimiento", "Marca temporal", "Teléfono"), 2):
        sheet.cell(4, column, header)
    cells = ("Ana", "a@b.mx", 1000, date(1990, 5, 3), datetime(2025, 9, 27, 23, 59, 59), 5512345678)
    for column, cell in enumerate(cells, 2):
        sheet.cell(6, column, cell)
    book.save(place)
    return place


def test_a_workbook_keeps_its_row_numbers_and_names_its_other_sheets(tmp_path: Path) -> None:
    table = read_table(workbook(tmp_path / "t.xlsx"), "t.xlsx", names(), {})
    assert table.other_sheets == ("Léame",)
    assert [row.number for row in table.rows] == [6]
    assert table.rows[0].cells == (
        "",
        "Ana",
        "a@b.mx",
        "1000",
        "1990-05-03",
        "2025-09-27T23:59:59",
        "5512345678",
    )


@pytest.mark.parametrize("name", ["hoja.xls", "hoja.ods"])
def test_workbooks_of_other_programs(name: str) -> None:
    table = read_table(DATA / name, name, names(), {})
    assert table.other_sheets == ("Instrucciones",)
    assert [row.number for row in table.rows] == [4, 5, 6]
    assert [row.cells[2] for row in table.rows] == ["1000", "01000", "1000"]
    assert table.rows[0].cells[3:5] == ("1990-05-03", "2025-09-27T23:59:59")


def test_a_text_file_that_is_a_workbook_is_read_as_one(tmp_path: Path) -> None:
    assert len(read(workbook(tmp_path / "w").read_bytes(), tmp_path / "t").rows) == 1


def test_a_cell_in_the_farthest_corner_costs_the_worker_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "nombre"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "t.xlsx")
    with PdfWorkers(1) as pool, pytest.raises(PdfFailure):
        pool.run(read_table, tmp_path / "t.xlsx", "t.xlsx", names(), {}).result()
    assert capfd.readouterr() == ("", "")


def test_raw_cells_are_kept_by_header_or_letter(tmp_path: Path) -> None:
    table = read(b"nombre,correo,,correo\nAna,a@b.mx,x,otro,y\n", tmp_path / "t")
    assert table.raw_cells(table.rows[0]) == {
        "nombre": "Ana",
        "correo": "a@b.mx",
        "(C)": "x",
        "correo (D)": "otro",
        "(E)": "y",
    }
