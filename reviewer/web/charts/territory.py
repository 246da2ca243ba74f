"""The sixteen alcaldías: a map from our own shapes, or equal squares, in the shades that one gives them.

``city`` draws any reading of the territory: what it means, and the sentences, are the caller's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewer import geography
from reviewer.geography import Alcaldia
from reviewer.web.charts import outline
from reviewer.web.charts.drawing import (
    Drawing,
    Mark,
    Part,
    Point,
    Shape,
    Text,
    line,
    moved,
    plain,
    rect,
    text_width,
    triangle,
    wrapped,
)
from reviewer.web.charts.palette import Palette

WIDTH = 440
TILE, GAP = 84, 4
NAME, LINE = 11, 12.5


@dataclass(frozen=True)
class Shade:
    """How an alcaldía is shown: its colour, what stands below its name, what it means when pointed at.

    ``rising`` adds a triangle to the number: up (more than expected), down (less), or none.
    """

    fill: str
    value: str
    tip: str
    rising: bool | None = None


@dataclass(frozen=True)
class Entry:
    """A line of the legend."""

    fill: str
    words: str
    rising: bool | None = None


def city(
    shades: Mapping[str, Shade],
    palette: Palette,
    *,
    legend: Sequence[Entry] = (),
    legend_title: str = "",
    chosen: str | None = None,
    venues: Mapping[str, str] | None = None,
    tiles: bool = False,
    picks: bool = True,
) -> Drawing:
    """The city in these shades, by INEGI code; ``venues`` are labels by the code of their alcaldía.

    A click on an alcaldía chooses ``alcaldia=`` and its code, unless ``picks`` is false.
    """
    place = _tile if tiles else _shape
    shapes = {each.code: place(each) for each in geography.alcaldias()}
    order = sorted(shapes, key=lambda code: code == chosen)  # its outline lies over its neighbours'
    parts = [
        _alcaldia(code, shades[code], shapes[code][0], palette, chosen=chosen, picks=picks) for code in order
    ]
    # Names reach over borders: they come after all shapes.
    names = [mark for code in shapes for mark in _name(code, shades[code], shapes[code][1], palette)]
    names += [_venue(code, shapes[code][1], palette) for code in venues or {}]
    entries = list(_legend(legend, legend_title, palette, venues=bool(venues)))
    if not tiles:
        return Drawing(WIDTH, _height(), (*parts, plain(names), plain(entries)))
    height = 6 * (TILE + GAP) + 10
    below = [moved(mark, 0, height) for mark in entries]
    return Drawing(WIDTH, height + 18 * (len(legend) + 2), (*parts, plain(names), plain(below)))


def _alcaldia(
    code: str, shade: Shade, shape: Shape, palette: Palette, *, chosen: str | None, picks: bool
) -> Part:
    border, width = (palette.text, 3.0) if code == chosen else (palette.page, 1.5)
    marks = (Shape(shape.outlines, shade.fill, border, width),)
    return Part(marks, tip=shade.tip, pick=f"alcaldia={code}" if picks else "", chosen=code == chosen)


def _name(code: str, shade: Shade, middle: Point, palette: Palette) -> Iterator[Mark]:
    """The name and the number, about the middle of their alcaldía."""
    (x, _), lines = middle, _name_lines(code)
    top = _top(code, middle)
    for number, words in enumerate(lines):
        yield Text(x, top + LINE * number, words, palette.text, NAME, "middle")
    bottom = top + LINE * len(lines) + 1
    yield Text(x, bottom, shade.value, palette.text, 12.5, "middle", bold=True)
    if shade.rising is not None:
        beside = x - text_width(shade.value, 12.5, bold=True) / 2 - 8
        yield triangle(beside, bottom - 4.5, 8, palette.text, up=shade.rising)


def _shape(place: Alcaldia) -> tuple[Shape, Point]:
    rings = tuple(tuple(_on_paper(point) for point in ring) for ring in outline.outline(place.code))
    return Shape(rings), _on_paper(outline.middle(place.code))


def _tile(place: Alcaldia) -> tuple[Shape, Point]:
    x, y = place.tile_col * (TILE + GAP), place.tile_row * (TILE + GAP)
    return rect(x, y, TILE, TILE, None), (x + TILE / 2, y + TILE / 2 - 2)


def _on_paper(point: Point) -> Point:
    (left, right), (_, high) = outline.frame()
    scale = WIDTH / (right - left)
    return (point[0] - left) * scale, (high - point[1]) * scale


def _height() -> float:
    (left, right), (low, high) = outline.frame()
    return (high - low) * WIDTH / (right - left)


def _name_lines(code: str) -> list[str]:
    return wrapped(geography.by_code()[code].name, 66, NAME)


def _top(code: str, middle: Point) -> float:
    """The base line of the first line of a name."""
    return middle[1] - LINE * (len(_name_lines(code)) - 1) / 2


def _venue(code: str, middle: Point, palette: Palette) -> Mark:
    """A diamond above the name."""
    return _diamond(middle[0], _top(code, middle) - 19, palette)


def _diamond(x: float, y: float, palette: Palette, size: float = 6.5) -> Shape:
    corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return Shape((corners,), palette.alarm, palette.page, 1.5)


def _legend(entries: Sequence[Entry], title: str, palette: Palette, *, venues: bool) -> Iterator[Mark]:
    y = 12.0
    if title:
        yield Text(0, y, title, palette.text, 12, bold=True)
        y += 18
    for entry in entries:
        yield rect(0, y - 10, 12, 12, entry.fill, stroke=palette.quiet)
        x = 18.0
        if entry.rising is not None:
            yield triangle(x + 4, y - 4, 8, palette.text, up=entry.rising)
            x += 13
        yield Text(x, y, entry.words, palette.text, 12)
        y += 18
    if venues:
        yield _diamond(6, y - 4, palette)
        yield Text(18, y, "Sede", palette.text, 12)


@dataclass(frozen=True)
class Measured:
    """An alcaldía's column: a share (0 to 1) with its interval, beside what was expected."""

    code: str
    share: float
    low: float
    high: float
    expected: float
    fill: str
    tip: str


