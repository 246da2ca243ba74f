"""A selection under 39 rules against the plain formulation, a variable for each person and venue.

Also the explanation of a conflict at each size.
"""

import resource
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, vstack

from reviewer.decision.selection.optimisation.infeasibility import find_infeasibility
from reviewer.decision.selection.optimisation.milp import bound_limits, choose_people, person_values, solve
from reviewer.decision.selection.optimisation.problem import OVERALL, Bound, Pool, Problem
from reviewer.decision.selection.optimisation.venues import assign_venues

SIZES = {500: 1.0, 5_000: 2.0, 100_000: 3.0}  # target in seconds of processor time
NAIVE_UP_TO = 5_000
ALCALDIAS, GENDERS, AGES, VENUES = 16, 3, 4, 3


def run() -> list[str]:
    """Prints a line per size; returns the targets that were missed."""
    missed = []
    for size, target in SIZES.items():
        problem = _problem(size)
        people, chosen = _timed(partial(choose_people, problem))
        _, seated = _timed(partial(assign_venues, problem, people))
        conflicting = replace(problem, bounds=(*problem.bounds, _too_many(problem)))
        _, explained = _timed(partial(find_infeasibility, conflicting))
        summary = f"{size:>7}: chosen in {chosen:.2f} s, seated in {seated:.2f}, "
        summary += f"a conflict explained in {explained:.2f}"
        if size <= NAIVE_UP_TO:
            _, plain = _timed(partial(_plain_formulation, problem))
            summary += f"; the plain formulation {plain:.2f} s, {plain / chosen:.0f} × as long"
        print(f"{summary} (target {target:g} s)", flush=True)
        if chosen + seated > target:
            missed.append(f"selection at {size}: {chosen + seated:.2f} s")
    return missed


def _problem(size: int) -> Problem:
    """Returns a problem with 39 rules.

    There are 16 minima and 16 maxima by alcaldía, and minima for women, three of them in each venue, and for
    ages.
    """
    chance = np.random.default_rng(size)
    merit = np.sort(np.clip(chance.normal(3, 0.6, size), 1, 5))[::-1]
    homes = chance.choice(ALCALDIAS, size, p=chance.dirichlet(np.full(ALCALDIAS, 3.0)))
    gender, age = chance.integers(0, GENDERS, size), chance.integers(0, AGES, size)
    bounds = [Bound(0, "mínimo", f"{alcaldia}", homes == alcaldia, at_least=1) for alcaldia in range(ALCALDIAS)]
    bounds += [Bound(1, "máximo", f"{alcaldia}", homes == alcaldia, at_most=12) for alcaldia in range(ALCALDIAS)]
    bounds.append(Bound(2, "mujeres", "", gender == 0, at_least=28))
    bounds += [Bound(3, "por sede", "", gender == 0, 8, None, venue) for venue in range(VENUES)]
    bounds += [Bound(4, "mayores", "", age == age_group, at_least=10) for age_group in range(1, AGES)]
    lowered = [_feasible_bound(bound) for bound in bounds]
    pool = Pool(
        folios=tuple(f"GUI-{number:06d}" for number in range(size)),
        merit=merit,
        lots=chance.random(size),
        travel=chance.integers(0, 30_000, (ALCALDIAS, VENUES))[homes],
        preferred=chance.integers(-1, VENUES, size),
    )
    return Problem(pool, (20, 20, 20), tuple(lowered))


def _feasible_bound(bound: Bound) -> Bound:
    """Returns the bound with a minimum that can be filled, as the application lowers it."""
    if bound.at_least is None:
        return bound
    return replace(bound, at_least=min(bound.at_least, int(bound.members.sum())))


def _too_many(problem: Problem) -> Bound:
    return replace(problem.bounds[ALCALDIAS], at_most=None, at_least=20)


def _plain_formulation(problem: Problem) -> None:
    """Solves the problem with a variable for each person at each venue."""
    count = len(problem.pool)
    number, ones = np.arange(count * VENUES), np.ones(count * VENUES)
    once = csr_array((ones, (number // VENUES, number)), shape=(count, len(number)))
    fill = csr_array((ones, (number % VENUES, number)), shape=(VENUES, len(number)))
    rows = [
        np.outer(bound.members, [bound.venue in (OVERALL, venue) for venue in range(VENUES)]).ravel()
        for bound in problem.bounds
    ]
    low, high = bound_limits(problem)
    worth = np.repeat(person_values(problem.pool.merit, problem.pool.lots, problem.total), VENUES)
    solve(
        -worth,
        [
            LinearConstraint(once, 0, 1),
            LinearConstraint(fill, problem.seats, problem.seats),
            LinearConstraint(vstack([csr_array(row[None, :].astype(float)) for row in rows]), low, high),
        ],
        upper=ones,
    )


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Returns the result, and seconds of processor time."""
    before = _cpu_seconds()
    result = work()
    return result, _cpu_seconds() - before


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
