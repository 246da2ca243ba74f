"""Ties at the cut: people with the same merit of whom the lot gave a seat to some."""

from dataclasses import dataclass

import numpy as np

from reviewer.decision.selection.model import UNIT
from reviewer.decision.selection.problem import Bools, Cohort, Ints, Problem
from reviewer.decision.selection.waiting import cells_that_fit


@dataclass(frozen=True)
class Tied:
    """People (numbers in the pool) of one merit, the highest lot first; ``seated`` flags who has a seat."""

    people: Ints
    seated: Bools


def ties(problem: Problem, cohort: Cohort) -> tuple[Tied, ...]:
    """Those with a seat and those without one who could have had it: same merit, and the rules would hold.

    Where rules move the cut, each group may have one of its own. Best merit first.
    """
    units = np.rint(problem.pool.merit / UNIT).astype(np.int64)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    found = [
        _of(problem, cohort, np.flatnonzero(units[cohort.people] == unit), outside[units[outside] == unit])
        for unit in np.intersect1d(units[cohort.people], units[outside])[::-1]
    ]
    return tuple(each for each in found if len(each.people))


def _of(problem: Problem, cohort: Cohort, seats: Ints, others: Ints) -> Tied:
    """Of these seats of the cohort and these people outside it, those who could change places."""
    could = np.array(
        [
            cells_that_fit(problem, cohort, int(at), int(cohort.venues[at]))[problem.cells.of[others]]
            for at in seats
        ],
        dtype=bool,
    ).reshape(len(seats), len(others))
    seated, without = cohort.people[seats][could.any(axis=1)], others[could.any(axis=0)]
    people = np.concatenate([seated, without])
    order = np.argsort(-problem.pool.lots[people], kind="stable")
    return Tied(people[order], np.isin(people[order], seated))
