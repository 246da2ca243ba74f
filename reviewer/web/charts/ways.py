"""The way through: each group's share that came to each stage, with its interval, beside everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.web.charts.drawing import (
    Drawing,
    Mark,
    Part,
    Text,
    fitted,
    line,
    plain,
    rect,
    text_width,
    triangle,
)
from reviewer.web.charts.palette import Palette

WIDE = 1080
ROW = 34
MOST_LABEL = 170


@dataclass(frozen=True)
class Measure:
    """A group at a stage: what is written, the share of 0 to 1 that came here and its interval, or None.

    ``rising`` marks a gap larger than chance would make it: up or down.
    """

    words: str
    tip: str
    share: float | None = None
    low: float = 0
    high: float = 0
    rising: bool | None = None


def ways(
    groups: Sequence[str],
    stages: Sequence[str],
    measures: Sequence[Sequence[Measure]],
    everybody: Sequence[float | None],
    palette: Palette,
    *,
    width: float = WIDE,
) -> Drawing:
    """A row a group and a column a stage; ``everybody`` is the share of all, a line through its column."""
    left = min(MOST_LABEL, max(text_width(each) for each in groups)) + 14
    # Of the first stage there are counts only: it takes the room of its words.
    first = text_width(stages[0], 12, bold=True) + 24
    room = (width - left - first) / max(1, len(stages) - 1)
    starts = [left, *(left + first + room * place for place in range(len(stages) - 1))]
    parts = [plain(_heads(stages, starts, palette))]
    for number, (name, row) in enumerate(zip(groups, measures, strict=True)):
        y = 26 + number * ROW
        parts.append(plain((Text(left - 12, y + 20, fitted(name, left - 12), palette.text, 12, "end"),)))
        for place, measure in enumerate(row):
            parts.append(
                _measure(measure, starts[place], y, room - 14 if place else first, everybody[place], palette)
            )
    return Drawing(width, 26 + ROW * len(groups) + 4, tuple(parts))


def _heads(stages: Sequence[str], starts: Sequence[float], palette: Palette) -> list[Mark]:
    return [Text(x, 14, words, palette.text, 12, bold=True) for x, words in zip(starts, stages, strict=True)]


def _measure(
    measure: Measure, x: float, y: float, room: float, everybody: float | None, palette: Palette
) -> Part:
    marks: list[Mark] = [rect(x, y, room, ROW, palette.page)]
    words_x = x
    if measure.rising is not None:
        marks.append(
            triangle(x + 5, y + 8, 8, palette.alarm if not measure.rising else palette.bar, up=measure.rising)
        )
        words_x += 14
    marks.append(Text(words_x, y + 12, measure.words, palette.text, 11.5, bold=measure.rising is not None))
    track = y + 22
    if measure.share is not None:
        marks.append(rect(x, track - 4, room, 8, palette.ramp[0]))
        marks.append(rect(x, track - 4, room * measure.share, 8, palette.bar))
        marks.append(
            line((x + room * measure.low, track), (x + room * measure.high, track), palette.text, width=1.5)
        )
    if everybody is not None and measure.share is not None:
        at = x + room * everybody
        marks.append(line((at, track - 7), (at, track + 7), palette.alarm, width=2))
    return Part(tuple(marks), tip=measure.tip)
