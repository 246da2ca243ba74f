"""The alcaldías' shapes on paper: projected outlines, and where their names have room.

The sixteen alcaldías: a map from our own shapes, or equal squares, in the shades that one gives them.

``city_map`` draws any reading of the territory: what it means, and the sentences, are the caller's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from reviewer.demographics import geography
from reviewer.demographics.geography import Alcaldia, Ring
from reviewer.web.charts.drawing import (
    Drawing,
    Mark,
    Part,
    Point,
    Shape,
    Text,
    line,
    rect,
    static_part,
    text_width,
    translate,
    triangle,
    wrap,
)
from reviewer.web.charts.palette import Palette

LONGITUDE_SCALE = cos(radians(19.32))  # of a degree of longitude at the city's latitude
GRID_STEP = 0.006
LABEL_ASPECT = 1.8  # a name is wider than it is high

Points = NDArray[np.float64]


@cache
def projected_rings(code: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """An alcaldía's rings, projected: each a series of x and y."""
    return tuple(
        tuple((round(lon * LONGITUDE_SCALE, 5), lat) for lon, lat in ring)
        for ring in geography.shapes()[code]
    )


@cache
def city_bounds() -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the city reaches, projected, with room for its outline."""
    points = np.concatenate([_project(ring) for rings in geography.shapes().values() for ring in rings])
    (left, low), (right, high) = points.min(axis=0) - 0.004, points.max(axis=0) + 0.004
    return (float(left), float(right)), (float(low), float(high))


@cache
def label_position(code: str) -> tuple[float, float]:
    """Where the name has most room: the point farthest from the border, which sideways counts for less."""
    rings = geography.shapes()[code]
    inside = np.concatenate([_points_inside(ring, GRID_STEP) for ring in rings])
    border = np.concatenate([_densify(_project(ring)) for ring in rings])
    scale = np.array([1 / LABEL_ASPECT, 1])
    distance = (((inside[:, None] - border[None]) * scale) ** 2).sum(axis=2).min(axis=1)
    x, y = inside[distance.argmax()]
    return float(x), float(y)


def _project(ring: Ring) -> Points:
    return np.array(ring) * [LONGITUDE_SCALE, 1]


def _densify(ring: Points) -> Points:
    """The ring with points added, so that long straight sides have some along them."""
    sides = np.diff(ring, axis=0)
    return np.concatenate([ring[:-1] + sides * fraction for fraction in (0, 0.25, 0.5, 0.75)])


def _points_inside(ring: Ring, step: float) -> Points:
    """The points of a grid within a closed ring: from them a ray crosses it an odd number of times."""
    corners = _project(ring)
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    across, up = np.meshgrid(np.arange(left, right, step * LONGITUDE_SCALE), np.arange(low, high, step))
    points = np.column_stack([across.ravel(), up.ravel()])
    (x, y), begin, end = points.T[:, :, None], corners[:-1], corners[1:]
    spans_point = (begin[:, 1] > y) != (end[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):  # level sides, which no ray crosses
        crossing_x = begin[:, 0] + (end - begin)[:, 0] * (y - begin[:, 1]) / (end - begin)[:, 1]
    inside: Points = points[(spans_point & (crossing_x > x)).sum(axis=1) % 2 == 1]
    return inside


WIDTH = 440
TILE, GAP = 84, 4
NAME_SIZE, LINE_HEIGHT = 11, 12.5


@dataclass(frozen=True)
class AlcaldiaStyle:
    """How an alcaldía is shown: its colour, what stands below its name, what it means when pointed at.

    ``rising`` adds a triangle to the number: up (more than expected), down (less), or none.
    """

    fill: str
    value: str
    tip: str
    rising: bool | None = None


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend."""

    fill: str
    label: str
    rising: bool | None = None


