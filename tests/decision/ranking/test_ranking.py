"""The ranking over juries that are odd: what must hold whatever people did."""

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from itertools import pairwise

import numpy as np
import pytest

from reviewer.decision.ranking.juror_effects import CONSTANT, CONTRARY, FEW_REVIEWS, UNCONNECTED
from reviewer.decision.ranking.ranking import Ranking, rank
from reviewer.decision.ranking.score_matrix import ScoreLine, gather

CRITERIA = ("a", "b", "c")
Scorer = Callable[[np.random.Generator, float], float]


@pytest.fixture(autouse=True)
def no_warning_of_arithmetic() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def fair(generator: np.random.Generator, merit: float) -> float:
    return float(np.clip(round(3 + merit + generator.normal(0, 0.7)), 1, 5))


def harsh(generator: np.random.Generator, merit: float) -> float:
    return float(np.clip(round(1.8 + merit + generator.normal(0, 0.7)), 1, 5))


def jury(
    *scorers: Scorer, applications: int = 80, readers: int = 3, seed: int = 1
) -> tuple[list[ScoreLine], dict[str, float]]:
    """Each application read by ``readers`` of the jurors, in turn; and the true merits."""
    generator = np.random.default_rng(seed)
    lines, merits = [], {}
    for number in range(applications):
        name, merit = f"F{number:03d}", float(generator.normal())
        merits[name] = merit
        for place in generator.permutation(len(scorers))[:readers]:
            for criterion in CRITERIA:
                score = scorers[place](generator, merit)
                lines.append(ScoreLine(f"J{place}", name, criterion, score))
    return lines, merits


def rank_lines(lines: list[ScoreLine], seats: int = 10, scale: tuple[float, float] | None = None) -> Ranking:
    criteria = dict.fromkeys(sorted({line.criterion for line in lines}), 1.0)
    ranking = rank(gather(lines, weights=criteria, scale=scale), seats=seats)
    check(ranking, scale)
    return ranking


def check(ranking: Ranking, scale: tuple[float, float] | None) -> None:
    """What holds of any ranking."""
    chances = [entry.p_selected for entry in ranking.ranking]
    assert sum(chances) == pytest.approx(ranking.seats, abs=1e-6)
    assert all(0 <= chance <= 1 for chance in chances)
    assert [entry.rank for entry in ranking.ranking] == list(range(1, len(ranking.ranking) + 1))
    for entry in ranking.ranking:
        assert all(math.isfinite(value) for value in (entry.estimate, entry.standard_error, entry.raw_mean))
        assert entry.standard_error >= 0 and entry.rank_from <= entry.rank_to
        if scale:
            assert scale[0] <= entry.estimate <= scale[1]
    estimates = [entry.estimate for entry in ranking.ranking]
    assert all(a >= b - 1e-9 for a, b in pairwise(estimates))
    assert all(math.isfinite(juror.severity) for juror in ranking.reviewers)


def likeness(ranking: Ranking, merits: dict[str, float]) -> float:
    """Correlation of the estimates with the true merits."""
    pairs = [(entry.estimate, merits[entry.application]) for entry in ranking.ranking]
    return float(np.corrcoef(np.array(pairs).T)[0, 1])


def flags(ranking: Ranking) -> dict[str, tuple[str, ...]]:
    return {juror.reviewer: juror.flags for juror in ranking.reviewers}


def test_a_harsh_juror_harms_nobody_and_is_reported() -> None:
    lines, merits = jury(fair, fair, harsh, fair, fair, readers=2)
    ranking = rank_lines(lines, scale=(1, 5))
    severity = {juror.reviewer: juror.severity for juror in ranking.reviewers}
    assert severity["J2"] == max(severity.values()) > 0.5
    assert likeness(ranking, merits) > 0.85
    raw = np.array([(entry.raw_mean, merits[entry.application]) for entry in ranking.ranking])
    assert likeness(ranking, merits) > np.corrcoef(raw.T)[0, 1]


def test_a_constant_juror_is_left_out_and_flagged() -> None:
    lines, merits = jury(fair, fair, fair, lambda *_: 3.0)
    ranking = rank_lines(lines, scale=(1, 5))
    assert CONSTANT in flags(ranking)["J3"] and CONSTANT not in flags(ranking)["J0"]
    assert any("J3" in warning for warning in ranking.warnings)
    without = rank_lines([line for line in lines if line.reviewer != "J3"], scale=(1, 5))
    assert [entry.application for entry in ranking.ranking][:10] == [entry.application for entry in without.ranking][
        :10
    ]
    assert likeness(ranking, merits) > 0.8


