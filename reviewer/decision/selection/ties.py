"""Ties at the cut: people with the same merit of whom the lot gave a seat to some."""

from dataclasses import dataclass

import numpy as np

from reviewer.decision.selection.model import MERIT_UNIT
from reviewer.decision.selection.problem import Bools, Cohort, Ints, Problem
from reviewer.decision.selection.waiting import cells_that_fit


@dataclass(frozen=True)
class Tie:
    """People (numbers in the pool) of one merit, the highest lot first; ``seated`` flags who has a seat."""

    people: Ints
    seated: Bools


def ties(problem: Problem, cohort: Cohort) -> tuple[Tie, ...]:
    """Those with a seat and those without one who could have had it: same merit, and the rules would hold.

    Where rules move the cut, each group may have one of its own. Best merit first.
    """
    units = np.rint(problem.pool.merit / MERIT_UNIT).astype(np.int64)
    outside = np.setdiff1d(np.arange(len(problem.pool)), cohort.people)
    candidates = [
        _tie(problem, cohort, np.flatnonzero(units[cohort.people] == unit), outside[units[outside] == unit])
        for unit in np.intersect1d(units[cohort.people], units[outside])[::-1]
    ]
    return tuple(tie for tie in candidates if len(tie.people))


def _tie(problem: Problem, cohort: Cohort, seats: Ints, outsiders: Ints) -> Tie:
    """Of these seats of the cohort and these people outside it, those who could change places."""
    can_swap = np.array(
        [
            cells_that_fit(problem, cohort, int(seat_index), int(cohort.venues[seat_index]))[
                problem.cells.cell_of[outsiders]
            ]
            for seat_index in seats
        ],
        dtype=bool,
    ).reshape(len(seats), len(outsiders))
    seated, unseated = cohort.people[seats][can_swap.any(axis=1)], outsiders[can_swap.any(axis=0)]
    people = np.concatenate([seated, unseated])
    order = np.argsort(-problem.pool.lots[people], kind="stable")
    return Tie(people[order], np.isin(people[order], seated))
