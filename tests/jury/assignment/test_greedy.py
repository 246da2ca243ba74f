"""Properties of the deal of applications to jurors, with generated input."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reviewer.jury.assignment.greedy import deal, level
from reviewer.jury.assignment.rebalancing import Need


def totals(needs: list[Need], loads: list[int]) -> list[int]:
    """The load of every juror after the deal."""
    given_out = Counter(juror for need in needs for juror in need.new_readers)
    return [load + given_out[juror] for juror, load in enumerate(loads)]


def least_spread(needs: list[Need], jurors: int) -> int:
    """The smallest possible difference between the highest and the lowest load, by brute force."""
    choices = [list(combinations([j for j in range(jurors) if need.can_be_read_by(j)], need.missing)) for need in needs]
    spreads = set()
    for chosen in product(*choices):
        counts = Counter(juror for readers in chosen for juror in readers)
        loads = [counts[juror] for juror in range(jurors)]
        spreads.add(max(loads) - min(loads))
    return min(spreads)


@st.composite
def deal_problems(draw: st.DrawFn) -> tuple[list[Need], int]:
    """Applications with conflicts, and a jury that is large enough for all of them."""
    jurors = draw(st.integers(2, 4))
    readers = draw(st.integers(1, jurors))
    most = jurors - readers
    needs = []
    for _ in range(draw(st.integers(1, 5))):
        barred = draw(st.sets(st.integers(0, jurors - 1), max_size=most))
        needs.append(Need(readers, barred=frozenset(barred)))
    return needs, jurors


@given(deal_problems(), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_everyone_is_read_by_others_and_loads_are_as_even_as_can_be(table: tuple[list[Need], int], seed: int) -> None:
    needs, jurors = table
    best = least_spread(needs, jurors)
    deal(needs, [0] * jurors, seed=seed)
    for need in needs:
        assert len(set(need.new_readers)) == len(need.new_readers) == need.missing
        assert not set(need.new_readers) & need.barred
    loads = totals(needs, [0] * jurors)
    assert max(loads) - min(loads) <= max(best, 1)


def test_without_conflicts_loads_are_within_one_and_everybody_is_linked() -> None:
    needs = [Need(3) for _ in range(500)]
    deal(needs, [0] * 30, seed=1)
    loads = totals(needs, [0] * 30)
    assert max(loads) - min(loads) <= 1
    pairs = Counter(pair for need in needs for pair in combinations(sorted(need.new_readers), 2))
    assert len(pairs) == 30 * 29 / 2  # each juror shares an application with each other one
    assert max(pairs.values()) <= 3 * sum(pairs.values()) / len(pairs)


def test_what_jurors_have_already_counts_and_stays() -> None:
    needs = [Need(1, readers=frozenset({0})) for _ in range(4)] + [Need(2) for _ in range(6)]
    deal(needs, [10, 0, 0, 8], seed=1)
    assert all(0 not in need.new_readers for need in needs)
    assert totals(needs, [10, 0, 0, 8]) == [10, 8, 8, 8]


def test_the_same_seed_deals_the_same_and_another_one_otherwise() -> None:
    def dealt(seed: int) -> list[list[int]]:
        needs = [Need(2) for _ in range(40)]
        deal(needs, [0] * 6, seed=seed)
        return [need.new_readers for need in needs]

    assert dealt(1) == dealt(1) != dealt(2)


@st.composite
def tight_deal_problems(draw: st.DrawFn) -> tuple[list[Need], list[int], list[int]]:
    """Applications, loads and limits such that not everything may be coverable."""
    jurors = draw(st.integers(2, 6))
    juror_sets = st.frozensets(st.integers(0, jurors - 1), max_size=jurors)
    needs = []
    for _ in range(draw(st.integers(1, 8))):
        readers, barred = draw(juror_sets), draw(juror_sets)
        needs.append(Need(draw(st.integers(0, 3)), readers=readers, barred=barred - readers))
    loads = [sum(j in need.readers for need in needs) for j in range(jurors)]
    limits = [load + draw(st.integers(-1, 4)) for load in loads]
    return needs, loads, limits


def most_covered(needs: Sequence[Need], loads: Sequence[int], limits: Sequence[float]) -> int:
    """The largest flow from applications to jurors, by HiGHS."""
    pairs = [(n, j) for n, need in enumerate(needs) for j in range(len(loads)) if need.can_be_read_by(j)]
    if not pairs:
        return 0
    rows = np.zeros((len(needs) + len(loads), len(pairs)))
    for place, (number, juror) in enumerate(pairs):
        rows[number, place] = rows[len(needs) + juror, place] = 1
    room = [max(0, most - load) for load, most in zip(loads, limits, strict=True)]
    bounds = [need.missing for need in needs] + room
    best = linprog(-np.ones(len(pairs)), A_ub=rows, b_ub=bounds, bounds=(0, 1)).fun
    return round(-float(best))


@given(tight_deal_problems(), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_where_limits_are_tight_no_way_of_dealing_covers_more(
    table: tuple[list[Need], list[int], list[int]], seed: int
) -> None:
    needs, loads, limits = table
    best = most_covered(needs, loads, limits)
    outcome = deal(needs, loads, limits=limits, seed=seed)
    assert sum(len(need.new_readers) for need in needs) == best
    for need in needs:
        assert len(set(need.new_readers)) == len(need.new_readers) <= need.missing
        assert not set(need.new_readers) & (need.barred | need.readers)
    assert list(outcome.loads) == totals(needs, loads)
    assert all(total <= max(most, load) for total, most, load in zip(outcome.loads, limits, loads, strict=True))


def test_rebalancing_covers_what_the_greedy_deal_leaves_open() -> None:
    """Juror 1 has room for one application, which must be the one that no other juror may read."""
    for seed in range(20):
        needs = [Need(1) for _ in range(3)] + [Need(1, barred=frozenset({0, 2}))]
        deal(needs, [0, 0, 0], limits=[9, 1, 9], seed=seed)
        assert needs[3].new_readers == [1] and not any(need.still_missing for need in needs)


def test_whoever_has_a_limit_takes_no_more_and_the_others_share_the_rest() -> None:
    needs = [Need(3) for _ in range(100)]
    outcome = deal(needs, [0] * 6, limits=[10, 20, 1000, 1000, 1000, 1000], seed=1)
    assert sorted(outcome.loads) == [10, 20, 67, 67, 68, 68] and not any(need.still_missing for need in needs)


def groups_of(needs: Sequence[Need]) -> int:
    """The number of groups of jurors without a shared application, by merging sets."""
    groups: list[set[int]] = []
    for need in needs:
        readers = set(need.new_readers) | need.readers
        if readers:
            apart = [group for group in groups if not group & readers]
            groups = [*apart, readers.union(*(group for group in groups if group & readers))]
    return len(groups)


@given(st.integers(2, 9), st.integers(2, 3), st.integers(0, 12), st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_jurors_are_linked_wherever_there_are_readings_enough(jurors: int, readers: int, more: int, seed: int) -> None:
    readers = min(readers, jurors)
    count = -(-(jurors - 1) // (readers - 1)) + more  # as few as could link everybody
    needs = [Need(readers) for _ in range(count)]
    outcome = deal(needs, [0] * jurors, seed=seed)
    assert outcome.groups == groups_of(needs) == 1
    assert max(outcome.loads) - min(outcome.loads) <= 1


def test_two_halves_of_a_jury_that_share_nothing_are_linked_by_what_comes_next() -> None:
    before = [Need(0, readers=frozenset({0, 1})), Need(0, readers=frozenset({2, 3}))] * 5
    barred = [Need(2, barred=frozenset({2, 3})), Need(2, barred=frozenset({0, 1})), Need(2)]
    needs = before + barred
    outcome = deal(needs, [5, 5, 5, 5], seed=1)
    assert outcome.groups == groups_of(needs) == 1


def test_what_cannot_be_linked_is_said() -> None:
    needs = [Need(2, barred=frozenset({2, 3})), Need(2, barred=frozenset({0, 1}))]
    assert deal(needs, [0] * 4, seed=1).groups == 2
    needs = [Need(1) for _ in range(9)]
    assert deal(needs, [0] * 3, seed=1).groups == 3


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(0, 9))
@settings(max_examples=80, deadline=None)
def test_levelling_moves_no_more_than_the_difference(holders: list[int], limit: int) -> None:
    needs = [Need(1, new_readers=[holder]) for holder in holders]
    loads = [holders.count(juror) for juror in range(4)]
    outcome = level(needs, loads, limits=[limit, 99, 99, 99])
    assert sum(outcome.loads) == len(holders) and outcome.loads[0] <= limit
    free = outcome.loads[1:] if outcome.loads[0] == limit else outcome.loads
    assert max(free) - min(free) <= 1
    moved = sum(need.new_readers != [holder] for need, holder in zip(needs, holders, strict=True))
    assert moved == sum(max(0, after - load) for after, load in zip(outcome.loads, loads, strict=True))


@pytest.mark.parametrize("barred", [frozenset(), frozenset({0})])
def test_what_comes_first_is_dealt_first(barred: frozenset[int]) -> None:
    needs = [Need(1) for _ in range(4)] + [Need(3 - len(barred), barred=barred, is_priority=True)]
    outcome = deal(needs, [0] * 3, limits=[2, 2, 2], seed=1)
    assert len(needs[4].new_readers) == 3 - len(barred) and max(outcome.loads) == 2
