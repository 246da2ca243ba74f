"""Sharing out: what is promised holds for whatever comes."""

from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.jury.dealing import Need, deal, short_of_readers


def totals(needs: list[Need], loads: list[int]) -> list[int]:
    """What each juror has once everything is dealt."""
    given_out = Counter(juror for need in needs for juror in need.given)
    return [load + given_out[juror] for juror, load in enumerate(loads)]


def least_spread(needs: list[Need], jurors: int) -> int:
    """The smallest difference between the most and the least loaded, by trying everything."""
    choices = [
        list(combinations([j for j in range(jurors) if need.can_take(j)], need.missing)) for need in needs
    ]
    spreads = set()
    for chosen in product(*choices):
        counts = Counter(juror for readers in chosen for juror in readers)
        loads = [counts[juror] for juror in range(jurors)]
        spreads.add(max(loads) - min(loads))
    return min(spreads)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Need], int]:
    """Applications with conflicts, and a jury that is large enough for each of them."""
    jurors = draw(st.integers(2, 4))
    readers = draw(st.integers(1, jurors))
    most = jurors - readers
    needs = []
    for _ in range(draw(st.integers(1, 5))):
        barred = draw(st.sets(st.integers(0, jurors - 1), max_size=most))
        needs.append(Need(readers, barred=frozenset(barred)))
    return needs, jurors


@given(tables(), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_everyone_is_read_by_others_and_loads_are_as_even_as_can_be(
    table: tuple[list[Need], int], seed: int
) -> None:
    needs, jurors = table
    assert not short_of_readers(needs, jurors)
    best = least_spread(needs, jurors)
    deal(needs, [0] * jurors, seed=seed)
    for need in needs:
        assert len(set(need.given)) == len(need.given) == need.missing
        assert not set(need.given) & need.barred
    loads = totals(needs, [0] * jurors)
    assert max(loads) - min(loads) <= max(best, 1)


def test_without_conflicts_loads_are_within_one_and_everybody_is_linked() -> None:
    needs = [Need(3) for _ in range(500)]
    deal(needs, [0] * 30, seed=1)
    loads = totals(needs, [0] * 30)
    assert max(loads) - min(loads) <= 1
    pairs = Counter(pair for need in needs for pair in combinations(sorted(need.given), 2))
    assert len(pairs) == 30 * 29 / 2  # each juror shares an application with each other one
    assert max(pairs.values()) <= 3 * sum(pairs.values()) / len(pairs)


def test_what_jurors_have_already_counts_and_stays() -> None:
    needs = [Need(1, readers=frozenset({0})) for _ in range(4)] + [Need(2) for _ in range(6)]
    deal(needs, [10, 0, 0, 8], seed=1)
    assert all(0 not in need.given for need in needs)
    assert totals(needs, [10, 0, 0, 8]) == [10, 8, 8, 8]


def test_the_same_seed_deals_the_same_and_another_one_otherwise() -> None:
    def dealt(seed: int) -> list[list[int]]:
        needs = [Need(2) for _ in range(40)]
        deal(needs, [0] * 6, seed=seed)
        return [need.given for need in needs]

    assert dealt(1) == dealt(1) != dealt(2)


def test_an_application_that_too_few_may_read_is_found() -> None:
    needs = [
        Need(2),
        Need(2, barred=frozenset({0, 1})),
        Need(1, readers=frozenset({0}), barred=frozenset({1, 2})),
    ]
    assert short_of_readers(needs, 3) == [1, 2]
