"""Sharing applications out among jurors: even loads, no barred pair, jurors mixed as widely as can be.

The pair-aware greedy: applications in random order, the least-loaded juror first, among those the one who
shares fewest applications with the readers already picked. Mixing matters since the calibration of the
scores needs every juror linked with every other through applications that both have read. What the greedy
leaves open or uneven is put right by ``reviewer.jury.exchange``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from reviewer.jury.exchange import Exchange

_LOAD_FIRST = 2.0**32  # one application more outweighs anything that jurors may share


@dataclass(slots=True)
class Need:
    """An application that wants ``missing`` more readers. Jurors are numbered from 0.

    ``readers`` read it already, ``barred`` may not; ``given`` is what the deal adds. One that comes
    ``first`` is dealt before the others.
    """

    missing: int
    readers: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    given: list[int] = field(default_factory=list)
    first: bool = False

    def can_take(self, juror: int) -> bool:
        """Whether this juror could still be given this application."""
        return juror not in self.readers and juror not in self.barred and juror not in self.given

    @property
    def lacking(self) -> int:
        """How many readers it still wants after the deal."""
        return self.missing - len(self.given)


@dataclass(frozen=True)
class Outcome:
    """What a deal came to: how many groups of jurors share nothing with one another (1: all are linked)."""

    loads: tuple[int, ...]
    groups: int


def deal(
    needs: Sequence[Need], loads: Sequence[int], *, limits: Sequence[float] | None = None, seed: int
) -> Outcome:
    """Fills each need's ``given``, with loads within one of each other wherever conflicts and limits let it.

    ``loads`` is how many applications each juror has already; those stay. ``limits`` is the most that
    each takes in all. Whatever can be covered is: a need is left ``lacking`` only where no way of dealing
    the new readings covers more of them. The same input and seed deal the same.
    """
    rng = np.random.default_rng(seed)
    table = _Table(loads, limits, rng)
    for need in needs:
        table.sit(sorted(need.readers))
    order = rng.permutation(len(needs))
    for number in sorted(order, key=lambda each: not needs[each].first):
        if needs[number].missing > 0:
            table.serve(needs[number])
    return _settle(needs, table.loads, table.limits)


def level(needs: Sequence[Need], loads: Sequence[int], *, limits: Sequence[float] | None = None) -> Outcome:
    """Moves as little as it takes of what is ``given`` already until loads are even and within limits.

    ``loads`` counts the given ones too.
    """
    exchange = Exchange(needs, np.array(loads, dtype=np.int64), _limits(limits, len(loads)))
    exchange.unburden()
    exchange.even()
    return Outcome(tuple(int(each) for each in exchange.loads), exchange.groups())


def _settle(needs: Sequence[Need], loads: np.ndarray, limits: np.ndarray) -> Outcome:
    exchange = Exchange(needs, loads.astype(np.int64), limits)
    exchange.cover()
    exchange.even()
    groups = exchange.link()
    return Outcome(tuple(int(each) for each in exchange.loads), groups)


def _limits(limits: Sequence[float] | None, jurors: int) -> np.ndarray:
    return np.full(jurors, np.inf) if limits is None else np.array(limits, dtype=np.float64)


class _Table:
    """How many applications each juror has, and each pair of jurors has in common."""

    def __init__(
        self, loads: Sequence[int], limits: Sequence[float] | None, rng: np.random.Generator
    ) -> None:
        self.jurors = len(loads)
        self.loads = np.array(loads, dtype=np.float64)
        self.limits = _limits(limits, self.jurors)
        self.cost = np.where(self.loads < self.limits, self.loads * _LOAD_FIRST, np.inf)
        self.shared = np.zeros((self.jurors, self.jurors))
        self.lots = np.tile(rng.permutation(self.jurors) / (2 * self.jurors), 2)
        self.rng = rng

    def sit(self, readers: Sequence[int]) -> None:
        """Notes that these read the same application."""
        for reader in readers:
            self.shared[reader, readers] += 1

    def serve(self, need: Need) -> None:
        """Picks the readers that an application lacks: by load, then by what they share, then by lot."""
        first = self.rng.integers(self.jurors)
        common = self.lots[first : first + self.jurors] + self.shared[list(need.readers)].sum(axis=0)
        common[list(need.readers | need.barred)] = np.inf
        for _ in range(need.missing):
            wanted = self.cost + common
            juror = int(np.argmin(wanted))
            if wanted[juror] == np.inf:
                return
            for reader in (*need.readers, *need.given):
                self.shared[juror, reader] += 1
                self.shared[reader, juror] += 1
            need.given.append(juror)
            self._load(juror)
            common += self.shared[juror]
            common[juror] = np.inf

    def _load(self, juror: int) -> None:
        self.loads[juror] += 1
        full = self.loads[juror] >= self.limits[juror]
        self.cost[juror] = np.inf if full else self.loads[juror] * _LOAD_FIRST
