"""What must hold of any ranking, on simulated juries whose oddities nobody chose by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from benchmarks.other_methods import blup
from benchmarks.simulated_jury import World, simulate
from reviewer.core.arrays import FloatArray
from reviewer.decision.ranking import calibration
from reviewer.decision.ranking.calibration import calibrate, update_merit
from reviewer.decision.ranking.censoring import CensoredGrades
from reviewer.decision.ranking.ranking import rank
from reviewer.decision.ranking.score_matrix import Readings, ScoreLine, gather
from reviewer.decision.ranking.variance import VarianceComponents, variance_components

SMALL = World(150, 8, 3)


def lines_of(readings: Readings) -> list[ScoreLine]:
    return [
        ScoreLine(readings.reviewers[r], readings.applications[i], f"c{place}", float(grade))
        for r, i, grades in zip(readings.reviewer, readings.application, readings.grades, strict=True)
        for place, grade in enumerate(grades)
    ]


def with_constant_added(readings: Readings, juror: int, constant: float) -> Readings:
    return replace(
        readings,
        grades=np.where((readings.reviewer == juror)[:, None], readings.grades + constant, readings.grades),
    )


def test_names_and_their_order_do_not_change_the_ranking() -> None:
    readings, _ = simulate(SMALL, 1)
    generator = np.random.default_rng(1)
    jurors = dict(zip(readings.reviewers, map(str, generator.permutation(8)), strict=True))
    folios = dict(zip(readings.applications, (f"X{number:03d}" for number in generator.permutation(150)), strict=True))
    lines = lines_of(readings)
    renamed = [replace(line, reviewer=jurors[line.reviewer], application=folios[line.application]) for line in lines]
    weights = {f"c{place}": weight for place, weight in enumerate(readings.weights)}
    first, second = (
        rank(gather(score_lines, weights=weights, scale=(1, 5)), seats=20)
        for score_lines in (lines, [renamed[index] for index in generator.permutation(len(renamed))])
    )
    by_name = {entry.application: entry for entry in second.ranking}
    for entry in first.ranking:
        other_entry = by_name[folios[entry.application]]
        assert other_entry.estimate == pytest.approx(entry.estimate, abs=1e-6)
        assert other_entry.standard_error == pytest.approx(entry.standard_error, abs=1e-6)
        assert other_entry.p_selected == pytest.approx(entry.p_selected, abs=0.08)  # other draws of the same chances
    severity = {juror.reviewer: juror.severity for juror in second.reviewers}
    assert all(severity[jurors[juror.reviewer]] == pytest.approx(juror.severity, abs=1e-6) for juror in first.reviewers)


@pytest.mark.parametrize("seed", range(3))
def test_a_constant_added_to_one_jurors_scores_moves_hardly_anything(seed: int) -> None:
    """With fixed jurors the crossed-effects model does not move at all. Ours pulls a juror's severity a
    little to the others': two fifths of a standard deviation move no merit by more than a quarter, and the
    order hardly.
    """
    readings, _ = simulate(replace(SMALL, scale=(0, 100)), seed)
    readings = replace(readings, grades=np.clip(readings.grades, 15, 85))
    variances = variance_components(readings)
    assert variances is not None
    fixed, calibrated = blup(readings, variances, fixed_jurors=True), calibrate(readings).merit
    for juror in range(3):
        moved = with_constant_added(readings, juror, 10)
        assert 10 / readings.totals.std() > 0.4
        assert blup(moved, variances, fixed_jurors=True) == pytest.approx(fixed, abs=1e-8)
        after = calibrate(moved).merit
        assert np.abs(after - calibrated).max() < 0.25
        assert np.corrcoef(np.argsort(np.argsort(after)), np.argsort(np.argsort(calibrated)))[0, 1] > 0.998


def test_a_better_grade_of_a_juror_with_positive_slope_never_harms() -> None:
    """With the other jurors' parameters, and this juror's, held fixed."""
    readings, _ = simulate(World(200, 8, 3), 2)
    fit = calibrate(readings)
    censored_grades = CensoredGrades.of(readings, fit.centre, fit.unit)
    expected, variance = calibration._leave_one_out(readings, fit)
    for _ in range(3):
        censored_grades.uncensored_totals(expected, variance)
        censored_grades.update_jurors()
    level, spread = censored_grades.level.copy(), censored_grades.spread.copy()

    def merits(grades: FloatArray) -> FloatArray:
        changed = replace(readings, grades=grades)
        changed_grades = CensoredGrades.of(changed, fit.centre, fit.unit)
        changed_grades.within, changed_grades.leaning = censored_grades.within, censored_grades.leaning
        changed_grades.level, changed_grades.spread = level.copy(), spread.copy()
        y, error = changed_grades.uncensored_totals(expected, variance)
        return update_merit(replace(fit, y=y, error=error), changed, np.zeros(200))[0]

    before = merits(readings.grades)
    generator, tried = np.random.default_rng(2), 0
    while tried < 120:
        reading, criterion = generator.integers(len(readings.reviewer)), generator.integers(5)
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
    merits = blup(readings, VarianceComponents(1.0, 1.0, 1.0))
    assert np.argsort(merits).tolist() == np.argsort([2.5, 2.5, 4.0], kind="stable").tolist()
    assert merits.sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    some.lists(
        some.tuples(some.integers(0, 4), some.integers(0, 9), some.integers(0, 1), some.integers(1, 5)),
        min_size=1,
        max_size=60,
        unique_by=lambda score: score[:3],
    ),
    some.integers(1, 12),
)
def test_any_scores_at_all_give_a_ranking(scores: list[tuple[int, int, int, int]], seats: int) -> None:
    """One juror, a lone application, missing criteria, more seats than applications: whatever comes."""
    lines = [ScoreLine(f"J{r}", f"A{i}", f"c{c}", float(x)) for r, i, c, x in scores]
    ranking = rank(gather(lines, weights={"c0": 2.0, "c1": 1.0}, scale=(1, 5)), seats=seats)
    assert {entry.application for entry in ranking.ranking} == {line.application for line in lines}
    assert ranking.seats == min(seats, len(ranking.ranking))
    assert sum(entry.p_selected for entry in ranking.ranking) == pytest.approx(ranking.seats)
    for entry in ranking.ranking:
        assert 1 <= entry.estimate <= 5 and 1 <= entry.raw_mean <= 5 and 0 <= entry.p_selected <= 1
        assert 1 <= entry.rank_from <= entry.rank_to <= len(ranking.ranking)
        steps = entry.steps
        total = steps.uncounted + steps.severity + steps.spread + steps.caution + steps.ends
        assert entry.raw_mean + total == pytest.approx(entry.estimate, abs=1e-9)
