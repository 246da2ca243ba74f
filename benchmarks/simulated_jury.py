"""A simulated jury whose true merits are known.

Halo, taste, noise, severity, slope, drift, sessions, conflicts and jurors who stop; a reading's
reliability is then about .37.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviewer.decision.readings import Readings

Floats = NDArray[np.float64]


STRATA_APART = 0.7  # standard deviation of the strata's means
STAYS_AT_HOME = 0.8  # share of applications read by their stratum's own jurors


@dataclass(frozen=True)
class World:
    """Sizes and the strength of what jurors add: ``effects`` 1 is the usual, 0 none at all.

    ``width`` is how much of half the scale a typical reading's standard deviation takes: at .5 the ends
    cut hard, at .35 as in most juries. ``strata`` > 1: unequal batches, each read mostly by its own jurors.
    """

    applications: int
    jurors: int
    readers: int
    effects: float = 1.0
    scale: tuple[int, int] = (1, 5)
    weights: tuple[float, ...] = (30, 25, 20, 15, 10)
    width: float = 0.35
    strata: int = 1


SMALL, MID, LARGE = World(300, 12, 2), World(1500, 30, 3), World(5000, 60, 3)


def simulate(world: World, seed: int) -> tuple[Readings, Floats]:
    """The readings of one simulated jury and the true merits (I), standardised."""
    chance = np.random.default_rng(seed)
    weights = np.array(world.weights) / sum(world.weights)
    criteria = len(weights)
    theta: Floats = np.sqrt(0.5) * chance.normal(size=(world.applications, 1)) + np.sqrt(0.5) * chance.normal(
        size=(world.applications, criteria)
    )
    stratum = chance.integers(0, world.strata, world.applications)
    theta = theta + (STRATA_APART * chance.permutation(_even(world.strata)))[stratum][:, None]
    merit = theta @ weights
    merit = (merit - merit.mean()) / merit.std()
    application, reviewer = _panel(world, chance, stratum)
    grades = _grades(world, chance, theta[application], reviewer)
    names = tuple(f"J{number:03d}" for number in range(world.jurors))
    readings = Readings(
        reviewers=names,
        applications=tuple(f"A{number:05d}" for number in range(world.applications)),
        reviewer=reviewer,
        application=application,
        grades=grades,
        weights=weights,
        scale=world.scale,
        stratum=stratum,
    )
    return readings, merit


def _even(strata: int) -> Floats:
    """Evenly spaced levels of mean 0 and standard deviation 1."""
    levels = np.arange(strata, dtype=np.float64) - (strata - 1) / 2
    return levels / (float(levels.std()) or 1.0)


def _panel(
    world: World, chance: np.random.Generator, stratum: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Least-loaded readers at random; some pairs are conflicts, some recuse late, some jurors stop."""
    load, own = np.zeros(world.jurors), np.arange(world.jurors) % world.strata
    pairs = []
    for application in chance.permutation(world.applications):
        wish = load + chance.random(world.jurors) + 1e9 * (chance.random(world.jurors) < 0.02)
        if chance.random() < STAYS_AT_HOME:
            wish += 1e6 * (own != stratum[application])
        for juror in np.argsort(wish)[: world.readers]:
            load[juror] += 1
            pairs.append((application, juror))
    stops = chance.random(world.jurors) < 0.08 * (world.effects > 0)
    order = chance.permutation(len(pairs))
    seen = np.zeros(world.jurors)
    kept = []
    for place in order:
        application, juror = pairs[place]
        seen[juror] += 1
        if chance.random() < 0.01 or (stops[juror] and seen[juror] > load[juror] / 2):
            continue
        kept.append((application, juror))
    kept.sort()
    table = np.array(kept, dtype=np.int64)
    return table[:, 0], table[:, 1]


def _grades(world: World, chance: np.random.Generator, theta: Floats, reviewer: NDArray[np.int64]) -> Floats:
    count, (readings, criteria), strength = world.jurors, theta.shape, world.effects
    noise = np.exp(0.3 * strength * chance.normal(size=count))[reviewer, None]
    taste, own = chance.normal(size=(readings, 1)), chance.normal(size=(readings, criteria))
    perceived = theta + noise * 0.8 * (taste + own)
    perceived = 0.65 * perceived + 0.35 * perceived.mean(axis=1, keepdims=True)
    slope = np.exp(0.25 * strength * chance.normal(size=count))[reviewer, None]
    severity = (0.5 * strength * chance.normal(size=count))[reviewer, None]
    leaning = (0.2 * strength * chance.normal(size=(count, criteria)))[reviewer]
    drift = (strength * (-0.1 + 0.2 * chance.normal(size=count)))[reviewer, None]
    when = _progress(reviewer, count, chance)[:, None]
    session = 0.1 * strength * chance.normal(size=(count, 8))
    hour = session[reviewer, np.minimum((when[:, 0] * 8).astype(int), 7)][:, None]
    x = slope * perceived - severity - leaning + drift * (when - 0.5) + hour
    low, high = world.scale
    middle, unit = (low + high) / 2, (high - low) / 2 * world.width
    grades: Floats = np.clip(np.round(middle + unit * x), low, high)
    return grades


def _progress(reviewer: NDArray[np.int64], count: int, chance: np.random.Generator) -> Floats:
    when = np.empty(len(reviewer))
    for juror in range(count):
        mine = np.flatnonzero(reviewer == juror)
        when[chance.permutation(mine)] = (np.arange(len(mine)) + 0.5) / max(len(mine), 1)
    return when
