"""The way through: how many of each group are left at each stage."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select

from reviewer.cohort import stages
from reviewer.cohort.part import Counting
from reviewer.cohort.rates import Step, beyond_chance
from reviewer.cohort.stages import Stage, reached
from reviewer.cohort.traits import IMPLAUSIBLE, NOWHERE, Trait, band_of


@dataclass(frozen=True)
class Funnel:
    """``counts[group][stage]``: applications of each group that anybody is in, at each stage so far.

    ``left_out`` are groups that the call's own rules make ineligible: no gap, and nothing to compare with.
    """

    trait: Trait
    groups: tuple[str, ...]
    stages: tuple[Stage, ...]
    counts: tuple[tuple[int, ...], ...]
    left_out: frozenset[str] = frozenset()

    @property
    def totals(self) -> tuple[int, ...]:
        """Everybody, by stage."""
        return self._sums(range(len(self.groups)))

    @property
    def compared(self) -> tuple[int, ...]:
        """Those whom the call's rules do not leave out for this very trait, by stage."""
        return self._sums(self._of_the_call())

    def step(self, group: int, stage: int) -> Step:
        """The way to a stage: to eligibility from those received, to all later ones from the eligible."""
        base = min(1, stage - 1)
        all_ = self.compared
        return Step(self.counts[group][stage], self.counts[group][base], all_[stage], all_[base])

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Places of groups and stages with a gap larger than chance would make it, all looked at together."""
        places = [(g, s) for g in self._of_the_call() for s in range(1, len(self.stages))]
        steps = [self.step(*place) for place in places]
        usable = [
            (place, step)
            for place, step in zip(places, steps, strict=True)
            if step.passed <= step.entered and step.all_passed <= step.all_entered
        ]
        beyond = beyond_chance([step for _, step in usable])
        return tuple(place for (place, _), gap in zip(usable, beyond, strict=True) if gap)

    def _of_the_call(self) -> list[int]:
        """The places of the groups that can come through at all: residents, of age."""
        return [place for place, name in enumerate(self.groups) if name not in self.left_out]

    def _sums(self, groups: Iterable[int]) -> tuple[int, ...]:
        rows = [self.counts[group] for group in groups]
        return tuple(sum(row[stage] for row in rows) for stage in range(len(self.stages)))


def funnel(counting: Counting, trait: Trait, *, at: tuple[Stage, ...] | None = None) -> Funnel:
    """A trait's groups through the stages that the call has come to; the part's own stage does not matter.

    Two queries: which stages there are, and the counts.
    """
    there = stages.available(counting.session, counting.call) if at is None else at
    flags = [case((reached(each, counting.call, counting.spec), 1), else_=0) for each in there]
    inner = counting.select(counting.expression(trait), *flags, stage=Stage.RECEIVED).subquery()
    answer, *columns = inner.c
    query = select(answer, *(func.sum(each) for each in columns)).group_by(answer)
    found: dict[str, Counter[int]] = {}
    for given, *numbers in counting.session.connection().execute(query):
        kept = found.setdefault(counting.label(trait, given), Counter())
        for place, count in enumerate(numbers):
            kept[place] += int(count)
    groups = tuple(each for each in counting.labels(trait) if each in found)
    counts = tuple(tuple(found[group][place] for place in range(len(there))) for group in groups)
    left_out = frozenset({NOWHERE, IMPLAUSIBLE, band_of(0, counting.spec)})
    return Funnel(trait, groups, there, counts, left_out)
