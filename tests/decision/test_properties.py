"""What must hold of any ranking, on simulated juries whose oddities nobody chose by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from benchmarks.other_methods import blup
from benchmarks.simulated_jury import World, simulate
from reviewer.decision import calibration
from reviewer.decision.calibration import calibrate, update_merit
from reviewer.decision.ranking import rank
from reviewer.decision.readings import Floats, Readings, ScoreLine, gather
from reviewer.decision.unclip import Unclipper
from reviewer.decision.variance import Components, components

SMALL = World(150, 8, 3)


def lines_of(readings: Readings) -> list[ScoreLine]:
    return [
        ScoreLine(readings.reviewers[r], readings.applications[i], f"c{place}", float(grade))
        for r, i, grades in zip(readings.reviewer, readings.application, readings.grades, strict=True)
        for place, grade in enumerate(grades)
    ]


def added(readings: Readings, juror: int, constant: float) -> Readings:
    return replace(
        readings,
        grades=np.where((readings.reviewer == juror)[:, None], readings.grades + constant, readings.grades),
    )


def test_names_and_their_order_are_nothing() -> None:
    readings, _ = simulate(SMALL, 1)
    chance = np.random.default_rng(1)
    jurors = dict(zip(readings.reviewers, map(str, chance.permutation(8)), strict=True))
    folios = dict(
        zip(readings.applications, (f"X{each:03d}" for each in chance.permutation(150)), strict=True)
    )
    lines = lines_of(readings)
    renamed = [
        replace(each, reviewer=jurors[each.reviewer], application=folios[each.application]) for each in lines
    ]
    weights = {f"c{place}": weight for place, weight in enumerate(readings.weights)}
    first, second = (
        rank(gather(each, weights=weights, scale=(1, 5)), seats=20)
        for each in (lines, [renamed[at] for at in chance.permutation(len(renamed))])
    )
    by_name = {each.application: each for each in second.ranking}
    for one in first.ranking:
        other = by_name[folios[one.application]]
        assert other.estimate == pytest.approx(one.estimate, abs=1e-6)
        assert other.standard_error == pytest.approx(one.standard_error, abs=1e-6)
        assert other.p_selected == pytest.approx(one.p_selected, abs=0.08)  # other draws of the same chances
    severity = {each.reviewer: each.severity for each in second.reviewers}
    assert all(
        severity[jurors[each.reviewer]] == pytest.approx(each.severity, abs=1e-6) for each in first.reviewers
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_constant_added_to_one_jurors_scores_moves_hardly_anything(seed: int) -> None:
    """With fixed jurors the crossed-effects model does not move at all. Ours pulls a juror's severity a
    little to the others': two fifths of a standard deviation move no merit by more than a quarter, and the
    order hardly.
    """
    readings, _ = simulate(replace(SMALL, scale=(0, 100)), seed)
    readings = replace(readings, grades=np.clip(readings.grades, 15, 85))
    variances = components(readings)
    assert variances is not None
    fixed, ours = blup(readings, variances, fixed_jurors=True), calibrate(readings).merit
    for juror in range(3):
        moved = added(readings, juror, 10)
        assert 10 / readings.totals.std() > 0.4
        assert blup(moved, variances, fixed_jurors=True) == pytest.approx(fixed, abs=1e-8)
        after = calibrate(moved).merit
        assert np.abs(after - ours).max() < 0.25
        assert np.corrcoef(np.argsort(np.argsort(after)), np.argsort(np.argsort(ours)))[0, 1] > 0.998


def test_a_better_grade_of_a_juror_with_positive_slope_never_harms() -> None:
    """The others' parameters, and hers, held."""
    readings, _ = simulate(World(200, 8, 3), 2)
    fit = calibrate(readings)
    unclipper = Unclipper.of(readings, fit.centre, fit.unit)
    expected, variance = calibration._without_itself(readings, fit)
    for _ in range(3):
        unclipper.totals(expected, variance)
        unclipper.learn()
    level, spread = unclipper.level.copy(), unclipper.spread.copy()

    def merits(grades: Floats) -> Floats:
        changed = replace(readings, grades=grades)
        held = Unclipper.of(changed, fit.centre, fit.unit)
        held.within, held.leaning = unclipper.within, unclipper.leaning
        held.level, held.spread = level.copy(), spread.copy()
        y, error = held.totals(expected, variance)
        return update_merit(replace(fit, y=y, error=error), changed, np.zeros(200))[0]

    before = merits(readings.grades)
    chance, tried = np.random.default_rng(2), 0
    while tried < 120:
        reading, criterion = chance.integers(len(readings.reviewer)), chance.integers(5)
        if readings.grades[reading, criterion] == 5 or fit.beta[readings.reviewer[reading], 1] <= 0:
            continue
        better = readings.grades.copy()
        better[reading, criterion] += 1
        assert merits(better)[readings.application[reading]] >= before[readings.application[reading]]
        tried += 1


def test_blup_with_random_jurors_shrinks_and_with_equal_reading_ranks_as_the_mean() -> None:
    grades = np.array([[1.0], [4.0], [3.0], [2.0], [5.0], [3.0]])
    place = np.arange(6)
    readings = Readings(
        reviewers=("a", "b"),
        applications=("x", "y", "z"),
        reviewer=place % 2,
        application=place // 2,
        grades=grades,
        weights=np.ones(1),
        scale=(1, 5),
        stratum=np.zeros(3, dtype=np.int64),
    )
    merits = blup(readings, Components(1.0, 1.0, 1.0))
    assert np.argsort(merits).tolist() == np.argsort([2.5, 2.5, 4.0], kind="stable").tolist()
    assert merits.sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    some.lists(
        some.tuples(some.integers(0, 4), some.integers(0, 9), some.integers(0, 1), some.integers(1, 5)),
        min_size=1,
        max_size=60,
        unique_by=lambda each: each[:3],
    ),
    some.integers(1, 12),
)
def test_any_scores_at_all_give_a_ranking(scores: list[tuple[int, int, int, int]], seats: int) -> None:
    """One juror, a lone application, missing criteria, more seats than applications: whatever comes."""
    lines = [ScoreLine(f"J{r}", f"A{i}", f"c{c}", float(x)) for r, i, c, x in scores]
    found = rank(gather(lines, weights={"c0": 2.0, "c1": 1.0}, scale=(1, 5)), seats=seats)
    assert {each.application for each in found.ranking} == {each.application for each in lines}
    assert found.seats == min(seats, len(found.ranking))
    assert sum(each.p_selected for each in found.ranking) == pytest.approx(found.seats)
    for one in found.ranking:
        assert 1 <= one.estimate <= 5 and 1 <= one.raw_mean <= 5 and 0 <= one.p_selected <= 1
        assert 1 <= one.rank_from <= one.rank_to <= len(found.ranking)
        way = one.steps
        total = way.uncounted + way.severity + way.spread + way.caution + way.ends
        assert one.raw_mean + total == pytest.approx(one.estimate, abs=1e-9)
