"""Files of a table, made in portions: CSV, Parquet and JSON.

In CSV a text that a spreadsheet would take for a formula begins with an apostrophe. Parquet and JSON are read by
programs, which take no text for a formula, and hold it as it is; an empty text is null there.
"""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from reviewer.export.data_dictionary import Kind, kind_of
from reviewer.tables.csv_files import Cell, Table, csv_chunks

if TYPE_CHECKING:
    import pyarrow as pa

_PORTION = 10_000  # rows of a row group of Parquet
_JSON_PORTION = 500


class Format(StrEnum):
    """A format of files, by the ending of their names."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"


def file_chunks(name: str, table: Table, file_format: Format) -> Iterator[bytes]:
    """Returns the parts of a file of the table of this name, each made when it is asked for."""
    makers: dict[Format, Callable[[Table], Iterator[bytes]]] = {
        Format.CSV: csv_chunks,
        Format.PARQUET: partial(_parquet_chunks, name),
        Format.JSON: _json_chunks,
    }
    return makers[file_format](table)


def _portions(table: Table, size: int) -> Iterator[list[tuple[Cell, ...]]]:
    rows = iter(table.rows)
    while portion := list(islice(rows, size)):
        yield portion


def _json_chunks(table: Table) -> Iterator[bytes]:
    """Yields an array of an object for each row; dates and times are ISO text."""
    separator = "[\n"
    for portion in _portions(table, _JSON_PORTION):
        objects = (dict(zip(table.columns, map(_json_value, row), strict=True)) for row in portion)
        yield (separator + ",\n".join(json.dumps(row, ensure_ascii=False) for row in objects)).encode()
        separator = ",\n"
    yield b"\n]\n" if separator == ",\n" else b"[]\n"


def _json_value(cell: Cell) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return None if cell == "" else cell


def _parquet_chunks(name: str, table: Table) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    sink = _Sink()
    schema = pa.schema([(column, _arrow_type(kind_of(name, column))) for column in table.columns])
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for portion in _portions(table, _PORTION):
            columns = [[None if cell == "" else cell for cell in cells] for cells in zip(*portion, strict=True)]
            arrays = [pa.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


def _arrow_type(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    types: dict[Kind, pa.DataType] = {
        Kind.TEXT: pa.string(),
        Kind.CATEGORY: pa.dictionary(pa.int32(), pa.string()),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.DATE: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    }
    return types[kind]


class _Sink(io.RawIOBase):
    """Collects what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def take(self) -> bytes:
        """Returns what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
