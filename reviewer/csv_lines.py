"""Small CSV files made by hand or by a spreadsheet, line by line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from reviewer.errors import Refused, reason_of

_SEPARATORS = (",", ";", "\t")
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(
    path: Path, columns: tuple[str, ...], *, optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line's trimmed cells of ``columns`` and ``optional``, in that order, with the line's number.

    Lines are numbered as a spreadsheet shows them (the header is 1); empty ones are passed over, and a cell
    that is not there is empty. Raises ``Refused`` where the file can't be read or lacks one of ``columns``.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise Refused(f"No se puede leer {path}: {reason_of(error)}.") from error
    header = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=header.count))
    try:
        names = [each.strip().lower() for each in next(rows, [])]
        missing = [each for each in columns if each not in names]
        if missing:
            raise Refused(f"{path.name}, línea 1: falta la columna {', '.join(missing)}.")
        places = [names.index(each) if each in names else len(names) for each in (*columns, *optional)]
        absent = [""] * (len(names) + 1)
        for number, row in enumerate(rows, start=2):
            cells = row[: len(names)] + absent[len(row) :] + [""]
            taken = tuple([cells[at].strip() for at in places])
            if any(taken) or any(each.strip() for each in row):
                yield number, taken
    except csv.Error as error:
        raise Refused(f"{path.name} no se puede leer como CSV: {error}.") from error


def _decoded(content: bytes) -> str:
    if content.startswith(_MARKS_OF_UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
