"""Intervals against published ones, and verdicts that chance would not make."""

import pytest

from reviewer.cohort.shares import Verdict, interval, verdict


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
def test_intervals_are_the_published_ones(count: int, total: int, low: float, high: float) -> None:
    assert interval(count, total) == pytest.approx((low, high), abs=6e-5)


def test_an_interval_holds_its_share_and_stays_within_nothing_and_all() -> None:
    assert interval(0, 0) == (0, 1)
    assert interval(0, 7)[0] == 0
    assert interval(7, 7)[1] == 1
    for count in range(8):
        low, high = interval(count, 7, together=16)
        assert 0 <= low <= count / 7 <= high <= 1


def test_intervals_that_hold_together_are_wider() -> None:
    alone, together = interval(12, 60), interval(12, 60, together=16)
    assert together[0] < alone[0] < alone[1] < together[1]


@pytest.mark.parametrize(
    ("count", "total", "population", "expected"),
    [
        (3, 60, 0.127, Verdict.PERHAPS_LESS),  # Gustavo A. Madero: 3 of 60 may well be chance
        (30, 600, 0.127, Verdict.LESS),
        (60, 600, 0.05, Verdict.MORE),
        (7, 60, 0.09, Verdict.PERHAPS_MORE),
        (6, 60, 0.1, Verdict.EVEN),
        (0, 60, 0.0166, Verdict.EVEN),  # Milpa Alta: one expected, none came
        (3, 3, 0.02, Verdict.EVEN),  # of three applications nothing is said
        (0, 0, 0.2, Verdict.EVEN),
    ],
)
def test_a_gap_is_named_only_where_it_is_one(
    count: int, total: int, population: float, expected: Verdict
) -> None:
    assert verdict(count, total, population, together=16) is expected
