"""Bars: groups beside their names, and columns over years or days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewer.web.charts.drawing import Drawing, Mark, Part, Text, fitted, line, plain, rect, text_width
from reviewer.web.charts.palette import Palette
from reviewer.words import number

WIDTH = 380  # of a card among others; a card of its own is WIDE
WIDE = 1080
ROW, LEAST_ROWS = 27, 5  # fewer groups leave room below rather than swell
MOST_LABEL = 165
COLUMNS_HEIGHT = 178
FOOT, HEAD = 20, 18


@dataclass(frozen=True)
class Bar:
    """A group's bar: what stands before and after it, what it means and what a click on it chooses.

    ``tone`` names a colour of the palette. ``count`` is None where it is not told.
    """

    label: str
    count: int | None
    words: str
    tip: str = ""
    pick: str = ""
    tone: str = "bar"
    chosen: bool = False


@dataclass(frozen=True)
class Closing:
    """A dotted line after the column at ``place`` (from 0), with words to its left."""

    place: float
    words: str


@dataclass(frozen=True)
class Span:
    """A shaded stretch from the column at ``first`` to the one at ``last``, with words inside it."""

    first: int
    last: int
    words: str


def group_bars(bars: Sequence[Bar], palette: Palette, *, width: float = WIDTH) -> Drawing:
    """A horizontal bar a group (one at least), from the top."""
    gutter = min(MOST_LABEL, max(text_width(bar.label) for bar in bars)) + 8
    after = max(text_width(bar.words) for bar in bars) + 8
    longest = max(1, *(bar.count or 0 for bar in bars))
    scale = (width - gutter - after) / longest
    parts = [
        _group_bar(bar, place * ROW, gutter=gutter, scale=scale, width=width, palette=palette)
        for place, bar in enumerate(bars)
    ]
    return Drawing(width, ROW * max(len(bars), LEAST_ROWS), tuple(parts))


def columns(
    bars: Sequence[Bar],
    palette: Palette,
    *,
    ticks: Mapping[int, str],
    width: float = WIDTH,
    height: float = COLUMNS_HEIGHT,
    closing: Closing | None = None,
    span: Span | None = None,
) -> Drawing:
    """A column each, from the left, over an axis of counts; ``ticks`` are words below, by the bar's place."""
    top = steps(max(1, *(bar.count or 0 for bar in bars)))
    left = max(text_width(number(each), 11) for each in top) + 6
    base, head = height - FOOT, HEAD * ((closing is not None) + (span is not None)) or 6
    room = (width - left) / len(bars)
    marks: list[Mark] = []
    for each in top:
        y = base - (base - head) * each / top[-1]
        marks += [
            line((left, y), (width, y), palette.grid),
            Text(left - 5, y + 4, number(each), palette.quiet, 11, "end"),
        ]
    parts = [plain(marks)]
    for place, bar in enumerate(bars):
        high = (base - head) * (bar.count or 0) / top[-1]
        x, wide = left + room * (place + 0.08), room * 0.84
        fill = getattr(palette, bar.tone)
        reach = rect(left + room * place, head, room, base - head, palette.page)
        outline = palette.text if bar.chosen else None
        bar_marks = (rect(x, base - high, wide, high, fill, stroke=outline),) if high else ()
        # A low column is hard to hit: all the height above it answers. The lines stay seen.
        behind = tuple(mark for mark in _lines_in(marks, left + room * place, room, reach))
        parts.append(Part((*behind, *bar_marks), tip=bar.tip, pick=bar.pick, chosen=bar.chosen))
    parts.append(plain(_foot(ticks, left, room, base, width, palette)))
    if span:
        parts.append(plain(_span(span, left, room, base, head, width, palette)))
    if closing:
        x = left + room * closing.place
        parts.append(
            plain(
                (
                    line((x, 12), (x, base), palette.text, width=1.5, dashed=True),
                    Text(x - 5, 11, closing.words, palette.text, 12, "end"),
                )
            )
        )
    return Drawing(width, height, tuple(parts))


def _span(
    span: Span, left: float, room: float, base: float, head: float, width: float, palette: Palette
) -> list[Mark]:
    """A bar over its columns, with lines down to the axis; its words stay inside the figure."""
    start, end = left + room * span.first, left + room * (span.last + 1)
    half = text_width(span.words, 12) / 2
    middle = min(max((start + end) / 2, half), width - half)
    ends = [line((x, head), (x, base), palette.alarm) for x in (start, end)]
    return [
        rect(start, head - 3, end - start, 3, palette.alarm),
        *ends,
        Text(middle, head - 7, span.words, palette.text, 12, "middle"),
    ]


def steps(most: float, *, lines: int = 4) -> list[int]:
    """Round numbers from 0 up to at least ``most``, evenly spaced."""
    size = 1
    while size * lines < most:
        digits = str(size)
        size = size * 5 // 2 if digits.startswith("2") else size * 2
    return list(range(0, int(-(-most // size)) * size + size, size))


def _lines_in(marks: list[Mark], x: float, room: float, ground: Mark) -> list[Mark]:
    """What lies behind one column: the ground that answers to a click, and the lines over it."""
    ys = [mark.outlines[0][0][1] for mark in marks if not isinstance(mark, Text)]
    stroke = next((mark.stroke for mark in marks if not isinstance(mark, Text)), None)
    return [ground, *(line((x, y), (x + room, y), stroke or "") for y in ys)]


def _group_bar(bar: Bar, y: float, *, gutter: float, scale: float, width: float, palette: Palette) -> Part:
    long = (bar.count or 0) * scale
    fill = getattr(palette, bar.tone)
    marks: list[Mark] = [
        rect(0, y, width, ROW, palette.page),
        Text(gutter - 8, y + 18, fitted(bar.label, gutter - 8), palette.text, 12, "end", bold=bar.chosen),
        Text(gutter + long + 6, y + 18, bar.words, palette.text if bar.count is not None else palette.quiet),
    ]
    if long:
        outline = palette.text if bar.chosen else None
        marks.append(rect(gutter, y + 4, long, ROW - 8, fill, stroke=outline))
    return Part(tuple(marks), tip=bar.tip, pick=bar.pick, chosen=bar.chosen)


def _foot(
    ticks: Mapping[int, str], left: float, room: float, base: float, width: float, palette: Palette
) -> list[Mark]:
    """The words below, each where it has room beside the one before it."""
    placed: list[tuple[float, str]] = []
    for place, words in sorted(ticks.items()):
        half = text_width(words, 11) / 2
        x = min(max(left + room * (place + 0.5), half), width - half)
        if not placed or x - half > placed[-1][0] + text_width(placed[-1][1], 11) / 2 + 4:
            placed.append((x, words))
    return [Text(x, base + 15, words, palette.quiet, 11, "middle") for x, words in placed]
