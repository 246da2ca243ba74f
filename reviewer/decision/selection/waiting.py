"""Waiting lists: who may take a seat that falls free so that the rules hold with everybody else in place."""

import numpy as np

from reviewer.decision.selection.problem import OVERALL, Bools, Cohort, Ints, Problem, breach


def waiting_list(problem: Problem, cohort: Cohort, venue: int) -> Ints:
    """Who waits for ``venue`` (numbers in the pool), best first.

    In it are, for each of its seats, the best replacement that keeps the rules with all others in place, and
    beyond them the best who could replace somebody there, until it is as long as the venue has seats.
    """
    replaces = _replacing(problem, cohort, venue)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    if not len(replaces) or not len(outside):
        return outside[:0]
    fits = replaces[:, problem.cells.of[outside]]
    able = fits.any(axis=0)
    best_of_each = np.unique(fits.argmax(axis=1)[fits.any(axis=1)])
    first = np.flatnonzero(able)[: problem.seats[venue]]
    waiting: Ints = outside[np.union1d(first, best_of_each)]
    return waiting


def general_order(problem: Problem, cohort: Cohort) -> Ints:
    """Those who come next by the ranking, whatever the venue: as many as there are seats."""
    outside: Ints = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    return outside[: problem.total]


def _replacing(problem: Problem, cohort: Cohort, venue: int) -> Bools:
    """Seats of the venue, a line for each kind of person that sits there × cells that may replace her."""
    seated = np.flatnonzero(cohort.venues == venue)
    kinds = {int(problem.cells.of[cohort.people[at]]): int(at) for at in seated}
    rows = [cells_that_fit(problem, cohort, at, venue) for at in kinds.values()]
    free = problem.seats[venue] - len(seated)
    if free > 0:
        rows.append(cells_that_fit(problem, cohort, None, venue))
    return np.array(rows, dtype=bool).reshape(len(rows), len(problem.cells.sizes))


def cells_that_fit(problem: Problem, cohort: Cohort, at: int | None, venue: int) -> Bools:
    """Cells whose people may take the seat ``at`` (None: a free one): no bound is missed more than before."""
    fits = np.ones(len(problem.cells.sizes), dtype=bool)
    left = None if at is None else int(cohort.people[at])
    for number, bound in enumerate(problem.bounds):
        count = cohort.counts([bound])[0]
        if bound.venue not in (OVERALL, venue):
            continue
        without = count - int(left is not None and bound.members[left])
        before = breach(bound, count)
        fits &= np.where(
            problem.cells.members[number],
            breach(bound, without + 1) <= before,
            breach(bound, without) <= before,
        )
    return fits