def test_applications_read_only_by_a_constant_juror_are_ranked() -> None:
    lines, _ = jury(fair, fair, fair)
    lines += [ScoreLine("plana", f"P{index}", "a", 4.0) for index in range(6)]
    ranking = rank_lines(lines)
    assert len(ranking.ranking) == 86


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
    ranking = rank_lines(lines, scale=(1, 5))
    raw = np.array([(entry.raw_mean, merits[entry.application]) for entry in ranking.ranking])
    assert likeness(ranking, merits) > np.corrcoef(raw.T)[0, 1] - 0.01


def test_a_contrary_juror_is_left_out_and_asked() -> None:
    lines, merits = jury(fair, fair, fair, fair, lambda chance, merit: 6 - fair(chance, merit), applications=90)
    ranking = rank_lines(lines, seats=20, scale=(1, 5))
    contrary = next(name for name, given in flags(ranking).items() if CONTRARY in given)
    assert [name for name, given in flags(ranking).items() if CONTRARY in given] == [contrary]
    assert any(contrary in warning and "¿Leyeron la escala al revés?" in warning for warning in ranking.warnings)
    places = {entry.application: (entry.estimate, entry.p_selected) for entry in ranking.ranking}
    praised = [replace(line, score=min(line.score + 1, 5)) if line.reviewer == contrary else line for line in lines]
    for entry in rank_lines(praised, seats=20, scale=(1, 5)).ranking:
        assert entry.estimate == pytest.approx(places[entry.application][0])
    assert likeness(ranking, merits) > 0.8


def test_a_fair_jury_has_no_contrary_juror() -> None:
    for seed in range(5):
        lines, _ = jury(fair, fair, fair, harsh, applications=60, seed=seed)
        assert not any(CONTRARY in given for given in flags(rank_lines(lines, scale=(1, 5))).values())


def test_a_juror_with_three_readings_is_flagged_and_counted() -> None:
    lines, _ = jury(fair, fair, fair)
    lines += [ScoreLine("breve", f"F{index:03d}", criterion, 4.0) for index in range(3) for criterion in "abc"]
    ranking = rank_lines(lines)
    assert flags(ranking)["breve"] == (FEW_REVIEWS,)
    assert {entry.reviews for entry in ranking.ranking} == {3, 4}


def test_unconnected_panels_are_reported() -> None:
    first, _ = jury(fair, fair, fair, applications=40)
    second, _ = jury(fair, fair, readers=2, applications=20, seed=2)
    renamed = [ScoreLine(f"K{line.reviewer}", f"G{line.application}", line.criterion, line.score) for line in second]
    ranking = rank_lines(first + renamed)
    assert {name for name, juror_flags in flags(ranking).items() if UNCONNECTED in juror_flags} == {
        "KJ0",
        "KJ1",
    }
    assert any("grupos" in warning for warning in ranking.warnings)


@pytest.mark.parametrize(
    "lines",
    [
        [ScoreLine("J", "A", "a", 3.0)],
        [ScoreLine("J", "A", "a", 3.0), ScoreLine("J", "B", "a", 5.0)],
        [ScoreLine("J", f"A{index}", "a", 4.0) for index in range(30)],
        [ScoreLine(f"J{index % 4}", f"A{index}", "a", 4.0) for index in range(30)],
        [ScoreLine(f"J{index}", "A", "a", float(index)) for index in range(7)],
        [ScoreLine(f"J{index % 3}", f"A{index}", "a", float(index % 5)) for index in range(60)],
        [ScoreLine("J", f"A{index}", "a", float(index)) for index in range(50)],
        [ScoreLine(f"J{index}", f"A{index}", "a", float(index % 5)) for index in range(20)],
        [ScoreLine("J", f"A{index}", "a", 1e9 * index) for index in range(9)],
    ],
    ids=[
        *("one score", "two scores", "one juror, one score", "all the same", "one application"),
        *("each read once", "one juror", "a juror each", "large numbers"),
    ],
)
def test_degenerate_juries_give_a_ranking(lines: list[ScoreLine]) -> None:
    ranking = rank_lines(lines, seats=3)
    assert len(ranking.ranking) == len({line.application for line in lines})


def test_a_single_juror_is_ranked_by_the_scores() -> None:
    lines = [ScoreLine("J", f"A{index:02d}", "a", float(index)) for index in range(50)]
    assert [entry.application for entry in rank_lines(lines).ranking] == [
        f"A{index:02d}" for index in range(49, -1, -1)
    ]


