"""Workbooks are read back completely by another library, whatever is in their cells."""

import io
from datetime import UTC, date, datetime

import openpyxl

from reviewer.core.csv_files import Table
from reviewer.core.xlsx import to_workbook


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
        ["'=Columna", "mezcla", "último"],
        [None, "https://ejemplo.mx", None],
        ["'=HYPERLINK(1)", 2.5, "001"],
        ["x" * 32_767, "2025-09-27", -3],
        ["a_x0007_<&>ñ", "2025-09-27T05:59:00+00:00", 0],
    ]
    assert [cell.value for cell in book["nada"][1]] == ["folio", "lugar"]
    explained = list(book["columnas"].iter_rows(min_row=2, values_only=True))
    assert ("uno", "mezcla", "De todo") in explained and ("nada", "lugar", None) in explained
    assert book["uno"].freeze_panes == "B2" and book["uno"]["A1"].font.bold
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
