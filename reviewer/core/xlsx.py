"""Excel workbooks: a sheet for each table, and one that explains the columns."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from rustpy_xlsxwriter import write_worksheets

from reviewer.core.csv_files import Cell, Table, escape_formula

MEANINGS_SHEET = "columnas"
_MAX_LIST_LENGTH = 255  # characters of a column's choices; Excel refuses a file with more
_MAX_TITLE_LENGTH = 32
_MAX_CELL_LENGTH = 32_767  # characters; Excel refuses a file with a longer cell


def to_workbook(tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> bytes:
    """Returns a workbook with a sheet for each table, and ``columnas``, which explains their columns."""
    out = io.BytesIO()
    write_workbook(out, tables, meanings)
    return out.getvalue()


def write_workbook(file: BinaryIO, tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> None:
    """Writes the same workbook to an open file. No cell is a formula or a link."""
    sheets = {**tables, MEANINGS_SHEET: _meanings_table(tables, meanings)}
    write_worksheets(
        [(name, _records(table)) for name, table in sheets.items()],
        file,
        bold_headers=True,
        column_widths={name: _widths(name, table) for name, table in sheets.items()},
        freeze_panes={"general": {"row": 1, "col": 1}},
    )


def _widths(name: str, table: Table) -> list[float]:
    """Returns the widths of the columns, in characters."""
    return [16.0, 16.0, 100.0] if name == MEANINGS_SHEET else [16.0] * len(table.columns)


def _records(table: Table) -> Iterator[dict[str, str | int | float | None]]:
    """Yields the rows by column; for an empty table an empty row, since the first one gives the header."""
    columns = [escape_formula(column) for column in table.columns]
    for row in table.rows or [(None,) * len(columns)]:
        yield dict(zip(columns, map(_cell_value, row), strict=True))


def _meanings_table(tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> Table:
    rows = tuple(
        (name, column, meanings.get(name, {}).get(column, ""))
        for name, table in tables.items()
        for column in table.columns
    )
    return Table("Columnas", ("hoja", "columna", "qué dice"), rows)


def _cell_value(cell: Cell) -> str | int | float | None:
    if isinstance(cell, str):
        return escape_formula(cell)[:_MAX_CELL_LENGTH] or None
    return cell.isoformat() if isinstance(cell, date) else cell


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
        [(sheet.title, _records(sheet)) for sheet in (table, explanation)],
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
