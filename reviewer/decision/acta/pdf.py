"""A document as PDF on letter paper; equal documents give equal bytes."""

import io
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import Table as Grid

from reviewer.decision.acta.document_model import Block, Code, Document, Heading, Paragraph, Signatures, Table

FONTS = Path(__file__).parent / "fonts"
SERIF, BOLD, ITALIC = "DictamenSerif", "DictamenSerif-Bold", "DictamenSerif-Italic"
INK, LINE, PALE = HexColor("#24211f"), HexColor("#b9b2a8"), HexColor("#efece7")
MARGIN = 2.5 * cm
WIDTH = LETTER[0] - 2 * MARGIN
_SIGNATURES_A_ROW = 2

_BODY = ParagraphStyle(
    "body",
    fontName=SERIF,
    fontSize=10.5,
    leading=14.5,
    textColor=INK,
    alignment=TA_JUSTIFY,
    spaceAfter=6,
    allowWidows=0,
    allowOrphans=0,
)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=9, leading=12, fontName=ITALIC, spaceBefore=3)
_HEADING = ParagraphStyle(
    "heading", parent=_BODY, fontName=BOLD, fontSize=12, leading=15, alignment=0, spaceBefore=14, spaceAfter=5
)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9.5, leading=12.5, alignment=0, spaceAfter=0)
_CELLS = {
    "l": _CELL,
    "r": ParagraphStyle("cell-right", parent=_CELL, alignment=TA_RIGHT),
    "c": ParagraphStyle("cell-centre", parent=_CELL, alignment=TA_CENTER),
}
_HEADS = {side: ParagraphStyle(f"head-{side}", parent=style, fontName=BOLD) for side, style in _CELLS.items()}
_CAPTION = ParagraphStyle("caption", parent=_CELL, fontName=BOLD, fontSize=10.5)
_ISSUERS = ParagraphStyle("issuers", parent=_BODY, fontSize=9.5, leading=13, alignment=TA_CENTER, spaceAfter=0)
_KIND = ParagraphStyle("kind", parent=_ISSUERS, fontName=BOLD, fontSize=20, leading=24, spaceBefore=16, spaceAfter=4)
_TITLE = ParagraphStyle("title", parent=_ISSUERS, fontSize=12.5, leading=16, spaceAfter=18)
_CODE = ParagraphStyle("code", parent=_BODY, fontName="Courier", fontSize=9, leading=13, alignment=TA_CENTER)


def render(document: Document) -> bytes:
    """Returns the document as PDF, with page numbers and their total."""
    _register_fonts()
    _, pages = _build(document, 0)
    return _build(document, pages)[0]


def _build(document: Document, page_count: int) -> tuple[bytes, int]:
    """Returns the PDF with ``page_count`` written as its number of pages, and its actual number."""
    out = io.BytesIO()
    template = BaseDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=2.2 * cm,
        bottomMargin=2.4 * cm,
        title=f"{document.kind}: {document.title}",
        author=", ".join(document.issuers),
        lang="es-MX",
        invariant=1,
    )
    height = LETTER[1] - template.topMargin - template.bottomMargin
    frame = Frame(MARGIN, template.bottomMargin, WIDTH, height, *(0, 0, 0, 0))

    def page(canvas: Canvas, running_template: BaseDocTemplate) -> None:
        _draw_margins(canvas, document, f"Página {running_template.page} de {page_count}")

    template.addPageTemplates(PageTemplate("page", [frame], onPage=page))
    template.build([*_title_flowables(document), *(part for block in document.blocks for part in _flowables(block))])
    return out.getvalue(), template.page


