"""Sharing applications out among jurors: even loads, no barred pair, jurors mixed as widely as can be.

The pair-aware greedy: applications in random order, the least-loaded juror first, among those the one who
shares fewest applications with the readers already picked. Mixing matters since the calibration of the
scores needs every juror linked with every other through applications that both have read.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

_LOAD_FIRST = 2.0**32  # one application more outweighs anything that jurors may share


@dataclass
class Need:
    """An application that wants ``missing`` more readers. Jurors are numbered from 0.

    ``readers`` read it already, ``barred`` may not; ``given`` is what the deal adds.
    """

    missing: int
    readers: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    given: list[int] = field(default_factory=list)

    def can_take(self, juror: int) -> bool:
        """Whether this juror could still be given this application."""
        return juror not in self.readers and juror not in self.barred and juror not in self.given


def short_of_readers(needs: Sequence[Need], jurors: int) -> list[int]:
    """The numbers of the applications that too few jurors may read."""
    return [
        number for number, need in enumerate(needs) if jurors - len(need.readers | need.barred) < need.missing
    ]


def deal(needs: Sequence[Need], loads: Sequence[int], *, seed: int) -> None:
    """Fills each need's ``given``, keeping loads within one of each other wherever conflicts let it.

    ``loads`` is how many applications each juror has already; those stay. The same input and seed deal
    the same. None of the needs may be ``short_of_readers``.
    """
    rng = np.random.default_rng(seed)
    table = _Table(loads, rng)
    for need in needs:
        table.sit(sorted(need.readers))
    for number in rng.permutation(len(needs)):
        table.serve(needs[number])
    _level(needs, table.loads)


class _Table:
    """How many applications each juror has, and each pair of jurors has in common."""

    def __init__(self, loads: Sequence[int], rng: np.random.Generator) -> None:
        self.jurors = len(loads)
        self.loads = np.array(loads, dtype=np.float64)
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
            juror = int(np.argmin(self.loads * _LOAD_FIRST + common))
            for reader in (*need.readers, *need.given):
                self.shared[juror, reader] += 1
                self.shared[reader, juror] += 1
            need.given.append(juror)
            self.loads[juror] += 1
            common += self.shared[juror]
            common[juror] = np.inf


def _level(needs: Sequence[Need], loads: np.ndarray) -> None:
    """Evens out what conflicts left uneven, by passing on single applications along chains of jurors.

    Loads are as even as can be once no chain leads from a juror to one with two fewer: the augmenting
    paths of a bipartite semi-matching (Harvey, Ladner, Lovász and Tamir 2006).
    """
    held: list[set[int]] = [set() for _ in loads]
    for number, need in enumerate(needs):
        for juror in need.given:
            held[juror].add(number)
    stuck: set[int] = set()
    while True:
        heavy = [j for j in np.argsort(-loads, kind="stable") if j not in stuck and held[j]]
        if not heavy or loads[heavy[0]] - loads.min() <= 1:
            return
        chain = _chain(needs, held, loads, int(heavy[0]))
        if not chain:
            stuck.add(int(heavy[0]))
        for giver, number, taker in chain:
            needs[number].given[needs[number].given.index(giver)] = taker
            held[giver].remove(number)
            held[taker].add(number)
            loads[giver] -= 1
            loads[taker] += 1


def _chain(
    needs: Sequence[Need], held: Sequence[set[int]], loads: np.ndarray, start: int
) -> list[tuple[int, int, int]]:
    """The shortest chain of (giver, application, taker) to a juror with two fewer; empty: there is none."""
    came: dict[int, tuple[int, int] | None] = {start: None}
    queue = deque([start])
    while queue:
        giver = queue.popleft()
        for number in sorted(held[giver]):
            for taker in range(len(loads)):
                if taker in came or not needs[number].can_take(taker):
                    continue
                came[taker] = (giver, number)
                if loads[taker] <= loads[start] - 2:
                    return _steps(came, taker)
                queue.append(taker)
    return []


def _steps(came: dict[int, tuple[int, int] | None], end: int) -> list[tuple[int, int, int]]:
    steps = []
    while (before := came[end]) is not None:
        giver, number = before
        steps.append((giver, number, end))
        end = giver
    return steps
