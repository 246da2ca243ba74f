"""From a problem to a proposed cohort: who, where, at what cost of each rule, or why it can't be.

Ties at the cut: people with the same merit of whom the lot gave a seat to some.

Waiting lists: who may take a seat that falls free so that the rules hold with everybody else in place.
"""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import BoolArray, IntArray
from reviewer.decision.selection.infeasibility import Infeasibility, find_infeasibility
from reviewer.decision.selection.milp import MERIT_UNIT, choose_people
from reviewer.decision.selection.problem import OVERALL, Cohort, Problem, breach
from reviewer.decision.selection.venues import assign_venues


@dataclass(frozen=True)
class Cost:
    """What a rule costs: who is in because of it, who is out, and the merit given up, in points a seat."""

    rule: int
    enters: IntArray
    leaves: IntArray
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


@dataclass(frozen=True)
class Tie:
    """People (numbers in the pool) of one merit, the highest lot first; ``seated`` flags who has a seat."""

    people: IntArray
    seated: BoolArray


def ties(problem: Problem, cohort: Cohort) -> tuple[Tie, ...]:
    """Those with a seat and those without one who could have had it: same merit, and the rules would hold.

    Where rules move the cut, each group may have one of its own. Best merit first.
    """
    units = np.rint(problem.pool.merit / MERIT_UNIT).astype(np.int64)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    candidates = [
        _tie(problem, cohort, np.flatnonzero(units[cohort.people] == unit), outside[units[outside] == unit])
        for unit in np.intersect1d(units[cohort.people], units[outside])[::-1]
    ]
    return tuple(tie for tie in candidates if len(tie.people))


def _tie(problem: Problem, cohort: Cohort, seats: IntArray, outsiders: IntArray) -> Tie:
    """Of these seats of the cohort and these people outside it, those who could change places."""
    can_swap = np.array(
        [
            cells_that_fit(problem, cohort, int(seat_index), int(cohort.venues[seat_index]))[
                problem.cells.cell_of[outsiders]
            ]
            for seat_index in seats
        ],
        dtype=bool,
    ).reshape(len(seats), len(outsiders))
    seated, unseated = cohort.people[seats][can_swap.any(axis=1)], outsiders[can_swap.any(axis=0)]
    people = np.concatenate([seated, unseated])
    order = np.argsort(-problem.pool.lots[people], kind="stable")
    return Tie(people[order], np.isin(people[order], seated))


def waiting_list(problem: Problem, cohort: Cohort, venue: int) -> IntArray:
    """Who waits for ``venue`` (numbers in the pool), best first.

    In it are, for each of its seats, the best replacement that keeps the rules with all others in place, and
    beyond them the best who could replace somebody there, until it is as long as the venue has seats.
    """
    replaces = _replacement_cells(problem, cohort, venue)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    if not len(replaces) or not len(outside):
        return outside[:0]
    fits_seat = replaces[:, problem.cells.cell_of[outside]]
    can_replace = fits_seat.any(axis=0)
    best_per_seat = np.unique(fits_seat.argmax(axis=1)[fits_seat.any(axis=1)])
    best_overall = np.flatnonzero(can_replace)[: problem.seats[venue]]
    waiting: IntArray = outside[np.union1d(best_overall, best_per_seat)]
    return waiting


def general_order(problem: Problem, cohort: Cohort) -> IntArray:
    """Those who come next by the ranking, whatever the venue: as many as there are seats."""
    outside: IntArray = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    return outside[: problem.total]


def _replacement_cells(problem: Problem, cohort: Cohort, venue: int) -> BoolArray:
    """Seats of the venue, a line for each kind of person that sits there × cells that may replace her."""
    seated = np.flatnonzero(cohort.venues == venue)
    seat_by_cell = {
        int(problem.cells.cell_of[cohort.people[seat_index]]): int(seat_index) for seat_index in seated
    }
    rows = [cells_that_fit(problem, cohort, seat_index, venue) for seat_index in seat_by_cell.values()]
    free_seats = problem.seats[venue] - len(seated)
    if free_seats > 0:
        rows.append(cells_that_fit(problem, cohort, None, venue))
    return np.array(rows, dtype=bool).reshape(len(rows), len(problem.cells.sizes))


def cells_that_fit(problem: Problem, cohort: Cohort, seat_index: int | None, venue: int) -> BoolArray:
    """Cells whose people may take the seat ``seat_index`` (None: a free one): no bound is missed more than before."""
    fits = np.ones(len(problem.cells.sizes), dtype=bool)
    leaving_person = None if seat_index is None else int(cohort.people[seat_index])
    for number, bound in enumerate(problem.bounds):
        count = cohort.counts([bound])[0]
        if bound.venue not in (OVERALL, venue):
            continue
        count_without = count - int(leaving_person is not None and bound.members[leaving_person])
        breach_before = breach(bound, count)
        fits &= np.where(
            problem.cells.members[number],
            breach(bound, count_without + 1) <= breach_before,
            breach(bound, count_without) <= breach_before,
        )
    return fits
