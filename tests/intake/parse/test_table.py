import codecs
import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse import workbook_xml
from reviewer.intake.parse.normalise import trim
from reviewer.intake.parse.table import BatchTable
from reviewer.intake.parse.table_files import read_table
from reviewer.intake.parse.workbook_xml import UNCOMPUTED
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
    assert [(finding.code, finding.field) for finding in table.findings] == [("other_sheet", "Léame")]
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
    assert [finding.field for finding in table.findings] == ["Instrucciones"]
    assert [row.number for row in table.rows] == [4, 5, 6]
    assert [row.cells[2] for row in table.rows] == ["1000", "01000", "1000"]
    assert table.rows[0].cells[3:5] == ("1990-05-03", "2025-09-27T23:59:59")


def test_a_text_file_that_is_a_workbook_is_read_as_one(tmp_path: Path) -> None:
    assert len(read(workbook(tmp_path / "w").read_bytes(), tmp_path / "t").rows) == 1


def respondents(count: int, book: openpyxl.Workbook) -> None:
    book.active.append(["nombre", "correo", "alcaldia"])
    for number in range(count):
        book.active.append([f"Ana {number}", f"a{number}@b.mx", "Tlalpan"])


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD3", "ZZZ2", "CV900000"])
def test_one_far_stray_cell_costs_nothing_and_is_kept(tmp_path: Path, place: str) -> None:
    book = openpyxl.Workbook()
    respondents(3, book)
    book.active[place] = "sobra"
    book.save(tmp_path / "t.xlsx")
    with PdfWorkers(1, seconds=20, megabytes=400) as pool:
        table = pool.run(read_table, tmp_path / "t.xlsx", "t.xlsx", names(), {}).result()
    by_number = {row.number: row for row in table.rows}
    assert [by_number[number].cells[:2] for number in (2, 3, 4)] == [(f"Ana {n}", f"a{n}@b.mx") for n in range(3)]
    stray = by_number[openpyxl.utils.cell.coordinate_from_string(place)[1]]
    assert "sobra" in table.raw_cells(stray).values()


def test_many_rows_that_are_only_formatted_cost_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    respondents(2, book)
    for number in range(4, 20_000):
        book.active.cell(number, 1).font = openpyxl.styles.Font(bold=True)
    book.active["A20000"] = "Total"
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert [row.number for row in table.rows] == [2, 3, 20_000]


def test_blank_lines_of_a_text_cost_nothing(tmp_path: Path) -> None:
    text = "nombre;correo;alcaldia\nAna;a@b.mx;Tlalpan\n" + ";;\n" * 300_000 + "Eva;e@b.mx;Tlalpan\n"
    began = monotonic()
    table = read(text.encode(), tmp_path / "t")
    assert [row.number for row in table.rows] == [2, 300_003]
    assert monotonic() - began < 5


