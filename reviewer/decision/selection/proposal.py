"""From a problem to a proposed cohort: who, where, at what cost of each rule, or why it can't be."""

from dataclasses import dataclass

import numpy as np

from reviewer.decision.selection.conflict import Infeasibility, find_infeasibility
from reviewer.decision.selection.model import choose_people
from reviewer.decision.selection.problem import Cohort, Ints, Problem
from reviewer.decision.selection.seating import assign_venues


@dataclass(frozen=True)
class Cost:
    """What a rule costs: who is in because of it, who is out, and the merit given up, in points a seat."""

    rule: int
    enters: Ints
    leaves: Ints
    merit_per_seat: float


def propose(problem: Problem) -> Cohort | Infeasibility:
    """The best cohort that keeps every bound with its venues, or why there is none."""
    people = choose_people(problem)
    return find_infeasibility(problem) if people is None else assign_venues(problem, people)


def costs(problem: Problem, cohort: Cohort) -> tuple[Cost, ...]:
    """What each rule of ``problem`` costs: the cohort beside the best one without that rule."""
    rules = sorted({bound.rule for bound in problem.bounds})
    return tuple(_cost(problem, cohort, rule) for rule in rules)


def _cost(problem: Problem, cohort: Cohort, rule: int) -> Cost:
    without_rule = choose_people(problem.without([rule]))
    if without_rule is None:
        raise ValueError("a cohort that keeps all rules keeps fewer")
    merit = problem.pool.merit
    merit_lost = float(merit[without_rule].sum() - merit[cohort.people].sum())
    return Cost(
        rule=rule,
        enters=np.setdiff1d(cohort.people, without_rule),
        leaves=np.setdiff1d(without_rule, cohort.people),
        merit_per_seat=max(0.0, merit_lost) / max(1, len(cohort.people)),
    )
