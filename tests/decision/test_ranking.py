"""The ranking over juries that are odd: what must hold whatever people did."""

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest

from reviewer.decision.jurors import APART, CONSTANT, FEW
from reviewer.decision.ranking import Ranking, rank
from reviewer.decision.readings import ScoreLine, gather

CRITERIA = ("a", "b", "c")
Scorer = Callable[[np.random.Generator, float], float]


@pytest.fixture(autouse=True)
def no_warning_of_arithmetic() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def fair(chance: np.random.Generator, merit: float) -> float:
    return float(np.clip(round(3 + merit + chance.normal(0, 0.7)), 1, 5))


def harsh(chance: np.random.Generator, merit: float) -> float:
    return float(np.clip(round(1.8 + merit + chance.normal(0, 0.7)), 1, 5))


def jury(
    *scorers: Scorer, applications: int = 80, readers: int = 3, seed: int = 1
) -> tuple[list[ScoreLine], dict[str, float]]:
    """Each application read by ``readers`` of the jurors, in turn; and the true merits."""
    chance = np.random.default_rng(seed)
    lines, merits = [], {}
    for number in range(applications):
        name, merit = f"F{number:03d}", float(chance.normal())
        merits[name] = merit
        for place in chance.permutation(len(scorers))[:readers]:
            for criterion in CRITERIA:
                score = scorers[place](chance, merit)
                lines.append(ScoreLine(f"J{place}", name, criterion, score))
    return lines, merits


def ranked(lines: list[ScoreLine], seats: int = 10, scale: tuple[float, float] | None = None) -> Ranking:
    criteria = dict.fromkeys(sorted({each.criterion for each in lines}), 1.0)
    found = rank(gather(lines, weights=criteria, scale=scale), seats=seats)
    check(found, scale)
    return found


def check(found: Ranking, scale: tuple[float, float] | None) -> None:
    """What holds of any ranking."""
    chances = [each.p_selected for each in found.ranking]
    assert sum(chances) == pytest.approx(found.seats, abs=1e-6)
    assert all(0 <= each <= 1 for each in chances)
    assert [each.rank for each in found.ranking] == list(range(1, len(found.ranking) + 1))
    for one in found.ranking:
        assert all(math.isfinite(each) for each in (one.estimate, one.standard_error, one.raw_mean))
        assert one.standard_error >= 0 and one.rank_from <= one.rank_to
        if scale:
            assert scale[0] <= one.estimate <= scale[1]
    estimates = [each.estimate for each in found.ranking]
    assert all(a >= b - 1e-9 for a, b in pairwise(estimates))
    assert all(math.isfinite(each.severity) for each in found.reviewers)


def likeness(found: Ranking, merits: dict[str, float]) -> float:
    """Correlation of the estimates with the true merits."""
    pairs = [(each.estimate, merits[each.application]) for each in found.ranking]
    return float(np.corrcoef(np.array(pairs).T)[0, 1])


def flags(found: Ranking) -> dict[str, tuple[str, ...]]:
    return {each.reviewer: each.flags for each in found.reviewers}


def test_a_harsh_juror_harms_nobody_and_her_severity_is_told() -> None:
    lines, merits = jury(fair, fair, harsh, fair, fair, readers=2)
    found = ranked(lines, scale=(1, 5))
    severity = {each.reviewer: each.severity for each in found.reviewers}
    assert severity["J2"] == max(severity.values()) > 0.5
    assert likeness(found, merits) > 0.85
    raw = np.array([(each.raw_mean, merits[each.application]) for each in found.ranking])
    assert likeness(found, merits) > np.corrcoef(raw.T)[0, 1]


def test_a_constant_juror_is_left_out_and_flagged() -> None:
    lines, merits = jury(fair, fair, fair, lambda *_: 3.0)
    found = ranked(lines, scale=(1, 5))
    assert CONSTANT in flags(found)["J3"] and CONSTANT not in flags(found)["J0"]
    assert any("J3" in each for each in found.warnings)
    without = ranked([each for each in lines if each.reviewer != "J3"], scale=(1, 5))
    assert [each.application for each in found.ranking][:10] == [
        each.application for each in without.ranking
    ][:10]
    assert likeness(found, merits) > 0.8


