"""What may be published of a table of counts: no cell under five, and none that can be worked out.

Cells under five are hidden, and then as many others as it takes that neither subtraction nor any other
reasoning from what is shown pins a hidden one down (complementary suppression: Hundepool et al. 2012,
"Statistical Disclosure Control", ch. 4). What an outsider can know is found as Fischetti and Salazar do
("Solving the cell suppression problem on tabular data with linear constraints", Management Science 47,
2001): the least and the most that a hidden count can be, by linear programming, given all that is shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_SHOWN = 5
# How wide the interval of a hidden count has to stay for somebody who knows everything that is shown.
WIDTH = 5

Counts = Sequence[Sequence[int]]
Place = tuple[int, int]
Whole = NDArray[np.int_]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class Published:
    """``cells[group][stage]`` and ``totals[stage]`` as they may be shown; None is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    totals: tuple[int | None, ...]

    def column(self, stage: int) -> tuple[int | None, ...]:
        """The cells of one stage."""
        return tuple(row[stage] for row in self.cells)


def publish(counts: Counts) -> Published:
    """What may be shown of groups (rows) through stages (columns), each stage a part of the one before.

    The totals are shown too, and those who did not go on from a stage to the next one can be worked out
    wherever both are shown: they count as cells. A stage that can't be told without giving something away
    is hidden whole.
    """
    table = np.array(counts, dtype=int).reshape(len(counts), -1)
    for kept in range(table.shape[1], 0, -1):
        hidden = _hidden(table[:, :kept])
        if hidden is not None:
            return _published(table, hidden, kept)
    return Published(((None,) * table.shape[1],) * len(table), (None,) * table.shape[1])


def _hidden(table: Whole) -> set[Place] | None:
    """The places to hide, or None where the last stage can't be told at all."""
    totals = table.sum(axis=0)
    gone = totals[:-1] - totals[1:]
    if (totals < LEAST_SHOWN).any() or (gone < LEAST_SHOWN).any():
        return None
    hidden = set(_primary(table))
    while (exposed := next(_exposed(table, hidden), None)) is not None:
        stage = exposed[1]
        shown = [(table[g, stage], g) for g in range(len(table)) if (g, stage) not in hidden]
        if not shown:
            return None
        hidden.add((min(shown)[1], stage))
    return hidden


def _primary(table: Whole) -> Iterator[Place]:
    for (group, stage), count in np.ndenumerate(table):
        before = table[group, stage - 1] if stage else None
        if count < LEAST_SHOWN or (before is not None and LEAST_SHOWN <= before < count + LEAST_SHOWN):
            yield group, stage


def _exposed(table: Whole, hidden: set[Place]) -> Iterator[Place]:
    """Hidden places of which too much can be known."""
    for stage in range(table.shape[1]):
        here = [group for group in range(len(table)) if (group, stage) in hidden]
        sum_hidden = int(sum(table[group, stage] for group in here))
        # Who knows that a small cell is hidden knows as well that all are as small as can be, or as large.
        told = sum_hidden < LEAST_SHOWN or sum_hidden >= (LEAST_SHOWN - 1) * len(here)
        if here and told and all(table[group, stage] < LEAST_SHOWN for group in here):
            yield here[0], stage
    attack = _Attack(table, hidden)
    for group, stage in sorted(hidden, key=lambda place: (place[1], place[0])):
        if attack.width({(group, stage): 1}) < WIDTH:
            yield group, stage
        for first in (stage - 1, stage):
            if (
                _is_small(table, group, first)
                and attack.width({(group, first): 1, (group, first + 1): -1}) < WIDTH
            ):
                yield group, first + 1


def _is_small(table: Whole, group: int, stage: int) -> bool:
    """Whether few of a group did not go on from a stage to the next."""
    if not 0 <= stage < table.shape[1] - 1:
        return False
    return bool(table[group, stage] - table[group, stage + 1] < LEAST_SHOWN)


class _Attack:
    """What an outsider can work out who knows the shown cells, the totals and that no stage adds people."""

    def __init__(self, table: Whole, hidden: set[Place]) -> None:
        self._table, self._number = table, {place: number for number, place in enumerate(sorted(hidden))}
        self._sums, self._of = self._of_totals()
        self._less, self._than = self._of_stages()

    def width(self, wanted: dict[Place, int]) -> float:
        """How far apart the least and the most of a sum of hidden and shown cells are."""
        from scipy.optimize import linprog

        goal = np.zeros(len(self._number))
        for place, factor in wanted.items():
            if place in self._number:
                goal[self._number[place]] = factor
        ends = [
            linprog(sign * goal, self._less, self._than, self._sums, self._of, method="highs").fun
            for sign in (1, -1)
        ]
        return float(-ends[1] - ends[0])

    def _of_totals(self) -> tuple[Real, list[int]]:
        stages = sorted({stage for _, stage in self._number})
        sums = np.zeros((len(stages), len(self._number)))
        of = [0] * len(stages)
        for (group, stage), number in self._number.items():
            sums[stages.index(stage), number] = 1
            of[stages.index(stage)] += int(self._table[group, stage])
        return sums, of

    def _of_stages(self) -> tuple[Real | None, list[int] | None]:
        rows, than = [], []
        for group in range(len(self._table)):
            for stage in range(1, self._table.shape[1]):
                later, before = self._number.get((group, stage)), self._number.get((group, stage - 1))
                if later is None and before is None:
                    continue
                row = np.zeros(len(self._number))
                limit = 0
                if later is None:
                    limit -= int(self._table[group, stage])
                else:
                    row[later] = 1
                if before is None:
                    limit += int(self._table[group, stage - 1])
                else:
                    row[before] = -1
                rows.append(row)
                than.append(limit)
        return (np.array(rows), than) if rows else (None, None)


def _published(table: Whole, hidden: set[Place], kept: int) -> Published:
    """The table with the hidden places, and the stages from ``kept`` on, left out."""
    cells = tuple(
        tuple(
            None if (group, stage) in hidden or stage >= kept else int(count)
            for stage, count in enumerate(row)
        )
        for group, row in enumerate(table)
    )
    totals = tuple(int(each) if stage < kept else None for stage, each in enumerate(table.sum(axis=0)))
    return Published(cells, totals)