def test_a_visible_sheet_comes_before_a_hidden_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Prueba"
    respondents(1, book)
    book.active.sheet_state = "hidden"
    book.active = book.create_sheet("Respuestas")
    respondents(2, book)
    book.create_sheet("Notas")
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert len(table.rows) == 2
    assert [(finding.code, finding.field) for finding in table.findings] == [
        ("hidden_sheet", "Prueba"),
        ("other_sheet", "Notas"),
    ]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_where_no_visible_one_has_headers(tmp_path: Path, state: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Resumen de la semana"
    book.active = book.create_sheet("Datos")
    respondents(1, book)
    book.active.sheet_state = state
    book.active = 0
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert len(table.rows) == 1
    assert [finding.code for finding in table.findings] == ["hidden_sheet", "other_sheet"]


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    respondents(5, book)
    for number in (3, 5):
        book.active.row_dimensions[number].hidden = True
    book.active.row_dimensions[40].hidden = True  # nothing in it
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert [row.number for row in table.rows] == [2, 3, 4, 5, 6]
    [finding] = table.findings
    assert finding.code == "hidden_rows"
    assert "2 filas ocultas o filtradas (las 3 y 5)" in finding.message.replace("\xa0", " ")


def test_errors_and_formulas_without_a_result_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    respondents(3, book)
    sheet = book.active
    sheet["C2"], sheet["C2"].data_type = "#REF!", "e"
    sheet["B3"] = '=A3&"@b.mx"'
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert table.broken_cells == {2: ((2, "el error #REF!"),), 3: ((1, UNCOMPUTED),)}
    assert table.rows[0].cells == ("Ana 0", "a0@b.mx", "")


def test_a_protected_workbook_is_said_to_be_one(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    (tmp_path / "t").write_bytes(ole)
    with pytest.raises(BatchRefused, match="protegida con contraseña"):
        read_table(tmp_path / "t", "t.xlsx", names(), {})


def test_numbers_of_days_of_a_mac_workbook_count_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["nombre", "correo", "Marca temporal"])
    book.active.append(["Ana", "a@b.mx", 44465.5])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", "t.xlsx", names(), {})
    assert table.is_from_1904
    assert table.with_iso_dates([2]).rows[0].cells == ("Ana", "a@b.mx", "2025-09-27T12:00:00")


def test_a_second_row_of_headers_has_the_parts_of_questions(tmp_path: Path) -> None:
    text = (
        "Date Modified,Datos de contacto,,Semblanza\n"
        ",Nombre,Correo electrónico:,Open-Ended Response\n"
        "2025-09-20 10:00,Ana Ruiz,a@b.mx,cv.pdf\n"
    )
    table = read(text.encode(), tmp_path / "t")
    assert table.headers == ("Date Modified", "Nombre", "Correo electrónico:", "Semblanza")
    assert [row.number for row in table.rows] == [3]


def test_names_keep_their_marks_and_joiners(tmp_path: Path) -> None:
    for name in ("Ná\u0308pol", "\u0915\u094d\u200d\u0937", "Zo\u200de\u0308", "Añ\u0303a"):
        table = read(f"nombre,correo\n{name},a@b.mx\n".encode(), tmp_path / "t")
        assert table.rows[0].cells[0] == name


def test_surplus_cells_are_kept(tmp_path: Path) -> None:
    table = read(b"nombre,correo,\nAna,a@b.mx,x,y\nEva,e@b.mx,,\n", tmp_path / "t")
    assert [table.surplus_cells(row) for row in table.rows] == [["x", "y"], []]
    assert table.raw_cells(table.rows[0]) == {"nombre": "Ana", "correo": "a@b.mx", "(C)": "x", "(D)": "y"}


def test_columns_that_say_nothing(tmp_path: Path) -> None:
    text = "nombre,Email,Name,correo\nAna,anonymous,,a@b.mx\nEva,anónimo,,e@b.mx\n"
    assert read(text.encode(), tmp_path / "t").silent_columns() == {1, 2}


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_the_encoding_of_a_table_is_told(tmp_path: Path, encoding: str) -> None:
    text = "Nombre;Correo electrónico;Alcaldía\nÍñigo Núñez;i@b.mx;Coyoacán\n"
    table = read(text.encode(encoding), tmp_path / "t")
    assert codecs.lookup(table.encoding or "") == codecs.lookup(encoding)
    assert table.rows[0].cells == ("Íñigo Núñez", "i@b.mx", "Coyoacán")


def test_raw_cells_are_kept_by_header_or_letter(tmp_path: Path) -> None:
    table = read(b"nombre,correo,,correo\nAna,a@b.mx,x,otro,y\n", tmp_path / "t")
    assert table.raw_cells(table.rows[0]) == {
        "nombre": "Ana",
        "correo": "a@b.mx",
        "(C)": "x",
        "correo (D)": "otro",
        "(E)": "y",
    }


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(2, 1_048_576), st.integers(1, 16_384)),
        st.text("abcñ ", min_size=1, max_size=5).filter(str.strip),
        max_size=6,
    )
)
def test_cells_keep_their_rows_wherever_they_are(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[tuple[int, int], str]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nombre", "correo", "alcaldia"])
    for (row, column), text in cells.items():
        book.active.cell(row, column, text)
    place = tmp_path_factory.mktemp("t") / "t.xlsx"
    book.save(place)
    table = read_table(place, "t.xlsx", names(), {})
    expected: dict[int, list[str]] = {}
    for row, _column, text in sorted((*place, text) for place, text in cells.items()):
        expected.setdefault(row, []).append(text.strip())
    assert {row.number: [cell for cell in row.cells if cell] for row in table.rows} == expected


@pytest.mark.parametrize("state", ["collapse", "filter"])
def test_hidden_rows_of_other_programs(tmp_path: Path, state: str) -> None:
    with zipfile.ZipFile(DATA / "hoja.ods") as original, zipfile.ZipFile(tmp_path / "t.ods", "w") as copy:
        for entry in original.infolist():
            content = original.read(entry)
            if entry.filename == "content.xml":
                tables = content.split(b"<table:table ")
                rows = tables[-1].split(b"<table:table-row")
                rows[-3] = f' table:visibility="{state}"'.encode() + rows[-3]
                tables[-1] = b"<table:table-row".join(rows)
                content = b"<table:table ".join(tables)
            copy.writestr(entry, content)
    table = read_table(tmp_path / "t.ods", "t.ods", names(), {})
    assert "hidden_rows" in {finding.code for finding in table.findings}


def test_broken_cells_of_an_ods_are_named(tmp_path: Path) -> None:
    error = (
        b'<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    computed = (
        b'<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2">'
        b"<text:p>2</text:p></table:table-cell>"
    )
    gap = b'<table:table-cell table:number-columns-repeated="2"/>'
    uncomputed = b'<table:table-cell table:formula="of:=A1"/>'
    with zipfile.ZipFile(DATA / "hoja.ods") as original, zipfile.ZipFile(tmp_path / "t.ods", "w") as copy:
        for entry in original.infolist():
            content = original.read(entry)
            if entry.filename == "content.xml":
                row = b"<table:table-row>" + computed + gap + error + uncomputed + b"</table:table-row>"
                parts = content.rsplit(b"<table:table-row", 3)
                content = b"<table:table-row".join([parts[0] + row, *parts[1:]])
            copy.writestr(entry, content)
    table = read_table(tmp_path / "t.ods", "t.ods", names(), {})
    (number,) = (row.number for row in table.rows if row.cells[0] == "2")
    assert table.broken_cells == {number: ((3, "el error #N/A"), (4, UNCOMPUTED))}


@pytest.mark.parametrize(
    ("pattern", "tag"),
    [
        (workbook_xml._CELL, b'<c r="A1" t="e">'),
        (workbook_xml._VALUE, b"<v "),
        (workbook_xml._ODS_TABLE, b'<table:table table:name="x">'),
        (workbook_xml._ODS_CELL, b'<table:table-cell table:formula="x">'),
        (workbook_xml._ODS_TEXT, b"<text:p "),
    ],
)
def test_tags_that_nothing_closes_are_read_once(pattern: re.Pattern[bytes], tag: bytes) -> None:
    """Reading on to the end of the file for each of them would take hours."""
    assert all(len(match[0]) <= len(tag) for match in pattern.finditer(tag * 300_000))
