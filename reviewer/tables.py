"""Tables to take along: written as CSV so that a spreadsheet reads them whole and runs none of it."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | date | datetime | None

# OWASP, "CSV Injection": a cell that begins so is taken for a formula, full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UTF_8_BOM = b"\xef\xbb\xbf"  # without it Excel takes accents for another encoding's


@dataclass(frozen=True)
class Table:
    """A table with its title; every row has as many cells as there are columns. ``None`` is an empty cell."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def select_columns(self, *columns: str) -> "Table":
        """The same table with some of its columns. Raises ``ValueError`` for one that it has not."""
        indices = [self.columns.index(column) for column in columns]
        return Table(self.title, columns, tuple(tuple(row[index] for index in indices) for row in self.rows))


def escape_formula(cell: str) -> str:
    """The same text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def to_csv(table: Table) -> bytes:
    """The table as CSV: UTF-8 with a mark, commas, CRLF; dates ISO, numbers with a decimal point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([escape_formula(column) for column in table.columns])
    writer.writerows([_format_cell(cell) for cell in row] for row in table.rows)
    return _UTF_8_BOM + out.getvalue().encode("utf-8")


def _format_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return escape_formula(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