def city_map(
    styles: Mapping[str, AlcaldiaStyle],
    palette: Palette,
    *,
    legend: Sequence[LegendEntry] = (),
    legend_title: str = "",
    chosen: str | None = None,
    venues: Mapping[str, str] | None = None,
    tiles: bool = False,
    can_pick: bool = True,
) -> Drawing:
    """The city in these shades, by INEGI code; ``venues`` are labels by the code of their alcaldía.

    A click on an alcaldía chooses ``alcaldia=`` and its code, unless ``can_pick`` is false.
    """
    shape_of = _alcaldia_tile if tiles else _alcaldia_shape
    shapes = {alcaldia.code: shape_of(alcaldia) for alcaldia in geography.alcaldias()}
    order = sorted(shapes, key=lambda code: code == chosen)  # its outline lies over its neighbours'
    parts = [
        _alcaldia_part(code, styles[code], shapes[code][0], palette, chosen=chosen, can_pick=can_pick)
        for code in order
    ]
    # Names reach over borders: they come after all shapes.
    name_marks = [
        mark for code in shapes for mark in _name_marks(code, styles[code], shapes[code][1], palette)
    ]
    name_marks += [_venue_mark(code, shapes[code][1], palette) for code in venues or {}]
    legend_marks = list(_legend_marks(legend, legend_title, palette, venues=bool(venues)))
    if not tiles:
        return Drawing(WIDTH, _map_height(), (*parts, static_part(name_marks), static_part(legend_marks)))
    height = 6 * (TILE + GAP) + 10
    below = [translate(mark, 0, height) for mark in legend_marks]
    return Drawing(
        WIDTH, height + 18 * (len(legend) + 2), (*parts, static_part(name_marks), static_part(below))
    )


def _alcaldia_part(
    code: str, style: AlcaldiaStyle, shape: Shape, palette: Palette, *, chosen: str | None, can_pick: bool
) -> Part:
    border, width = (palette.text, 3.0) if code == chosen else (palette.page, 1.5)
    marks = (Shape(shape.outlines, style.fill, border, width),)
    return Part(marks, tip=style.tip, pick=f"alcaldia={code}" if can_pick else "", chosen=code == chosen)


def _name_marks(code: str, style: AlcaldiaStyle, position: Point, palette: Palette) -> Iterator[Mark]:
    """The name and the number, about the middle of their alcaldía."""
    (x, _), lines = position, _name_lines(code)
    top = _name_baseline(code, position)
    for index, text in enumerate(lines):
        yield Text(x, top + LINE_HEIGHT * index, text, palette.text, NAME_SIZE, "middle")
    bottom = top + LINE_HEIGHT * len(lines) + 1
    yield Text(x, bottom, style.value, palette.text, 12.5, "middle", bold=True)
    if style.rising is not None:
        triangle_x = x - text_width(style.value, 12.5, bold=True) / 2 - 8
        yield triangle(triangle_x, bottom - 4.5, 8, palette.text, up=style.rising)


def _alcaldia_shape(alcaldia: Alcaldia) -> tuple[Shape, Point]:
    rings = tuple(tuple(_to_pixels(point) for point in ring) for ring in projected_rings(alcaldia.code))
    return Shape(rings), _to_pixels(label_position(alcaldia.code))


def _alcaldia_tile(alcaldia: Alcaldia) -> tuple[Shape, Point]:
    x, y = alcaldia.tile_col * (TILE + GAP), alcaldia.tile_row * (TILE + GAP)
    return rect(x, y, TILE, TILE, None), (x + TILE / 2, y + TILE / 2 - 2)


def _to_pixels(point: Point) -> Point:
    (left, right), (_, high) = city_bounds()
    scale = WIDTH / (right - left)
    return (point[0] - left) * scale, (high - point[1]) * scale


def _map_height() -> float:
    (left, right), (low, high) = city_bounds()
    return (high - low) * WIDTH / (right - left)


def _name_lines(code: str) -> list[str]:
    return wrap(geography.by_code()[code].name, 66, NAME_SIZE)


def _name_baseline(code: str, position: Point) -> float:
    """The base line of the first line of a name."""
    return position[1] - LINE_HEIGHT * (len(_name_lines(code)) - 1) / 2


def _venue_mark(code: str, position: Point, palette: Palette) -> Mark:
    """A diamond above the name."""
    return _diamond(position[0], _name_baseline(code, position) - 19, palette)


def _diamond(x: float, y: float, palette: Palette, size: float = 6.5) -> Shape:
    corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return Shape((corners,), palette.alarm, palette.page, 1.5)


