"""Dealing of applications to jurors: even loads, no barred pair, jurors mixed as widely as possible.

A greedy algorithm on pairs of jurors: applications come in random order, and each goes to the least-loaded
juror who shares fewest applications with the readers already picked. Mixing matters because the calibration
of scores needs every pair of jurors linked through applications that both have read.
``reviewer.jury.assignment.rebalancing`` then covers and levels what the greedy algorithm leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reviewer.jury.assignment.rebalancing import Need, Rebalancing

_LOAD_COST = 2.0**32  # one application more outweighs anything that jurors may share


@dataclass(frozen=True)
class Outcome:
    """The result of a deal.

    ``groups`` is the number of groups of jurors that share no application with each other; 1 if all are
    linked.
    """

    loads: tuple[int, ...]
    groups: int


def deal(needs: Sequence[Need], loads: Sequence[int], *, limits: Sequence[float] | None = None, seed: int) -> Outcome:
    """Fills the ``new_readers`` of every need, with loads as even as conflicts and limits allow.

    ``loads`` is the number of applications each juror already has; those stay. ``limits`` is the maximum for
    each juror in total. Coverage is maximal: a need stays ``still_missing`` only where no other deal of the
    new readings covers more needs. The same input and seed give the same deal.
    """
    rng = np.random.default_rng(seed)
    greedy = _GreedyDeal(loads, limits, rng)
    for need in needs:
        greedy.count_shared(sorted(need.readers))
    order = rng.permutation(len(needs))
    for number in sorted(order, key=lambda index: not needs[index].is_priority):
        if needs[number].missing > 0:
            greedy.pick_readers(needs[number])
    return _improve(needs, greedy.loads, greedy.limits)


def level(needs: Sequence[Need], loads: Sequence[int], *, limits: Sequence[float] | None = None) -> Outcome:
    """Moves as few ``new_readers`` as needed until loads are even and within limits.

    ``loads`` includes the new readers.
    """
    exchange = Rebalancing(needs, np.array(loads, dtype=np.int64), _limit_array(limits, len(loads)))
    exchange.enforce_limits()
    exchange.level_loads()
    return Outcome(tuple(int(load) for load in exchange.loads), exchange.count_groups())


def _improve(needs: Sequence[Need], loads: np.ndarray, limits: np.ndarray) -> Outcome:
    exchange = Rebalancing(needs, loads.astype(np.int64), limits)
    exchange.cover()
    exchange.level_loads()
    groups = exchange.link_groups()
    return Outcome(tuple(int(load) for load in exchange.loads), groups)


def _limit_array(limits: Sequence[float] | None, jurors: int) -> np.ndarray:
    return np.full(jurors, np.inf) if limits is None else np.array(limits, dtype=np.float64)


class _GreedyDeal:
    """The loads of jurors, and the number of applications that each pair of jurors shares."""

    def __init__(self, loads: Sequence[int], limits: Sequence[float] | None, rng: np.random.Generator) -> None:
        self.jurors = len(loads)
        self.loads = np.array(loads, dtype=np.float64)
        self.limits = _limit_array(limits, self.jurors)
        self.cost = np.where(self.loads < self.limits, self.loads * _LOAD_COST, np.inf)
        self.shared = np.zeros((self.jurors, self.jurors))
        self.lots = np.tile(rng.permutation(self.jurors) / (2 * self.jurors), 2)
        self.rng = rng

    def count_shared(self, readers: Sequence[int]) -> None:
        """Counts that these readers share an application."""
        for reader in readers:
            self.shared[reader, readers] += 1

    def pick_readers(self, need: Need) -> None:
        """Picks the missing readers of an application: by load, then by shared applications, then by lot."""
        first = self.rng.integers(self.jurors)
        common = self.lots[first : first + self.jurors] + self.shared[list(need.readers)].sum(axis=0)
        common[list(need.readers | need.barred)] = np.inf
        for _ in range(need.missing):
            costs = self.cost + common
            juror = int(np.argmin(costs))
            if costs[juror] == np.inf:
                return
            for reader in (*need.readers, *need.new_readers):
                self.shared[juror, reader] += 1
                self.shared[reader, juror] += 1
            need.new_readers.append(juror)
            self._add_load(juror)
            common += self.shared[juror]
            common[juror] = np.inf

    def _add_load(self, juror: int) -> None:
        self.loads[juror] += 1
        full = self.loads[juror] >= self.limits[juror]
        self.cost[juror] = np.inf if full else self.loads[juror] * _LOAD_COST
