"""The assignment of people to venues: stated preferences first, then travel, then lots."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, eye_array, hstack

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.selection.optimisation.milp import bound_limits, require_point, solve
from reviewer.decision.selection.optimisation.problem import NO_PREFERENCE, OVERALL, Cohort, Problem

DISTANCE_STEP = 100  # metres; distances between the centroids of alcaldías are no more precise


@dataclass(frozen=True)
class _VenueModel:
    """Variables person × venue, flattened; ``rows`` add up the people of bounds that name a venue."""

    seats: list[LinearConstraint]
    rows: csr_array
    low: FloatArray
    high: FloatArray

    @property
    def constraints(self) -> list[LinearConstraint]:
        return [*self.seats, LinearConstraint(self.rows, self.low, self.high)] if len(self.low) else self.seats


def assign_venues(problem: Problem, people: IntArray) -> Cohort:
    """Returns the cohort of ``people`` (indices of the pool) with the venue of each.

    Bounds that name a venue are kept, or violated as little as possible. They can only be violated where
    there are fewer people than seats, so that nobody was chosen for them.
    """
    if not len(people):
        return Cohort(people, np.array([], dtype=np.int64))
    pool = problem.pool
    venues, preferred = np.arange(len(problem.seats)), pool.preferred[people]
    unmet = (preferred[:, None] != NO_PREFERENCE) & (preferred[:, None] != venues)
    travel = pool.travel[people]
    # Of people who could swap venues at no cost, the one with the higher lot has the first choice.
    lot_priority = pool.lots[people][:, None] * np.argsort(np.argsort(travel, axis=1, kind="stable"), axis=1)
    goals = [goal.astype(np.float64).ravel() for goal in (unmet, np.rint(travel / DISTANCE_STEP), lot_priority)]
    model = _venue_model(problem, people)
    point = _lexicographic_optimum(goals, model.constraints)
    if point is None:
        point = _lexicographic_optimum(goals, _relaxed_model(model, len(people)).constraints)
    return Cohort(people, require_point(point).reshape(len(people), len(venues)).argmax(axis=1).astype(np.int64))


def _lexicographic_optimum(goals: list[FloatArray], constraints: list[LinearConstraint]) -> FloatArray | None:
    """Returns the point that is best by the first goal; among those, by the second; and so on."""
    active_constraints, point = list(constraints), None
    for goal in goals:
        point = solve(goal, active_constraints, upper=np.ones(len(goal)))
        if point is None:
            return None
        active_constraints.append(LinearConstraint(csr_array(goal[None, :]), -np.inf, goal @ np.rint(point) + 1e-6))
    return point


def _venue_model(problem: Problem, people: IntArray) -> _VenueModel:
    count, venues = len(people), len(problem.seats)
    variables, ones = np.arange(count * venues), np.ones(count * venues)
    person_rows = csr_array((ones, (variables // venues, variables)), shape=(count, len(variables)))
    venue_rows = csr_array((ones, (variables % venues, variables)), shape=(venues, len(variables)))
    min_seats = problem.seats if count == problem.total else np.zeros(venues)
    names_venue = np.array([bound.venue != OVERALL for bound in problem.bounds], dtype=bool)
    flags = [
        np.outer(bound.members[people], np.arange(venues) == bound.venue).ravel()
        for bound in problem.bounds
        if bound.venue != OVERALL
    ]
    rows = np.array(flags, dtype=np.float64).reshape(len(flags), len(variables))
    low, high = bound_limits(problem)
    return _VenueModel(
        [LinearConstraint(person_rows, 1, 1), LinearConstraint(venue_rows, min_seats, problem.seats)],
        csr_array(rows),
        low[names_venue],
        high[names_venue],
    )


def _relaxed_model(model: _VenueModel, count: int) -> _VenueModel:
    """Returns the model with its bounds moved by as few people as makes them feasible."""
    bounds, size = model.rows.shape
    slack = eye_array(bounds)
    paddings = [csr_array((constraint.A.shape[0], 2 * bounds)) for constraint in model.seats]
    seats = [
        LinearConstraint(hstack([constraint.A, padding]), constraint.lb, constraint.ub)
        for constraint, padding in zip(model.seats, paddings, strict=True)
    ]
    solution = solve(
        np.r_[np.zeros(size), np.ones(2 * bounds)],
        [*seats, LinearConstraint(hstack([model.rows, slack, -slack]), model.low, model.high)],
        upper=np.r_[np.ones(size), np.full(2 * bounds, float(count))],
    )
    point = require_point(solution)
    short, over = np.rint(point[size : size + bounds]), np.rint(point[size + bounds :])
    return _VenueModel(model.seats, model.rows, model.low - short, model.high + over)