def test_whoever_only_a_constant_juror_read_still_stands_in_the_ranking() -> None:
    lines, _ = jury(fair, fair, fair)
    lines += [ScoreLine("plana", f"P{each}", "a", 4.0) for each in range(6)]
    found = ranked(lines)
    assert len(found.ranking) == 86


@pytest.mark.parametrize(
    "odd",
    [
        lambda chance, _: float(chance.integers(1, 6)),
        lambda chance, merit: 6 - fair(chance, merit),
        lambda _, merit: 5.0 if merit > 0 else 1.0,
    ],
    ids=["random", "contrary", "all or nothing"],
)
def test_an_odd_juror_does_not_spoil_the_rest(odd: Scorer) -> None:
    lines, merits = jury(fair, fair, fair, fair, fair, odd, applications=150)
    found = ranked(lines, scale=(1, 5))
    raw = np.array([(each.raw_mean, merits[each.application]) for each in found.ranking])
    assert likeness(found, merits) > np.corrcoef(raw.T)[0, 1] - 0.01


def test_who_read_three_is_flagged_and_heard() -> None:
    lines, _ = jury(fair, fair, fair)
    lines += [ScoreLine("breve", f"F{each:03d}", criterion, 4.0) for each in range(3) for criterion in "abc"]
    found = ranked(lines)
    assert flags(found)["breve"] == (FEW,)
    assert {each.reviews for each in found.ranking} == {3, 4}


def test_panels_that_share_nothing_are_told() -> None:
    first, _ = jury(fair, fair, fair, applications=40)
    second, _ = jury(fair, fair, readers=2, applications=20, seed=2)
    moved = [
        ScoreLine(f"K{each.reviewer}", f"G{each.application}", each.criterion, each.score) for each in second
    ]
    found = ranked(first + moved)
    assert {name for name, each in flags(found).items() if APART in each} == {"KJ0", "KJ1"}
    assert any("grupos" in each for each in found.warnings)


@pytest.mark.parametrize(
    "lines",
    [
        [ScoreLine("J", "A", "a", 3.0)],
        [ScoreLine("J", "A", "a", 3.0), ScoreLine("J", "B", "a", 5.0)],
        [ScoreLine("J", f"A{each}", "a", 4.0) for each in range(30)],
        [ScoreLine(f"J{each % 4}", f"A{each}", "a", 4.0) for each in range(30)],
        [ScoreLine(f"J{each}", "A", "a", float(each)) for each in range(7)],
        [ScoreLine(f"J{each % 3}", f"A{each}", "a", float(each % 5)) for each in range(60)],
        [ScoreLine("J", f"A{each}", "a", float(each)) for each in range(50)],
        [ScoreLine(f"J{each}", f"A{each}", "a", float(each % 5)) for each in range(20)],
        [ScoreLine("J", f"A{each}", "a", 1e9 * each) for each in range(9)],
    ],
    ids=[
        *("one score", "two scores", "one juror, one score", "all the same", "one application"),
        *("each read once", "one juror", "a juror each", "large numbers"),
    ],
)
def test_hardly_a_jury_at_all(lines: list[ScoreLine]) -> None:
    found = ranked(lines, seats=3)
    assert len(found.ranking) == len({each.application for each in lines})


def test_one_juror_is_ranked_as_she_scored() -> None:
    lines = [ScoreLine("J", f"A{each:02d}", "a", float(each)) for each in range(50)]
    assert [each.application for each in ranked(lines).ranking] == [
        f"A{each:02d}" for each in range(49, -1, -1)
    ]


