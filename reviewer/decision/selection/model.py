"""The linear model of a selection: how many people of each cell go to each venue.

People whom no bound tells apart are one cell, and only the best ``seats`` of a cell can matter. HiGHS solves
it through ``scipy.optimize.milp``.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from reviewer.decision.selection.problem import OVERALL, Bools, Floats, Ints, Problem
from reviewer.errors import MachineFault

SECONDS = 120  # a solver that has not come to an end by then says so
_OPTIMAL, _INFEASIBLE, _UNCLEAR = 0, 2, 4


@dataclass(frozen=True)
class Grid:
    """Variables n(cell, venue), flattened; one pseudo-venue where no bound names a venue.

    ``rows`` (bounds × variables) count the people of each bound, ``fill`` (venues × variables) those of each
    venue, ``share`` (cells × variables) those of each cell.
    """

    cells: int
    venues: int
    sizes: Ints
    seats: Ints
    rows: csr_array
    fill: csr_array
    share: csr_array

    @property
    def size(self) -> int:
        """How many variables there are."""
        return self.cells * self.venues


def grid_of(problem: Problem) -> Grid:
    """The variables of a problem and what its rows count."""
    cells = problem.cells
    by_venue = any(each.venue != OVERALL for each in problem.bounds)
    seats = np.array(problem.seats if by_venue else [problem.total], dtype=np.int64)
    count, venues = len(cells.sizes), len(seats)
    places = np.ones((len(problem.bounds), venues), dtype=bool)
    for number, each in enumerate(problem.bounds):
        if each.venue != OVERALL:
            places[number] = np.arange(venues) == each.venue
    rows = (cells.members[:, :, None] & places[:, None, :]).reshape(len(problem.bounds), count * venues)
    ones = np.ones(count * venues)
    places_of = np.arange(count * venues)
    return Grid(
        cells=count,
        venues=venues,
        sizes=cells.sizes,
        seats=seats,
        rows=csr_array(rows.astype(np.float64)),
        fill=csr_array((ones, (places_of % venues, places_of)), shape=(venues, count * venues)),
        share=csr_array((ones, (places_of // venues, places_of)), shape=(count, count * venues)),
    )


def limits(problem: Problem) -> tuple[Floats, Floats]:
    """The least and the most that each bound allows; infinite where it sets none."""
    low = [-np.inf if each.at_least is None else each.at_least for each in problem.bounds]
    high = [np.inf if each.at_most is None else each.at_most for each in problem.bounds]
    return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)


def solve(
    cost: Floats,
    constraints: list[LinearConstraint],
    *,
    upper: Floats | Ints,
    integer: Bools | None = None,
) -> Floats | None:
    """The least-cost point from 0 to ``upper``, or None where no point meets the constraints."""
    found = milp(
        cost,
        constraints=constraints,
        bounds=Bounds(0, upper),
        integrality=np.ones(len(cost)) if integer is None else integer.astype(np.float64),
        options={"mip_rel_gap": 0, "time_limit": SECONDS},
    )
    if found.status == _OPTIMAL:
        point: Floats = found.x
        return point
    if found.status in (_INFEASIBLE, _UNCLEAR):
        return None
    raise MachineFault("La selección no terminó a tiempo: quite reglas que dividan menos y repita.")


def certain(point: Floats | None) -> Floats:
    """The point of a model that always has one."""
    if point is None:
        raise MachineFault("El programa que resuelve la selección falló: vuelva a intentarlo.")
    return point


def choose(problem: Problem) -> Ints | None:
    """Who makes the best cohort (numbers in the pool, best first); None where the bounds can't all hold.

    Merit first, then the lots: Σ (merit in whole units + lot / (seats + 1)). Where there are fewer people
    than seats it is everybody.
    """
    pool, seats = problem.pool, problem.total
    if len(pool) < seats:
        return np.arange(len(pool))
    if not problem.bounds:
        return np.arange(seats)
    grid = grid_of(problem)
    people = _contenders(problem.cells.of, seats)
    worth = values(pool.merit, pool.lots, seats)[people]
    kept = len(people)
    member = csr_array((np.ones(kept), (problem.cells.of[people], np.arange(kept))), shape=(grid.cells, kept))
    blank = csr_array((len(problem.bounds), kept))
    low, high = limits(problem)
    point = solve(
        np.concatenate([-worth, np.zeros(grid.size)]),
        [
            LinearConstraint(hstack([member, -grid.share]), 0, 0),
            LinearConstraint(hstack([csr_array((grid.venues, kept)), grid.fill]), grid.seats, grid.seats),
            LinearConstraint(hstack([blank, grid.rows]), low, high),
        ],
        upper=np.concatenate([np.ones(kept), np.repeat(grid.sizes, grid.venues)]),
        integer=np.arange(kept + grid.size) >= kept,
    )
    if point is None:
        return None
    taken = np.rint(grid.share @ point[kept:]).astype(np.int64)
    chosen: Ints = people[_place_in_cell(problem.cells.of[people]) < taken[problem.cells.of[people]]]
    return chosen


UNIT = 1e-5  # of a point of the scale: finer differences of merit are ties, and fall by lot


def values(merit: Floats, lots: Floats, seats: int) -> Floats:
    """What each person adds to a cohort; merits are counted from the last seat's, to keep numbers small."""
    units = np.rint(merit / UNIT)
    last = units[min(seats, len(units)) - 1] if len(units) else 0.0
    worth: Floats = units - last + lots / (seats + 1)
    return worth


def _contenders(cell_of: Ints, seats: int) -> Ints:
    """The best ``seats`` of each cell; the pool is in order."""
    chosen: Ints = np.flatnonzero(_place_in_cell(cell_of) < seats)
    return chosen


def _place_in_cell(cell_of: Ints) -> Ints:
    """How many better people of the same cell each one has before her."""
    order = np.argsort(cell_of, kind="stable")
    ordered = cell_of[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.array([], int)
    place = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    result = np.empty(len(cell_of), dtype=np.int64)
    result[order] = place
    return result
