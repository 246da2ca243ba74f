"""Passing single applications on along chains of jurors, until all are covered and loads are even.

A deal is a flow from applications to jurors: it covers as much as can be once no chain leads from an
application that lacks a reader to a juror with room, and is as even as can be once no chain leads from a
juror to one with two fewer (the augmenting paths of Ford and Fulkerson 1956, and those of a semi-matching,
Harvey, Ladner, Lovász and Tamir 2006). Exact at any size, and it moves no more than each step needs.
"""

from collections import deque
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from reviewer.jury.dealing import Need

_TRIES = 400  # swaps looked at on either side to link two groups of jurors
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Exchange:
    """The readings that a deal gave, which may be passed on; those of before stay."""

    def __init__(self, needs: Sequence["Need"], loads: Ints, limits: NDArray[np.float64]) -> None:
        self.needs, self.loads, self.limits = needs, loads, limits
        counts = np.fromiter((len(each.given) for each in needs), np.int64, len(needs))
        self.application = np.repeat(np.arange(len(needs)), counts)
        self.juror = np.fromiter(chain.from_iterable(each.given for each in needs), np.int64, counts.sum())
        self._fixed: dict[int, Ints] | None = None

    def cover(self) -> None:
        """Finds a reader for every application that lacks one, as long as there is any way to."""
        open_ones = [number for number, need in enumerate(self.needs) if need.lacking > 0]
        ways = self._ways(self.loads < self.limits) if open_ones else {}
        for number in open_ones:
            while self.needs[number].lacking > 0:
                start = self._first(number, ways)
                if start is None:
                    break
                self._pass_on(start, ways)
                self._give(number, start)
                ways = self._ways(self.loads < self.limits)

    def unburden(self) -> None:
        """Takes from those above their limit what others have room for."""
        while (over := self.loads > self.limits).any():
            room = self.loads < self.limits
            lightest = room & (self.loads == np.where(room, self.loads, np.inf).min())
            for targets in (lightest, room):
                ways = self._ways(targets)
                able = [juror for juror in ways if over[juror]]
                if able:
                    self._pass_on(able[0], ways)
                    break
            else:
                return

    def even(self) -> None:
        """Evens the loads out, as far as conflicts and limits let it."""
        stuck: set[int] = set()
        while True:
            target = self._lightest(stuck)
            if target is None:
                return
            heavy = self.loads >= self.loads[target] + 2
            ways = self._ways(_only(target, len(self.loads)), until=heavy)
            able = [juror for juror in ways if heavy[juror]]
            if not able:
                stuck.add(target)
                continue
            self._pass_on(max(able, key=lambda juror: int(self.loads[juror])), ways)
            stuck.clear()

    def groups(self) -> int:
        """How many groups of jurors share no application with one another; who has nothing is in none."""
        return len(set(self._labels().values()))

    def link(self) -> int:
        """Joins groups of jurors that share nothing, by swaps that change nobody's load; those that remain.

        Two groups can be joined where one of them holds a reading whose loss would not part it.
        """
        groups = self.groups()
        while groups > 1 and self._swap(self._labels()):
            fewer = self.groups()
            if fewer >= groups:
                break
            groups = fewer
        return groups

    def _lightest(self, stuck: set[int]) -> int | None:
        room = [juror for juror in range(len(self.loads)) if juror not in stuck and self._has_room(juror)]
        if not room or not self.juror.size:
            return None
        target = min(room, key=lambda juror: int(self.loads[juror]))
        holders = np.unique(self.juror)
        return target if self.loads[holders].max() - self.loads[target] > 1 else None

    def _has_room(self, juror: int) -> bool:
        return bool(self.loads[juror] < self.limits[juror])

    def _ways(self, targets: Truths, until: Truths | None = None) -> dict[int, tuple[int, int] | None]:
        """Of each juror from whom a chain leads to a target: the reading to pass on first, and to whom.

        Breadth first, so that chains are shortest; stops once a juror of ``until`` is reached.
        """
        ways: dict[int, tuple[int, int] | None] = {int(each): None for each in np.flatnonzero(targets)}
        queue = deque(ways)
        while queue and len(ways) < len(self.loads):
            taker = queue.popleft()
            holders, places = np.unique(self.juror[self._takeable(taker)], return_index=True)
            readings = np.flatnonzero(self._takeable(taker))[places]
            for holder, reading in zip(holders.tolist(), readings.tolist(), strict=True):
                if holder not in ways:
                    ways[holder] = (reading, taker)
                    queue.append(holder)
            if until is not None and any(until[each] for each in holders):
                break
        return ways

    def _takeable(self, juror: int) -> Truths:
        """Which of the given readings this juror could take over."""
        able = np.ones(len(self.needs), dtype=bool)
        able[self._known(juror)] = False
        able[self.application[self.juror == juror]] = False
        found: Truths = able[self.application]
        return found

    def _known(self, juror: int) -> Ints:
        """The applications that this juror has read already, or may not read."""
        if self._fixed is None:
            blocked = [tuple(need.readers | need.barred) for need in self.needs]
            lengths = np.fromiter(map(len, blocked), np.int64, len(blocked))
            jurors = np.fromiter(chain.from_iterable(blocked), np.int64, lengths.sum())
            applications = np.repeat(np.arange(len(blocked)), lengths)
            order = np.argsort(jurors, kind="stable")
            cuts = np.searchsorted(jurors[order], np.arange(len(self.loads) + 1))
            parts = np.split(applications[order], cuts[1:-1])
            self._fixed = dict(enumerate(parts))
        return self._fixed[juror]

    def _first(self, number: int, ways: dict[int, tuple[int, int] | None]) -> int | None:
        """Who takes an application that lacks a reader: whoever has room, else who can pass one on."""
        able = [juror for juror in ways if self.needs[number].can_take(juror)]
        return min(able, key=lambda juror: (ways[juror] is not None, int(self.loads[juror])), default=None)

    def _pass_on(self, start: int, ways: dict[int, tuple[int, int] | None]) -> None:
        giver = start
        while (step := ways[giver]) is not None:
            reading, taker = step
            self._move(reading, taker)
            giver = taker

    def _move(self, reading: int, taker: int) -> None:
        giver, given = int(self.juror[reading]), self.needs[self.application[reading]].given
        given[given.index(giver)] = taker
        self.juror[reading] = taker
        self.loads[giver] -= 1
        self.loads[taker] += 1

    def _give(self, number: int, juror: int) -> None:
        self.needs[number].given.append(juror)
        self.application = np.append(self.application, number)
        self.juror = np.append(self.juror, juror)
        self.loads[juror] += 1

    def _labels(self) -> dict[int, int]:
        """The group of each juror who has anything."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = len(self.loads)
        jurors = np.concatenate((self._readers()[0], self.juror))
        applications = np.concatenate((self._readers()[1], self.application))
        graph = coo_array(
            (np.ones(len(jurors), dtype=np.int8), (jurors, size + applications)),
            shape=(size + len(self.needs),) * 2,
        )
        labels = connected_components(graph, directed=False)[1]
        return {int(juror): int(labels[juror]) for juror in np.unique(jurors)}

    def _readers(self) -> tuple[Ints, Ints]:
        lengths = np.fromiter((len(each.readers) for each in self.needs), np.int64, len(self.needs))
        jurors = np.fromiter(
            chain.from_iterable(each.readers for each in self.needs), np.int64, lengths.sum()
        )
        return jurors, np.repeat(np.arange(len(self.needs)), lengths)

    def _swap(self, labels: dict[int, int]) -> bool:
        """Swaps, or where loads let it passes on, a reading that its group can spare."""
        others = self._by_group(labels)
        for spare in self._spare()[:_TRIES]:
            giver, mine = int(self.juror[spare]), self.needs[self.application[spare]]
            for group, readings in others.items():
                if group == labels[giver]:
                    continue
                for other in readings[:_TRIES]:
                    taker, theirs = int(self.juror[other]), self.needs[self.application[other]]
                    if mine.can_take(taker) and theirs.can_take(giver):
                        self._move(spare, taker)
                        self._move(other, giver)
                        return True
                for taker in (each for each, its in labels.items() if its == group):
                    if (
                        self.loads[taker] < self.loads[giver]
                        and self._has_room(taker)
                        and mine.can_take(taker)
                    ):
                        self._move(spare, taker)
                        return True
        return False

    def _by_group(self, labels: dict[int, int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {each: [] for each in labels.values()}
        for reading, juror in enumerate(self.juror.tolist()):
            found[labels[juror]].append(reading)
        return found

    def _spare(self) -> list[int]:
        """Readings given now that close a circle in the graph of jurors and applications.

        Taking such a one away parts nobody. Earlier readings come first, so that every circle with a
        reading that may move is closed by one of them.
        """
        forest = _Forest(len(self.loads) + len(self.needs))
        size = len(self.loads)
        for juror, application in zip(*self._readers(), strict=True):
            forest.join(int(juror), size + int(application))
        edges = enumerate(zip(self.juror.tolist(), self.application.tolist(), strict=True))
        return [place for place, (juror, number) in edges if not forest.join(juror, size + number)]


class _Forest:
    """Disjoint sets."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def join(self, one: int, other: int) -> bool:
        """Whether they were apart."""
        one, other = self._root(one), self._root(other)
        self.parent[one] = other
        return one != other

    def _root(self, node: int) -> int:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node


def _only(place: int, size: int) -> Truths:
    found: Truths = np.arange(size) == place
    return found