@pytest.mark.parametrize("scale", [(0.0, 10.0), (0.0, 100.0), (-1.0, 1.0)])
def test_any_scale_and_decimals(scale: tuple[float, float]) -> None:
    low, high = scale

    def decimal(chance: np.random.Generator, merit: float) -> float:
        value = (low + high) / 2 + (high - low) / 5 * (merit + chance.normal(0, 0.7))
        return float(np.clip(np.round(value, 2), low, high))

    lines, merits = jury(decimal, decimal, decimal, decimal)
    assert likeness(ranked(lines, scale=scale), merits) > 0.85


def test_the_order_of_the_lines_is_nothing_and_each_run_is_the_same() -> None:
    lines, _ = jury(fair, harsh, fair, fair)
    assert ranked(lines[::-1]) == ranked(lines) == ranked(sorted(lines, key=lambda each: each.score))


def test_ties_fall_by_a_lot_that_the_seed_draws() -> None:
    lines = [ScoreLine(f"J{each % 2}", f"A{each:02d}", "a", float(each // 20)) for each in range(40)]
    readings = gather(lines, weights={"a": 1.0})
    orders = [
        [each.application for each in rank(readings, seats=10, lottery_seed=seed, order="mean").ranking]
        for seed in ("x", "x", "y")
    ]
    assert orders[0] == orders[1] != orders[2]
    assert set(orders[0][:20]) == set(orders[2][:20])
    assert any("empate" in each for each in rank(readings, seats=10, order="mean").warnings)


def test_the_plain_mean_can_bind() -> None:
    lines, _ = jury(fair, fair, harsh, fair, readers=2)
    found = rank(gather(lines, weights=dict.fromkeys(CRITERIA, 1.0)), seats=10, order="mean")
    raw = [each.raw_mean for each in found.ranking]
    assert raw == sorted(raw, reverse=True)


def test_who_is_left_out_has_no_place_and_takes_no_seat() -> None:
    lines, _ = jury(fair, fair, fair, fair)
    readings = gather(lines, weights=dict.fromkeys(CRITERIA, 1.0))
    best = ranked(lines).ranking[0].application
    found = rank(readings, seats=10, left_out=frozenset({best}))
    check(found, None)
    assert len(found.ranking) == 79 and best not in {each.application for each in found.ranking}


def test_strata_of_unequal_merit_do_not_make_a_juror_look_lenient() -> None:
    """Two strata a standard deviation and a half apart, read by a jury each, and a few by both."""
    chance = np.random.default_rng(3)
    lines, merits, strata = [], {}, {}
    for number in range(200):
        high = number % 2
        name, merit = f"F{number:03d}", float(chance.normal() + 1.5 * high)
        merits[name], strata[name] = merit, str(high)
        for place in chance.permutation(3)[:2]:
            across = 0 if chance.random() < 0.9 else 3
            juror = f"J{(place + 3 * high + across) % 6}"
            lines += [ScoreLine(juror, name, each, fair(chance, merit - 0.75)) for each in CRITERIA]
    weights = dict.fromkeys(CRITERIA, 1.0)
    known = rank(gather(lines, weights=weights, strata=strata), seats=20)
    blind = rank(gather(lines, weights=weights), seats=20)
    check(known, None)
    assert likeness(known, merits) > max(0.8, likeness(blind, merits) - 0.005)


def test_the_way_from_the_mean_to_the_estimate_adds_up() -> None:
    lines, _ = jury(fair, harsh, fair, lambda *_: 3.0, readers=2)
    lines += [ScoreLine("J3", "SOLA", criterion, 3.0) for criterion in CRITERIA]
    found = ranked(lines, scale=(1, 5))
    for one in found.ranking:
        assert one.raw_mean + sum(astuple(one.steps)) == pytest.approx(one.estimate, abs=1e-9)
    read_by_harsh = {each.application for each in lines if each.reviewer == "J1"}
    by_folio = {each.application: each.steps for each in found.ranking}
    assert all(
        (by_folio[each].severity > 0) == (each in read_by_harsh) for each in by_folio if each != "SOLA"
    )
    assert by_folio["SOLA"].uncounted != 0 == by_folio["SOLA"].severity
