"""What may be published of a table of counts: no cell under five, and none that can be deduced.

Cells under five are suppressed, and then as many others as are needed so that no suppressed count can be
deduced from the published ones (complementary suppression: Hundepool et al. 2012, "Statistical Disclosure
Control", ch. 4). What can be deduced is computed as by Fischetti and Salazar ("Solving the cell suppression
problem on tabular data with linear constraints", Management Science 47, 2001): the minimum and the maximum
of a suppressed count, by linear programming, given all that is published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIN_PUBLISHED_COUNT = 5
# The minimum width of the interval that can be deduced for a suppressed count.
MIN_INTERVAL_WIDTH = 5

Counts = Sequence[Sequence[int]]
CellIndex = tuple[int, int]
IntArray = NDArray[np.int_]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SuppressedCounts:
    """``cells[group][stage]`` and ``totals[stage]`` as published; None is suppressed."""

    cells: tuple[tuple[int | None, ...], ...]
    totals: tuple[int | None, ...]

    def column(self, stage: int) -> tuple[int | None, ...]:
        """Returns the cells of one stage."""
        return tuple(row[stage] for row in self.cells)


def publish(counts: Counts) -> SuppressedCounts:
    """Returns what may be published of groups (rows) by stage (columns), each stage a part of the one before.

    Totals are published too. Those who did not go on to the next stage can be computed where both are
    published, so they count as cells. A stage that cannot be published safely is suppressed whole.
    """
    table = np.array(counts, dtype=int).reshape(len(counts), -1)
    for stage_count in range(table.shape[1], 0, -1):
        hidden = _cells_to_suppress(table[:, :stage_count])
        if hidden is not None:
            return _suppressed(table, hidden, stage_count)
    return SuppressedCounts(((None,) * table.shape[1],) * len(table), (None,) * table.shape[1])


def _cells_to_suppress(table: IntArray) -> set[CellIndex] | None:
    """Returns the cells to suppress, or None if the last stage cannot be published."""
    totals = table.sum(axis=0)
    dropped_out = totals[:-1] - totals[1:]
    if (totals < MIN_PUBLISHED_COUNT).any() or (dropped_out < MIN_PUBLISHED_COUNT).any():
        return None
    hidden = set(_primary_suppressions(table))
    while (exposed := next(_disclosed_cells(table, hidden), None)) is not None:
        stage = exposed[1]
        candidates = [(table[g, stage], g) for g in range(len(table)) if (g, stage) not in hidden]
        if not candidates:
            return None
        hidden.add((min(candidates)[1], stage))
    return hidden


def _primary_suppressions(table: IntArray) -> Iterator[CellIndex]:
    for (group, stage), count in np.ndenumerate(table):
        previous_count = table[group, stage - 1] if stage else None
        if count < MIN_PUBLISHED_COUNT or (
            previous_count is not None and MIN_PUBLISHED_COUNT <= previous_count < count + MIN_PUBLISHED_COUNT
        ):
            yield group, stage


def _disclosed_cells(table: IntArray, hidden: set[CellIndex]) -> Iterator[CellIndex]:
    """Yields suppressed cells of which too much can be deduced."""
    for stage in range(table.shape[1]):
        groups = [group for group in range(len(table)) if (group, stage) in hidden]
        counts = table[groups, stage]
        # A small cell is suppressed for being under five: if the sum is extreme, each cell is known.
        lowest, highest = MIN_PUBLISHED_COUNT, (MIN_PUBLISHED_COUNT - 1) * len(groups)
        is_extreme = counts.sum() < lowest or counts.sum() >= highest
        if groups and is_extreme and (counts < MIN_PUBLISHED_COUNT).all():
            yield groups[0], stage
    attack = _Attacker(table, hidden)
    for group, stage in sorted(hidden, key=lambda cell: (cell[1], cell[0])):
        if attack.interval_width({(group, stage): 1}) < MIN_INTERVAL_WIDTH:
            yield group, stage
        for first in (stage - 1, stage):
            if (
                _has_small_dropout(table, group, first)
                and attack.interval_width({(group, first): 1, (group, first + 1): -1}) < MIN_INTERVAL_WIDTH
            ):
                yield group, first + 1


def _has_small_dropout(table: IntArray, group: int, stage: int) -> bool:
    """Returns whether few of a group did not go on from a stage to the next."""
    if not 0 <= stage < table.shape[1] - 1:
        return False
    return bool(table[group, stage] - table[group, stage + 1] < MIN_PUBLISHED_COUNT)


class _Attacker:
    """What can be deduced from the published cells and totals, given that no stage adds people."""

    def __init__(self, table: IntArray, hidden: set[CellIndex]) -> None:
        self._table, self._index = table, {cell: index for index, cell in enumerate(sorted(hidden))}
        self._equality_matrix, self._equality_values = self._total_constraints()
        self._upper_matrix, self._upper_values = self._stage_constraints()

    def interval_width(self, weights: dict[CellIndex, int]) -> float:
        """Returns the width of the interval of a weighted sum of cells."""
        from scipy.optimize import linprog

        objective = np.zeros(len(self._index))
        for cell, factor in weights.items():
            if cell in self._index:
                objective[self._index[cell]] = factor
        extremes = [
            linprog(
                sign * objective,
                self._upper_matrix,
                self._upper_values,
                self._equality_matrix,
                self._equality_values,
                method="highs",
            ).fun
            for sign in (1, -1)
        ]
        return float(-extremes[1] - extremes[0])

    def _total_constraints(self) -> tuple[FloatArray, list[int]]:
        stages = sorted({stage for _, stage in self._index})
        matrix = np.zeros((len(stages), len(self._index)))
        values = [0] * len(stages)
        for (group, stage), index in self._index.items():
            matrix[stages.index(stage), index] = 1
            values[stages.index(stage)] += int(self._table[group, stage])
        return matrix, values

    def _stage_constraints(self) -> tuple[FloatArray | None, list[int] | None]:
        rows, limits = [], []
        for group in range(len(self._table)):
            for stage in range(1, self._table.shape[1]):
                if not self._index.keys() & {(group, stage), (group, stage - 1)}:
                    continue
                row = np.zeros(len(self._index))
                limit = 0
                for cell, sign in (((group, stage), 1), ((group, stage - 1), -1)):
                    if cell in self._index:
                        row[self._index[cell]] = sign
                    else:
                        limit -= sign * int(self._table[cell])
                rows.append(row)
                limits.append(limit)
        return (np.array(rows), limits) if rows else (None, None)


def _suppressed(table: IntArray, hidden: set[CellIndex], stage_count: int) -> SuppressedCounts:
    """Returns the table without the hidden cells and the stages from ``stage_count`` on."""
    cells = tuple(
        tuple(
            None if (group, stage) in hidden or stage >= stage_count else int(count) for stage, count in enumerate(row)
        )
        for group, row in enumerate(table)
    )
    totals = tuple(int(total) if stage < stage_count else None for stage, total in enumerate(table.sum(axis=0)))
    return SuppressedCounts(cells, totals)
