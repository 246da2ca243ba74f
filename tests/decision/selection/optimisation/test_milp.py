"""The cohort keeps its rules and none better exists; conflicts are explained by what is really minimal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from reviewer.decision.lottery.lots import lot
from reviewer.decision.selection.optimisation.infeasibility import (
    BoundChange,
    BoundSide,
    Infeasibility,
    find_infeasibility,
)
from reviewer.decision.selection.optimisation.milp import choose_people
from reviewer.decision.selection.optimisation.problem import (
    NO_PREFERENCE,
    OVERALL,
    Bound,
    Cohort,
    Problem,
    breach,
)
from reviewer.decision.selection.optimisation.proposal import (
    costs,
    general_order,
    propose,
    ties,
    waiting_list,
)
from reviewer.decision.selection.optimisation.venues import assign_venues
from tests.factories.selection_problems import (
    all_cohorts,
    bound_on,
    cohort_value,
    keeps_bounds,
    pool_of,
    problems,
)

QUICK = settings(max_examples=20, deadline=None)


@QUICK
@given(problems())
def test_no_rule_is_broken_and_no_better_cohort_exists(problem: Problem) -> None:
    outcome = propose(problem)
    good = [cohort for cohort in all_cohorts(problem) if keeps_bounds(problem, cohort)]
    if isinstance(outcome, Infeasibility):
        assert not good
        return
    assert keeps_bounds(problem, outcome)
    assert np.bincount(outcome.venues, minlength=2).tolist() == list(problem.seats)
    assert cohort_value(problem, outcome) == pytest.approx(
        max(cohort_value(problem, cohort) for cohort in good), abs=1e-5
    )


@QUICK
@given(problems())
def test_seats_follow_preferences_then_travel(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Infeasibility):
        return

    def price(cohort: Cohort) -> tuple[int, int]:
        preferred = problem.pool.preferred[cohort.people]
        unmet = int(np.sum((preferred != NO_PREFERENCE) & (preferred != cohort.venues)))
        return unmet, int(problem.pool.travel[cohort.people, cohort.venues].sum())

    same_people = [
        cohort
        for cohort in all_cohorts(problem)
        if keeps_bounds(problem, cohort) and np.array_equal(cohort.people, outcome.people)
    ]
    assert price(outcome) == min(price(cohort) for cohort in same_people)


@QUICK
@given(problems())
def test_explanations_are_really_minimal(problem: Problem) -> None:
    outcome = propose(problem)
    if not isinstance(outcome, Infeasibility):
        return
    all_possible = list(all_cohorts(problem))
    assert not any(keeps_bounds(_only(problem, outcome.core), cohort) for cohort in all_possible)
    for side in outcome.core:
        rest = _only(problem, tuple(other_side for other_side in outcome.core if other_side != side))
        assert any(keeps_bounds(rest, cohort) for cohort in all_possible), "cada exigencia del conjunto hace falta"
    moved = _relaxed_problem(problem, outcome)
    assert any(keeps_bounds(moved, cohort) for cohort in all_possible), "el cambio libera las reglas"
    violations_by_cohort = [
        [breach(bound, count) for bound, count in zip(problem.bounds, cohort.counts(problem.bounds), strict=True)]
        for cohort in all_possible
    ]
    least = min(sum(violations) for violations in violations_by_cohort)
    sizes = [_size(problem, change) for change in outcome.changes]
    assert sum(sizes) == least
    assert max(sizes) == min(max(violations) for violations in violations_by_cohort if sum(violations) == least)


def _only(problem: Problem, sides: tuple[BoundSide, ...]) -> Problem:
    bounds = [
        replace(
            problem.bounds[side.bound],
            **({"at_most": None} if side.is_minimum else {"at_least": None}),  # type: ignore[arg-type]
        )
        for side in sides
    ]
    return replace(problem, bounds=tuple(bounds))


def _relaxed_problem(problem: Problem, conflict: Infeasibility) -> Problem:
    bounds = list(problem.bounds)
    for change in conflict.changes:
        field = "at_least" if change.side.is_minimum else "at_most"
        bounds[change.side.bound] = replace(bounds[change.side.bound], **{field: change.to})  # type: ignore[arg-type]
    return replace(problem, bounds=tuple(bounds))


def _size(problem: Problem, change: BoundChange) -> int:
    moved = problem.bounds[change.side.bound]
    before = moved.at_least if change.side.is_minimum else moved.at_most
    return abs(change.to - (before or 0))


@QUICK
@given(problems())
def test_people_on_a_waiting_list_keep_the_rules_in_a_seat(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Infeasibility):
        return
    for venue, _ in enumerate(problem.seats):
        queue = waiting_list(problem, outcome, venue).tolist()
        assert queue == sorted(queue) and not set(queue) & set(outcome.people.tolist())
        seated = [int(at) for at in np.flatnonzero(outcome.venues == venue)]
        for at in seated:
            replacements = [p for p in _outside(problem, outcome) if keeps_bounds(problem, _swapped(outcome, at, p))]
            assert not replacements or replacements[0] in queue, "el mejor reemplazo de cada plaza está en la lista"
        for person in queue:
            assert any(keeps_bounds(problem, _swapped(outcome, at, person)) for at in seated)


def _outside(problem: Problem, cohort: Cohort) -> list[int]:
    return sorted(set(range(len(problem.pool))) - set(cohort.people.tolist()))


def _swapped(cohort: Cohort, at: int, person: int) -> Cohort:
    people = cohort.people.copy()
    people[at] = person
    return replace(cohort, people=people)


@QUICK
@given(problems())
def test_tied_people_could_exchange_seats(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Infeasibility):
        return
    found_ties = ties(problem, outcome)
    tied_people = {int(person) for tie in found_ties for person in tie.people}
    merit, seated = problem.pool.merit, set(outcome.people.tolist())
    for tie in found_ties:
        assert len(set(merit[tie.people])) == 1
        assert [int(person) in seated for person in tie.people] == tie.seated.tolist()
        assert 0 < tie.seated.sum() < len(tie.people)
    exchanged = {
        (int(outcome.people[at]), outsider)
        for at in range(len(outcome.people))
        for outsider in _outside(problem, outcome)
        if merit[outcome.people[at]] == merit[outsider] and keeps_bounds(problem, _swapped(outcome, at, outsider))
    }
    assert tied_people == {person for pair in exchanged for person in pair}


def test_where_a_rule_moves_the_cut_the_tie_is_found_there() -> None:
    """Of six for two seats a rule keeps one for the lower group, which has a tie; that of the ranking's cut
    between the second and the third is none."""
    pool = pool_of([5.0, 4.0, 4.0, 2.0, 2.0, 1.0])
    low = [False, False, False, True, True, True]
    problem = Problem(pool, (1, 1), (bound_on(low, least=1),))
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    [tie] = ties(problem, outcome)
    assert tie.people.tolist() == [3, 4] and tie.seated.tolist() == [True, False]
    free = propose(Problem(pool, (1, 1)))
    assert isinstance(free, Cohort)
    [tie] = ties(Problem(pool, (1, 1)), free)
    assert tie.people.tolist() == [1, 2] and tie.seated.tolist() == [True, False]


def test_ties_fall_by_a_lottery_that_anybody_can_recompute() -> None:
    problem = Problem(pool_of([3.0] * 9, seed="historieta-2025"), (2, 2), (bound_on([True] * 9, least=1),))
    chosen = choose_people(problem)
    assert chosen is not None
    expected = sorted(problem.pool.folios, key=lambda folio: -lot("historieta-2025", folio))[:4]
    assert [problem.pool.folios[person] for person in chosen] == expected


def test_the_order_of_rules_and_of_cells_does_not_matter() -> None:
    pool = pool_of([4.0, 4.0, 3.0, 3.0, 2.0, 2.0])
    bounds = (
        bound_on([True, True, True, False, False, False], most=2),
        bound_on([False, False, False, True, True, False], least=2, venue=0),
    )
    first = propose(Problem(pool, (2, 2), bounds))
    second = propose(Problem(pool, (2, 2), bounds[::-1]))
    assert isinstance(first, Cohort) and isinstance(second, Cohort)
    assert first.people.tolist() == second.people.tolist() and first.venues.tolist() == second.venues.tolist()


def test_fewer_people_than_seats_are_all_taken_and_miss_as_little_as_can_be() -> None:
    flags = [True, True, True]
    problem = Problem(pool_of([3.0, 2.0, 1.0]), (2, 2), (bound_on(flags, most=1, venue=0), bound_on(flags, most=1)))
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    assert outcome.people.tolist() == [0, 1, 2]
    assert np.bincount(outcome.venues, minlength=2).tolist() == [1, 2]


def test_one_venue_and_no_rules_is_the_ranking() -> None:
    problem = Problem(pool_of([1.0, 5.0, 3.0, 4.0], venues=1), (3,))
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    assert outcome.people.tolist() == [0, 1, 2] and set(outcome.venues.tolist()) == {0}
    assert general_order(problem, outcome).tolist() == [3]
    assert waiting_list(problem, outcome, 0).tolist() == [3]


def test_a_single_bound_beyond_the_seats_conflicts_with_them_alone() -> None:
    problem = Problem(pool_of([1.0] * 6), (2, 1), (bound_on([True] * 6, least=5),))
    conflict = find_infeasibility(problem)
    assert conflict.core == (BoundSide(0, True),)
    assert [change.to for change in conflict.changes] == [3]


def test_what_a_rule_costs() -> None:
    pool = pool_of([5.0, 4.0, 3.0, 2.0])
    rules = (bound_on([False, False, False, True], least=1), Bound(1, "otra", "g", np.ones(4, bool), 1))
    problem = Problem(pool, (1, 1), rules)
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    first, second = costs(problem, outcome)
    assert (first.enters.tolist(), first.leaves.tolist(), first.merit_per_seat) == ([3], [1], 1.0)
    assert not len(second.enters) and second.merit_per_seat == 0


def test_an_empty_pool_gives_an_empty_cohort() -> None:
    outcome = assign_venues(Problem(pool_of([]), (2, 2)), np.array([], dtype=np.int64))
    assert not len(outcome.people) and OVERALL == -1
