"""Bars: groups beside their names, and columns over years or days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewer.core.spanish import format_number
from reviewer.web.charts.drawing import (
    Drawing,
    Mark,
    Part,
    Text,
    line,
    rect,
    static_part,
    text_width,
    truncate,
)
from reviewer.web.charts.palette import Palette

WIDTH = 380  # of a card among others; a card of its own is WIDE
WIDE = 1080
ROW, MIN_ROWS = 27, 5  # fewer groups leave room below rather than swell
MAX_LABEL_WIDTH = 165
COLUMNS_HEIGHT = 178
FOOT, HEAD = 20, 18


@dataclass(frozen=True)
class Bar:
    """A group's bar: what stands before and after it, what it means and what a click on it chooses.

    ``tone`` names a colour of the palette. ``count`` is None where it is not told.
    """

    label: str
    count: int | None
    value_text: str
    tip: str = ""
    pick: str = ""
    tone: str = "bar"
    chosen: bool = False


@dataclass(frozen=True)
class ClosingLine:
    """A dotted line after the column at ``place`` (from 0), with words to its left."""

    column: float
    label: str


@dataclass(frozen=True)
class Span:
    """A shaded stretch from the column at ``first`` to the one at ``last``, with words inside it."""

    first: int
    last: int
    label: str


def group_bars(bars: Sequence[Bar], palette: Palette, *, width: float = WIDTH) -> Drawing:
    """A horizontal bar a group (one at least), from the top."""
    gutter = min(MAX_LABEL_WIDTH, max(text_width(bar.label) for bar in bars)) + 8
    text_space = max(text_width(bar.value_text) for bar in bars) + 8
    longest = max(1, *(bar.count or 0 for bar in bars))
    scale = (width - gutter - text_space) / longest
    parts = [
        _group_bar(bar, index * ROW, gutter=gutter, scale=scale, width=width, palette=palette)
        for index, bar in enumerate(bars)
    ]
    return Drawing(width, ROW * max(len(bars), MIN_ROWS), tuple(parts))


def columns(
    bars: Sequence[Bar],
    palette: Palette,
    *,
    ticks: Mapping[int, str],
    width: float = WIDTH,
    height: float = COLUMNS_HEIGHT,
    closing: ClosingLine | None = None,
    span: Span | None = None,
) -> Drawing:
    """A column each, from the left, over an axis of counts; ``ticks`` are words below, by the bar's place."""
    values = axis_values(max(1, *(bar.count or 0 for bar in bars)))
    left = max(text_width(format_number(value), 11) for value in values) + 6
    base, head = height - FOOT, HEAD * ((closing is not None) + (span is not None)) or 6
    column_width = (width - left) / len(bars)
    marks: list[Mark] = []
    for value in values:
        y = base - (base - head) * value / values[-1]
        marks += [
            line((left, y), (width, y), palette.grid),
            Text(left - 5, y + 4, format_number(value), palette.quiet, 11, "end"),
        ]
    parts = [static_part(marks)]
    for index, bar in enumerate(bars):
        bar_height = (base - head) * (bar.count or 0) / values[-1]
        x, bar_width = left + column_width * (index + 0.08), column_width * 0.84
        fill = getattr(palette, bar.tone)
        hit_area = rect(left + column_width * index, head, column_width, base - head, palette.page)
        outline = palette.text if bar.chosen else None
        bar_marks = (
            (rect(x, base - bar_height, bar_width, bar_height, fill, stroke=outline),) if bar_height else ()
        )
        # A low column is hard to hit: all the height above it answers. The lines stay seen.
        grid_lines = tuple(
            mark for mark in _grid_lines_behind(marks, left + column_width * index, column_width, hit_area)
        )
        parts.append(Part((*grid_lines, *bar_marks), tip=bar.tip, pick=bar.pick, chosen=bar.chosen))
    parts.append(static_part(_tick_labels(ticks, left, column_width, base, width, palette)))
    if span:
        parts.append(static_part(_span(span, left, column_width, base, head, width, palette)))
    if closing:
        x = left + column_width * closing.column
        parts.append(
            static_part(
                (
                    line((x, 12), (x, base), palette.text, width=1.5, dashed=True),
                    Text(x - 5, 11, closing.label, palette.text, 12, "end"),
                )
            )
        )
    return Drawing(width, height, tuple(parts))


def _span(
    span: Span, left: float, column_width: float, base: float, head: float, width: float, palette: Palette
) -> list[Mark]:
    """A bar over its columns, with lines down to the axis; its words stay inside the figure."""
    start, end = left + column_width * span.first, left + column_width * (span.last + 1)
    half = text_width(span.label, 12) / 2
    center = min(max((start + end) / 2, half), width - half)
    ends = [line((x, head), (x, base), palette.alarm) for x in (start, end)]
    return [
        rect(start, head - 3, end - start, 3, palette.alarm),
        *ends,
        Text(center, head - 7, span.label, palette.text, 12, "middle"),
    ]


def axis_values(highest: float, *, lines: int = 4) -> list[int]:
    """Round numbers from 0 up to at least ``highest``, evenly spaced."""
    size = 1
    while size * lines < highest:
        digits = str(size)
        size = size * 5 // 2 if digits.startswith("2") else size * 2
    return list(range(0, int(-(-highest // size)) * size + size, size))


def _grid_lines_behind(marks: list[Mark], x: float, width: float, hit_area: Mark) -> list[Mark]:
    """What lies behind one column: the ground that answers to a click, and the lines over it."""
    ys = [mark.outlines[0][0][1] for mark in marks if not isinstance(mark, Text)]
    stroke = next((mark.stroke for mark in marks if not isinstance(mark, Text)), None)
    return [hit_area, *(line((x, y), (x + width, y), stroke or "") for y in ys)]


def _group_bar(bar: Bar, y: float, *, gutter: float, scale: float, width: float, palette: Palette) -> Part:
    length = (bar.count or 0) * scale
    fill = getattr(palette, bar.tone)
    marks: list[Mark] = [
        rect(0, y, width, ROW, palette.page),
        Text(gutter - 8, y + 18, truncate(bar.label, gutter - 8), palette.text, 12, "end", bold=bar.chosen),
        Text(
            gutter + length + 6,
            y + 18,
            bar.value_text,
            palette.text if bar.count is not None else palette.quiet,
        ),
    ]
    if length:
        outline = palette.text if bar.chosen else None
        marks.append(rect(gutter, y + 4, length, ROW - 8, fill, stroke=outline))
    return Part(tuple(marks), tip=bar.tip, pick=bar.pick, chosen=bar.chosen)


def _tick_labels(
    ticks: Mapping[int, str], left: float, column_width: float, base: float, width: float, palette: Palette
) -> list[Mark]:
    """The words below, each where it has room beside the one before it."""
    placed: list[tuple[float, str]] = []
    for index, label in sorted(ticks.items()):
        half = text_width(label, 11) / 2
        x = min(max(left + column_width * (index + 0.5), half), width - half)
        if not placed or x - half > placed[-1][0] + text_width(placed[-1][1], 11) / 2 + 4:
            placed.append((x, label))
    return [Text(x, base + 15, label, palette.quiet, 11, "middle") for x, label in placed]
