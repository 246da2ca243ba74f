"""Agreement against published figures, and against another program's variance components."""

from typing import Any

import numpy as np
import pytest

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.agreement import icc, krippendorff_alpha, measure, spearman_brown
from reviewer.decision.ranking.score_matrix import Readings, ScoreLine, gather
from reviewer.decision.ranking.variance import variance_components

# Krippendorff, K. (2011): Computing Krippendorff's alpha-reliability; a row an observer, a column a unit.
BINARY = ("0100000010", "1110010000")
NOMINAL = ("112243335441", "212223335444")
MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")

# Shrout, P. E. and Fleiss, J. L. (1979), table 2: six targets, four judges.
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def units_and_values(observers: tuple[str, ...]) -> tuple[IntArray, FloatArray]:
    values = np.array([[np.nan if cell == "." else float(cell) for cell in row] for row in observers])
    units = np.tile(np.arange(values.shape[1]), len(values))
    return units, values.ravel()


@pytest.mark.parametrize(
    ("observers", "metric", "expected"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (MISSING, "nominal", 0.743),
        (MISSING, "ordinal", 0.815),
        (MISSING, "interval", 0.849),
        (MISSING, "ratio", 0.797),
    ],
)
def test_alpha_is_krippendorffs(observers: tuple[str, ...], metric: Any, expected: float) -> None:
    assert krippendorff_alpha(*units_and_values(observers), metric) == pytest.approx(expected, abs=5e-4)


def target_readings() -> Readings:
    lines = [
        ScoreLine(f"J{judge}", f"T{target}", "a", float(value))
        for target, row in enumerate(TARGETS)
        for judge, value in enumerate(row)
    ]
    return gather(lines, weights={"a": 1.0})


def test_reliability_is_shrouts_and_fleisss() -> None:
    readings = target_readings()
    single = icc(readings.application, readings.totals)
    assert single is not None and single == pytest.approx(0.166, abs=5e-4)
    assert spearman_brown(single, 4) == pytest.approx(0.443, abs=5e-4)
    variances = variance_components(readings)
    assert variances is not None
    two_way = variances.merit / (variances.merit + variances.juror + variances.rest)
    fixed = variances.merit / (variances.merit + variances.rest)
    assert two_way == pytest.approx(0.290, abs=5e-4) and fixed == pytest.approx(0.715, abs=5e-4)
    assert spearman_brown(two_way, 4) == pytest.approx(0.620, abs=5e-4)
    assert spearman_brown(fixed, 4) == pytest.approx(0.909, abs=5e-4)
    assert sum(variances.shares) == pytest.approx(1)
    agreement = measure(readings)
    assert (agreement.single, agreement.readings) == (single, 4)


def unbalanced_readings(seed: int) -> Readings:
    generator = np.random.default_rng(seed)
    severity = generator.normal(0, 0.8, 5)
    lines = []
    for number in range(30):
        merit = generator.normal()
        for juror in generator.permutation(5)[: generator.integers(1, 4)]:
            score = float(merit + severity[juror] + generator.normal(0, 0.7))
            lines.append(ScoreLine(f"J{juror}", f"A{number:02d}", "a", score))
    return gather(lines, weights={"a": 1.0})


@pytest.mark.parametrize("seed", [1, 2])
def test_variance_components_are_those_of_another_program(seed: int) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # takes seconds to load

    readings = unbalanced_readings(seed)
    variances = variance_components(readings)
    assert variances is not None
    ones = np.ones((len(readings.totals), 1))
    effects = {
        "merit": np.eye(len(readings.applications))[readings.application],
        "juror": np.eye(len(readings.reviewers))[readings.reviewer],
    }
    names = sorted(effects)
    spec = VCSpec(names, [[[str(name)] * 1] for name in names], [[effects[name]] for name in names])
    mixed_model = MixedLM(readings.totals, ones, groups=ones[:, 0], exog_vc=spec).fit(reml=True)
    juror, merit = mixed_model.vcomp
    assert variances.merit == pytest.approx(merit, rel=0.01)
    assert variances.juror == pytest.approx(juror, rel=0.01)
    assert variances.rest == pytest.approx(mixed_model.scale, rel=0.01)


@pytest.mark.parametrize(
    "lines",
    [
        [ScoreLine("J", "A", "a", 3.0)],
        [ScoreLine(f"J{index % 3}", f"A{index}", "a", float(index % 5)) for index in range(30)],
        [ScoreLine(f"J{index % 3}", f"A{index // 2}", "a", 4.0) for index in range(30)],
        [ScoreLine(f"J{index}", "A", "a", float(index)) for index in range(7)],
    ],
    ids=["one score", "nobody read twice", "all the same", "one application"],
)
def test_agreement_is_none_where_it_cannot_be_estimated(lines: list[ScoreLine]) -> None:
    agreement = measure(gather(lines, weights={"a": 1.0}))
    assert agreement.shares is None
    assert agreement.single is None or agreement.single == pytest.approx(agreement.single)
    assert agreement.mean is None or -1 <= agreement.mean <= 1


def test_a_criterion_that_nobody_scored_twice_has_no_alpha() -> None:
    lines = [ScoreLine(f"J{index % 3}", f"A{index // 2}", "a", float(index % 5)) for index in range(30)]
    lines += [ScoreLine("J0", "A0", "b", 3.0)]
    alpha = measure(gather(lines, weights={"a": 1.0, "b": 1.0})).alpha
    assert alpha[0] is not None and alpha[1] is None
