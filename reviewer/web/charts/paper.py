"""Figures on paper: matplotlib draws the descriptions of ``reviewer/figures`` as vectors, with our fonts.

It runs in a worker process, since loading matplotlib takes over a second. Nothing here uses pyplot, which
keeps global state.
"""

import io
import os
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

# matplotlib writes its list of fonts there, and a server may have no home folder that can be written to.
_cache = tempfile.TemporaryDirectory(prefix="dictamen-matplotlib-")
os.environ.setdefault("MPLCONFIGDIR", _cache.name)

import matplotlib as mpl  # noqa: E402
from matplotlib import font_manager  # noqa: E402
from matplotlib.backends.backend_pdf import PdfPages  # noqa: E402
from matplotlib.figure import Figure as Canvas  # noqa: E402

from reviewer.core.paths import PACKAGE  # noqa: E402
from reviewer.figures.figure import (  # noqa: E402
    AlcaldiaMap,
    Figure,
    Funnel,
    HeatMap,
    Histogram,
    Size,
    Timeline,
)
from reviewer.web.charts import paper_marks  # noqa: E402
from reviewer.web.charts.palette import PAPER  # noqa: E402
from reviewer.web.charts.paper_marks import row_label  # noqa: E402

FONTS = PACKAGE / "web" / "fonts"
PAGE = (8.5, 11.0)  # inches: letter, as printers in Mexico hold it
MARGIN, GUTTER = 0.6, 0.35
WIDTH = PAGE[0] - 2 * MARGIN
COLUMN = (WIDTH - GUTTER) / 2
ROW = 0.22  # inches of a row of a figure
TITLE, BODY, LABEL, FOOT = 11.0, 9.0, 7.5, 7.0  # points
LINE = 1.35  # of the size of the letters
CHARACTERS = 0.0072  # inches that a letter of one point takes, on average
PNG_DPI = 200


def render(figure: Figure, kind: str) -> bytes:
    """Returns one figure under its title and sentence as a file: ``svg`` or ``png``."""
    _prepare()
    width = COLUMN if figure.size is Size.COLUMN else WIDTH
    height = _height(figure, width)
    canvas = Canvas(figsize=(width + 0.4, height + 0.4), facecolor=PAPER.page)
    _place(canvas, figure, 0.2, 0.2, width, height)
    out = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else None
    canvas.savefig(out, format=kind, dpi=PNG_DPI, metadata=metadata)
    return out.getvalue()


def report(title: str, lines: Sequence[str], figures: Sequence[Figure], note: str) -> bytes:
    """Returns the figures as PDF: letter pages in two columns, wide figures across both.

    The same figures give the same bytes.
    """
    _prepare()
    pages = list(_pages(title, lines, figures))
    out = io.BytesIO()
    with PdfPages(out, metadata={"Title": title, "CreationDate": None}) as pdf:
        for number, page in enumerate(pages, 1):
            for index, line in enumerate(_wrap(note, WIDTH - 0.6, FOOT)[:2]):
                _text(page, MARGIN, PAGE[1] - 0.42 + index * 0.12, line, FOOT, color=PAPER.quiet)
            _text(page, PAGE[0] - MARGIN, PAGE[1] - 0.42, f"{number} de {len(pages)}", FOOT, ha="right")
            pdf.savefig(page)
    return out.getvalue()


@cache
def _prepare() -> None:
    for name in ("atkinson-next-regular.ttf", "atkinson-next-bold.ttf"):
        font_manager.fontManager.addfont(FONTS / name)
    family = font_manager.FontProperties(fname=FONTS / "atkinson-next-regular.ttf").get_name()
    mpl.rcParams.update(
        {
            "font.family": [family, "DejaVu Sans"],  # matplotlib's own, for triangles and squares
            "font.size": LABEL,
            "pdf.fonttype": 42,
            "svg.fonttype": "none",
            "svg.hashsalt": "dictamen",
            "text.parse_math": False,  # a dollar sign in an answer is a dollar sign
            "axes.edgecolor": PAPER.grid,
            "axes.labelcolor": PAPER.quiet,
            "text.color": PAPER.text,
            "xtick.color": PAPER.text,
            "ytick.color": PAPER.text,
        }
    )


