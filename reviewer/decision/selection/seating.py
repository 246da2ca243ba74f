"""Who goes where: stated preferences first, then the least travel, then the lots; venue rules are kept."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, eye_array, hstack

from reviewer.decision.selection.model import certain, limits, solve
from reviewer.decision.selection.problem import NO_PREFERENCE, OVERALL, Cohort, Floats, Ints, Problem

STEP = 100  # metres: distances between centroids say no more than that


@dataclass(frozen=True)
class _Room:
    """Variables person × venue, flattened; ``rows`` count the people of the bounds that name a venue."""

    seats: list[LinearConstraint]
    rows: csr_array
    low: Floats
    high: Floats

    @property
    def constraints(self) -> list[LinearConstraint]:
        return (
            [*self.seats, LinearConstraint(self.rows, self.low, self.high)] if len(self.low) else self.seats
        )


def seat(problem: Problem, people: Ints) -> Cohort:
    """The venue of each of ``people``. Bounds that name a venue are kept, or missed by as little as can be.

    They can only be missed where there are fewer people than seats, so that nobody was chosen for them.
    """
    if not len(people):
        return Cohort(people, np.array([], dtype=np.int64))
    pool = problem.pool
    venues, preferred = np.arange(len(problem.seats)), pool.preferred[people]
    unmet = (preferred[:, None] != NO_PREFERENCE) & (preferred[:, None] != venues)
    travel = pool.travel[people]
    # Of people who could change places at no cost, the one whose lot is higher has the first choice.
    turn = pool.lots[people][:, None] * np.argsort(np.argsort(travel, axis=1, kind="stable"), axis=1)
    goals = [each.astype(np.float64).ravel() for each in (unmet, np.rint(travel / STEP), turn)]
    room = _room(problem, people)
    point = _best(goals, room.constraints)
    if point is None:
        point = _best(goals, _relaxed(room, len(people)).constraints)
    return Cohort(people, certain(point).reshape(len(people), len(venues)).argmax(axis=1).astype(np.int64))


def _best(goals: list[Floats], constraints: list[LinearConstraint]) -> Floats | None:
    """The point that is best by the first goal; of those, by the second; and so on."""
    held, point = list(constraints), None
    for goal in goals:
        point = solve(goal, held, upper=np.ones(len(goal)))
        if point is None:
            return None
        held.append(LinearConstraint(csr_array(goal[None, :]), -np.inf, goal @ np.rint(point) + 1e-6))
    return point


def _room(problem: Problem, people: Ints) -> _Room:
    count, venues = len(people), len(problem.seats)
    number, ones = np.arange(count * venues), np.ones(count * venues)
    each = csr_array((ones, (number // venues, number)), shape=(count, len(number)))
    fill = csr_array((ones, (number % venues, number)), shape=(venues, len(number)))
    least = problem.seats if count == problem.total else np.zeros(venues)
    asked = np.array([bound.venue != OVERALL for bound in problem.bounds], dtype=bool)
    flags = [
        np.outer(bound.members[people], np.arange(venues) == bound.venue).ravel()
        for bound in problem.bounds
        if bound.venue != OVERALL
    ]
    rows = np.array(flags, dtype=np.float64).reshape(len(flags), len(number))
    low, high = limits(problem)
    return _Room(
        [LinearConstraint(each, 1, 1), LinearConstraint(fill, least, problem.seats)],
        csr_array(rows),
        low[asked],
        high[asked],
    )


def _relaxed(room: _Room, count: int) -> _Room:
    """The same with its bounds moved by as few people as lets them all hold."""
    bounds, size = room.rows.shape
    slack = eye_array(bounds)
    blank = [csr_array((each.A.shape[0], 2 * bounds)) for each in room.seats]
    seats = [
        LinearConstraint(hstack([each.A, none]), each.lb, each.ub)
        for each, none in zip(room.seats, blank, strict=True)
    ]
    found = solve(
        np.r_[np.zeros(size), np.ones(2 * bounds)],
        [*seats, LinearConstraint(hstack([room.rows, slack, -slack]), room.low, room.high)],
        upper=np.r_[np.ones(size), np.full(2 * bounds, float(count))],
    )
    point = certain(found)
    short, over = np.rint(point[size : size + bounds]), np.rint(point[size + bounds :])
    return _Room(room.seats, room.rows, room.low - short, room.high + over)
