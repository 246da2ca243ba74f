"""Bounds that can't all hold: the smallest change that frees them, and a smallest set that conflicts.

The change is the optimum of an elastic model (each bound may be missed, at the price of one a person); the
set is found by a deletion filter (Chinneck and Dravnieks, 1991), so that taking any one bound out of it
frees the rest.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, eye_array, hstack, vstack

from reviewer.decision.selection.model import Grid, certain, grid_of, limits, solve
from reviewer.decision.selection.problem import Floats, Problem


@dataclass(frozen=True)
class Side:
    """One side of a bound (its number in the problem): its minimum, or its maximum."""

    bound: int
    is_minimum: bool


@dataclass(frozen=True)
class Change:
    """A side moved ``to`` another number."""

    side: Side
    to: int


@dataclass(frozen=True)
class Conflict:
    """``changes`` free the bounds, together by as few people as can be; ``core`` can't hold together.

    ``for_seats``: with any other number of seats the core might hold.
    """

    changes: tuple[Change, ...]
    core: tuple[Side, ...]
    for_seats: bool


def explain(problem: Problem) -> Conflict:
    """Why no cohort keeps the bounds of ``problem``, which has at least as many people as seats."""
    grid = grid_of(problem)
    core = _smallest_core(problem, grid)
    return Conflict(_least_changes(problem, grid), core, _holds_with_any_seats(problem, grid, core))


def _least_changes(problem: Problem, grid: Grid) -> tuple[Change, ...]:
    """The least sum of changes; of those, the one whose largest change is smallest."""
    low, high = limits(problem)
    bounds = len(low)
    widest = np.r_[np.where(np.isfinite(low), low, 0), np.where(np.isfinite(high), problem.total, 0)]
    slack, blank = eye_array(bounds), csr_array((grid.venues + grid.cells, 2 * bounds + 1))
    hard = LinearConstraint(
        hstack([_stack(grid), blank]),
        np.r_[grid.seats, np.zeros(grid.cells)],
        np.r_[grid.seats, grid.sizes],
    )
    soft = LinearConstraint(hstack([grid.rows, slack, -slack, csr_array((bounds, 1))]), low, high)
    under_largest = LinearConstraint(
        hstack(
            [
                csr_array((2 * bounds, grid.size)),
                eye_array(2 * bounds),
                csr_array(-np.ones((2 * bounds, 1))),
            ]
        ),
        -np.inf,
        0,
    )
    sum_of = np.r_[np.zeros(grid.size), np.ones(2 * bounds), 0]
    largest = np.r_[np.zeros(grid.size + 2 * bounds), 1]
    upper = np.r_[np.repeat(grid.sizes, grid.venues), widest, widest.max()]
    least = certain(solve(sum_of, [hard, soft], upper=upper))
    cap = LinearConstraint(csr_array(sum_of[None, :]), -np.inf, round(float(sum_of @ least)) + 1e-6)
    evened = certain(solve(largest, [hard, soft, under_largest, cap], upper=upper))
    moved = [round(each) for each in evened[grid.size : -1].tolist()]
    changes = []
    for at in range(bounds):
        if moved[at]:
            changes.append(Change(Side(at, True), int(low[at]) - moved[at]))
        if moved[bounds + at]:
            changes.append(Change(Side(at, False), int(high[at]) + moved[bounds + at]))
    return tuple(changes)


def _smallest_core(problem: Problem, grid: Grid) -> tuple[Side, ...]:
    """Takes sides out one by one; those whose absence frees the rest stay."""
    low, high = (each.copy() for each in limits(problem))
    sides = [
        *(Side(int(at), True) for at in np.flatnonzero(np.isfinite(low) & (low > 0))),
        *(Side(int(at), False) for at in np.flatnonzero(np.isfinite(high))),
    ]
    core = []
    for side in sides:
        values, off = (low, -np.inf) if side.is_minimum else (high, np.inf)
        kept, values[side.bound] = values[side.bound], off
        if _holds(grid, low, high):
            values[side.bound] = kept
            core.append(side)
    return tuple(core)


def _holds_with_any_seats(problem: Problem, grid: Grid, core: tuple[Side, ...]) -> bool:
    low, high = limits(problem)
    minima = [each.bound for each in core if each.is_minimum]
    maxima = [each.bound for each in core if not each.is_minimum]
    low[[at for at in range(len(low)) if at not in minima]] = -np.inf
    high[[at for at in range(len(high)) if at not in maxima]] = np.inf
    constraints = [LinearConstraint(grid.share, 0, grid.sizes), LinearConstraint(grid.rows, low, high)]
    return solve(np.zeros(grid.size), constraints, upper=np.repeat(grid.sizes, grid.venues)) is not None


def _holds(grid: Grid, low: Floats, high: Floats) -> bool:
    constraints = [
        LinearConstraint(
            _stack(grid), np.r_[grid.seats, np.zeros(grid.cells)], np.r_[grid.seats, grid.sizes]
        ),
        LinearConstraint(grid.rows, low, high),
    ]
    return solve(np.zeros(grid.size), constraints, upper=np.repeat(grid.sizes, grid.venues)) is not None


def _stack(grid: Grid) -> csr_array:
    stacked: csr_array = vstack([grid.fill, grid.share], format="csr")
    return stacked
