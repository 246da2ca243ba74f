"""Text pages as PDFs: paper, margins, and a line that states that everything is invented.

Only the standard PDF fonts are used (WinAnsi has the accents and ñ), so that files stay small.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

rl_config.useA85 = 0  # the ASCII encoding makes files a third larger and takes most of the time

MARK = "DATOS FICTICIOS"
MARK_LINE = f"{MARK} · documento de demostración; nadie de quien se habla aquí existe"
BOLD = {"Times-Roman": "Times-Bold", "Helvetica": "Helvetica-Bold", "Courier": "Courier-Bold"}
ITALIC = {"Times-Roman": "Times-Italic", "Helvetica": "Helvetica-Oblique", "Courier": "Courier-Oblique"}


@dataclass(frozen=True)
class PageStyle:
    """The style of a page. Sizes and margins in points; ``spacing`` in font sizes."""

    font: str = "Times-Roman"
    size: float = 12
    spacing: float = 1.4
    margin: float = 72
    justified: bool = True
    indent: float = 0
    gap: float = 8
    paper: tuple[float, float] = LETTER
    numbered: bool = False

    @property
    def leading(self) -> float:
        """The distance between lines, in points."""
        return self.size * self.spacing

    @property
    def width(self) -> float:
        """The width of a line, in points."""
        return self.paper[0] - 2 * self.margin


def random_style(rng: random.Random) -> PageStyle:
    """Returns one of the usual settings of a word processor."""
    font, sizes = rng.choice(
        (
            ("Times-Roman", (12, 12, 12.5)),
            ("Helvetica", (10.5, 11, 11.5)),
            ("Helvetica", (11, 12)),
            ("Times-Roman", (11.5, 13)),
        )
    )
    indented = rng.random() < 0.35
    return PageStyle(
        font=font,
        size=rng.choice(sizes),
        spacing=rng.choice((1.2, 1.35, 1.5, 1.5, 1.75)),
        margin=rng.choice((71, 85, 85, 64)),
        justified=rng.random() < 0.6,
        indent=24 if indented else 0,
        gap=2 if indented else rng.choice((7, 10, 12)),
        paper=LETTER if rng.random() < 0.9 else A4,
        numbered=rng.random() < 0.4,
    )


@dataclass
class Sheet:
    """A document written from top to bottom; a full page continues on the next."""

    style: PageStyle
    title: str
    canvas: Canvas = field(init=False)
    y: float = field(init=False)
    page: int = field(init=False, default=0)
    _out: io.BytesIO = field(init=False, default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        self.canvas = Canvas(self._out, pagesize=self.style.paper, pageCompression=1, invariant=1)
        self.canvas.setTitle(f"{self.title} ({MARK})")
        self.canvas.setCreator("Dictamen, cohorte de demostración")
        self._begin_page()

    def finish(self) -> bytes:
        """Returns the PDF."""
        self._end_page()
        self.canvas.save()
        return self._out.getvalue()

    def new_page(self) -> None:
        """Ends this page and begins the next."""
        self._end_page()
        self._begin_page()

    def space(self, points: float) -> None:
        """Moves down by so many points."""
        self.y -= points

    def ensure_space(self, points: float) -> None:
        """Begins a new page unless so many points are left."""
        if self.y - points < self.style.margin:
            self.new_page()

    def line(
        self,
        text: str,
        *,
        font: str | None = None,
        size: float | None = None,
        align: str = "left",
        x: float = 0,
    ) -> None:
        """Draws one line; ``align`` is left, right or center, ``x`` an indent from the left margin."""
        style, font, size = self.style, font or self.style.font, size or self.style.size
        self.ensure_space(size * style.spacing)
        self.y -= size * style.spacing
        self.canvas.setFont(font, size)
        if align == "center":
            self.canvas.drawCentredString(style.paper[0] / 2, self.y, text)
        elif align == "right":
            self.canvas.drawRightString(style.paper[0] - style.margin, self.y, text)
        else:
            self.canvas.drawString(style.margin + x, self.y, text)

    def paragraph(self, text: str, *, font: str | None = None) -> None:
        """Draws a paragraph, broken into lines, of which the last is not justified."""
        style, font = self.style, font or self.style.font
        blank = stringWidth(" ", font, style.size)
        lead = " " * round(style.indent / blank)
        lines = simpleSplit(lead.replace(" ", "\u00a0") + text, font, style.size, style.width)
        for number, line in enumerate(lines, start=1):
            self.ensure_space(style.leading)
            self.y -= style.leading
            self._draw_line(line, font, stretch=style.justified and number < len(lines))
        self.space(style.gap)

    def lines(self, texts: Sequence[str]) -> None:
        """Draws several lines."""
        for text in texts:
            self.line(text)

    def _draw_line(self, line: str, font: str, *, stretch: bool) -> None:
        style, text = self.style, self.canvas.beginText(self.style.margin, self.y)
        text.setFont(font, style.size)
        blanks = line.count(" ")
        missing = style.width - stringWidth(line, font, style.size)
        if stretch and blanks and missing < style.width / 4:
            text.setWordSpace(missing / blanks)
        text.textOut(line)
        text.setWordSpace(0)  # otherwise it applies to the next lines too
        self.canvas.drawText(text)

    def _begin_page(self) -> None:
        self.page += 1
        self.y = self.style.paper[1] - self.style.margin

    def _end_page(self) -> None:
        canvas, (width, _) = self.canvas, self.style.paper
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillGray(0.35)
        canvas.drawCentredString(width / 2, 28, MARK_LINE)
        if self.style.numbered:
            canvas.drawRightString(width - self.style.margin, 40, str(self.page))
        canvas.restoreState()
        canvas.showPage()
