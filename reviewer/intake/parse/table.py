"""A table as rows of text, each with the number that a spreadsheet shows, and what was noticed while reading it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviewer.core.text import fold
from reviewer.intake.check.findings import BatchRefused, CheckFinding
from reviewer.intake.parse.columns import cell_keys
from reviewer.intake.parse.dates import serial_1904_text
from reviewer.intake.parse.normalise import column_letter

# SurveyMonkey writes the parts of a question in a second row of headers, and these where there are none.
_WHOLE_ANSWERS = frozenset(
    (
        "open ended response",
        "respuesta abierta",
        "respuesta de extremo abierto",
        "resposta aberta",
        "response",
        "respuesta",
    )
)
# What a form writes in its own columns where it collects no accounts.
_NOBODY = frozenset(("", "anonymous", "anonimo", "anonima", "anonymous user", "usuario anonimo"))


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that is not empty; ``number`` counts from 1, including rows above the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchTable:
    """The headers and the rows below them.

    ``encoding`` is None for a workbook. ``findings`` are about the table as a whole. ``broken_cells`` have no
    value that can be read: by row, each with its position and the reason. ``is_from_1904``: dates that are
    mere numbers count from 1904.
    """

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    encoding: str | None = None
    findings: tuple[CheckFinding, ...] = ()
    broken_cells: Mapping[int, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    is_from_1904: bool = False

    def raw_cells(self, row: TableRow) -> dict[str, str]:
        """Returns the cells by header; a missing or repeated header gets its column's letter."""
        keys = cell_keys(self.headers)
        surplus = [f"({column_letter(position)})" for position in range(len(keys), len(row.cells))]
        return {
            key: cell for key, cell in zip([*keys, *surplus], row.cells, strict=False) if cell or key in self.headers
        }

    def surplus_cells(self, row: TableRow) -> list[str]:
        """Returns a row's cells to the right of the last header."""
        width = max((position for position, header in enumerate(self.headers, 1) if header), default=0)
        return [cell for cell in row.cells[width:] if cell]

    def silent_columns(self) -> frozenset[int]:
        """Returns the positions of columns that say nothing: empty, or "anonymous" in every row."""
        silent = set(range(len(self.headers)))
        for row in self.rows:
            cells = row.cells
            silent = {
                position for position in silent if position >= len(cells) or fold(cells[position][:20]) in _NOBODY
            }
            if not silent:
                break
        return frozenset(silent)

    def with_iso_dates(self, positions: Iterable[int]) -> "BatchTable":
        """Returns the table with these columns' numbers of days written as ISO where they count from 1904."""
        if not self.is_from_1904:
            return self
        dated = frozenset(positions)
        rows = (
            TableRow(
                row.number,
                tuple(serial_1904_text(cell) if index in dated else cell for index, cell in enumerate(row.cells)),
            )
            for row in self.rows
        )
        return replace(self, rows=tuple(rows))


def table_below(
    rows: Sequence[Sequence[str]], header: int, numbers: Sequence[int] | None = None, encoding: str | None = None
) -> BatchTable:
    """Returns the table from its header on, without repetitions of the header (concatenated tables).

    ``numbers`` are those of the rows, where they are not counted from 1.
    """
    headers, first = _join_headers(rows, header)
    below = (
        TableRow(numbers[index] if numbers else index + 1, tuple(rows[index]))
        for index in range(first, len(rows))
        if any(rows[index])
    )
    repeated = tuple(rows[header])
    return BatchTable(headers, tuple(row for row in below if row.cells != repeated), encoding)


def first_filled_index(rows: Sequence[Sequence[str]]) -> int:
    """Returns the index of the first row that is not empty; 0 where all are."""
    return next((index for index, row in enumerate(rows) if any(row)), 0)


def unreadable_table(name: str, reason: str) -> BatchRefused:
    """Returns the refusal of a table that can't be read."""
    return BatchRefused("unreadable_table", f"La tabla «{name}» {reason}.", file=name)


def _join_headers(rows: Sequence[Sequence[str]], header: int) -> tuple[tuple[str, ...], int]:
    """Returns the headers, from two rows where a second one has the parts of questions, and the next index."""
    for upper in (header, header - 1):
        if 0 <= upper < len(rows) - 1 and _has_whole_answers(rows[upper + 1]):
            return tuple(_joined(rows[upper], rows[upper + 1])), upper + 2
    return tuple(rows[header]), header + 1


def _has_whole_answers(row: Sequence[str]) -> bool:
    cells = [fold(cell) for cell in row if cell]
    return any(cell in _WHOLE_ANSWERS for cell in cells) and not any("@" in cell for cell in row)


def _joined(questions: Sequence[str], parts: Sequence[str]) -> Iterable[str]:
    for position in range(max(len(questions), len(parts))):
        question = questions[position] if position < len(questions) else ""
        part = parts[position] if position < len(parts) else ""
        yield question if not part or (question and fold(part) in _WHOLE_ANSWERS) else part
