"""Small CSV files made by hand or by a spreadsheet, line by line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from reviewer.errors import UserError, os_error_reason

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
