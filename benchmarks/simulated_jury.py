"""A simulated jury whose true merits are known.

It has halo, taste, noise, severity, slope, drift, sessions, conflicts and jurors who stop, which makes the
reliability of a reading about 0.37.
"""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.score_matrix import Readings

STRATA_SPREAD = 0.7  # standard deviation of the strata's means
OWN_STRATUM_SHARE = 0.8  # share of applications read by their stratum's own jurors


@dataclass(frozen=True)
class World:
    """Sizes of a simulated jury, and the strength of the jurors' ``effects``: 1 is usual, 0 none.

    ``width`` is the standard deviation of a typical reading over half the scale: 0.35 in most juries, at 0.5
    the ends cut off many grades. ``strata`` > 1: unequal batches, each read mostly by its own jurors.
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


def simulate(world: World, seed: int) -> tuple[Readings, FloatArray]:
    """Returns the readings of one simulated jury and the true merits (I), standardised."""
    simulated = SimulatedJury(world, seed)
    return simulated.readings(), simulated.merit


class SimulatedJury:
    """A jury with its applications, to which readings can be added. ``merit`` (I) is standardised."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, np.random.default_rng(seed)
        self.weights = np.array(world.weights) / sum(world.weights)
        size = (world.applications, len(self.weights))
        general, by_criterion = self.chance.normal(size=(size[0], 1)), self.chance.normal(size=size)
        self.stratum = self.chance.integers(0, world.strata, world.applications)
        levels = STRATA_SPREAD * self.chance.permutation(_even_levels(world.strata))
        self.theta: FloatArray = np.sqrt(0.5) * general + np.sqrt(0.5) * by_criterion + levels[self.stratum][:, None]
        merit = self.theta @ self.weights
        self.merit: FloatArray = (merit - merit.mean()) / merit.std()
        self.jury = _JurorEffects(world, self.chance)
        self.application, self.reviewer = _assign_readers(world, self.chance, self.stratum)
        when = _reading_progress(self.reviewer, world.jurors, self.chance)
        self.grades = self.jury.grade(self.theta[self.application], self.reviewer, when)

    def add_readings(self, applications: IntArray) -> None:
        """Adds a reading of each application by a juror who has not read it, at the end."""
        reviewers = []
        for application in applications:
            candidates = np.setdiff1d(np.arange(self.world.jurors), self.reviewer[self.application == application])
            reviewers.append(self.chance.choice(candidates))
        reviewer = np.array(reviewers, dtype=np.int64)
        grades = self.jury.grade(self.theta[applications], reviewer, np.ones(len(reviewer)))
        self.application = np.concatenate([self.application, applications])
        self.reviewer = np.concatenate([self.reviewer, reviewer])
        self.grades = np.concatenate([self.grades, grades])

    def readings(self) -> Readings:
        """Returns all readings so far."""
        return Readings(
            reviewers=tuple(f"J{number:03d}" for number in range(self.world.jurors)),
            applications=tuple(f"A{number:05d}" for number in range(self.world.applications)),
            reviewer=self.reviewer,
            application=self.application,
            grades=self.grades,
            weights=self.weights,
            scale=self.world.scale,
            stratum=self.stratum,
        )


def _even_levels(strata: int) -> FloatArray:
    """Returns evenly spaced levels of mean 0 and standard deviation 1."""
    levels = np.arange(strata, dtype=np.float64) - (strata - 1) / 2
    return levels / (float(levels.std()) or 1.0)


def _assign_readers(world: World, chance: np.random.Generator, stratum: IntArray) -> tuple[IntArray, IntArray]:
    """Returns applications and jurors of the readings, by least load and at random.

    Some pairs are conflicts, some recuse late, some jurors stop.
    """
    load, home_stratum = np.zeros(world.jurors), np.arange(world.jurors) % world.strata
    pairs = []
    for application in chance.permutation(world.applications):
        wish = load + chance.random(world.jurors) + 1e9 * (chance.random(world.jurors) < 0.02)
        if chance.random() < OWN_STRATUM_SHARE:
            wish += 1e6 * (home_stratum != stratum[application])
        for juror in np.argsort(wish)[: world.readers]:
            load[juror] += 1
            pairs.append((application, juror))
    stops = chance.random(world.jurors) < 0.08 * (world.effects > 0)
    order = chance.permutation(len(pairs))
    read_counts = np.zeros(world.jurors)
    kept_pairs = []
    for place in order:
        application, juror = pairs[place]
        read_counts[juror] += 1
        if chance.random() < 0.01 or (stops[juror] and read_counts[juror] > load[juror] / 2):
            continue
        kept_pairs.append((application, juror))
    kept_pairs.sort()
    table = np.array(kept_pairs, dtype=np.int64)
    return table[:, 0], table[:, 1]


class _JurorEffects:
    """What jurors add to what there is to perceive."""

    def __init__(self, world: World, chance: np.random.Generator) -> None:
        self.world, self.chance = world, chance
        count, strength = world.jurors, world.effects
        self.noise = np.exp(0.3 * strength * chance.normal(size=(count, 1)))
        self.slope = np.exp(0.25 * strength * chance.normal(size=(count, 1)))
        self.severity = 0.5 * strength * chance.normal(size=(count, 1))
        self.leaning = 0.2 * strength * chance.normal(size=(count, len(world.weights)))
        self.drift = strength * (-0.1 + 0.2 * chance.normal(size=(count, 1)))
        self.session = 0.1 * strength * chance.normal(size=(count, 8))

    def grade(self, theta: FloatArray, reviewer: IntArray, when: FloatArray) -> FloatArray:
        """Returns grades (n × C); ``when`` (n) is how far each juror has come, 0 to 1."""
        taste = self.chance.normal(size=(len(theta), 1))
        perceived = theta + self.noise[reviewer] * 0.8 * (taste + self.chance.normal(size=theta.shape))
        perceived = 0.65 * perceived + 0.35 * perceived.mean(axis=1, keepdims=True)
        x = self.slope[reviewer] * perceived - self.severity[reviewer] - self.leaning[reviewer]
        x += self.drift[reviewer] * (when[:, None] - 0.5)
        x += self.session[reviewer, np.minimum((when * 8).astype(int), 7)][:, None]
        low, high = self.world.scale
        grades: FloatArray = np.clip(np.round((low + high) / 2 + (high - low) / 2 * self.world.width * x), low, high)
        return grades


def _reading_progress(reviewer: IntArray, count: int, chance: np.random.Generator) -> FloatArray:
    when = np.empty(len(reviewer))
    for juror in range(count):
        indices = np.flatnonzero(reviewer == juror)
        when[chance.permutation(indices)] = (np.arange(len(indices)) + 0.5) / max(len(indices), 1)
    return when
