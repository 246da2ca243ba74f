"""Intervals against published ones, and how shares compare with the population."""

import pytest

from reviewer.cohort.significance import Representation, interval, representation


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_match_published_examples(count: int, total: int, low: float, high: float) -> None:
    assert interval(count, total) == pytest.approx((low, high), abs=6e-5)


def test_an_interval_contains_its_share_within_zero_and_one() -> None:
    assert interval(0, 0) == (0, 1)
    assert interval(0, 7)[0] == 0
    assert interval(7, 7)[1] == 1
    for count in range(8):
        low, high = interval(count, 7, comparisons=16)
        assert 0 <= low <= count / 7 <= high <= 1


def test_simultaneous_intervals_are_wider() -> None:
    alone, together = interval(12, 60), interval(12, 60, comparisons=16)
    assert together[0] < alone[0] < alone[1] < together[1]


@pytest.mark.parametrize(
    ("count", "total", "population", "expected"),
    [
        (3, 60, 0.127, Representation.PERHAPS_LESS),  # Gustavo A. Madero: 3 of 60 may well be chance
        (30, 600, 0.127, Representation.LESS),
        (60, 600, 0.05, Representation.MORE),
        (7, 60, 0.09, Representation.PERHAPS_MORE),
        (6, 60, 0.1, Representation.EVEN),
        (0, 60, 0.0166, Representation.EVEN),  # Milpa Alta: one expected, none came
        (3, 3, 0.02, Representation.EVEN),  # of three applications nothing is said
        (0, 0, 0.2, Representation.EVEN),
    ],
)
def test_representation_by_share_and_size(count: int, total: int, population: float, expected: Representation) -> None:
    assert representation(count, total, population, comparisons=16) is expected
