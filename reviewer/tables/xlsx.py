"""Excel workbooks: a sheet for each table, and one that explains the columns."""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from rustpy_xlsxwriter import Format, write_worksheets

from reviewer.tables.csv_files import Cell, Table

MEANINGS_SHEET = "columnas"
_MAX_LIST_LENGTH = 255  # characters of a column's choices; Excel refuses a file with more
_MAX_TITLE_LENGTH = 32
MAX_ROWS = 1_048_575  # below the header; a sheet of Excel holds no more
_MAX_CELL_LENGTH = 32_767  # characters; Excel refuses a file with a longer cell
_TIME_FORMAT, _DAY_FORMAT = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
_Record = dict[str, str | int | float | date | None]


def to_workbook(
    tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]], *, days: Collection[str] = ()
) -> bytes:
    """Returns a workbook with a sheet for each table, and ``columnas``, which explains their columns."""
    out = io.BytesIO()
    write_workbook(out, tables, meanings, days=days)
    return out.getvalue()


def write_workbook(
    file: BinaryIO,
    tables: Mapping[str, Table],
    meanings: Mapping[str, Mapping[str, str]],
    *,
    days: Collection[str] = (),
) -> None:
    """Writes the same workbook to an open file, row by row.

    Dates and numbers are cells of their types, times as of their own zone; the columns ``days`` show no time.
    Text is in text cells, which no spreadsheet takes for a formula or a link. A table of more rows than a sheet
    holds goes on in further sheets.
    """
    all_tables = {**tables, MEANINGS_SHEET: _meanings_table(tables, meanings)}
    sheets = [
        (name, table, records) for first, table in all_tables.items() for name, records in _split_rows(first, table)
    ]
    day_format = Format().set_num_format(_DAY_FORMAT)
    write_worksheets(
        [(name, records) for name, _, records in sheets],
        file,
        bold_headers=True,
        column_widths={name: _widths(name, table) for name, table, _ in sheets},
        column_formats={name: {day: day_format for day in days if day in table.columns} for name, table, _ in sheets},
        datetime_format=_TIME_FORMAT,
        freeze_panes={"general": {"row": 1, "col": 1}},
        autofilter={"general": True},
    )


def _split_rows(name: str, table: Table) -> Iterator[tuple[str, Iterator[_Record]]]:
    """Yields the name and the rows of each sheet of a table. Sheets are written in this order."""
    rows = iter(table.rows or [(None,) * len(table.columns)])  # without a row there would be no header
    yield name, _records(table.columns, islice(rows, MAX_ROWS))
    for number in range(2, 2 + (len(table.rows) - 1) // MAX_ROWS):
        yield f"{name} {number}", _records(table.columns, islice(rows, MAX_ROWS))


def _records(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Iterator[_Record]:
    for row in rows:
        yield dict(zip(columns, map(_cell_value, row), strict=True))


def _widths(name: str, table: Table) -> list[float]:
    """Returns the widths of the columns, in characters."""
    return [16.0, 16.0, 100.0] if name == MEANINGS_SHEET else [19.0] * len(table.columns)


def _meanings_table(tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> Table:
    rows = tuple(
        (name, column, meanings.get(name, {}).get(column, ""))
        for name, table in tables.items()
        for column in table.columns
    )
    return Table("Columnas", ("hoja", "columna", "qué dice"), rows)


def _cell_value(cell: Cell) -> str | int | float | date | None:
    return cell[:_MAX_CELL_LENGTH] or None if isinstance(cell, str) else cell


@dataclass(frozen=True)
class FormColumn:
    """A column to be filled: its header, what is shown beside a chosen cell, and the list it offers, if any."""

    header: str
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A sheet to be filled, with some rows written and more that are empty."""

    title: str
    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    empty_rows: int


def write_form(form: Form, notes_title: str, notes_head: tuple[str, ...], notes: tuple[tuple[str, ...], ...]) -> bytes:
    """Returns a workbook with the sheet to be filled, and a second one that explains it."""
    headers = tuple(column.header for column in form.columns)
    empty = ((None,) * len(headers),) * form.empty_rows
    table = Table(form.title, headers, (*form.rows, *empty))
    explanation = Table(notes_title, notes_head, notes)
    out = io.BytesIO()
    write_worksheets(
        [(sheet.title, _records(sheet.columns, sheet.rows)) for sheet in (table, explanation)],
        out,
        bold_headers=True,
        column_widths={form.title: [22.0] * len(headers), notes_title: [30.0, 22.0, 100.0]},
        freeze_panes={"general": {"row": 1, "col": 0}},
        data_validations={form.title: {column.header: _validation(column) for column in form.columns}},
    )
    return out.getvalue()


def _validation(column: FormColumn) -> dict[str, Any]:
    """Returns a column's list, which other answers may depart from, and its hint."""
    rule: dict[str, Any] = {"type": "any"}
    if column.choices and len(",".join(column.choices)) <= _MAX_LIST_LENGTH:
        message = "No está en la lista. ¿Dejarlo así?"
        rule = {"type": "list", "values": list(column.choices), "error_style": "warning", "error_message": message}
    if column.hint:
        rule |= {"input_title": column.header[:_MAX_TITLE_LENGTH], "input_message": column.hint}
    return rule
