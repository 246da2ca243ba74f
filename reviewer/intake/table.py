"""A table file becomes rows of text, each with the number under which a spreadsheet shows it.

Workbooks are to be read inside a worker: one of a few bytes can claim a sheet of any size.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from reviewer.intake.columns import SURELY_HEADERS, best_weight, find_header
from reviewer.intake.findings import BatchRefused
from reviewer.intake.names import Vocabulary
from reviewer.intake.text import column_letter, trimmed

SEPARATORS = (",", ";", "\t")
MOST_BYTES = 200 << 20
LONGEST_CELL = 10 << 20  # characters
END = "\ue000end\ue000"  # private characters: no cell holds them
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something; ``number`` counts from 1, title rows included."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The headers and the rows below them. ``other_sheets`` were not read."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    other_sheets: tuple[str, ...] = ()

    def raw(self, row: Row) -> dict[str, str]:
        """What a row held, by header; a column without one, or with one seen before, adds its letter."""
        kept: dict[str, str] = {}
        for place, cell in enumerate(row.cells):
            header = self.headers[place] if place < len(self.headers) else ""
            if header and header not in kept:
                kept[header] = cell
            elif cell:
                kept[f"{header} ({column_letter(place)})".strip()] = cell
        return kept


def read_table(path: Path, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> Table:
    """The table at ``path``, called ``name``; its content decides what it is. Raises ``BatchRefused``."""
    if path.stat().st_size > MOST_BYTES:
        raise _unreadable(name, "pesa más de 200 MB")
    data = path.read_bytes()
    if data.startswith((_ZIP, _OLE)):
        return _from_workbook(data, name, names, mapping)
    if name.lower().endswith((".xlsx", ".ods")) or data.lstrip()[:1] == b"<":
        raise _unreadable(name, "no es una hoja de cálculo, o está dañada")
    return _from_text(data, name, names, mapping)


def is_workbook(path: Path) -> bool:
    """Whether the content is a workbook's, whatever the file is called."""
    with path.open("rb") as file:
        return file.read(4).startswith((_ZIP, _OLE))


def _from_workbook(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> Table:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return _first_sheet(book, name, names, mapping)
    except BatchRefused:
        raise
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        reason = "está protegida con contraseña" if "assword" in repr(error) else "está dañada"
        raise _unreadable(name, reason) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # how a fault in the library's Rust arrives
            raise _unreadable(name, "está dañada") from error
        raise


def _first_sheet(book: CalamineWorkbook, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> Table:
    """The first sheet with headers that are known, else the first that holds anything."""
    sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    fallback: list[list[str]] = []
    for title in sheets:
        rows = list(_sheet_rows(book.get_sheet_by_name(title)))
        header = find_header(rows, names, mapping)
        if header is not None:
            return _cut(rows, header, tuple(each for each in sheets if each != title))
        fallback = fallback or rows
    if not fallback:
        raise _unreadable(name, "está vacía")
    return _cut(fallback, _first_filled(fallback))


def _sheet_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.to_python(skip_empty_area=False):
        yield [_cell_text(cell) for cell in row]


def _cell_text(value: object) -> str:
    """A cell as text: whole numbers without a point, dates and times as ISO."""
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return trimmed(str(value))


def _from_text(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> Table:
    text = _decoded(data, name)
    if not text.replace("\0", "").strip():
        raise _unreadable(name, "está vacía")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:  # spreadsheets hide this line
        text = rest
    csv.field_size_limit(LONGEST_CELL)
    rows = _records(text, _separator(text, names, mapping), name)
    header = find_header(rows, names, mapping)
    return _cut(rows, _first_filled(rows) if header is None else header)


def _separator(text: str, names: Vocabulary, mapping: Mapping[str, str]) -> str:
    """The one with which the first rows read most like headers."""
    weights: dict[str, int] = {}
    for separator in SEPARATORS:
        weights[separator] = best_weight(_head(text, separator), names, mapping)
        if weights[separator] >= SURELY_HEADERS:
            break
    return max(weights, key=lambda each: weights[each])


def _decoded(data: bytes, name: str) -> str:
    """UTF-8, else UTF-16, else Windows-1252: guessing libraries take the last for cp1250."""
    zeros = data[:4096].count(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif zeros > len(data[:4096]) // 5:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig"] if zeros else ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _unreadable(name, "no está en UTF-8, UTF-16 ni Windows-1252")


def _head(text: str, separator: str) -> list[list[str]]:
    """The first rows, read with a separator that may be the wrong one."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator)
    rows: list[list[str]] = [[]]
    try:
        rows += [[trimmed(cell) for cell in row] for _, row in zip(range(60), reader, strict=False)]
    except csv.Error:
        return [[]]
    return rows[1:] or rows


def _records(text: str, separator: str, name: str) -> list[list[str]]:
    """Every row. The mark at the end shows whether a quotation mark was left open, which swallows rows."""
    marked = io.StringIO(f"{text}\n{END}", newline="\n")
    try:
        rows = [[trimmed(cell) for cell in row] for row in csv.reader(marked, delimiter=separator)]
    except csv.Error as error:
        raise _unreadable(name, "tiene una celda demasiado larga") from error
    if rows.pop() != [END]:
        raise _unreadable(name, f"tiene unas comillas sin cerrar a partir de la fila {len(rows) + 1}")
    return rows


def _cut(rows: Sequence[Sequence[str]], header: int, other_sheets: tuple[str, ...] = ()) -> Table:
    """The table from its header on; a header that comes again between tables put together is no row."""
    headers = tuple(rows[header])
    below = (Row(number, tuple(rows[number - 1])) for number in range(header + 2, len(rows) + 1))
    return Table(
        headers, tuple(row for row in below if any(row.cells) and row.cells != headers), other_sheets
    )


def _first_filled(rows: Sequence[Sequence[str]]) -> int:
    return next((index for index, row in enumerate(rows) if any(row)), 0)


def _unreadable(name: str, reason: str) -> BatchRefused:
    return BatchRefused("unreadable_table", f"La tabla «{name}» {reason}.", file=name)
