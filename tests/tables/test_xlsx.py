"""Workbooks are read back completely by another library, whatever is in their cells."""

import io
from datetime import UTC, date, datetime
from itertools import chain

import openpyxl
import pytest

from reviewer.tables import xlsx
from reviewer.tables.csv_files import Table
from reviewer.tables.xlsx import to_workbook


def test_a_workbook_is_read_back_completely() -> None:
    first = Table(
        "Uno",
        ("=Columna", "mezcla", "último"),
        (
            (None, "https://ejemplo.mx", ""),
            ("=HYPERLINK(1)", 2.5, "001"),
            ("x" * 40_000, date(2025, 9, 27), -3),
            ("a\x07<&>ñ", datetime(2025, 9, 27, 5, 59, tzinfo=UTC), 0),
        ),
    )
    empty = Table("Vacía", ("folio", "lugar"), ())
    content = to_workbook({"uno": first, "nada": empty}, {"uno": {"mezcla": "De todo"}})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["uno", "nada", "columnas"]
    assert [list(row) for row in book["uno"].iter_rows(values_only=True)] == [
        ["=Columna", "mezcla", "último"],
        [None, "https://ejemplo.mx", None],
        ["=HYPERLINK(1)", 2.5, "001"],
        ["x" * 32_767, datetime(2025, 9, 27), -3],
        ["a_x0007_<&>ñ", datetime(2025, 9, 27, 5, 59), 0],
    ]
    assert [cell.value for cell in book["nada"][1]] == ["folio", "lugar"]
    explained = list(book["columnas"].iter_rows(min_row=2, values_only=True))
    assert ("uno", "mezcla", "De todo") in explained and ("nada", "lugar", None) in explained
    assert book["uno"].freeze_panes == "B2" and book["uno"]["A1"].font.bold
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:C5", "A1:B2", "A1:C6"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_days_show_no_time_and_times_do() -> None:
    table = Table("Uno", ("día", "momento"), ((date(2025, 9, 27), datetime(2025, 9, 27, 5, 59, 1, tzinfo=UTC)),))
    sheet = openpyxl.load_workbook(io.BytesIO(to_workbook({"uno": table}, {}, days=("día",))))["uno"]
    assert [cell.number_format for cell in sheet[2]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
    assert all(cell.is_date for cell in sheet[2])


def test_a_long_table_goes_on_in_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    for count, expected in ((3, [3]), (4, [3, 1]), (9, [3, 3, 3])):
        table = Table("Uno", ("n",), tuple((number,) for number in range(count)))
        book = openpyxl.load_workbook(io.BytesIO(to_workbook({"uno": table}, {})))
        names = ["uno", *(f"uno {number}" for number in range(2, len(expected) + 1))]
        assert book.sheetnames == [*names, "columnas"]
        rows = [[row[0] for row in book[name].iter_rows(min_row=2, values_only=True)] for name in names]
        assert [len(sheet) for sheet in rows] == expected and [*chain(*rows)] == [*range(count)]
