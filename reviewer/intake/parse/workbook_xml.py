"""What the XML of an .xlsx or .ods file says and python-calamine does not.

Hidden rows, cells with an error or with a formula that nobody computed, the epoch of numbers that are dates.
python-calamine makes room for every cell of the rectangle that holds the used ones: rows without content are
taken out before, and far columns moved near, so that one stray cell does not cost gigabytes.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reviewer.intake.parse.normalise import column_letter

MOST_BYTES = 300 << 20  # of a sheet's XML that is looked at
NEAR_COLUMNS = 300  # columns that stay in their place
SPARSE = 1_000  # rows without content that are not worth taking out
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
# No pattern may look further than the next tag of its kind: a file full of tags that nothing closes would otherwise be
# read to its end once for each of them.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*?)(/?)>")
_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*?)(?:/>|>(.*?)(?:</(?:\w+:)?c>|(?=<(?:\w+:)?c\b)))",
    re.DOTALL,
)
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
_NUMBER = re.compile(rb'\br="(\d+)"')
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ODS_TABLE = re.compile(
    rb'<table:table table:name="([^"<>]*)".*?(?:</table:table>|(?=<table:table table:name="))', re.DOTALL
)
_ODS_ROW = re.compile(rb"<table:table-row\b([^<>]*)>")
_ODS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_ODS_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_ODS_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^<>]*?)"
    rb"(?:/>|>(.*?)(?:</table:(?:covered-)?table-cell>|(?=<table:(?:covered-)?table-cell\b)))",
    re.DOTALL,
)
_ODS_REPEATED_CELLS = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ODS_TEXT = re.compile(rb"<text:p\b[^<>]*>([^<]+)<")
UNCOMPUTED = "una fórmula sin resultado guardado"


@dataclass(frozen=True)
class SheetFacts:
    """What is known of a sheet; ``row_numbers`` are those of the rows that are left, None where all are."""

    hidden_rows: frozenset[int] = frozenset()
    broken_cells: Mapping[int, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    row_numbers: list[int] | None = None


EMPTY_FACTS = SheetFacts()


@dataclass(frozen=True)
class WorkbookXml:
    """A workbook without what costs memory and says nothing, and what is known of its sheets by name."""

    data: bytes
    sheets: Mapping[str, SheetFacts] = field(default_factory=dict)
    is_from_1904: bool = False


def read_workbook_xml(data: bytes) -> WorkbookXml:
    """Returns what the XML of a workbook says; nothing of a file that is no archive, or a damaged one."""
    if not data.startswith(b"PK"):
        return WorkbookXml(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "content.xml" in archive.namelist():
                return WorkbookXml(data, _ods_facts(archive))
            return _read_xlsx(data, archive)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return WorkbookXml(data)  # python-calamine says what is wrong with it


def _read_xlsx(data: bytes, archive: zipfile.ZipFile) -> WorkbookXml:
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    targets = {facts.get("Id"): facts.get("Target", "") for facts in _elements(relations, "Relationship")}
    is_from_1904 = any(facts.get("date1904") in ("1", "true") for facts in _elements(book, "workbookPr"))
    sheet_facts, replaced = {}, {}
    for sheet in _elements(book, "sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith(":id")), None)
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path not in archive.namelist() or archive.getinfo(path).file_size > MOST_BYTES:
            continue
        sheet_facts[sheet.get("name", "")], smaller = _sheet_facts(archive.read(path))
        if smaller is not None:
            replaced[path] = smaller
    return WorkbookXml(_with_files(archive, replaced) if replaced else data, sheet_facts, is_from_1904)


def _elements(xml: str, name: str) -> Iterator[dict[str, str]]:
    """Yields the attributes of each element of this local name."""
    for tag in re.finditer(rf"<(?:\w+:)?{name}\b([^<>]*)>", xml):
        yield {attribute: html.unescape(value) for attribute, value in _ATTRIBUTE.findall(tag[1])}


def _with_files(archive: zipfile.ZipFile, replaced: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for entry in archive.infolist():
            copy.writestr(entry.filename, replaced.get(entry.filename) or archive.read(entry))
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    start: int
    end: int


def _sheet_facts(xml: bytes) -> tuple[SheetFacts, bytes | None]:
    """Returns the facts of a sheet, and its XML without empty rows where that makes it much smaller."""
    tags = list(_ROW.finditer(xml))
    hidden, filled, number = set(), [], 0
    for index, tag in enumerate(tags):
        given = _NUMBER.search(tag[1])
        number = int(given[1]) if given else number + 1
        end = tags[index + 1].start() if index + 1 < len(tags) else max(xml.rfind(b"</sheetData>"), tag.end())
        if _HIDDEN.search(tag[1]):
            hidden.add(number)
        if not tag[2] and _CONTENT.search(xml, tag.end(), end):
            filled.append(_Row(number, tag.start(), end))
    is_prefixed = bool(tags) and b":" in tags[0][0].split()[0]
    may_be_broken = b't="e"' in xml or b"<f" in xml or is_prefixed
    broken = _broken_cells(xml, filled) if may_be_broken else {}
    is_sparse = bool(filled) and filled[-1].number > len(filled) + SPARSE
    if is_prefixed or not (is_sparse or any(_is_wide(xml, row) for row in filled)):
        return SheetFacts(frozenset(hidden), broken), None
    body = b"".join(_moved(xml[row.start : row.end], place) for place, row in enumerate(filled, 1))
    smaller = xml[: tags[0].start()] + body + xml[xml.rfind(b"</sheetData>") :]
    return SheetFacts(frozenset(hidden), broken, [row.number for row in filled]), smaller


def _is_wide(xml: bytes, row: _Row) -> bool:
    """Returns whether the last cell of a row is far to the right."""
    place = _PLACE.search(xml, max(row.start, xml.rfind(b' r="', row.start, row.end)), row.end)
    return place is not None and _column_index(place[1]) >= NEAR_COLUMNS


def _moved(row: bytes, number: int) -> bytes:
    """Returns a row's XML with another number, its cells without content left out, far ones moved near."""
    cells: list[tuple[int, bytes]] = []
    column = -1
    for cell in _CELL.finditer(row):
        place = _PLACE.search(cell[1])
        column = _column_index(place[1]) if place else column + 1
        if cell[2] is None or not _CONTENT.search(cell[2]):
            continue
        near = column if column < NEAR_COLUMNS else NEAR_COLUMNS + sum(far >= NEAR_COLUMNS for far, _ in cells)
        attributes = _PLACE.sub(b"", cell[1])
        moved = b'<c r="%s%d"%s>%s</c>' % (column_letter(near).encode(), number, attributes, cell[2])
        cells.append((column, moved))
    return b'<row r="%d">%s</row>' % (number, b"".join(cell for _, cell in cells))


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1


