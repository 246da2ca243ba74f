"""Workbooks: a sheet a table, and one that says what each column means."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

import xlsxwriter

from reviewer.tables import Cell, Table, neutral

EXPLAINED = "columnas"
_OPTIONS: dict[str, Any] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def to_workbook(tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> bytes:
    """A workbook with a sheet a table, by name, and ``columnas``: what each of their columns means."""
    out = io.BytesIO()
    write_workbook(out, tables, meanings)
    return out.getvalue()


def write_workbook(
    file: BinaryIO, tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]
) -> None:
    """Writes the same to an open file; no cell of it is a formula or a link."""
    sheets = {**tables, EXPLAINED: _explained(tables, meanings)}
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(table.columns) - 1, 16)
            if name == EXPLAINED:
                sheet.set_column(2, 2, 100)
            sheet.write_row(0, 0, table.columns, bold)
            for number, row in enumerate(table.rows, start=1):
                for place, cell in enumerate(row):
                    _write_cell(sheet, number, place, cell)


def _explained(tables: Mapping[str, Table], meanings: Mapping[str, Mapping[str, str]]) -> Table:
    rows = tuple(
        (name, column, meanings.get(name, {}).get(column, ""))
        for name, table in tables.items()
        for column in table.columns
    )
    return Table("Columnas", ("hoja", "columna", "qué dice"), rows)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell not in (None, ""):
        sheet.write_string(row, column, neutral(cell) if isinstance(cell, str) else cell.isoformat())
