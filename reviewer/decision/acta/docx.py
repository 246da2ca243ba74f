"""A document as DOCX for editing, with real headings and tables; equal documents give equal bytes."""

import io
import zipfile
from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from reviewer.decision.acta.document_model import Block, Code, Document, Heading, Paragraph, Signatures, Table

_LETTER, _MARGIN = (Cm(21.59), Cm(27.94)), Cm(2.5)
_WIDTH = 16.59  # cm between the margins
_INK = RGBColor(0x24, 0x21, 0x1F)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every part, so that the same document gives the same bytes
_CREATED_AT = datetime(2000, 1, 1)
_ALIGNMENTS = {"l": WD_ALIGN_PARAGRAPH.LEFT, "r": WD_ALIGN_PARAGRAPH.RIGHT, "c": WD_ALIGN_PARAGRAPH.CENTER}


def render(document: Document) -> bytes:
    """Returns the document as DOCX."""
    word_document = docx.Document()
    _set_up(word_document, document)
    for issuer in document.issuers:
        _add_centred_line(word_document, issuer, size=9.5)
    title = word_document.add_heading(document.kind, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_centred_line(word_document, document.title, size=12.5)
    if document.is_draft:
        _add_centred_line(word_document, "BORRADOR: no obliga hasta que se firme", size=10.5, bold=True)
    for block in document.blocks:
        _add_block(word_document, block)
    _add_footer(word_document, document.footer)
    out = io.BytesIO()
    word_document.save(out)
    return _without_timestamps(out.getvalue())


def _set_up(word_document: Any, document: Document) -> None:
    section = word_document.sections[0]
    section.page_width, section.page_height = _LETTER
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    properties = word_document.core_properties
    properties.title, properties.author = f"{document.kind}: {document.title}", ", ".join(document.issuers)
    properties.language, properties.comments = "es-MX", ""
    properties.created = properties.modified = _CREATED_AT
    normal = word_document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "es-MX")
    normal.element.get_or_add_rPr().append(language)
    for name, size in (("Normal", 10.5), ("Title", 20), ("Heading 1", 12)):
        style = word_document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Cambria", Pt(size), _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)


def _add_centred_line(word_document: Any, text: str, *, size: float, bold: bool = False) -> None:
    paragraph = word_document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _add_block(word_document: Any, block: Block) -> None:
    match block:
        case Heading(text, _):
            word_document.add_heading(text, level=1)
        case Paragraph(text, small):
            run = word_document.add_paragraph().add_run(text)
            run.italic = small
            run.font.size = Pt(9 if small else 10.5)
        case Code(text):
            paragraph = word_document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.font.name, run.font.size = "Courier New", Pt(9)
        case Signatures(people):
            _add_signatures(word_document, people)
        case Table():
            _add_table(word_document, block)


def _add_table(word_document: Any, table: Table) -> None:
    if table.caption:
        caption = word_document.add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.add_run(table.caption).bold = True
    grid = word_document.add_table(rows=1, cols=len(table.header), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _fill_row(grid.rows[0], table.header, table, bold=True)
    row_properties = grid.rows[0]._tr.get_or_add_trPr()
    header_mark = OxmlElement("w:tblHeader")
    header_mark.set(qn("w:val"), "true")
    row_properties.append(header_mark)
    for row in table.rows:
        _fill_row(grid.add_row(), row, table, bold=False)
    word_document.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill_row(row: Any, texts: tuple[str, ...], table: Table, *, bold: bool) -> None:
    cells = row.cells
    for column, text in enumerate(texts):
        cells[column].width = Cm(_WIDTH * table.widths[column])
        paragraph = cells[column].paragraphs[0]
        paragraph.alignment = _ALIGNMENTS[table.alignment(column)]
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(9.5)


def _add_signatures(word_document: Any, people: tuple[tuple[str, str], ...]) -> None:
    grid = word_document.add_table(rows=0, cols=2)
    for start in range(0, len(people), 2):
        cells = grid.add_row().cells
        for column, (name, capacity) in enumerate(people[start : start + 2]):
            paragraph = cells[column].paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = Pt(42)
            paragraph.add_run(f"{'_' * 32}\n{name}\n{capacity}").font.size = Pt(9.5)


def _add_footer(word_document: Any, text: str) -> None:
    paragraph = word_document.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{text} · Página ").font.size = Pt(8.5)
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" de ").font.size = Pt(8.5)
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(8.5)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        part = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _without_timestamps(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return out.getvalue()
