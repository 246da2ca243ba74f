"""Bounds that can't all hold: the smallest changes that make them feasible, and a minimal conflict.

The changes are the optimum of an elastic model, in which each bound may be missed at a cost of 1 per person.
The conflict is found by a deletion filter (Chinneck and Dravnieks 1991): without any one of its bounds the
others are feasible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, eye_array, hstack, vstack

from reviewer.call.spec import CallSpec, RepresentationRule
from reviewer.core.arrays import FloatArray
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count
from reviewer.decision.selection.optimisation.milp import Grid, bound_limits, grid_of, require_point, solve
from reviewer.decision.selection.optimisation.problem import Bound, Problem
from reviewer.decision.selection.optimisation.rules import limits_text, venue_label


@dataclass(frozen=True)
class BoundSide:
    """The minimum or the maximum of a bound, which is given by its index in the problem."""

    bound: int
    is_minimum: bool


@dataclass(frozen=True)
class BoundChange:
    """A minimum or maximum changed ``to`` another number."""

    side: BoundSide
    to: int


@dataclass(frozen=True)
class Infeasibility:
    """``changes`` make the bounds feasible, by as few people as possible; ``core`` is a minimal conflict.

    ``depends_on_seats``: with other numbers of seats the core may be feasible.
    """

    changes: tuple[BoundChange, ...]
    core: tuple[BoundSide, ...]
    depends_on_seats: bool


def find_infeasibility(problem: Problem) -> Infeasibility:
    """Returns why no cohort keeps the bounds of ``problem``, which has at least as many people as seats."""
    grid = grid_of(problem)
    core = _smallest_core(problem, grid)
    return Infeasibility(_smallest_changes(problem, grid), core, _is_feasible_with_any_seats(problem, grid, core))


def _smallest_changes(problem: Problem, grid: Grid) -> tuple[BoundChange, ...]:
    """Returns the changes of least sum; of those, the ones whose largest change is smallest."""
    low, high = bound_limits(problem)
    bounds = len(low)
    max_slack = np.r_[np.where(np.isfinite(low), low, 0), np.where(np.isfinite(high), problem.total, 0)]
    slack = eye_array(bounds)
    seat_constraint = _seat_and_cell_constraint(grid, padding=2 * bounds + 1)
    bound_constraint = LinearConstraint(hstack([grid.bound_rows, slack, -slack, csr_array((bounds, 1))]), low, high)
    slack_less_largest = [
        csr_array((2 * bounds, grid.size)),
        eye_array(2 * bounds),
        -np.ones((2 * bounds, 1)),
    ]
    under_largest = LinearConstraint(hstack(slack_less_largest), -np.inf, 0)
    total_slack = np.r_[np.zeros(grid.size), np.ones(2 * bounds), 0]
    largest_slack = np.r_[np.zeros(grid.size + 2 * bounds), 1]
    upper = np.r_[np.repeat(grid.sizes, grid.venues), max_slack, max_slack.max()]
    smallest_sum = require_point(solve(total_slack, [seat_constraint, bound_constraint], upper=upper))
    cap = LinearConstraint(csr_array(total_slack[None, :]), -np.inf, round(float(total_slack @ smallest_sum)) + 1e-6)
    smallest_largest = require_point(
        solve(largest_slack, [seat_constraint, bound_constraint, under_largest, cap], upper=upper)
    )
    slacks = [round(value) for value in smallest_largest[grid.size : -1].tolist()]
    changes = []
    for index in range(bounds):
        if slacks[index]:
            changes.append(BoundChange(BoundSide(index, True), int(low[index]) - slacks[index]))
        if slacks[bounds + index]:
            changes.append(BoundChange(BoundSide(index, False), int(high[index]) + slacks[bounds + index]))
    return tuple(changes)


def _smallest_core(problem: Problem, grid: Grid) -> tuple[BoundSide, ...]:
    """Returns the sides without any one of which the others are feasible."""
    low, high = (limit.copy() for limit in bound_limits(problem))
    sides = [
        *(BoundSide(int(index), True) for index in np.flatnonzero(np.isfinite(low) & (low > 0))),
        *(BoundSide(int(index), False) for index in np.flatnonzero(np.isfinite(high))),
    ]
    core = []
    for side in sides:
        values, unbounded = (low, -np.inf) if side.is_minimum else (high, np.inf)
        removed, values[side.bound] = values[side.bound], unbounded
        if _is_feasible(grid, low, high):
            values[side.bound] = removed
            core.append(side)
    return tuple(core)


def _is_feasible_with_any_seats(problem: Problem, grid: Grid, core: tuple[BoundSide, ...]) -> bool:
    low, high = bound_limits(problem)
    minima = [side.bound for side in core if side.is_minimum]
    maxima = [side.bound for side in core if not side.is_minimum]
    low[[index for index in range(len(low)) if index not in minima]] = -np.inf
    high[[index for index in range(len(high)) if index not in maxima]] = np.inf
    return _is_feasible(grid, low, high, with_seats=False)


def _is_feasible(grid: Grid, low: FloatArray, high: FloatArray, *, with_seats: bool = True) -> bool:
    groups = _seat_and_cell_constraint(grid) if with_seats else LinearConstraint(grid.cell_rows, 0, grid.sizes)
    constraints = [groups, LinearConstraint(grid.bound_rows, low, high)]
    return solve(np.zeros(grid.size), constraints, upper=np.repeat(grid.sizes, grid.venues)) is not None


def _seat_and_cell_constraint(grid: Grid, padding: int = 0) -> LinearConstraint:
    """Returns the constraint that seats are filled and no cell is exceeded.

    ``padding`` is the number of further variables, which do not count.
    """
    rows = vstack([grid.venue_rows, grid.cell_rows], format="csr")
    if padding:
        rows = hstack([rows, csr_array((rows.shape[0], padding))])
    return LinearConstraint(rows, np.r_[grid.seats, np.zeros(grid.cells)], np.r_[grid.seats, grid.sizes])


@dataclass(frozen=True)
class Relaxation:
    """A change that helps to make the rules feasible; ``rule`` is the index of the rule to change."""

    rule: int
    is_minimum: bool
    to: int
    text: str


@dataclass(frozen=True)
class Explanation:
    """``core``: demands that conflict, each of them necessary; ``changes`` make all rules feasible."""

    core: tuple[str, ...]
    changes: tuple[Relaxation, ...]

    @property
    def sentence(self) -> str:
        """The explanation in one paragraph, for the command line."""
        core = "; ".join(self.core)
        changes = "; ".join(change.text for change in self.changes)
        return f"Las reglas no pueden cumplirse a la vez. Chocan: {core}. El menor cambio: {changes}."


class InfeasibleRules(UserError):
    """Rules that can't all hold; the cohort is unchanged."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.sentence)
        self.explanation = explanation


