"""How well the ranking finds the 60 best of a simulated jury, against other methods.

Also what further readings add, near the cut or elsewhere. All methods use the same seeds; ``DICTAMEN_SEEDS``
sets their number (20 by default).
"""

import os
import resource
import time
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.other_methods import blup, means, z_scores
from benchmarks.simulated_jury import LARGE, MID, SMALL, SimulatedJury, World, simulate
from reviewer.core.arrays import FloatArray
from reviewer.decision.ranking.additional_readings import MAX_READINGS, knowledge_gradient
from reviewer.decision.ranking.calibration import calibrate
from reviewer.decision.ranking.ranking import plain_means, rank
from reviewer.decision.ranking.variance import VarianceComponents, variance_components

SEATS = 60
MEAN, OURS = 0, 3  # columns of the recalls
EVEN = VarianceComponents(1.0, 1.0, 1.0)
BUDGET, ROUNDS = 0.1, 3  # of the number of readings, spent in so many rounds


@dataclass(frozen=True)
class Target:
    """The least gain in recall over the mean, the least Brier skill, the most seconds of processor time."""

    gain: float
    skill: float
    seconds: float


WORLDS: dict[str, tuple[World, Target]] = {
    "small": (SMALL, Target(0.015, 0.30, 1)),
    "mid": (MID, Target(0.07, 0.26, 2)),
    "large": (LARGE, Target(0.08, 0.18, 5)),
    "mid, 0 to 10": (replace(MID, scale=(0, 10)), Target(0.07, 0.26, 2)),
    "mid, no effects": (replace(MID, effects=0), Target(-0.01, 0.2, 2)),
    "mid, ends cut hard": (replace(MID, width=0.5), Target(0.06, 0.26, 2)),
    "mid, unequal strata": (replace(MID, strata=5), Target(0.04, 0.2, 2)),
}


def run() -> list[str]:
    """Prints a line per simulated world, and the cost of the largest call."""
    seeds = int(os.environ.get("DICTAMEN_SEEDS", "20"))
    print(f"recall@{SEATS} over {seeds} seeds (± standard error of the gain over the mean)")
    missed = []
    for name, (world, target) in WORLDS.items():
        missed += _report(name, np.array([_evaluate(world, seed) for seed in range(seeds)]), target)
    return missed + _measure_additional(seeds) + _measure_largest()


def _report(name: str, results: FloatArray, target: Target) -> list[str]:
    mean, z_score, crossed, dictamen, regret, skill, seconds = results.mean(axis=0)
    error = (results[:, OURS] - results[:, MEAN]).std() / np.sqrt(len(results))
    print(
        f"{name:>20}: mean {mean:.3f}, z-score {z_score:.3f}, BLUP {crossed:.3f}, ours {dictamen:.3f}, "
        f"gain {dictamen - mean:+.3f} ± {error:.3f} (target {target.gain:+.3f}), regret {regret:.2f}, "
        f"Brier skill {skill:.2f} ({target.skill:.2f}), {seconds:.1f} s ({target.seconds:g})",
        flush=True,
    )
    checks = {
        "gain over the mean": dictamen - mean >= target.gain,
        "against the z-score": dictamen >= z_score - 0.01 or "no effects" in name,
        "Brier skill": skill >= target.skill,
        "processor time": seconds <= target.seconds,
    }
    return [f"{name}: {check}" for check, met in checks.items() if not met]


def _evaluate(world: World, seed: int) -> tuple[float, ...]:
    """Returns recall of the four methods, and regret, Brier skill and time of ours, for one seed."""
    readings, merit = simulate(world, seed)
    begun = time.process_time()
    ranking = rank(readings, seats=SEATS).ranking
    seconds = time.process_time() - begun
    place = {name: number for number, name in enumerate(readings.applications)}
    order = np.array([place[row.application] for row in ranking])
    chance = np.zeros(len(merit))
    chance[order] = [row.p_selected for row in ranking]
    best = np.argsort(-merit)[:SEATS]
    truly = np.isin(np.arange(len(merit)), best)
    share = SEATS / len(merit)
    skill = 1 - float(np.mean((chance - truly) ** 2)) / (share * (1 - share))
    regret = float(merit[best].mean() - merit[order[:SEATS]].mean())
    estimates = (
        means(readings, readings.totals),
        means(readings, z_scores(readings)),
        blup(readings, variance_components(readings) or EVEN),
    )
    recalls = [truly[np.argsort(-estimate, kind="stable")[:SEATS]].mean() for estimate in estimates]
    return (*recalls, truly[order[:SEATS]].mean(), regret, skill, seconds)


def _measure_additional(seeds: int) -> list[str]:
    """Prints the recall of two readings each and a tenth more, by where these are spent."""
    print(f"two readings each, and {BUDGET:.0%} more in {ROUNDS} rounds")
    missed = []
    for name, world in (("small", SMALL), ("mid", MID), ("large", LARGE)):
        recalls = [_spend_budget(replace(world, readers=2), seed) for seed in range(seeds)]
        nothing, apart, third, near = np.array(recalls).mean(axis=0)
        print(
            f"{name:>20}: nothing {nothing:.3f}, largest disagreement {apart:.3f}, near the cut {near:.3f}; "
            f"a third reading for everybody {third:.3f}",
            flush=True,
        )
        if near < apart or (world is not SMALL and near < third - 0.01):
            missed.append(f"{name}: further readings near the cut")
    return missed


def _spend_budget(world: World, seed: int) -> tuple[float, ...]:
    """Returns the recall with nothing more, by disagreement, with a third reading each, near the cut."""
    first, third = SimulatedJury(world, seed), SimulatedJury(world, seed)
    budget = round(BUDGET * len(first.application))
    third.add_readings(np.arange(world.applications))
    apart = SimulatedJury(world, seed)
    apart.add_readings(np.argsort(-_disagreement(apart), kind="stable")[:budget])
    near = SimulatedJury(world, seed)
    for _ in range(ROUNDS):
        fit = calibrate(near.readings())
        gain = knowledge_gradient(fit.merit, fit.variance, fit.noise, SEATS)
        gain[np.bincount(near.application, minlength=world.applications) >= MAX_READINGS] = -1
        near.add_readings(np.argsort(-gain, kind="stable")[: budget // ROUNDS])
    return tuple(_recall(simulated) for simulated in (first, apart, third, near))


def _disagreement(simulated: SimulatedJury) -> FloatArray:
    return plain_means(simulated.readings())[2]


def _recall(simulated: SimulatedJury) -> float:
    merit = calibrate(simulated.readings()).merit
    chosen = set(np.argsort(-merit, kind="stable")[:SEATS].tolist())
    return len(chosen & set(np.argsort(-simulated.merit)[:SEATS].tolist())) / SEATS


def _measure_largest() -> list[str]:
    readings, _ = simulate(World(100_000, 600, 3), 0)
    begun = time.perf_counter()
    rank(readings, seats=SEATS)
    seconds = time.perf_counter() - begun
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"100,000 × 3: {seconds:.0f} s (target 60), {gigabytes:.1f} GiB at most (target 2)")
    return [] if seconds <= 60 and gigabytes <= 2 else ["100,000 × 3: time or memory"]
