"""Small selections of every kind, and the plain search through all cohorts that they are held against."""

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
from hypothesis import strategies as st

from reviewer.decision.lottery.lots import lot
from reviewer.decision.selection.optimisation.milp import person_values
from reviewer.decision.selection.optimisation.problem import OVERALL, Bound, Cohort, Pool, Problem, breach


def pool_of(merits: list[float], *, venues: int = 2, seed: str = "s") -> Pool:
    """People with these merits, in the order of the ranking."""
    folios = [f"HIS-{number:04d}" for number in range(1, len(merits) + 1)]
    lots = {folio: lot(seed, folio) for folio in folios}
    ordered = sorted(zip(merits, folios, strict=True), key=lambda pair: (-pair[0], -lots[pair[1]]))
    count = len(merits)
    return Pool(
        folios=tuple(folio for _, folio in ordered),
        merit=np.array([merit for merit, _ in ordered]),
        lots=np.array([lots[folio] for _, folio in ordered]),
        travel=np.array([[1000 * ((n * (v + 3)) % 7) for v in range(venues)] for n in range(count)]).reshape(
            count, venues
        ),
        preferred=np.array([n % (venues + 1) - 1 for n in range(count)], dtype=np.int64),
    )


def bound_on(members: list[bool], *, least: int | None = None, most: int | None = None, venue: int = OVERALL) -> Bound:
    """A bound on the people flagged."""
    return Bound(0, "regla", "grupo", np.array(members, dtype=bool), least, most, venue)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to seven people, two venues, up to five bounds, each a rule of its own; merits often tie."""
    count = draw(st.integers(4, 7))
    merits = draw(st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0, 4.0]), min_size=count, max_size=count))
    seats = draw(st.sampled_from([(1, 1), (2, 1), (2, 2), (1, 3)]))
    bounds = []
    for number in range(draw(st.integers(0, 5))):
        members = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        venue = draw(st.sampled_from([OVERALL, OVERALL, 0, 1]))
        least = draw(st.one_of(st.none(), st.integers(0, 3)))
        most = draw(st.integers(0, 3)) if least is None else None
        bounds.append(Bound(number, f"regla {number}", "grupo", np.array(members), least, most, venue))
    return Problem(pool_of(merits), seats, tuple(bounds))


def all_cohorts(problem: Problem) -> Iterator[Cohort]:
    """Every cohort there is, in every seating."""
    places = [venue for venue, seats in enumerate(problem.seats) for _ in range(seats)]
    for people in combinations(range(len(problem.pool)), problem.total):
        for venues in set(permutations(places)):
            yield Cohort(np.array(people), np.array(venues))


def keeps_bounds(problem: Problem, cohort: Cohort) -> bool:
    """Whether a cohort keeps every bound."""
    counts = cohort.counts(problem.bounds)
    return not any(breach(bound, count) for bound, count in zip(problem.bounds, counts, strict=True))


def cohort_value(problem: Problem, cohort: Cohort) -> float:
    """Merit first, then the lots."""
    return float(person_values(problem.pool.merit, problem.pool.lots, problem.total)[cohort.people].sum())
