"""Reading of the file that holds a batch's table: text in any encoding and with any separator, or a workbook.

Workbooks have to be read in a worker process: a file of a few bytes can claim a sheet of any size.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from reviewer.intake.parse import workbook
from reviewer.intake.parse.column_vocabulary import Vocabulary, known_words
from reviewer.intake.parse.columns import CERTAIN_HEADER_WEIGHT, best_header_weight, find_header
from reviewer.intake.parse.normalise import trim
from reviewer.intake.parse.table import BatchTable, first_filled_index, table_below, unreadable_table
from reviewer.tables.text_encoding import UnknownEncoding, decode

SEPARATORS = (",", ";", "\t")
MOST_BYTES = 200 << 20
LONGEST_CELL = 10 << 20  # characters
END_MARK = "\ue000end\ue000"  # private-use characters: no cell has them
_ENCODINGS = "no está en UTF-8, UTF-16, Windows-1252, Mac Roman ni MS-DOS (850), o no se distingue en cuál"


def read_table(path: Path, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    """Reads the table at ``path``, called ``name``, by its content. Raises ``BatchRefused``."""
    if path.stat().st_size > MOST_BYTES:
        raise unreadable_table(name, "pesa más de 200 MB")
    data = path.read_bytes()
    if data.startswith(workbook.SIGNATURES):
        return workbook.read(data, name, names, mapping)
    if name.lower().endswith((".xlsx", ".ods")) or data.lstrip()[:1] == b"<":
        raise unreadable_table(name, "no es una hoja de cálculo, o está dañada")
    return _from_text(data, name, names, mapping)


def is_workbook(path: Path) -> bool:
    """Returns whether the content is a workbook's, whatever the file is called."""
    with path.open("rb") as file:
        return file.read(4).startswith(workbook.SIGNATURES)


def _from_text(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    text, encoding = _decode_text(data, name)
    if not text.replace("\0", "").strip():
        raise unreadable_table(name, "está vacía")
    first, _, rest = text.partition("\n")
    declared = first.strip().strip('"').lower()
    is_declared = declared.startswith("sep=") and len(declared) <= 5  # spreadsheets hide this line
    body = rest if is_declared else text
    csv.field_size_limit(LONGEST_CELL)
    separator = declared[4:] if is_declared and declared[4:] in SEPARATORS else _separator(body, names, mapping)
    rows = _records(body, separator, name)
    header = find_header(rows, names, mapping)
    return table_below(rows, first_filled_index(rows) if header is None else header, encoding=encoding)


def _separator(text: str, names: Vocabulary, mapping: Mapping[str, str]) -> str:
    """Returns the separator with which the first rows look most like headers."""
    weights: dict[str, int] = {}
    for separator in SEPARATORS:
        weights[separator] = best_header_weight(_first_rows(text, separator), names, mapping)
        if weights[separator] >= CERTAIN_HEADER_WEIGHT:
            break
    return max(weights, key=lambda separator: weights[separator])


def _decode_text(data: bytes, name: str) -> tuple[str, str]:
    """Returns the text with plain line ends, and its encoding."""
    try:
        text, encoding = decode(data, known_words())
    except UnknownEncoding as error:
        advice = "guárdela como «CSV UTF-8», o como libro de Excel (.xlsx), y vuelva a subir el lote"
        raise unreadable_table(name, f"{_ENCODINGS}: {advice}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


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
        rows = [[trim(cell) for cell in row] if any(row) else [] for row in csv.reader(marked, delimiter=separator)]
    except csv.Error as error:
        raise unreadable_table(name, "tiene una celda demasiado larga") from error
    if rows.pop() != [END_MARK]:
        raise unreadable_table(name, f"tiene unas comillas sin cerrar a partir de la fila {len(rows) + 1}")
    return rows
