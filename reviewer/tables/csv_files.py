"""CSV files: small ones that people make are read line by line; exports are written without formulas."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reviewer.core.errors import UserError, os_error_reason
from reviewer.tables.text_encoding import UnknownEncoding, decode

_SEPARATORS = (",", ";", "\t")
_DECLARED_SEPARATOR = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
NUMBER_PATTERN = r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?"


class CsvLine(NamedTuple):
    """One line of a file: its number, its trimmed cells, and whether it has more cells than the header."""

    number: int
    cells: tuple[str, ...]
    is_too_long: bool


def read_lines(path: Path, columns: tuple[str, ...], *, optional: tuple[str, ...] = ()) -> Iterator[CsvLine]:
    """Yields each line's cells of ``columns`` and ``optional``, in that order.

    Lines are numbered as a spreadsheet shows them, the first line of the file being 1. Empty lines are
    skipped; a missing cell is empty. Commas, semicolons and tabs separate; a first line ``sep=;``, as Excel
    writes it, is obeyed. Raises ``UserError`` where the file can't be read or lacks one of ``columns``.
    """
    try:
        text, _ = decode(path.read_bytes())
    except UnknownEncoding as error:
        message = f"No se distingue en qué codificación está {path.name}: guárdelo como «CSV UTF-8»."
        raise UserError(message) from error
    except OSError as error:
        raise UserError(f"No se puede leer {path}: {os_error_reason(error)}.") from error
    declared = _DECLARED_SEPARATOR.match(text)
    body = text[declared.end() :] if declared else text
    header = body.partition("\n")[0]
    separator = declared[1] if declared else max(_SEPARATORS, key=header.count)
    first_number = 2 if declared else 1
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        names = [cell.strip().lower() for cell in next(rows, [])]
        missing = [column for column in columns if column not in names]
        if missing:
            raise UserError(f"{path.name}, línea {first_number}: falta la columna {', '.join(missing)}.")
        indices = [names.index(column) if column in names else len(names) for column in (*columns, *optional)]
        for number, row in enumerate(rows, start=first_number + 1):
            if any(cell.strip() for cell in row):
                cells = [*row[: len(names)], *[""] * (len(names) + 1 - len(row[: len(names)]))]
                values = tuple([cells[index].strip() for index in indices])
                yield CsvLine(number, values, any(cell.strip() for cell in row[len(names) :]))
    except csv.Error as error:
        raise UserError(f"{path.name} no se puede leer como CSV: {error}.") from error


def parse_number(text: str) -> float | None:
    """Returns the number written with a decimal point or comma (3.5, 3,5, 1e-3); None for other text."""
    return float(text.replace(",", ".")) if re.fullmatch(NUMBER_PATTERN, text, re.ASCII) else None


Cell = str | int | float | date | datetime | None

# OWASP, "CSV Injection": a spreadsheet takes a cell that begins so for a formula, full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_PER_CHUNK = 1000
_UTF_8_BOM = b"\xef\xbb\xbf"  # without it Excel assumes another encoding


@dataclass(frozen=True)
class Table:
    """A table with a title; each row has a cell for every column. ``None`` is an empty cell.

    ``rows`` may be read from the database each time that they are iterated over.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def select_columns(self, *columns: str) -> "Table":
        """Returns the table with only these columns. Raises ``ValueError`` for an unknown one."""
        indices = [self.columns.index(column) for column in columns]
        return Table(self.title, columns, tuple(tuple(row[index] for index in indices) for row in self.rows))


def escape_formula(cell: str) -> str:
    """Returns the text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def to_csv(table: Table) -> bytes:
    """Returns the table as CSV: UTF-8 with a byte order mark, commas, CRLF, ISO dates, decimal points."""
    return b"".join(csv_chunks(table))


def csv_chunks(table: Table) -> Iterator[bytes]:
    """Yields the same file in parts of some rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([escape_formula(column) for column in table.columns])
    yield _UTF_8_BOM + out.getvalue().encode("utf-8")
    rows = iter(table.rows)
    while portion := list(islice(rows, _ROWS_PER_CHUNK)):
        out.seek(0)
        out.truncate()
        writer.writerows([_format_cell(cell) for cell in row] for row in portion)
        yield out.getvalue().encode("utf-8")


def _format_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return escape_formula(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
