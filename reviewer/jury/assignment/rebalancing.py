"""Moving of single applications along chains of jurors, until all are covered and loads are even.

A deal is a flow from applications to jurors. It covers as much as possible once no chain leads from an
application that lacks a reader to a juror with room, and is as even as possible once no chain leads from a
juror to one with two fewer (augmenting paths of Ford and Fulkerson 1956; for semi-matchings, Harvey, Ladner,
Lovász and Tamir 2006). The result is exact at any size, and each step moves no more than needed.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from reviewer.core.arrays import BoolArray, FloatArray, IntArray

_MAX_SWAP_TRIES = 400  # swaps looked at on either side to link two groups of jurors


@dataclass(slots=True)
class Need:
    """An application that needs ``missing`` more readers. Jurors are numbered from 0.

    ``readers`` read it already, ``barred`` may not, ``new_readers`` are added by the deal. A need that
    ``is_priority`` is dealt before the others.
    """

    missing: int
    readers: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    new_readers: list[int] = field(default_factory=list)
    is_priority: bool = False

    def can_be_read_by(self, juror: int) -> bool:
        """Whether this juror could still be given this application."""
        return juror not in self.readers and juror not in self.barred and juror not in self.new_readers

    @property
    def still_missing(self) -> int:
        """The number of readers that it lacks after the deal."""
        return self.missing - len(self.new_readers)


class Rebalancing:
    """The new readings of a deal, which may be moved; earlier readings stay.

    ``application`` and ``juror`` have one element for each new reading.
    """

    def __init__(self, needs: Sequence[Need], loads: IntArray, limits: FloatArray) -> None:
        self.needs, self.loads, self.limits = needs, loads, limits
        counts = np.fromiter((len(need.new_readers) for need in needs), np.int64, len(needs))
        self.application = np.repeat(np.arange(len(needs)), counts)
        self.juror = np.fromiter(chain.from_iterable(need.new_readers for need in needs), np.int64, counts.sum())
        self._excluded_by_juror: dict[int, IntArray] | None = None

    def cover(self) -> None:
        """Finds readers for applications that lack them, as long as there is any way."""
        uncovered = [number for number, need in enumerate(self.needs) if need.still_missing > 0]
        chains = self._find_chains(self.loads < self.limits) if uncovered else {}
        for number in uncovered:
            while self.needs[number].still_missing > 0:
                start = self._choose_reader(number, chains)
                if start is None:
                    break
                self._follow_chain(start, chains)
                self._assign(number, start)
                chains = self._find_chains(self.loads < self.limits)

    def enforce_limits(self) -> None:
        """Moves what jurors have above their limits to jurors with room."""
        while (over := self.loads > self.limits).any():
            room = self.loads < self.limits
            lightest = room & (self.loads == np.where(room, self.loads, np.inf).min())
            for targets in (lightest, room):
                chains = self._find_chains(targets)
                able = [juror for juror in chains if over[juror]]
                if able:
                    self._follow_chain(able[0], chains)
                    break
            else:
                return

    def level_loads(self) -> None:
        """Evens the loads out as far as conflicts and limits allow."""
        stuck: set[int] = set()
        while True:
            target = self._lightest_juror(stuck)
            if target is None:
                return
            heavy = self.loads >= self.loads[target] + 2
            chains = self._find_chains(_mask_of(target, len(self.loads)), until=heavy)
            able = [juror for juror in chains if heavy[juror]]
            if not able:
                stuck.add(target)
                continue
            self._follow_chain(max(able, key=lambda juror: int(self.loads[juror])), chains)
            stuck.clear()

    def count_groups(self) -> int:
        """Returns the number of groups of jurors that share no application, without idle jurors."""
        return len(set(self._group_labels().values()))

    def link_groups(self) -> int:
        """Joins groups of jurors by swaps that change no load; returns how many groups remain.

        Two groups can be joined if one of them has a reading whose removal does not divide it.
        """
        groups = self.count_groups()
        while groups > 1 and self._swap_between_groups(self._group_labels()):
            fewer = self.count_groups()
            if fewer >= groups:
                break
            groups = fewer
        return groups

    def _lightest_juror(self, stuck: set[int]) -> int | None:
        room = [juror for juror in range(len(self.loads)) if juror not in stuck and self._has_room(juror)]
        if not room or not self.juror.size:
            return None
        target = min(room, key=lambda juror: int(self.loads[juror]))
        holders = np.unique(self.juror)
        return target if self.loads[holders].max() - self.loads[target] > 1 else None

    def _has_room(self, juror: int) -> bool:
        return bool(self.loads[juror] < self.limits[juror])

    def _find_chains(self, targets: BoolArray, until: BoolArray | None = None) -> dict[int, tuple[int, int] | None]:
        """Returns the jurors from whom a chain leads to a target: the first reading to move, and its taker.

        Searches breadth first, so that chains are shortest; stops once a juror of ``until`` is reached.
        """
        chains: dict[int, tuple[int, int] | None] = {int(juror): None for juror in np.flatnonzero(targets)}
        queue = deque(chains)
        while queue and len(chains) < len(self.loads):
            taker = queue.popleft()
            holders, places = np.unique(self.juror[self._takeover_mask(taker)], return_index=True)
            readings = np.flatnonzero(self._takeover_mask(taker))[places]
            for holder, reading in zip(holders.tolist(), readings.tolist(), strict=True):
                if holder not in chains:
                    chains[holder] = (reading, taker)
                    queue.append(holder)
            if until is not None and any(until[holder] for holder in holders):
                break
        return chains

    def _takeover_mask(self, juror: int) -> BoolArray:
        """Returns which of the new readings this juror could take over."""
        able = np.ones(len(self.needs), dtype=bool)
        able[self._excluded_applications(juror)] = False
        able[self.application[self.juror == juror]] = False
        mask: BoolArray = able[self.application]
        return mask

    def _excluded_applications(self, juror: int) -> IntArray:
        """Returns the applications that this juror has already or may not read."""
        if self._excluded_by_juror is None:
            blocked = [tuple(need.readers | need.barred) for need in self.needs]
            lengths = np.fromiter(map(len, blocked), np.int64, len(blocked))
            jurors = np.fromiter(chain.from_iterable(blocked), np.int64, lengths.sum())
            applications = np.repeat(np.arange(len(blocked)), lengths)
            order = np.argsort(jurors, kind="stable")
            cuts = np.searchsorted(jurors[order], np.arange(len(self.loads) + 1))
            parts = np.split(applications[order], cuts[1:-1])
            self._excluded_by_juror = dict(enumerate(parts))
        return self._excluded_by_juror[juror]

    def _choose_reader(self, number: int, chains: dict[int, tuple[int, int] | None]) -> int | None:
        """Returns who takes an uncovered application: a juror with room, else one who can pass one on."""
        able = [juror for juror in chains if self.needs[number].can_be_read_by(juror)]
        return min(able, key=lambda juror: (chains[juror] is not None, int(self.loads[juror])), default=None)

    def _follow_chain(self, start: int, chains: dict[int, tuple[int, int] | None]) -> None:
        giver = start
        while (step := chains[giver]) is not None:
            reading, taker = step
            self._move(reading, taker)
            giver = taker

    def _move(self, reading: int, taker: int) -> None:
        giver, new_readers = int(self.juror[reading]), self.needs[self.application[reading]].new_readers
        new_readers[new_readers.index(giver)] = taker
        self.juror[reading] = taker
        self.loads[giver] -= 1
        self.loads[taker] += 1

    def _assign(self, number: int, juror: int) -> None:
        self.needs[number].new_readers.append(juror)
        self.application = np.append(self.application, number)
        self.juror = np.append(self.juror, juror)
        self.loads[juror] += 1

    def _group_labels(self) -> dict[int, int]:
        """Returns the group of each juror who has any application."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = len(self.loads)
        jurors = np.concatenate((self._existing_readings()[0], self.juror))
        applications = np.concatenate((self._existing_readings()[1], self.application))
        graph = coo_array(
            (np.ones(len(jurors), dtype=np.int8), (jurors, size + applications)),
            shape=(size + len(self.needs),) * 2,
        )
        labels = connected_components(graph, directed=False)[1]
        return {int(juror): int(labels[juror]) for juror in np.unique(jurors)}

    def _existing_readings(self) -> tuple[IntArray, IntArray]:
        lengths = np.fromiter((len(need.readers) for need in self.needs), np.int64, len(self.needs))
        jurors = np.fromiter(chain.from_iterable(need.readers for need in self.needs), np.int64, lengths.sum())
        return jurors, np.repeat(np.arange(len(self.needs)), lengths)

    def _swap_between_groups(self, labels: dict[int, int]) -> bool:
        """Swaps a reading that its group can spare with another group, or moves it if loads allow."""
        readings_by_group = self._readings_by_group(labels)
        for spare in self._redundant_readings()[:_MAX_SWAP_TRIES]:
            giver, spare_need = int(self.juror[spare]), self.needs[self.application[spare]]
            for group, readings in readings_by_group.items():
                if group == labels[giver]:
                    continue
                for other_reading in readings[:_MAX_SWAP_TRIES]:
                    taker, other_need = (
                        int(self.juror[other_reading]),
                        self.needs[self.application[other_reading]],
                    )
                    if spare_need.can_be_read_by(taker) and other_need.can_be_read_by(giver):
                        self._move(spare, taker)
                        self._move(other_reading, giver)
                        return True
                for taker in (juror for juror, label in labels.items() if label == group):
                    if (
                        self.loads[taker] < self.loads[giver]
                        and self._has_room(taker)
                        and spare_need.can_be_read_by(taker)
                    ):
                        self._move(spare, taker)
                        return True
        return False

    def _readings_by_group(self, labels: dict[int, int]) -> dict[int, list[int]]:
        by_group: dict[int, list[int]] = {label: [] for label in labels.values()}
        for reading, juror in enumerate(self.juror.tolist()):
            by_group[labels[juror]].append(reading)
        return by_group

    def _redundant_readings(self) -> list[int]:
        """Returns the new readings that close a cycle in the graph of jurors and applications.

        Removing one of them divides no group. Earlier readings are added first, so that every cycle with a
        movable reading is closed by a movable one.
        """
        forest = _DisjointSets(len(self.loads) + len(self.needs))
        size = len(self.loads)
        for juror, application in zip(*self._existing_readings(), strict=True):
            forest.union(int(juror), size + int(application))
        edges = enumerate(zip(self.juror.tolist(), self.application.tolist(), strict=True))
        return [place for place, (juror, number) in edges if not forest.union(juror, size + number)]


class _DisjointSets:
    """Disjoint sets of nodes (union-find)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def union(self, one: int, other: int) -> bool:
        """Joins the sets of two nodes; returns whether they were separate."""
        one, other = self._find(one), self._find(other)
        self.parent[one] = other
        return one != other

    def _find(self, node: int) -> int:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node


def _mask_of(place: int, size: int) -> BoolArray:
    mask: BoolArray = np.arange(size) == place
    return mask
