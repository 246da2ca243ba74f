"""Counts in two directions: cells whose colour says how many, with their number where there is room."""

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
    truncate,
    wrap,
)
from reviewer.web.charts.palette import Palette

WIDE = 1080
MAX_LABEL_WIDTH = 190


@dataclass(frozen=True)
class HeatmapCell:
    """A cell: how many, what stands in it (nothing where it is small), what it means when pointed at."""

    count: int
    text: str
    tip: str


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[HeatmapCell]],
    palette: Palette,
    *,
    width: float = WIDE,
    row_height: float = 26,
    line_after: float | None = None,
    head_lines: int = 3,
) -> Drawing:
    """Rows from the top, columns from the left; ``line_after`` columns stands a dotted line (the closing)."""
    left = min(MAX_LABEL_WIDTH, max(text_width(name, 11.5) for name in rows)) + 10
    column_width = (width - left) / len(columns)
    column_heads = [wrap(column, column_width - 3, 10.5)[:head_lines] for column in columns]
    top = 13.0 * max(len(lines) for lines in column_heads) + 5
    highest = max(1, *(cell.count for row in cells for cell in row))
    marks: list[Mark] = []
    for index, lines in enumerate(column_heads):
        for line_number, text in enumerate(lines):
            y = top - 6 - 12 * (len(lines) - 1 - line_number)
            marks.append(
                Text(
                    left + column_width * (index + 0.5),
                    y,
                    truncate(text, column_width + 8, 10.5),
                    palette.quiet,
                    10.5,
                    "middle",
                )
            )
    parts = [static_part(marks)]
    for index, (name, row) in enumerate(zip(rows, cells, strict=True)):
        y = top + index * row_height
        label = Text(
            left - 8, y + row_height / 2 + 4, truncate(name, left - 8, 11.5), palette.text, 11.5, "end"
        )
        parts.append(static_part((label,)))
        parts += [
            _cell(cell, left + column_width * column, y, column_width, row_height, highest, palette)
            for column, cell in enumerate(row)
        ]
    bottom = top + len(rows) * row_height
    if line_after is not None:
        x = left + column_width * line_after
        parts.append(static_part((line((x, top - 4), (x, bottom), palette.text, width=1.5, dashed=True),)))
    return Drawing(width, bottom + 2, tuple(parts))


def _cell(
    cell: HeatmapCell, x: float, y: float, width: float, height: float, highest: int, palette: Palette
) -> Part:
    box = rect(x + 0.75, y + 0.75, width - 1.5, height - 1.5, ramp_color(cell.count, highest, palette))
    text_marks = (
        (Text(x + width / 2, y + height / 2 + 4, cell.text, palette.text, 11, "middle"),) if cell.text else ()
    )
    return Part((box, *text_marks), tip=cell.tip)


def ramp_color(count: float, highest: float, palette: Palette) -> str:
    """The colour of the ramp for a count: the first for none, the others in equal steps up to the most."""
    if count <= 0:
        return palette.ramp[0]
    steps = len(palette.ramp) - 1
    return palette.ramp[min(steps, 1 + int(steps * (count - 1e-9) / highest))]