def _pages(title: str, lines: Sequence[str], figures: Sequence[Figure]) -> Iterator[Canvas]:
    """Yields pages, each filled from the top: a figure goes into the emptier column, or the next page."""
    page = Canvas(figsize=PAGE, facecolor=PAPER.page)
    y = MARGIN
    for line in _wrap(title, WIDTH, 17):
        _text(page, MARGIN, y, line, 17, weight="bold")
        y += 0.29
    for line in lines:
        _text(page, MARGIN, y, line, 10)
        y += 0.2
    columns = [y + 0.1, y + 0.1]
    for figure in figures:
        is_wide = figure.size is Size.WIDE
        width = WIDTH if is_wide else COLUMN
        height = _height(figure, width)
        column = 0 if is_wide or columns[0] <= columns[1] else 1
        top = max(columns) if is_wide else columns[column]
        if top + height > PAGE[1] - 0.6 and top > MARGIN:
            yield page
            page, columns, column, top = Canvas(figsize=PAGE, facecolor=PAPER.page), [MARGIN] * 2, 0, MARGIN
        _place(page, figure, MARGIN + column * (COLUMN + GUTTER), top, width, height)
        below = top + height + 0.2
        columns = [below, below] if is_wide else [below if i == column else end for i, end in enumerate(columns)]
    yield page


def _height(figure: Figure, width: float) -> float:
    """Returns the inches that a figure takes with its words."""
    rows = len(figure.frame)
    encoding = figure.encoding
    if isinstance(encoding, AlcaldiaMap):
        body = min(width, COLUMN) * 1.35 + 0.5
    elif isinstance(encoding, Histogram | Timeline):
        body = 1.75
    elif isinstance(encoding, Funnel):
        body = 0.6 + rows * 0.11 * max(2, len(encoding.stages))
    else:
        body = 0.5 + ROW * max(rows, 3) * (0.75 if rows > 12 else 1)
    return min(_head(figure, width) + body, PAGE[1] - 2 * MARGIN - 0.2)


def _head(figure: Figure, width: float) -> float:
    return (TITLE + len(_wrap(figure.sentence, width, BODY)) * BODY) * LINE / 72 + 0.1


def _place(canvas: Canvas, figure: Figure, x: float, y: float, width: float, height: float) -> None:
    """Draws a figure into a rectangle in inches from the upper left corner of the page."""
    page_width, page_height = canvas.get_size_inches()
    _text(canvas, x, y, figure.title, TITLE, weight="bold")
    for index, line in enumerate(_wrap(figure.sentence, width, BODY)):
        _text(canvas, x, y + (TITLE + index * BODY) * LINE / 72, line, BODY)
    head = _head(figure, width)
    left = _left(figure, width)
    bottom = 0.0 if isinstance(figure.encoding, AlcaldiaMap) else 0.3
    top = 0.62 if isinstance(figure.encoding, HeatMap) else 0.22
    axes = canvas.add_axes(
        (
            (x + left) / page_width,
            1 - (y + height - bottom) / page_height,
            (width - left - 0.05) / page_width,
            max(height - head - top - bottom, 0.3) / page_height,
        )
    )
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=LABEL)
    paper_marks.draw(axes, figure)


def _left(figure: Figure, width: float) -> float:
    """Returns the inches that the labels of the rows take."""
    encoding = figure.encoding
    if isinstance(encoding, AlcaldiaMap):
        return 0.0
    if isinstance(encoding, Histogram | Timeline):
        return 0.4
    column = encoding.rows if isinstance(encoding, HeatMap) else encoding.label
    longest = max((len(row_label(value)) for value in figure.frame[column]), default=0)
    return min(longest * LABEL * CHARACTERS + 0.15, 0.42 * width)


def _text(canvas: Canvas, x: float, y: float, text: str, size: float, **style: Any) -> None:
    """Writes a line whose top is at ``y`` inches below the page's."""
    width, height = canvas.get_size_inches()
    canvas.text(x / width, 1 - y / height, text, fontsize=size, va="top", **style)


def _wrap(text: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(text, max(20, int(width / (size * CHARACTERS))))
