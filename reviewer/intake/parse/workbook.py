"""Reading of workbooks (.xlsx, .xls, .ods): which sheet holds the table, and what is wrong with its cells."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from reviewer.core.spanish import format_count, join_first
from reviewer.intake.check.findings import BatchRefused, CheckFinding, make_finding
from reviewer.intake.parse.column_vocabulary import Vocabulary
from reviewer.intake.parse.columns import find_header
from reviewer.intake.parse.normalise import trim
from reviewer.intake.parse.table import BatchTable, first_filled_index, table_below, unreadable_table
from reviewer.intake.parse.workbook_xml import EMPTY_FACTS, SheetFacts, WorkbookXml, read_workbook_xml

SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MOST_NAMED = 10  # hidden rows that a finding names
_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), b"manifest:encryption-data")
_PROTECTED = "está protegida con contraseña: ábrala, quítele la contraseña, guárdela y vuelva a subir el lote"


def read(data: bytes, name: str, names: Vocabulary, mapping: Mapping[str, str]) -> BatchTable:
    """Reads the table in the workbook ``data``, called ``name``. Raises ``BatchRefused``."""
    try:
        xml = read_workbook_xml(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(xml.data)) as book:
            return _read_sheet(book, xml, name, names, mapping)
    except BatchRefused:
        raise
    except PasswordError as error:
        raise unreadable_table(name, _PROTECTED) from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise unreadable_table(name, _damage(data)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic in the library's Rust code
            raise unreadable_table(name, _damage(data)) from error
        raise


def _damage(data: bytes) -> str:
    is_encrypted = _ENCRYPTED[0] in data
    if not is_encrypted and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "META-INF/manifest.xml" in archive.namelist():
                is_encrypted = _ENCRYPTED[1] in archive.read("META-INF/manifest.xml")
    return _PROTECTED if is_encrypted else "está dañada"


def _read_sheet(
    book: CalamineWorkbook, xml: WorkbookXml, name: str, names: Vocabulary, mapping: Mapping[str, str]
) -> BatchTable:
    """Reads the first sheet with known headers, visible ones first, else the first that is not empty."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    fallback: tuple[SheetMetadata, list[list[str]]] | None = None
    for sheet in sorted(sheets, key=_is_hidden):
        cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        rows = [[_cell_text(cell) for cell in row] for row in cells]
        header = find_header(rows, names, mapping)
        if header is not None:
            return _table_of(rows, header, sheet, sheets, xml)
        fallback = fallback or ((sheet, rows) if any(map(any, rows)) else None)
    if fallback is None:
        raise unreadable_table(name, "está vacía")
    return _table_of(fallback[1], first_filled_index(fallback[1]), fallback[0], sheets, xml)


def _table_of(
    rows: list[list[str]], header: int, sheet: SheetMetadata, sheets: Sequence[SheetMetadata], xml: WorkbookXml
) -> BatchTable:
    facts = xml.sheets.get(sheet.name, EMPTY_FACTS)
    table = table_below(rows, header, facts.row_numbers)
    findings = (*_sheet_findings(sheet, sheets), *_hidden_row_findings(table, facts))
    return replace(table, findings=findings, broken_cells=facts.broken_cells, is_from_1904=xml.is_from_1904)


def _sheet_findings(chosen: SheetMetadata, sheets: Sequence[SheetMetadata]) -> list[CheckFinding]:
    findings = []
    if _is_hidden(chosen):
        message = f"Los datos se tomaron de la hoja oculta «{chosen.name}»: ninguna visible tiene columnas conocidas."
        findings.append(make_finding("hidden_sheet", message, field=chosen.name))
    for sheet in sheets:
        if sheet.name != chosen.name:
            code, kind = ("hidden_sheet", "hoja oculta") if _is_hidden(sheet) else ("other_sheet", "hoja")
            message = f"La {kind} «{sheet.name}» no se leyó: los datos se tomaron de «{chosen.name}»."
            findings.append(make_finding(code, message, field=sheet.name))
    return findings


def _hidden_row_findings(table: BatchTable, facts: SheetFacts) -> list[CheckFinding]:
    hidden = [str(row.number) for row in table.rows if row.number in facts.hidden_rows]
    if not hidden:
        return []
    count = format_count(len(hidden), "fila oculta o filtrada", "filas ocultas o filtradas")
    rows = f"{'la' if len(hidden) == 1 else 'las'} {join_first(hidden, MOST_NAMED)}"
    return [make_finding("hidden_rows", f"La hoja tenía {count} ({rows}): también se leyeron.")]


def _is_hidden(sheet: SheetMetadata) -> bool:
    return sheet.visible != SheetVisibleEnum.Visible


def _cell_text(value: object) -> str:
    """Returns a cell as text: whole numbers without a point, dates and times as ISO."""
    if isinstance(value, str):
        return trim(value)
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return trim(str(value))