def _draw_margins(canvas: Canvas, document: Document, page: str) -> None:
    """Draws the footer of a page and, across a draft, the word that it is one."""
    canvas.saveState()
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 1.75 * cm, MARGIN + WIDTH, 1.75 * cm)
    canvas.setFillColor(INK)
    canvas.setFont(SERIF, 8.5)
    canvas.drawString(MARGIN, 1.3 * cm, document.footer)
    canvas.drawRightString(MARGIN + WIDTH, 1.3 * cm, page)
    if document.is_draft:
        canvas.translate(LETTER[0] / 2, LETTER[1] / 2)
        canvas.rotate(52)
        canvas.setFillColor(INK, alpha=0.07)
        canvas.setFont(BOLD, 110)
        canvas.drawCentredString(0, -35, "BORRADOR")
    canvas.restoreState()


class _SignatureLines(Flowable):
    """A row of signature lines with name and capacity."""

    def __init__(self, people: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.people = people
        self.height = 2.9 * cm

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        return width, self.height

    def draw(self) -> None:
        column = (self.width - 1.2 * cm) / _SIGNATURES_A_ROW
        for place, (name, capacity) in enumerate(self.people):
            left = place * (column + 1.2 * cm)
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.6)
            self.canv.line(left, 1.15 * cm, left + column, 1.15 * cm)
            text = Flowing(f"{escape(name)}<br/>{escape(capacity)}", _CELLS["c"])
            _, height = text.wrap(column, 2 * cm)
            text.drawOn(self.canv, left, 1.05 * cm - height)


@cache
def _register_fonts() -> None:
    """Registers the fonts with reportlab, once per process."""
    for name, file in ((SERIF, "regular"), (BOLD, "bold"), (ITALIC, "italic")):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"dictamen-serif-{file}.ttf"))


def _title_flowables(document: Document) -> list[Flowable]:
    return [
        *(Flowing(escape(issuer), _ISSUERS) for issuer in document.issuers),
        Flowing(escape(document.kind), _KIND),
        Flowing(escape(document.title), _TITLE),
    ]


def _flowables(block: Block) -> list[Flowable]:
    match block:
        case Heading(text, min_space):
            return [CondPageBreak(min_space * cm), Flowing(escape(text), _HEADING)]
        case Paragraph(text, small):
            return [Flowing(escape(text), _SMALL if small else _BODY)]
        case Code(text):
            return [Flowing(escape(text), _CODE)]
        case Signatures(people):
            step = _SIGNATURES_A_ROW
            return [_SignatureLines(people[start : start + step]) for start in range(0, len(people), step)]
        case Table():
            return [_table_flowable(block), Spacer(0, 6)]


def _table_flowable(table: Table) -> Grid:
    """Returns a table that repeats caption and header on each page.

    They are never left alone at the bottom of a page.
    """
    caption: list[list[Any]] = [[Flowing(escape(table.caption), _CAPTION), *([""] * (len(table.header) - 1))]]
    caption_rows = caption if table.caption else []
    cells: list[list[Any]] = [
        *caption_rows,
        [Flowing(escape(text), _HEADS[table.alignment(column)]) for column, text in enumerate(table.header)],
        *(
            [Flowing(escape(text), _CELLS[table.alignment(column)]) for column, text in enumerate(row)]
            for row in table.rows
        ),
    ]
    head = len(caption_rows)
    last_unsplit_row = min(head + 2, len(cells) - 1)
    grid = Grid(cells, [share * WIDTH for share in table.widths], repeatRows=head + 1, hAlign="LEFT")
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("BACKGROUND", (0, head), (-1, head), PALE),
        ("LINEBELOW", (0, head), (-1, head), 0.8, INK),
        ("LINEBELOW", (0, head + 1), (-1, -1), 0.4, LINE),
        ("NOSPLIT", (0, 0), (-1, last_unsplit_row)),
    ]
    if caption_rows:
        style += [("SPAN", (0, 0), (-1, 0)), ("LEFTPADDING", (0, 0), (-1, 0), 0)]
        style += [("TOPPADDING", (0, 0), (-1, 0), 8), ("BOTTOMPADDING", (0, 0), (-1, 0), 5)]
    grid.setStyle(style)
    return grid
