"""Pages of text as PDFs: the paper, its margins, and the line that says that all is invented.

Only the fonts that every PDF reader has (WinAnsi holds the accents and ñ), so that files stay small.
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

rl_config.useA85 = 0  # bytes as they are: the textual encoding costs a third in size and most of the time

MARK = "DATOS FICTICIOS"
MARK_LINE = f"{MARK} · documento de demostración; nadie de quien se habla aquí existe"
BOLD = {"Times-Roman": "Times-Bold", "Helvetica": "Helvetica-Bold", "Courier": "Courier-Bold"}
ITALIC = {"Times-Roman": "Times-Italic", "Helvetica": "Helvetica-Oblique", "Courier": "Courier-Oblique"}


@dataclass(frozen=True)
class Look:
    """How somebody sets a page. Sizes and margins in points; ``spacing`` in font sizes."""

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
        """From line to line."""
        return self.size * self.spacing

    @property
    def width(self) -> float:
        """Of a line."""
        return self.paper[0] - 2 * self.margin


def any_look(rng: random.Random) -> Look:
    """A word processor's usual settings, as different people leave them."""
    font, sizes = rng.choice(
        (
            ("Times-Roman", (12, 12, 12.5)),
            ("Helvetica", (10.5, 11, 11.5)),
            ("Helvetica", (11, 12)),
            ("Times-Roman", (11.5, 13)),
        )
    )
    indented = rng.random() < 0.35
    return Look(
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
    """A document being written from top to bottom; a page that is full goes on on the next."""

    look: Look
    title: str
    canvas: Canvas = field(init=False)
    y: float = field(init=False)
    page: int = field(init=False, default=0)
    _out: io.BytesIO = field(init=False, default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        self.canvas = Canvas(self._out, pagesize=self.look.paper, pageCompression=1, invariant=1)
        self.canvas.setTitle(f"{self.title} ({MARK})")
        self.canvas.setCreator("Dictamen, cohorte de demostración")
        self._begin_page()

    def finish(self) -> bytes:
        """The PDF."""
        self._end_page()
        self.canvas.save()
        return self._out.getvalue()

    def new_page(self) -> None:
        """Ends this page and begins the next."""
        self._end_page()
        self._begin_page()

    def space(self, points: float) -> None:
        """Leaves room."""
        self.y -= points

    def need(self, points: float) -> None:
        """Begins a new page unless so much room is left."""
        if self.y - points < self.look.margin:
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
        """One line as it is; ``align`` is left, right or center; ``x`` from the left margin."""
        look, font, size = self.look, font or self.look.font, size or self.look.size
        self.need(size * look.spacing)
        self.y -= size * look.spacing
        self.canvas.setFont(font, size)
        if align == "center":
            self.canvas.drawCentredString(look.paper[0] / 2, self.y, text)
        elif align == "right":
            self.canvas.drawRightString(look.paper[0] - look.margin, self.y, text)
        else:
            self.canvas.drawString(look.margin + x, self.y, text)

    def paragraph(self, text: str, *, font: str | None = None) -> None:
        """A paragraph, broken into lines; its last line is never stretched."""
        look, font = self.look, font or self.look.font
        blank = stringWidth(" ", font, look.size)
        lead = " " * round(look.indent / blank)
        lines = simpleSplit(lead.replace(" ", "\u00a0") + text, font, look.size, look.width)
        for number, line in enumerate(lines, start=1):
            self.need(look.leading)
            self.y -= look.leading
            self._set(line, font, stretch=look.justified and number < len(lines))
        self.space(look.gap)

    def lines(self, texts: Sequence[str]) -> None:
        """Several lines as they are."""
        for each in texts:
            self.line(each)

    def _set(self, line: str, font: str, *, stretch: bool) -> None:
        look, text = self.look, self.canvas.beginText(self.look.margin, self.y)
        text.setFont(font, look.size)
        blanks = line.count(" ")
        missing = look.width - stringWidth(line, font, look.size)
        if stretch and blanks and missing < look.width / 4:
            text.setWordSpace(missing / blanks)
        text.textOut(line)
        text.setWordSpace(0)  # it would hold for the next lines too
        self.canvas.drawText(text)

    def _begin_page(self) -> None:
        self.page += 1
        self.y = self.look.paper[1] - self.look.margin

    def _end_page(self) -> None:
        canvas, (width, _) = self.canvas, self.look.paper
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillGray(0.35)
        canvas.drawCentredString(width / 2, 28, MARK_LINE)
        if self.look.numbered:
            canvas.drawRightString(width - self.look.margin, 40, str(self.page))
        canvas.restoreState()
        canvas.showPage()