def _legend_marks(
    entries: Sequence[LegendEntry], title: str, palette: Palette, *, venues: bool
) -> Iterator[Mark]:
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
        yield Text(x, y, entry.label, palette.text, 12)
        y += 18
    if venues:
        yield _diamond(6, y - 4, palette)
        yield Text(18, y, "Sede", palette.text, 12)


@dataclass(frozen=True)
class ShareColumn:
    """An alcaldía's column: a share (0 to 1) with its interval, beside what was expected."""

    code: str
    share: float
    low: float
    high: float
    expected: float
    fill: str
    tip: str


def share_columns(
    columns: Sequence[ShareColumn],
    palette: Palette,
    *,
    observed_label: str,
    expected_label: str,
    chosen: str | None = None,
    can_pick: bool = True,
    width: float = 1080,
    height: float = 270,
) -> Drawing:
    """A column an alcaldía in the order given, its interval, and a mark where the expected share lies.

    ``observed_label`` and ``expected_label`` name the two in the legend.
    """
    left, foot, head = 38.0, 46.0, 26.0
    base = height - foot
    column_width = (width - left) / len(columns)
    tallest = max(max(column.high, column.expected) for column in columns) * 1.04
    scale = (base - head) / tallest
    marks: list[Mark] = []
    for share in _share_ticks(tallest):
        y = base - scale * share
        marks.append(line((left, y), (width, y), palette.grid))
        marks.append(Text(left - 6, y + 4, f"{100 * share:.0f} %", palette.quiet, 11, "end"))
    parts = [static_part((*marks, *_share_legend(observed_label, expected_label, palette, left)))]
    for index, column in enumerate(columns):
        x = left + column_width * index
        parts.append(
            _column_part(
                column, x, column_width, base, scale, palette, chosen=chosen, can_pick=can_pick, head=head
            )
        )
    return Drawing(width, height, tuple(parts))


def _column_part(
    column: ShareColumn,
    x: float,
    column_width: float,
    base: float,
    scale: float,
    palette: Palette,
    *,
    chosen: str | None,
    can_pick: bool,
    head: float,
) -> Part:
    center, bar_width, is_chosen = x + column_width / 2, column_width * 0.62, column.code == chosen
    y, low, high = (base - scale * share for share in (column.share, column.low, column.high))
    expected = base - scale * column.expected
    marks: list[Mark] = [
        Shape((((x, head), (x + column_width, head), (x + column_width, base), (x, base)),), palette.page),
        rect(
            center - bar_width / 2,
            y,
            bar_width,
            base - y,
            column.fill,
            stroke=palette.text if is_chosen else palette.quiet,
        ),
        line((center, low), (center, high), palette.quiet, width=1.2),
        *(line((center - 4, end), (center + 4, end), palette.quiet, width=1.2) for end in (low, high)),
        line(
            (center - bar_width / 2 - 4, expected),
            (center + bar_width / 2 + 4, expected),
            palette.text,
            width=3,
        ),
    ]
    for index, text in enumerate(wrap(geography.by_code()[column.code].name, column_width - 4, 10.5)):
        marks.append(Text(center, base + 14 + 12 * index, text, palette.text, 10.5, "middle", bold=is_chosen))
    return Part(
        tuple(marks), tip=column.tip, pick=f"alcaldia={column.code}" if can_pick else "", chosen=is_chosen
    )


def _share_legend(observed_label: str, expected_label: str, palette: Palette, left: float) -> Iterator[Mark]:
    yield rect(left, 3, 12, 12, palette.page, stroke=palette.quiet)
    yield Text(left + 18, 14, observed_label, palette.text)
    x = left + 34 + text_width(observed_label)
    yield line((x, 9), (x + 22, 9), palette.text, width=3)
    yield Text(x + 28, 14, expected_label, palette.text)


def _share_ticks(tallest: float) -> list[float]:
    step = next(candidate for candidate in (0.02, 0.05, 0.1, 0.2, 0.25) if tallest / candidate <= 6)
    return [step * index for index in range(int(tallest / step) + 1)]
