"""What figures are made of: a few marks on paper, drawn alike on the screen, in a file and in print.

A figure is drawn once, on the server, and needs neither a library in the browser nor a browser on the
server. ``svg.py`` writes it for the page and for a file, ``paper.py`` as PDF.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from reviewer.core.paths import PACKAGE

FONTS = PACKAGE / "web" / "fonts"
REGULAR, BOLD = "AtkinsonRegular", "AtkinsonBold"
Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """Closed outlines (several: islands), or an open line. Lengths are pixels, from the upper left."""

    outlines: tuple[tuple[Point, ...], ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 1
    dashed: bool = False
    closed: bool = True


@dataclass(frozen=True)
class Text:
    """One line of words; ``y`` is its base line, ``anchor`` start, middle or end, ``halo`` a ground."""

    x: float
    y: float
    text: str
    color: str
    size: float = 12
    anchor: str = "start"
    bold: bool = False
    halo: str | None = None


Mark = Shape | Text


@dataclass(frozen=True)
class Part:
    """Marks that belong together.

    ``tip`` says what they mean when pointed at; ``pick`` is what a click on them chooses, where it does.
    """

    marks: tuple[Mark, ...]
    tip: str = ""
    pick: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Drawing:
    """A figure: its size in pixels, its parts from back to front, and what it shows, in words."""

    width: float
    height: float
    parts: tuple[Part, ...]
    title: str = ""

    def with_title(self, title: str) -> "Drawing":
        """The same with another title."""
        return replace(self, title=title)


def rect(
    x: float, y: float, width: float, height: float, fill: str | None, *, stroke: str | None = None
) -> Shape:
    """A rectangle, from its upper left corner."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Shape((corners,), fill, stroke)


def line(begin: Point, end: Point, color: str, *, width: float = 1, dashed: bool = False) -> Shape:
    """A straight line."""
    return Shape(((begin, end),), None, color, width, dashed, closed=False)


def triangle(x: float, y: float, size: float, color: str, *, up: bool) -> Shape:
    """A mark that says more or less without a colour; (x, y) is its middle."""
    tip, base = (y - size / 2, y + size / 2) if up else (y + size / 2, y - size / 2)
    return Shape((((x, tip), (x + size / 2, base), (x - size / 2, base)),), color)


def translate(mark: Mark, right: float, down: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Text):
        return replace(mark, x=mark.x + right, y=mark.y + down)
    outlines = tuple(tuple((x + right, y + down) for x, y in outline) for outline in mark.outlines)
    return replace(mark, outlines=outlines)


def static_part(marks: Iterable[Mark]) -> Part:
    """Marks that only are there to be seen."""
    return Part(tuple(marks))


def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Pixels that the words take in our font."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    register_fonts()
    return float(stringWidth(text, BOLD if bold else REGULAR, size))


def truncate(text: str, max_width: float, size: float = 12) -> str:
    """The words, cut with «…» where they would take more than ``max_width`` pixels."""
    if text_width(text, size) <= max_width:
        return text
    while text and text_width(f"{text}…", size) > max_width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrap(text: str, max_width: float, size: float = 12) -> list[str]:
    """The words in lines of at most ``max_width`` pixels; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= max_width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def register_fonts() -> None:
    """Makes our font known to reportlab, which measures and prints with it."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(REGULAR, FONTS / "atkinson-next-regular.ttf"))
    registerFont(TTFont(BOLD, FONTS / "atkinson-next-bold.ttf"))
