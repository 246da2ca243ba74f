"""The data of a selection: people best first, seats of venues, bounds on groups."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reviewer.core.arrays import BoolArray, FloatArray, IntArray

OVERALL = -1
NO_PREFERENCE = -1


@dataclass(frozen=True)
class Bound:
    """A minimum or maximum of ``members`` (people), overall or in the venue of this index.

    ``rule`` is the index of the rule it comes from; ``lowered_from`` the minimum as written, where fewer
    people than that could fill it.
    """

    rule: int
    label: str
    group: str
    members: BoolArray
    at_least: int | None = None
    at_most: int | None = None
    venue: int = OVERALL
    lowered_from: int | None = None


@dataclass(frozen=True)
class Pool:
    """The people who may be selected, best first by the ranking in force.

    ``merit`` (people) is on the rubric's scale, ``lots`` (people) in [0, 1), ``travel`` (people × venues) in
    metres, 0 where unknown, ``preferred`` (people) the index of a venue or ``NO_PREFERENCE``.
    """

    folios: tuple[str, ...]
    merit: FloatArray
    lots: FloatArray
    travel: IntArray
    preferred: IntArray

    def __len__(self) -> int:
        return len(self.folios)


@dataclass(frozen=True)
class Problem:
    """A pool, the seats of each venue, and the bounds that the cohort has to keep."""

    pool: Pool
    seats: tuple[int, ...]
    bounds: tuple[Bound, ...] = ()

    @property
    def total(self) -> int:
        """The seats of all venues together."""
        return sum(self.seats)

    def without(self, rules: Iterable[int]) -> "Problem":
        """Returns the same problem without the bounds of these rules."""
        dropped = set(rules)
        return replace(self, bounds=tuple(bound for bound in self.bounds if bound.rule not in dropped))

    @cached_property
    def cells(self) -> "Cells":
        """The people grouped by the bounds that they belong to."""
        return _cells(self)


@dataclass(frozen=True)
class Cells:
    """``cell_of`` (people) is each person's cell, ``sizes`` (cells) their numbers of people.

    ``members`` (bounds × cells) flags the cells that belong to each bound.
    """

    cell_of: IntArray
    sizes: IntArray
    members: BoolArray


@dataclass(frozen=True)
class Cohort:
    """``people`` (n) are indices of the pool, best first, and ``venues`` (n) the venue of each."""

    people: IntArray
    venues: IntArray

    def counts(self, bounds: Iterable[Bound]) -> list[int]:
        """Returns how many people of the cohort belong to each bound."""
        return [
            int(np.sum(bound.members[self.people] & ((bound.venue == OVERALL) | (self.venues == bound.venue))))
            for bound in bounds
        ]


def breach(bound: Bound, count: int) -> int:
    """Returns by how many people a count violates a bound; 0 where it is kept."""
    short = max(0, bound.at_least - count) if bound.at_least is not None else 0
    over = max(0, count - bound.at_most) if bound.at_most is not None else 0
    return short + over


def _cells(problem: Problem) -> Cells:
    count = len(problem.pool)
    if not problem.bounds or not count:
        sizes = np.array([count] if count else [], dtype=np.int64)
        empty = np.zeros((len(problem.bounds), len(sizes)), dtype=bool)
        return Cells(np.zeros(count, dtype=np.int64), sizes, empty)
    flags = np.packbits(np.stack([bound.members for bound in problem.bounds], axis=1), axis=1)
    patterns = np.ascontiguousarray(flags).view(np.dtype((np.void, flags.shape[1]))).ravel()
    _, first, cell_of, sizes = np.unique(patterns, return_index=True, return_inverse=True, return_counts=True)
    members = np.stack([bound.members[first] for bound in problem.bounds])
    return Cells(cell_of.ravel().astype(np.int64), sizes.astype(np.int64), members)
