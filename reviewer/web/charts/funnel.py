"""The way through: each group's share that came to each stage, with its interval, beside everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.web.charts.drawing import (
    Drawing,
    Mark,
    Part,
    Text,
    line,
    rect,
    static_part,
    text_width,
    triangle,
    truncate,
)
from reviewer.web.charts.palette import Palette

WIDE = 1080
ROW = 34
MAX_LABEL_WIDTH = 170


@dataclass(frozen=True)
class FunnelCell:
    """A group at a stage: what is written, the share of 0 to 1 that came here and its interval, or None.

    ``rising`` marks a gap larger than chance would make it: up or down.
    """

    text: str
    tip: str
    share: float | None = None
    low: float = 0
    high: float = 0
    rising: bool | None = None


def funnel_chart(
    groups: Sequence[str],
    stages: Sequence[str],
    cells: Sequence[Sequence[FunnelCell]],
    overall: Sequence[float | None],
    palette: Palette,
    *,
    width: float = WIDE,
) -> Drawing:
    """A row a group and a column a stage; ``overall`` is the share of all, a line through its column."""
    left = min(MAX_LABEL_WIDTH, max(text_width(group) for group in groups)) + 14
    # Of the first stage there are counts only: it takes the room of its words.
    first_width = text_width(stages[0], 12, bold=True) + 24
    column_width = (width - left - first_width) / max(1, len(stages) - 1)
    starts = [left, *(left + first_width + column_width * index for index in range(len(stages) - 1))]
    parts = [static_part(_stage_heads(stages, starts, palette))]
    for row_index, (name, row) in enumerate(zip(groups, cells, strict=True)):
        y = 26 + row_index * ROW
        parts.append(
            static_part((Text(left - 12, y + 20, truncate(name, left - 12), palette.text, 12, "end"),))
        )
        for stage_index, cell in enumerate(row):
            parts.append(
                _cell_part(
                    cell,
                    starts[stage_index],
                    y,
                    column_width - 14 if stage_index else first_width,
                    overall[stage_index],
                    palette,
                )
            )
    return Drawing(width, 26 + ROW * len(groups) + 4, tuple(parts))


def _stage_heads(stages: Sequence[str], starts: Sequence[float], palette: Palette) -> list[Mark]:
    return [Text(x, 14, stage, palette.text, 12, bold=True) for x, stage in zip(starts, stages, strict=True)]


def _cell_part(
    cell: FunnelCell, x: float, y: float, width: float, overall: float | None, palette: Palette
) -> Part:
    marks: list[Mark] = [rect(x, y, width, ROW, palette.page)]
    text_x = x
    if cell.rising is not None:
        marks.append(
            triangle(x + 5, y + 8, 8, palette.alarm if not cell.rising else palette.bar, up=cell.rising)
        )
        text_x += 14
    marks.append(Text(text_x, y + 12, cell.text, palette.text, 11.5, bold=cell.rising is not None))
    bar_y = y + 22
    if cell.share is not None:
        marks.append(rect(x, bar_y - 4, width, 8, palette.ramp[0]))
        marks.append(rect(x, bar_y - 4, width * cell.share, 8, palette.bar))
        marks.append(
            line((x + width * cell.low, bar_y), (x + width * cell.high, bar_y), palette.text, width=1.5)
        )
    if overall is not None and cell.share is not None:
        overall_x = x + width * overall
        marks.append(line((overall_x, bar_y - 7), (overall_x, bar_y + 7), palette.alarm, width=2))
    return Part(tuple(marks), tip=cell.tip)
