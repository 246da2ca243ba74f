"""From a problem to a proposed cohort: venues, cost of each rule, ties at the cut and waiting lists."""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import BoolArray, IntArray
from reviewer.decision.selection.optimisation.infeasibility import Infeasibility, find_infeasibility
from reviewer.decision.selection.optimisation.milp import MERIT_UNIT, choose_people
from reviewer.decision.selection.optimisation.problem import OVERALL, Cohort, Problem, breach
from reviewer.decision.selection.optimisation.venues import assign_venues


@dataclass(frozen=True)
class Cost:
    """What a rule costs: who has a seat because of it and who has none, as indices of the pool.

    ``merit_per_seat`` is the mean merit given up, on the scale.
    """

    rule: int
    enters: IntArray
    leaves: IntArray
    merit_per_seat: float


def propose(problem: Problem) -> Cohort | Infeasibility:
    """Returns the best cohort that keeps every bound, with its venues, or why there is none."""
    people = choose_people(problem)
    return find_infeasibility(problem) if people is None else assign_venues(problem, people)


def costs(problem: Problem, cohort: Cohort) -> tuple[Cost, ...]:
    """Returns the cost of each rule, by comparison with the best cohort without that rule."""
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
    """People of the same merit, as indices of the pool, the highest lot first.

    ``seated`` flags those with a seat.
    """

    people: IntArray
    seated: BoolArray


def ties(problem: Problem, cohort: Cohort) -> tuple[Tie, ...]:
    """Returns the ties at the cut, the best merit first.

    A tie is people with a seat and people without who could replace them: same merit, and the rules would
    hold. Where rules move the cut, each group may have a tie of its own.
    """
    units = np.rint(problem.pool.merit / MERIT_UNIT).astype(np.int64)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    candidates = [
        _tie(problem, cohort, np.flatnonzero(units[cohort.people] == unit), outside[units[outside] == unit])
        for unit in np.intersect1d(units[cohort.people], units[outside])[::-1]
    ]
    return tuple(tie for tie in candidates if len(tie.people))


def _tie(problem: Problem, cohort: Cohort, seats: IntArray, outsiders: IntArray) -> Tie:
    """Returns which of these seats of the cohort and these people outside it could be exchanged."""
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
    """Returns who waits for ``venue``, as indices of the pool, best first.

    It has for each of the venue's seats the best replacement that keeps the rules with all others in place,
    and the best people who could replace anybody there, up to the number of seats.
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
    """Returns who follows in the ranking whatever the venue, as many people as there are seats."""
    outside: IntArray = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    return outside[: problem.total]


def _replacement_cells(problem: Problem, cohort: Cohort, venue: int) -> BoolArray:
    """Returns which cells may fill the seats (kinds of seat × cells) of a venue.

    Seats are of the same kind where people of the same cell have them; free seats are a kind.
    """
    seated = np.flatnonzero(cohort.venues == venue)
    seat_by_cell = {int(problem.cells.cell_of[cohort.people[seat_index]]): int(seat_index) for seat_index in seated}
    rows = [cells_that_fit(problem, cohort, seat_index, venue) for seat_index in seat_by_cell.values()]
    free_seats = problem.seats[venue] - len(seated)
    if free_seats > 0:
        rows.append(cells_that_fit(problem, cohort, None, venue))
    return np.array(rows, dtype=bool).reshape(len(rows), len(problem.cells.sizes))


def cells_that_fit(problem: Problem, cohort: Cohort, seat_index: int | None, venue: int) -> BoolArray:
    """Returns which cells (cells) may fill a seat of the cohort without violating a bound more than now.

    ``seat_index`` is None for a free seat.
    """
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