@pytest.mark.parametrize("scale", [(0.0, 10.0), (0.0, 100.0), (-1.0, 1.0)])
def test_any_scale_and_decimals(scale: tuple[float, float]) -> None:
    low, high = scale

    def decimal(generator: np.random.Generator, merit: float) -> float:
        value = (low + high) / 2 + (high - low) / 5 * (merit + generator.normal(0, 0.7))
        return float(np.clip(np.round(value, 2), low, high))

    lines, merits = jury(decimal, decimal, decimal, decimal)
    assert likeness(rank_lines(lines, scale=scale), merits) > 0.85


def test_the_order_of_the_lines_does_not_matter_and_runs_agree() -> None:
    lines, _ = jury(fair, harsh, fair, fair)
    assert rank_lines(lines[::-1]) == rank_lines(lines) == rank_lines(sorted(lines, key=lambda line: line.score))


def test_ties_fall_by_a_lot_that_the_seed_draws() -> None:
    lines = [ScoreLine(f"J{index % 2}", f"A{index:02d}", "a", float(index // 20)) for index in range(40)]
    readings = gather(lines, weights={"a": 1.0})
    orders = [
        [entry.application for entry in rank(readings, seats=10, lottery_seed=seed, order="mean").ranking]
        for seed in ("x", "x", "y")
    ]
    assert orders[0] == orders[1] != orders[2]
    assert set(orders[0][:20]) == set(orders[2][:20])
    assert any("empate" in warning for warning in rank(readings, seats=10, order="mean").warnings)


def test_the_plain_mean_can_order_the_ranking() -> None:
    lines, _ = jury(fair, fair, harsh, fair, readers=2)
    ranking = rank(gather(lines, weights=dict.fromkeys(CRITERIA, 1.0)), seats=10, order="mean")
    raw = [entry.raw_mean for entry in ranking.ranking]
    assert raw == sorted(raw, reverse=True)


def test_who_is_left_out_has_no_place_and_takes_no_seat() -> None:
    lines, _ = jury(fair, fair, fair, fair)
    readings = gather(lines, weights=dict.fromkeys(CRITERIA, 1.0))
    best = rank_lines(lines).ranking[0].application
    ranking = rank(readings, seats=10, excluded=frozenset({best}))
    check(ranking, None)
    assert len(ranking.ranking) == 79 and best not in {entry.application for entry in ranking.ranking}


def test_strata_of_unequal_merit_do_not_make_a_juror_look_lenient() -> None:
    """Two strata a standard deviation and a half apart, read by a jury each, and a few by both."""
    generator = np.random.default_rng(3)
    lines, merits, strata = [], {}, {}
    for number in range(200):
        high = number % 2
        name, merit = f"F{number:03d}", float(generator.normal() + 1.5 * high)
        merits[name], strata[name] = merit, str(high)
        for place in generator.permutation(3)[:2]:
            across = 0 if generator.random() < 0.9 else 3
            juror = f"J{(place + 3 * high + across) % 6}"
            lines += [ScoreLine(juror, name, criterion, fair(generator, merit - 0.75)) for criterion in CRITERIA]
    weights = dict.fromkeys(CRITERIA, 1.0)
    stratified = rank(gather(lines, weights=weights, strata=strata), seats=20)
    unstratified = rank(gather(lines, weights=weights), seats=20)
    check(stratified, None)
    assert likeness(stratified, merits) > max(0.8, likeness(unstratified, merits) - 0.005)


def test_the_way_from_the_mean_to_the_estimate_adds_up() -> None:
    lines, _ = jury(fair, harsh, fair, lambda *_: 3.0, readers=2)
    lines += [ScoreLine("J3", "SOLA", criterion, 3.0) for criterion in CRITERIA]
    ranking = rank_lines(lines, scale=(1, 5))
    for entry in ranking.ranking:
        assert entry.raw_mean + sum(astuple(entry.steps)) == pytest.approx(entry.estimate, abs=1e-9)
    read_by_harsh = {line.application for line in lines if line.reviewer == "J1"}
    by_folio = {entry.application: entry.steps for entry in ranking.ranking}
    assert all((by_folio[folio].severity > 0) == (folio in read_by_harsh) for folio in by_folio if folio != "SOLA")
    assert by_folio["SOLA"].uncounted != 0 == by_folio["SOLA"].severity
