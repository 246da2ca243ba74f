"""Counts in two directions: cells whose colour says how many, with their number where there is room."""

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
    wrapped,
)
from reviewer.web.charts.palette import Palette

WIDE = 1080
MOST_LABEL = 190


@dataclass(frozen=True)
class Cell:
    """A cell: how many, what stands in it (nothing where it is small), what it means when pointed at."""

    count: int
    words: str
    tip: str


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    palette: Palette,
    *,
    width: float = WIDE,
    row_height: float = 26,
    mark_after: float | None = None,
    head_lines: int = 3,
) -> Drawing:
    """Rows from the top, columns from the left; ``mark_after`` columns stands a dotted line (the closing)."""
    left = min(MOST_LABEL, max(text_width(each, 11.5) for each in rows)) + 10
    room = (width - left) / len(columns)
    heads = [wrapped(each, room - 3, 10.5)[:head_lines] for each in columns]
    top = 13.0 * max(len(each) for each in heads) + 5
    most = max(1, *(cell.count for row in cells for cell in row))
    marks: list[Mark] = []
    for place, lines in enumerate(heads):
        for number, words in enumerate(lines):
            y = top - 6 - 12 * (len(lines) - 1 - number)
            marks.append(
                Text(
                    left + room * (place + 0.5),
                    y,
                    fitted(words, room + 8, 10.5),
                    palette.quiet,
                    10.5,
                    "middle",
                )
            )
    parts = [plain(marks)]
    for number, (name, row) in enumerate(zip(rows, cells, strict=True)):
        y = top + number * row_height
        label = Text(
            left - 8, y + row_height / 2 + 4, fitted(name, left - 8, 11.5), palette.text, 11.5, "end"
        )
        parts.append(plain((label,)))
        parts += [
            _cell(cell, left + room * place, y, room, row_height, most, palette)
            for place, cell in enumerate(row)
        ]
    bottom = top + len(rows) * row_height
    if mark_after is not None:
        x = left + room * mark_after
        parts.append(plain((line((x, top - 4), (x, bottom), palette.text, width=1.5, dashed=True),)))
    return Drawing(width, bottom + 2, tuple(parts))


def _cell(cell: Cell, x: float, y: float, room: float, height: float, most: int, palette: Palette) -> Part:
    box = rect(x + 0.75, y + 0.75, room - 1.5, height - 1.5, shade(cell.count, most, palette))
    words = (
        (Text(x + room / 2, y + height / 2 + 4, cell.words, palette.text, 11, "middle"),)
        if cell.words
        else ()
    )
    return Part((box, *words), tip=cell.tip)


def shade(count: float, most: float, palette: Palette) -> str:
    """The colour of the ramp for a count: the first for none, the others in equal steps up to the most."""
    if count <= 0:
        return palette.ramp[0]
    steps = len(palette.ramp) - 1
    return palette.ramp[min(steps, 1 + int(steps * (count - 1e-9) / most))]
