"""Waiting lists: who may take a seat that falls free so that the rules hold with everybody else in place."""

import numpy as np

from reviewer.decision.selection.problem import OVERALL, Bools, Cohort, Ints, Problem, breach


def waiting_list(problem: Problem, cohort: Cohort, venue: int) -> Ints:
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
    waiting: Ints = outside[np.union1d(best_overall, best_per_seat)]
    return waiting


def general_order(problem: Problem, cohort: Cohort) -> Ints:
    """Those who come next by the ranking, whatever the venue: as many as there are seats."""
    outside: Ints = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    return outside[: problem.total]


def _replacement_cells(problem: Problem, cohort: Cohort, venue: int) -> Bools:
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


def cells_that_fit(problem: Problem, cohort: Cohort, seat_index: int | None, venue: int) -> Bools:
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
