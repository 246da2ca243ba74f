"""The cohort keeps its rules and none better exists; conflicts are explained by what is really minimal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from reviewer.decision.lots import lot
from reviewer.decision.selection.conflict import Change, Conflict, Side, explain
from reviewer.decision.selection.model import choose
from reviewer.decision.selection.problem import NO_PREFERENCE, OVERALL, Bound, Cohort, Problem, breach
from reviewer.decision.selection.proposal import costs, propose
from reviewer.decision.selection.seating import seat
from reviewer.decision.selection.ties import ties
from reviewer.decision.selection.waiting import general_order, waiting_list
from tests.decision.selection.toys import bound, cohorts, keeps, pool_of, problems, worth

QUICK = settings(max_examples=20, deadline=None)


@QUICK
@given(problems())
def test_no_rule_is_broken_and_no_better_cohort_exists(problem: Problem) -> None:
    outcome = propose(problem)
    good = [each for each in cohorts(problem) if keeps(problem, each)]
    if isinstance(outcome, Conflict):
        assert not good
        return
    assert keeps(problem, outcome)
    assert np.bincount(outcome.venues, minlength=2).tolist() == list(problem.seats)
    assert worth(problem, outcome) == pytest.approx(max(worth(problem, each) for each in good), abs=1e-5)


@QUICK
@given(problems())
def test_seats_follow_preferences_then_travel(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Conflict):
        return

    def price(cohort: Cohort) -> tuple[int, int]:
        preferred = problem.pool.preferred[cohort.people]
        unmet = int(np.sum((preferred != NO_PREFERENCE) & (preferred != cohort.venues)))
        return unmet, int(problem.pool.travel[cohort.people, cohort.venues].sum())

    same_people = [
        each
        for each in cohorts(problem)
        if keeps(problem, each) and np.array_equal(each.people, outcome.people)
    ]
    assert price(outcome) == min(price(each) for each in same_people)


@QUICK
@given(problems())
def test_explanations_are_really_minimal(problem: Problem) -> None:
    outcome = propose(problem)
    if not isinstance(outcome, Conflict):
        return
    everybody = list(cohorts(problem))
    assert not any(keeps(_only(problem, outcome.core), each) for each in everybody)
    for side in outcome.core:
        rest = _only(problem, tuple(each for each in outcome.core if each != side))
        assert any(keeps(rest, each) for each in everybody), "cada exigencia del conjunto hace falta"
    moved = _moved(problem, outcome)
    assert any(keeps(moved, each) for each in everybody), "el cambio libera las reglas"
    misses = [
        [breach(b, count) for b, count in zip(problem.bounds, each.counts(problem.bounds), strict=True)]
        for each in everybody
    ]
    least = min(sum(each) for each in misses)
    sizes = [_size(problem, change) for change in outcome.changes]
    assert sum(sizes) == least
    assert max(sizes) == min(max(each) for each in misses if sum(each) == least)


def _only(problem: Problem, sides: tuple[Side, ...]) -> Problem:
    kept = [
        replace(
            problem.bounds[each.bound],
            **({"at_most": None} if each.is_minimum else {"at_least": None}),  # type: ignore[arg-type]
        )
        for each in sides
    ]
    return replace(problem, bounds=tuple(kept))


def _moved(problem: Problem, conflict: Conflict) -> Problem:
    bounds = list(problem.bounds)
    for each in conflict.changes:
        field = "at_least" if each.side.is_minimum else "at_most"
        bounds[each.side.bound] = replace(bounds[each.side.bound], **{field: each.to})  # type: ignore[arg-type]
    return replace(problem, bounds=tuple(bounds))


def _size(problem: Problem, change: Change) -> int:
    moved = problem.bounds[change.side.bound]
    before = moved.at_least if change.side.is_minimum else moved.at_most
    return abs(change.to - (before or 0))


@QUICK
@given(problems())
def test_whoever_waits_keeps_the_rules_in_somebodys_seat(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Conflict):
        return
    for venue, _ in enumerate(problem.seats):
        queue = waiting_list(problem, outcome, venue).tolist()
        assert queue == sorted(queue) and not set(queue) & set(outcome.people.tolist())
        seated = [int(at) for at in np.flatnonzero(outcome.venues == venue)]
        for at in seated:
            able = [p for p in _outside(problem, outcome) if keeps(problem, _swapped(outcome, at, p))]
            assert not able or able[0] in queue, "el mejor reemplazo de cada plaza está en la lista"
        for person in queue:
            assert any(keeps(problem, _swapped(outcome, at, person)) for at in seated)


def _outside(problem: Problem, cohort: Cohort) -> list[int]:
    return sorted(set(range(len(problem.pool))) - set(cohort.people.tolist()))


def _swapped(cohort: Cohort, at: int, person: int) -> Cohort:
    people = cohort.people.copy()
    people[at] = person
    return replace(cohort, people=people)


@QUICK
@given(problems())
def test_whom_the_lot_gave_a_seat_could_have_been_the_others_it_is_tied_with(problem: Problem) -> None:
    outcome = propose(problem)
    if isinstance(outcome, Conflict):
        return
    found = ties(problem, outcome)
    named = {int(each) for tie in found for each in tie.people}
    merit, seated = problem.pool.merit, set(outcome.people.tolist())
    for tie in found:
        assert len(set(merit[tie.people])) == 1
        assert [int(each) in seated for each in tie.people] == tie.seated.tolist()
        assert 0 < tie.seated.sum() < len(tie.people)
    exchanged = {
        (int(outcome.people[at]), other)
        for at in range(len(outcome.people))
        for other in _outside(problem, outcome)
        if merit[outcome.people[at]] == merit[other] and keeps(problem, _swapped(outcome, at, other))
    }
    assert named == {each for pair in exchanged for each in pair}


def test_where_a_rule_moves_the_cut_the_tie_is_found_there() -> None:
    """Of six for two seats a rule keeps one for the lower group, which has a tie; that of the ranking's cut
    between the second and the third is none."""
    pool = pool_of([5.0, 4.0, 4.0, 2.0, 2.0, 1.0])
    low = [False, False, False, True, True, True]
    problem = Problem(pool, (1, 1), (bound(low, least=1),))
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    [tie] = ties(problem, outcome)
    assert tie.people.tolist() == [3, 4] and tie.seated.tolist() == [True, False]
    free = propose(Problem(pool, (1, 1)))
    assert isinstance(free, Cohort)
    [tie] = ties(Problem(pool, (1, 1)), free)
    assert tie.people.tolist() == [1, 2] and tie.seated.tolist() == [True, False]


def test_ties_fall_by_a_lottery_that_anybody_can_recompute() -> None:
    problem = Problem(pool_of([3.0] * 9, seed="guionismo-2025"), (2, 2), (bound([True] * 9, least=1),))
    chosen = choose(problem)
    assert chosen is not None
    drawn = sorted(problem.pool.folios, key=lambda each: -lot("guionismo-2025", each))[:4]
    assert [problem.pool.folios[each] for each in chosen] == drawn


def test_the_order_of_rules_and_of_cells_does_not_matter() -> None:
    pool = pool_of([4.0, 4.0, 3.0, 3.0, 2.0, 2.0])
    bounds = (
        bound([True, True, True, False, False, False], most=2),
        bound([False, False, False, True, True, False], least=2, venue=0),
    )
    one = propose(Problem(pool, (2, 2), bounds))
    other = propose(Problem(pool, (2, 2), bounds[::-1]))
    assert isinstance(one, Cohort) and isinstance(other, Cohort)
    assert one.people.tolist() == other.people.tolist() and one.venues.tolist() == other.venues.tolist()


def test_fewer_people_than_seats_are_all_taken_and_miss_as_little_as_can_be() -> None:
    flags = [True, True, True]
    problem = Problem(pool_of([3.0, 2.0, 1.0]), (2, 2), (bound(flags, most=1, venue=0), bound(flags, most=1)))
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
    problem = Problem(pool_of([1.0] * 6), (2, 1), (bound([True] * 6, least=5),))
    conflict = explain(problem)
    assert conflict.core == (Side(0, True),)
    assert [each.to for each in conflict.changes] == [3]


def test_what_a_rule_costs() -> None:
    pool = pool_of([5.0, 4.0, 3.0, 2.0])
    rules = (bound([False, False, False, True], least=1), Bound(1, "otra", "g", np.ones(4, bool), 1))
    problem = Problem(pool, (1, 1), rules)
    outcome = propose(problem)
    assert isinstance(outcome, Cohort)
    first, second = costs(problem, outcome)
    assert (first.enters.tolist(), first.leaves.tolist(), first.merit_per_seat) == ([3], [1], 1.0)
    assert not len(second.enters) and second.merit_per_seat == 0


def test_nobody_at_all_is_nobody_selected() -> None:
    outcome = seat(Problem(pool_of([]), (2, 2)), np.array([], dtype=np.int64))
    assert not len(outcome.people) and OVERALL == -1