def explain(conflict: Infeasibility, problem: Problem, spec: CallSpec) -> Explanation:
    """Returns a conflict in words."""
    core = [_demand_text(side, problem.bounds, spec) for side in conflict.core]
    if conflict.depends_on_seats:
        core.append(f"hay {format_count(problem.total, 'plaza', 'plazas')}{_seats_by_venue(spec)}")
    return Explanation(tuple(core), tuple(_relaxation(change, problem.bounds, spec) for change in conflict.changes))


def relax(rules: Sequence[RepresentationRule], explanation: Explanation) -> list[RepresentationRule]:
    """Returns the rules with the least change, applied to all groups of each rule it concerns."""
    relaxed_rules = list(rules)
    for change in explanation.changes:
        rule = relaxed_rules[change.rule]
        if change.is_minimum:
            limit = {"at_least": min(change.to, rule.at_least or 0)}
        else:
            limit = {"at_most": max(change.to, rule.at_most or 0)}
        relaxed_rules[change.rule] = rule.model_copy(update=limit)
    return relaxed_rules


def _seats_by_venue(spec: CallSpec) -> str:
    if len(spec.venues) == 1:
        return ""
    return " (" + ", ".join(f"{venue.seats} en {venue.label}" for venue in spec.venues) + ")"


def _demand_text(side: BoundSide, bounds: Sequence[Bound], spec: CallSpec) -> str:
    bound = bounds[side.bound]
    limit = limits_text(bound.at_least, None) if side.is_minimum else limits_text(None, bound.at_most)
    return f"«{_bound_name(bound, spec)}» pide {limit}"


def _relaxation(change: BoundChange, bounds: Sequence[Bound], spec: CallSpec) -> Relaxation:
    bound = bounds[change.side.bound]
    before = bound.at_least if change.side.is_minimum else bound.at_most
    verb, kind = ("bajar", "mínimo") if change.side.is_minimum else ("subir", "máximo")
    text = f"{verb} el {kind} de «{_bound_name(bound, spec)}» de {before} a {change.to}"
    return Relaxation(bound.rule, change.side.is_minimum, change.to, text)


def _bound_name(bound: Bound, spec: CallSpec) -> str:
    venue = venue_label(bound.venue, spec)
    parts = [bound.label]
    if bound.group not in bound.label:
        parts.append(bound.group)
    if venue and venue not in bound.label:
        parts.append(venue)
    return ": ".join([parts[0], ", ".join(parts[1:])]) if len(parts) > 1 else parts[0]
