"""Tests of rates against published figures; many comparisons at once find no gap in random data."""

import random

import pytest

from reviewer.cohort.significance import Step, p_value, significant_steps


@pytest.mark.parametrize(
    ("step", "p"),
    [
        # Fisher 1935, the lady tasting tea: 3 of 4 right; two-sided .4857
        (Step(3, 4, 4, 8), 0.4857),
        # Agresti 1992, "A survey of exact inference for contingency tables": all four named, two-sided .0286
        (Step(4, 4, 4, 8), 0.0286),
        # Fisher 1935 on Johannsen's and Lange's criminal twins: 10 of 13 against 2 of 17, two-sided .00054
        (Step(10, 13, 12, 30), 0.00054),
        (Step(0, 0, 3, 9), 1.0),
        (Step(9, 9, 9, 9), 1.0),
    ],
)
def test_p_values_match_published_examples(step: Step, p: float) -> None:
    assert p_value(step) == pytest.approx(p, abs=6e-5)


def test_rates_of_the_group_and_of_the_others() -> None:
    step = Step(3, 10, 33, 110)
    assert step.rate == pytest.approx(0.3) and step.others_rate == pytest.approx(0.3)
    low, high = step.interval(comparisons=4)
    assert low < 0.3 < high
    assert Step(0, 0, 3, 9).rate is None and Step(9, 9, 9, 9).others_rate is None


def test_only_wide_gaps_are_significant() -> None:
    assert significant_steps([Step(3, 60, 60, 600), Step(4, 60, 60, 600)]) == [False, False]
    assert significant_steps([Step(60, 100, 100, 500), Step(18, 90, 100, 500)]) == [True, False]


def test_level_is_divided_among_comparisons() -> None:
    alone = Step(11, 50, 60, 600)  # p = .010
    assert significant_steps([alone]) == [True]
    assert not any(significant_steps([alone, *[Step(5, 50, 60, 600)] * 20]))


def test_random_draws_rarely_show_a_gap() -> None:
    """Sixty seats drawn by lot from sixteen groups, 200 times: at most about 5 % show a gap."""
    random_source = random.Random(7)
    groups = [group for group in range(16) for _ in range(4 + 5 * group)]
    alarms = 0
    for _ in range(200):
        sampled = random_source.sample(groups, 60)
        steps = [Step(sampled.count(g), groups.count(g), 60, len(groups)) for g in range(16)]
        alarms += any(significant_steps(steps))
    assert alarms <= 16  # the 95th percentile of a binomial of 200 and .05