def _broken_cells(xml: bytes, rows: list[_Row]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Returns the cells that show an error, or have a formula without a result, by row."""
    broken: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        cells, column = [], -1
        for cell in _CELL.finditer(xml, row.start, row.end):
            place, kind = _PLACE.search(cell[1]), _TYPE.search(cell[1])
            column = _column_index(place[1]) if place else column + 1
            value = _VALUE.search(cell[2] or b"")
            if kind and kind[1] == b"e":
                cells.append((column, f"el error {value[1].decode(errors='replace') if value else '#'}"))
            elif not value and not kind and _FORMULA.search(cell[2] or b""):
                cells.append((column, UNCOMPUTED))
        if cells:
            broken[row.number] = tuple(cells)
    return broken


def _ods_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    if archive.getinfo("content.xml").file_size > MOST_BYTES:
        return {}
    return {
        html.unescape(table[1].decode(errors="replace")): _ods_sheet_facts(table[0])
        for table in _ODS_TABLE.finditer(archive.read("content.xml"))
    }


def _ods_sheet_facts(table: bytes) -> SheetFacts:
    hidden: set[int] = set()
    broken: dict[int, tuple[tuple[int, str], ...]] = {}
    number = 0
    tags = list(_ODS_ROW.finditer(table))
    ends = [*(tag.start() for tag in tags[1:]), len(table)]
    for tag, end in zip(tags, ends, strict=False):
        repeated = _ODS_REPEATED.search(tag[1])
        count = int(repeated[1]) if repeated else 1
        numbers = range(number + 1, number + count + 1) if count < SPARSE else ()
        if _ODS_HIDDEN.search(tag[1]):
            hidden |= set(numbers)
        if cells := _ods_broken_cells(table[tag.end() : end]):
            broken |= dict.fromkeys(numbers, cells)
        number += count
    return SheetFacts(frozenset(hidden), broken)


def _ods_broken_cells(row: bytes) -> tuple[tuple[int, str], ...]:
    """Returns the cells of a row that show an error, or have a formula without a result."""
    cells, column = [], 0
    if b"table:formula=" not in row and b'calcext:value-type="error"' not in row:
        return ()
    for cell in _ODS_CELL.finditer(row):
        repeated, text = _ODS_REPEATED_CELLS.search(cell[1]), _ODS_TEXT.search(cell[2] or b"")
        if b'calcext:value-type="error"' in cell[1]:
            cells.append((column, f"el error {html.unescape(text[1].decode(errors='replace')) if text else '#'}"))
        elif b"table:formula=" in cell[1] and b"office:value-type=" not in cell[1] and not text:
            cells.append((column, UNCOMPUTED))
        column += int(repeated[1]) if repeated else 1
    return tuple(cells)
