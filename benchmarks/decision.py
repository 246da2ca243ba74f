"""How well the ranking finds the truly best 60 of a simulated jury, against the plain mean and the z-score.

All methods on the same seeds. ``DICTAMEN_SEEDS`` says how many (20 unless given).
"""

import os
import resource
import time
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.simulated_jury import LARGE, MID, SMALL, Floats, World, simulate
from reviewer.decision.ranking import rank
from reviewer.decision.readings import Readings

SEATS = 60
MEAN, Z_SCORE, OURS = 0, 1, 2


@dataclass(frozen=True)
class Target:
    """Least gain in recall over the mean, least Brier skill, most seconds of processor time."""

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
    """Prints a line a world, and what the largest call costs."""
    seeds = int(os.environ.get("DICTAMEN_SEEDS", "20"))
    print(f"recall@{SEATS} over {seeds} seeds (± standard error of the gain over the mean)")
    missed = []
    for name, (world, target) in WORLDS.items():
        missed += _told(name, np.array([_tried(world, seed) for seed in range(seeds)]), target)
    return missed + _largest()


def _told(name: str, found: Floats, target: Target) -> list[str]:
    mean, z_score, ours, regret, skill, seconds = found.mean(axis=0)
    error = (found[:, OURS] - found[:, MEAN]).std() / np.sqrt(len(found))
    print(
        f"{name:>20}: mean {mean:.3f}, z-score {z_score:.3f}, ours {ours:.3f}, gain {ours - mean:+.3f} ± "
        f"{error:.3f} (target {target.gain:+.3f}), regret {regret:.2f}, Brier skill {skill:.2f} "
        f"({target.skill:.2f}), {seconds:.1f} s ({target.seconds:g})",
        flush=True,
    )
    checks = {
        "gain over the mean": ours - mean >= target.gain,
        "against the z-score": ours >= z_score - 0.01 or "no effects" in name,
        "Brier skill": skill >= target.skill,
        "processor time": seconds <= target.seconds,
    }
    return [f"{name}: {check}" for check, met in checks.items() if not met]


def _tried(world: World, seed: int) -> tuple[float, ...]:
    """Recall of the three, and ours' regret, Brier skill and processor time, in one simulated jury."""
    readings, merit = simulate(world, seed)
    begun = time.process_time()
    ranking = rank(readings, seats=SEATS).ranking
    seconds = time.process_time() - begun
    place = {name: number for number, name in enumerate(readings.applications)}
    order = np.array([place[each.application] for each in ranking])
    chance = np.zeros(len(merit))
    chance[order] = [each.p_selected for each in ranking]
    best = np.argsort(-merit)[:SEATS]
    truly = np.isin(np.arange(len(merit)), best)
    share = SEATS / len(merit)
    skill = 1 - float(np.mean((chance - truly) ** 2)) / (share * (1 - share))
    regret = float(merit[best].mean() - merit[order[:SEATS]].mean())
    recalls = [
        truly[np.argsort(-each, kind="stable")[:SEATS]].mean()
        for each in (_means(readings, readings.totals), _means(readings, _z_scores(readings)))
    ]
    return (*recalls, truly[order[:SEATS]].mean(), regret, skill, seconds)


def _means(readings: Readings, values: Floats) -> Floats:
    count = np.bincount(readings.application, minlength=len(readings.applications))
    total = np.bincount(readings.application, values, len(readings.applications))
    means: Floats = np.where(count, total / np.maximum(count, 1), -np.inf)
    return means


def _z_scores(readings: Readings) -> Floats:
    r, count = readings.reviewer, np.maximum(np.bincount(readings.reviewer), 1)
    mean = np.bincount(r, readings.totals) / count
    spread = np.sqrt(np.maximum(np.bincount(r, readings.totals**2) / count - mean**2, 1e-9))
    scores: Floats = (readings.totals - mean[r]) / spread[r]
    return scores


def _largest() -> list[str]:
    readings, _ = simulate(World(100_000, 600, 3), 0)
    begun = time.perf_counter()
    rank(readings, seats=SEATS)
    seconds = time.perf_counter() - begun
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"100,000 × 3: {seconds:.0f} s (target 60), {gigabytes:.1f} GiB at most (target 2)")
    return [] if seconds <= 60 and gigabytes <= 2 else ["100,000 × 3: time or memory"]
