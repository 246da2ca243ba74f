"""How many applications of each group reach each stage."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select

from reviewer.cohort import stages
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import IMPLAUSIBLE, NO_ALCALDIA, age_band
from reviewer.cohort.significance import Step, significant_steps
from reviewer.cohort.stages import Stage, reached_condition
from reviewer.demographics.questions import Question


@dataclass(frozen=True)
class Funnel:
    """``counts[group][stage]``: applications of each group at each stage that the call has reached.

    ``ineligible_groups`` are those that the call's rules make ineligible: they are compared with no other.
    """

    question: Question
    groups: tuple[str, ...]
    stages: tuple[Stage, ...]
    counts: tuple[tuple[int, ...], ...]
    ineligible_groups: frozenset[str] = frozenset()

    @property
    def totals(self) -> tuple[int, ...]:
        """All applications, by stage."""
        return self._sums(range(len(self.groups)))

    @property
    def compared_totals(self) -> tuple[int, ...]:
        """The applications of the groups that the call's rules admit, by stage."""
        return self._sums(self._compared_groups())

    def step(self, group: int, stage: int) -> Step:
        """Returns the step to a stage: from received to eligible, or from eligible to a later one."""
        base = min(1, stage - 1)
        totals = self.compared_totals
        return Step(self.counts[group][stage], self.counts[group][base], totals[stage], totals[base])

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The indices of groups and stages whose gap is significant, all comparisons taken together."""
        cells = [(group, stage) for group in self._compared_groups() for stage in range(1, len(self.stages))]
        steps = [self.step(*cell) for cell in cells]
        usable = [
            (cell, step)
            for cell, step in zip(cells, steps, strict=True)
            if step.passed <= step.entered and step.all_passed <= step.all_entered
        ]
        beyond = significant_steps([step for _, step in usable])
        return tuple(cell for (cell, _), gap in zip(usable, beyond, strict=True) if gap)

    def _compared_groups(self) -> list[int]:
        return [index for index, name in enumerate(self.groups) if name not in self.ineligible_groups]

    def _sums(self, groups: Iterable[int]) -> tuple[int, ...]:
        rows = [self.counts[group] for group in groups]
        return tuple(sum(row[stage] for row in rows) for stage in range(len(self.stages)))


def by_question(cohort: CohortSession, question: Question, *, only_stages: tuple[Stage, ...] | None = None) -> Funnel:
    """Returns a question's groups through the stages that the call has reached, or through ``only_stages``.

    The stage of the subset is ignored. Two queries: the stages, and the counts.
    """
    reached_stages = stages.available(cohort.session, cohort.call) if only_stages is None else only_stages
    flags = [case((reached_condition(stage, cohort.call, cohort.spec), 1), else_=0) for stage in reached_stages]
    inner = cohort.select(cohort.expression(question), *flags, stage=Stage.RECEIVED).subquery()
    answer_column, *columns = inner.c
    query = select(answer_column, *(func.sum(column) for column in columns)).group_by(answer_column)
    counts_by_group: dict[str, Counter[int]] = {}
    for answer_value, *numbers in cohort.session.connection().execute(query):
        group_counts = counts_by_group.setdefault(cohort.label(question, answer_value), Counter())
        for index, count in enumerate(numbers):
            group_counts[index] += int(count)
    groups = tuple(label for label in cohort.labels(question) if label in counts_by_group)
    counts = tuple(tuple(counts_by_group[group][index] for index in range(len(reached_stages))) for group in groups)
    ineligible_groups = frozenset({NO_ALCALDIA, IMPLAUSIBLE, age_band(0, cohort.spec)})
    return Funnel(question, groups, reached_stages, counts, ineligible_groups)
