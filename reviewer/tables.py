"""Tables to take along: written as CSV so that a spreadsheet reads them whole and runs none of it."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | date | datetime | None

# OWASP, "CSV Injection": a cell that begins so is taken for a formula, full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK_OF_UTF_8 = b"\xef\xbb\xbf"  # without it Excel takes accents for another encoding's


@dataclass(frozen=True)
class Table:
    """A table with its title; every row has as many cells as there are columns. ``None`` is an empty cell."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def only(self, *columns: str) -> "Table":
        """The same table with some of its columns. Raises ``ValueError`` for one that it has not."""
        places = [self.columns.index(each) for each in columns]
        return Table(self.title, columns, tuple(tuple(row[at] for at in places) for row in self.rows))


def neutral(cell: str) -> str:
    """The same text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def to_csv(table: Table) -> bytes:
    """The table as CSV: UTF-8 with a mark, commas, CRLF; dates ISO, numbers with a decimal point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(each) for each in table.columns])
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return _MARK_OF_UTF_8 + out.getvalue().encode("utf-8")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutral(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
