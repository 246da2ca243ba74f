"""Small CSV files made by hand or by a spreadsheet, line by line."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewer.errors import Refused

_SEPARATORS = (",", ";", "\t")
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each line's cells by column, trimmed, with its number as a spreadsheet shows it (the header is 1).

    Empty lines are passed over; a cell that is not there is empty. Raises ``Refused`` where the file can't
    be read or lacks one of ``columns``.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise Refused(f"No se puede leer {path}: {error.strerror}.") from error
    header = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=header.count))
    try:
        names = [each.strip().lower() for each in next(rows, [])]
        missing = [each for each in columns if each not in names]
        if missing:
            raise Refused(f"{path.name}, línea 1: falta la columna {', '.join(missing)}.")
        for number, row in enumerate(rows, start=2):
            cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
            if any(cells.values()):
                yield number, {**dict.fromkeys(names, ""), **cells} if len(row) < len(names) else cells
    except csv.Error as error:
        raise Refused(f"{path.name} no se puede leer como CSV: {error}.") from error


def _decoded(content: bytes) -> str:
    if content.startswith(_MARKS_OF_UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
