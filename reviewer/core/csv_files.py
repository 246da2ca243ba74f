"""Small CSV files made by hand or by a spreadsheet, line by line.

Tables to take along: written as CSV so that a spreadsheet reads them whole and runs none of it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reviewer.core.errors import UserError, os_error_reason

_SEPARATORS = (",", ";", "\t")
_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_lines(
    path: Path, columns: tuple[str, ...], *, optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line's trimmed cells of ``columns`` and ``optional``, in that order, with the line's number.

    Lines are numbered as a spreadsheet shows them (the header is 1); empty ones are passed over, and a cell
    that is not there is empty. Raises ``UserError`` where the file can't be read or lacks one of ``columns``.
    """
    try:
        text = _decode(path.read_bytes())
    except OSError as error:
        raise UserError(f"No se puede leer {path}: {os_error_reason(error)}.") from error
    header = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=header.count))
    try:
        names = [cell.strip().lower() for cell in next(rows, [])]
        missing = [column for column in columns if column not in names]
        if missing:
            raise UserError(f"{path.name}, línea 1: falta la columna {', '.join(missing)}.")
        indices = [names.index(column) if column in names else len(names) for column in (*columns, *optional)]
        padding = [""] * (len(names) + 1)
        for number, row in enumerate(rows, start=2):
            cells = row[: len(names)] + padding[len(row) :] + [""]
            values = tuple([cells[index].strip() for index in indices])
            if any(values) or any(cell.strip() for cell in row):
                yield number, values
    except csv.Error as error:
        raise UserError(f"{path.name} no se puede leer como CSV: {error}.") from error


def _decode(content: bytes) -> str:
    if content.startswith(_UTF_16_BOMS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


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
