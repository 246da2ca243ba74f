"""Reading of a table file into rows of text, each with the number that a spreadsheet shows.

Workbooks have to be read in a worker process: a file of a few bytes can claim a sheet of any size.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse.column_vocabulary import Vocabulary
from reviewer.intake.parse.columns import CERTAIN_HEADER_WEIGHT, best_header_weight, find_header
from reviewer.intake.parse.normalise import column_letter, trim

SEPARATORS = (",", ";", "\t")
MOST_BYTES = 200 << 20
LONGEST_CELL = 10 << 20  # characters
END_MARK = "\ue000end\ue000"  # private-use characters: no cell has them
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that is not empty; ``number`` counts from 1, including rows above the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchTable:
    """The headers and the rows below them; ``other_sheets`` were not read."""

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    other_sheets: tuple[str, ...] = ()

    def raw_cells(self, row: TableRow) -> dict[str, str]:
        """Returns the cells by header; a missing or repeated header gets its column's letter."""
        cells_by_header: dict[str, str] = {}
        for position, cell in enumerate(row.cells):
            header = self.headers[position] if position < len(self.headers) else ""
            if header and header not in cells_by_header:
                cells_by_header[header] = cell
            elif cell:
                cells_by_header[f"{header} ({column_letter(position)})".strip()] = cell
        return cells_by_header


def read_table(path: Path, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    """Reads the table at ``path``, called ``name``, by its content. Raises ``BatchRefused``."""
    if path.stat().st_size > MOST_BYTES:
        raise _unreadable_table(name, "pesa más de 200 MB")
    data = path.read_bytes()
    if data.startswith((_ZIP, _OLE)):
        return _from_workbook(data, name, names, mapping)
    if name.lower().endswith((".xlsx", ".ods")) or data.lstrip()[:1] == b"<":
        raise _unreadable_table(name, "no es una hoja de cálculo, o está dañada")
    return _from_text(data, name, names, mapping)


def is_workbook(path: Path) -> bool:
    """Returns whether the content is a workbook's, whatever the file is called."""
    with path.open("rb") as file:
        return file.read(4).startswith((_ZIP, _OLE))


def _from_workbook(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return _first_sheet(book, name, names, mapping)
    except BatchRefused:
        raise
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        reason = "está protegida con contraseña" if "assword" in repr(error) else "está dañada"
        raise _unreadable_table(name, reason) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic in the library's Rust code
            raise _unreadable_table(name, "está dañada") from error
        raise


def _first_sheet(book: CalamineWorkbook, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    """Reads the first sheet with known headers, else the first that is not empty."""
    sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    fallback: list[list[str]] = []
    for title in sheets:
        sheet = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        rows = [[_cell_text(cell) for cell in row] for row in sheet]
        header = find_header(rows, names, mapping)
        if header is not None:
            return _table_below(rows, header, tuple(other for other in sheets if other != title))
        fallback = fallback or rows
    if not fallback:
        raise _unreadable_table(name, "está vacía")
    return _table_below(fallback, _first_filled_index(fallback))


def _cell_text(value: object) -> str:
    """Returns a cell as text: whole numbers without a point, dates and times as ISO."""
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return trim(str(value))


def _from_text(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    text = _decode_text(data, name)
    if not text.replace("\0", "").strip():
        raise _unreadable_table(name, "está vacía")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:  # spreadsheets hide this line
        text = rest
    csv.field_size_limit(LONGEST_CELL)
    rows = _records(text, _separator(text, names, mapping), name)
    header = find_header(rows, names, mapping)
    return _table_below(rows, _first_filled_index(rows) if header is None else header)


def _separator(text: str, names: Vocabulary, mapping: Mapping[str, str]) -> str:
    """Returns the separator with which the first rows look most like headers."""
    weights: dict[str, int] = {}
    for separator in SEPARATORS:
        weights[separator] = best_header_weight(_first_rows(text, separator), names, mapping)
        if weights[separator] >= CERTAIN_HEADER_WEIGHT:
            break
    return max(weights, key=lambda separator: weights[separator])


def _decode_text(data: bytes, name: str) -> str:
    """Decodes UTF-8, else UTF-16, else Windows-1252, which libraries that guess mistake for cp1250."""
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
    raise _unreadable_table(name, "no está en UTF-8, UTF-16 ni Windows-1252")


def _first_rows(text: str, separator: str) -> list[list[str]]:
    """Returns the first rows, read with a separator that may be the wrong one."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator)
    rows: list[list[str]] = [[]]
    try:
        rows += [[trim(cell) for cell in row] for _, row in zip(range(60), reader, strict=False)]
    except csv.Error:
        return [[]]
    return rows[1:] or rows


def _records(text: str, separator: str, name: str) -> list[list[str]]:
    """Returns every row. An open quotation mark swallows the rows after it, and so the end mark."""
    marked = io.StringIO(f"{text}\n{END_MARK}", newline="\n")
    try:
        rows = [[trim(cell) for cell in row] for row in csv.reader(marked, delimiter=separator)]
    except csv.Error as error:
        raise _unreadable_table(name, "tiene una celda demasiado larga") from error
    if rows.pop() != [END_MARK]:
        raise _unreadable_table(name, f"tiene unas comillas sin cerrar a partir de la fila {len(rows) + 1}")
    return rows


def _table_below(rows: Sequence[Sequence[str]], header: int, other_sheets: tuple[str, ...] = ()) -> BatchTable:
    """Returns the table from its header on, without repetitions of the header (concatenated tables)."""
    headers = tuple(rows[header])
    rows_below = (TableRow(number, tuple(rows[number - 1])) for number in range(header + 2, len(rows) + 1))
    return BatchTable(
        headers, tuple(row for row in rows_below if any(row.cells) and row.cells != headers), other_sheets
    )


def _first_filled_index(rows: Sequence[Sequence[str]]) -> int:
    return next((index for index, row in enumerate(rows) if any(row)), 0)


def _unreadable_table(name: str, reason: str) -> BatchRefused:
    return BatchRefused("unreadable_table", f"La tabla «{name}» {reason}.", file=name)
