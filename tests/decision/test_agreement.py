"""Agreement against published figures, and against another program's variance components."""

from typing import Any

import numpy as np
import pytest

from reviewer.decision.agreement import icc, krippendorff_alpha, measure, stepped_up
from reviewer.decision.readings import Floats, Ints, Readings, ScoreLine, gather
from reviewer.decision.variance import components

# Krippendorff, K. (2011): Computing Krippendorff's alpha-reliability; a row an observer, a column a unit.
BINARY = ("0100000010", "1110010000")
NOMINAL = ("112243335441", "212223335444")
MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")

# Shrout, P. E. and Fleiss, J. L. (1979), table 2: six targets, four judges.
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def units_and_values(observers: tuple[str, ...]) -> tuple[Ints, Floats]:
    values = np.array([[np.nan if each == "." else float(each) for each in row] for row in observers])
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


def of_targets() -> Readings:
    lines = [
        ScoreLine(f"J{judge}", f"T{target}", "a", float(value))
        for target, row in enumerate(TARGETS)
        for judge, value in enumerate(row)
    ]
    return gather(lines, weights={"a": 1.0})


def test_reliability_is_shrouts_and_fleisss() -> None:
    readings = of_targets()
    single = icc(readings.application, readings.totals)
    assert single is not None and single == pytest.approx(0.166, abs=5e-4)
    assert stepped_up(single, 4) == pytest.approx(0.443, abs=5e-4)
    found = components(readings)
    assert found is not None
    two_way = found.merit / (found.merit + found.juror + found.rest)
    fixed = found.merit / (found.merit + found.rest)
    assert two_way == pytest.approx(0.290, abs=5e-4) and fixed == pytest.approx(0.715, abs=5e-4)
    assert stepped_up(two_way, 4) == pytest.approx(0.620, abs=5e-4)
    assert stepped_up(fixed, 4) == pytest.approx(0.909, abs=5e-4)
    assert sum(found.shares) == pytest.approx(1)
    all_of_it = measure(readings)
    assert (all_of_it.single, all_of_it.readings) == (single, 4)


def unbalanced(seed: int) -> Readings:
    chance = np.random.default_rng(seed)
    severity = chance.normal(0, 0.8, 5)
    lines = []
    for number in range(30):
        merit = chance.normal()
        for juror in chance.permutation(5)[: chance.integers(1, 4)]:
            score = float(merit + severity[juror] + chance.normal(0, 0.7))
            lines.append(ScoreLine(f"J{juror}", f"A{number:02d}", "a", score))
    return gather(lines, weights={"a": 1.0})


@pytest.mark.parametrize("seed", [1, 2])
def test_variance_components_are_those_of_another_program(seed: int) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # takes seconds to load

    readings = unbalanced(seed)
    found = components(readings)
    assert found is not None
    one = np.ones((len(readings.totals), 1))
    effects = {
        "merit": np.eye(len(readings.applications))[readings.application],
        "juror": np.eye(len(readings.reviewers))[readings.reviewer],
    }
    names = sorted(effects)
    spec = VCSpec(names, [[[str(each)] * 1] for each in names], [[effects[each]] for each in names])
    other = MixedLM(readings.totals, one, groups=one[:, 0], exog_vc=spec).fit(reml=True)
    juror, merit = other.vcomp
    assert found.merit == pytest.approx(merit, rel=0.01)
    assert found.juror == pytest.approx(juror, rel=0.01)
    assert found.rest == pytest.approx(other.scale, rel=0.01)


@pytest.mark.parametrize(
    "lines",
    [
        [ScoreLine("J", "A", "a", 3.0)],
        [ScoreLine(f"J{each % 3}", f"A{each}", "a", float(each % 5)) for each in range(30)],
        [ScoreLine(f"J{each % 3}", f"A{each // 2}", "a", 4.0) for each in range(30)],
        [ScoreLine(f"J{each}", "A", "a", float(each)) for each in range(7)],
    ],
    ids=["one score", "nobody read twice", "all the same", "one application"],
)
def test_where_nothing_can_be_said_nothing_is_said(lines: list[ScoreLine]) -> None:
    found = measure(gather(lines, weights={"a": 1.0}))
    assert found.shares is None
    assert found.single is None or found.single == pytest.approx(found.single)
    assert found.mean is None or -1 <= found.mean <= 1


def test_a_criterion_that_nobody_scored_twice_has_no_alpha() -> None:
    lines = [ScoreLine(f"J{each % 3}", f"A{each // 2}", "a", float(each % 5)) for each in range(30)]
    lines += [ScoreLine("J0", "A0", "b", 3.0)]
    alpha = measure(gather(lines, weights={"a": 1.0, "b": 1.0})).alpha
    assert alpha[0] is not None and alpha[1] is None
