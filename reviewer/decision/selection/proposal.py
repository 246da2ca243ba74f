"""From a problem to a proposed cohort: who, where, at what cost of each rule, or why it can't be."""

from dataclasses import dataclass

import numpy as np

from reviewer.decision.selection.conflict import Conflict, explain
from reviewer.decision.selection.model import choose
from reviewer.decision.selection.problem import Cohort, Ints, Problem
from reviewer.decision.selection.seating import seat


@dataclass(frozen=True)
class Cost:
    """What a rule costs: who is in because of it, who is out, and the merit given up, in points a seat."""

    rule: int
    enters: Ints
    leaves: Ints
    merit_per_seat: float


def propose(problem: Problem) -> Cohort | Conflict:
    """The best cohort that keeps every bound with its venues, or why there is none."""
    people = choose(problem)
    return explain(problem) if people is None else seat(problem, people)


def costs(problem: Problem, cohort: Cohort) -> tuple[Cost, ...]:
    """What each rule of ``problem`` costs: the cohort beside the best one without that rule."""
    rules = sorted({each.rule for each in problem.bounds})
    return tuple(_cost(problem, cohort, rule) for rule in rules)


def _cost(problem: Problem, cohort: Cohort, rule: int) -> Cost:
    free = choose(problem.without([rule]))
    if free is None:
        raise ValueError("a cohort that keeps all rules keeps fewer")
    merit = problem.pool.merit
    lost = float(merit[free].sum() - merit[cohort.people].sum())
    return Cost(
        rule=rule,
        enters=np.setdiff1d(cohort.people, free),
        leaves=np.setdiff1d(free, cohort.people),
        merit_per_seat=max(0.0, lost) / max(1, len(cohort.people)),
    )
