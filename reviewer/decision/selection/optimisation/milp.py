"""The linear model of a selection: how many people of each cell go to each venue.

A cell is a group of people whom no bound distinguishes; only its best ``seats`` people can matter. The solver
is HiGHS, through ``scipy.optimize.milp``.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from reviewer.core.arrays import BoolArray, FloatArray, IntArray
from reviewer.core.errors import InfrastructureError
from reviewer.decision.selection.optimisation.problem import OVERALL, Problem

TIME_LIMIT_SECONDS = 120
MERIT_UNIT = 1e-5  # on the scale; finer differences of merit are ties, which are resolved by lot
_OPTIMAL, _INFEASIBLE, _UNCLEAR = 0, 2, 4


@dataclass(frozen=True)
class Grid:
    """Variables n(cell, venue), flattened; a single venue stands for all where no bound names one.

    ``sizes`` (cells) and ``seats`` (venues) are numbers of people. ``bound_rows`` (bounds × variables),
    ``venue_rows`` (venues × variables) and ``cell_rows`` (cells × variables) add up the people of each bound,
    venue and cell.
    """

    cells: int
    venues: int
    sizes: IntArray
    seats: IntArray
    bound_rows: csr_array
    venue_rows: csr_array
    cell_rows: csr_array

    @property
    def size(self) -> int:
        """The number of variables."""
        return self.cells * self.venues


def grid_of(problem: Problem) -> Grid:
    """Returns the variables of a problem and the rows that add them up."""
    cells = problem.cells
    by_venue = any(bound.venue != OVERALL for bound in problem.bounds)
    seats = np.array(problem.seats if by_venue else [problem.total], dtype=np.int64)
    cell_count, venues = len(cells.sizes), len(seats)
    venue_mask = np.ones((len(problem.bounds), venues), dtype=bool)
    for number, bound in enumerate(problem.bounds):
        if bound.venue != OVERALL:
            venue_mask[number] = np.arange(venues) == bound.venue
    rows = (cells.members[:, :, None] & venue_mask[:, None, :]).reshape(len(problem.bounds), cell_count * venues)
    ones = np.ones(cell_count * venues)
    variables = np.arange(cell_count * venues)
    return Grid(
        cells=cell_count,
        venues=venues,
        sizes=cells.sizes,
        seats=seats,
        bound_rows=csr_array(rows.astype(np.float64)),
        venue_rows=csr_array((ones, (variables % venues, variables)), shape=(venues, cell_count * venues)),
        cell_rows=csr_array((ones, (variables // venues, variables)), shape=(cell_count, cell_count * venues)),
    )


def bound_limits(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Returns the minimum and maximum of each bound (bounds); infinite where it has none."""
    low = [-np.inf if bound.at_least is None else bound.at_least for bound in problem.bounds]
    high = [np.inf if bound.at_most is None else bound.at_most for bound in problem.bounds]
    return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)


def solve(
    cost: FloatArray,
    constraints: list[LinearConstraint],
    *,
    upper: FloatArray | IntArray,
    integer: BoolArray | None = None,
) -> FloatArray | None:
    """Returns the point (variables) of least ``cost`` from 0 to ``upper``; None where no point is feasible.

    ``integer`` flags the variables that are integers, all of them by default. Raises ``InfrastructureError``
    where the solver exceeds its time limit.
    """
    result = milp(
        cost,
        constraints=constraints,
        bounds=Bounds(0, upper),
        integrality=np.ones(len(cost)) if integer is None else integer.astype(np.float64),
        options={"mip_rel_gap": 0, "time_limit": TIME_LIMIT_SECONDS},
    )
    if result.status == _OPTIMAL:
        point: FloatArray = result.x
        return point
    if result.status in (_INFEASIBLE, _UNCLEAR):
        return None
    raise InfrastructureError("La selección no terminó a tiempo: quite reglas que dividan menos y repita.")


def require_point(point: FloatArray | None) -> FloatArray:
    """Returns the point of a model that always has one; raises ``InfrastructureError`` for None."""
    if point is None:
        raise InfrastructureError("El programa que resuelve la selección falló: vuelva a intentarlo.")
    return point


def choose_people(problem: Problem) -> IntArray | None:
    """Returns the best cohort as indices of the pool, best first; None where the bounds can't all hold.

    It maximises merit and then the lots: Σ (merit in whole units + lot / (seats + 1)). Where there are fewer
    people than seats the cohort is everybody.
    """
    pool, seats = problem.pool, problem.total
    if len(pool) < seats:
        return np.arange(len(pool))
    if not problem.bounds:
        return np.arange(seats)
    grid = grid_of(problem)
    people = _contenders(problem.cells.cell_of, seats)
    worth = person_values(pool.merit, pool.lots, seats)[people]
    contender_count = len(people)
    membership = csr_array(
        (np.ones(contender_count), (problem.cells.cell_of[people], np.arange(contender_count))),
        shape=(grid.cells, contender_count),
    )
    padding = csr_array((len(problem.bounds), contender_count))
    low, high = bound_limits(problem)
    point = solve(
        np.concatenate([-worth, np.zeros(grid.size)]),
        [
            LinearConstraint(hstack([membership, -grid.cell_rows]), 0, 0),
            LinearConstraint(
                hstack([csr_array((grid.venues, contender_count)), grid.venue_rows]), grid.seats, grid.seats
            ),
            LinearConstraint(hstack([padding, grid.bound_rows]), low, high),
        ],
        upper=np.concatenate([np.ones(contender_count), np.repeat(grid.sizes, grid.venues)]),
        integer=np.arange(contender_count + grid.size) >= contender_count,
    )
    if point is None:
        return None
    chosen_per_cell = np.rint(grid.cell_rows @ point[contender_count:]).astype(np.int64)
    chosen: IntArray = people[
        _place_in_cell(problem.cells.cell_of[people]) < chosen_per_cell[problem.cells.cell_of[people]]
    ]
    return chosen


def person_values(merit: FloatArray, lots: FloatArray, seats: int) -> FloatArray:
    """Returns the value of each person (people) to a cohort, in units of ``MERIT_UNIT``.

    Merits are counted from that of the last seat, which keeps the numbers small.
    """
    units = np.rint(merit / MERIT_UNIT)
    last = units[min(seats, len(units)) - 1] if len(units) else 0.0
    worth: FloatArray = units - last + lots / (seats + 1)
    return worth


def _contenders(cell_of: IntArray, seats: int) -> IntArray:
    """Returns the indices of the best ``seats`` people of each cell, in the order of the pool."""
    chosen: IntArray = np.flatnonzero(_place_in_cell(cell_of) < seats)
    return chosen


def _place_in_cell(cell_of: IntArray) -> IntArray:
    """Returns how many better people of the same cell there are before each person."""
    order = np.argsort(cell_of, kind="stable")
    ordered = cell_of[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.array([], int)
    place = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    result = np.empty(len(cell_of), dtype=np.int64)
    result[order] = place
    return result