def beside(
    measured: Sequence[Measured],
    palette: Palette,
    *,
    own: str,
    expected: str,
    chosen: str | None = None,
    picks: bool = True,
    width: float = 1080,
    height: float = 270,
) -> Drawing:
    """A column an alcaldía in the order given, its interval, and a mark where the expected share lies.

    ``own`` and ``expected`` name the two in the legend.
    """
    left, foot, head = 38.0, 46.0, 26.0
    base = height - foot
    room = (width - left) / len(measured)
    tallest = max(max(each.high, each.expected) for each in measured) * 1.04
    up = (base - head) / tallest
    marks: list[Mark] = []
    for share in _ticks(tallest):
        y = base - up * share
        marks.append(line((left, y), (width, y), palette.grid))
        marks.append(Text(left - 6, y + 4, f"{100 * share:.0f} %", palette.quiet, 11, "end"))
    parts = [plain((*marks, *_key(own, expected, palette, left)))]
    for number, each in enumerate(measured):
        x = left + room * number
        parts.append(_column(each, x, room, base, up, palette, chosen=chosen, picks=picks, head=head))
    return Drawing(width, height, tuple(parts))


def _column(
    each: Measured,
    x: float,
    room: float,
    base: float,
    up: float,
    palette: Palette,
    *,
    chosen: str | None,
    picks: bool,
    head: float,
) -> Part:
    middle, wide, is_chosen = x + room / 2, room * 0.62, each.code == chosen
    y, low, high = (base - up * share for share in (each.share, each.low, each.high))
    expected = base - up * each.expected
    marks: list[Mark] = [
        Shape((((x, head), (x + room, head), (x + room, base), (x, base)),), palette.page),
        rect(
            middle - wide / 2,
            y,
            wide,
            base - y,
            each.fill,
            stroke=palette.text if is_chosen else palette.quiet,
        ),
        line((middle, low), (middle, high), palette.quiet, width=1.2),
        *(line((middle - 4, end), (middle + 4, end), palette.quiet, width=1.2) for end in (low, high)),
        line((middle - wide / 2 - 4, expected), (middle + wide / 2 + 4, expected), palette.text, width=3),
    ]
    for number, words in enumerate(wrapped(geography.by_code()[each.code].name, room - 4, 10.5)):
        marks.append(
            Text(middle, base + 14 + 12 * number, words, palette.text, 10.5, "middle", bold=is_chosen)
        )
    return Part(tuple(marks), tip=each.tip, pick=f"alcaldia={each.code}" if picks else "", chosen=is_chosen)


def _key(own: str, expected: str, palette: Palette, left: float) -> Iterator[Mark]:
    yield rect(left, 3, 12, 12, palette.page, stroke=palette.quiet)
    yield Text(left + 18, 14, own, palette.text)
    x = left + 34 + text_width(own)
    yield line((x, 9), (x + 22, 9), palette.text, width=3)
    yield Text(x + 28, 14, expected, palette.text)


def _ticks(tallest: float) -> list[float]:
    step = next(each for each in (0.02, 0.05, 0.1, 0.2, 0.25) if tallest / each <= 6)
    return [step * number for number in range(int(tallest / step) + 1)]
