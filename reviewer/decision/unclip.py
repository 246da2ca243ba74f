"""Un-clipping: what a grade hides by being a whole number between two ends.

A grade s says only that the juror's impression lay in (s − ½, s + ½), open at the ends of the scale. Each
is replaced by its expected value there, under a normal whose mean and variance come from the same reading's
other criteria and the current fit (EM for grouped and censored normals: Dempster, Laird and Rubin 1977, 4.2).
"""

import numpy as np
from scipy.special import log_ndtr, ndtr

from reviewer.decision.readings import Floats, Readings

PSEUDO_READINGS = 5.0
_LARGEST_GRID = 60  # more distinct grades than these are no grid: only the ends are open


def expected_grades(readings: Readings, latent: Floats, expected_totals: Floats | None = None) -> Floats:
    """The latent grades (n × C) anew, NaN where a criterion was left out.

    ``expected_totals`` (n) is what the current fit expects of each reading, in units of the scale.
    """
    if readings.scale[0] == readings.scale[1]:
        return readings.grades  # a scale of one grade hides nothing that could be told
    there = ~np.isnan(readings.grades)
    mean, variance = _outlook(readings, latent, there, expected_totals)
    low, high = _intervals(readings)
    return np.where(there, _truncated_mean(mean, np.sqrt(variance), low, high), np.nan)


def _outlook(
    readings: Readings, latent: Floats, there: np.ndarray, expected_totals: Floats | None
) -> tuple[Floats, Floats]:
    """Mean and variance of each grade from the reading's other criteria, before its own is looked at."""
    reviewer, count = readings.reviewer, len(readings.reviewers)
    filled = np.where(there, latent, 0)
    overall = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    sums = _by_reviewer(filled, reviewer, count) + PSEUDO_READINGS * overall
    criterion = sums / (_by_reviewer(there * 1.0, reviewer, count) + PSEUDO_READINGS)
    away = np.where(there, latent - criterion[reviewer], 0)
    others = np.maximum(there.sum(axis=1, keepdims=True) - there, 0)
    height = np.where(others > 0, (away.sum(axis=1, keepdims=True) - away) / np.maximum(others, 1), 0)
    each = there.sum(axis=1)
    level = away.sum(axis=1) / np.maximum(each, 1)
    inner = (np.where(there, away - level[:, None], 0) ** 2).sum(axis=1)
    within = _shrunk(inner, np.maximum(each - 1, 0), reviewer, count)[reviewer]
    prior = np.zeros(len(level))
    if expected_totals is not None:
        prior = expected_totals - (criterion[reviewer] * there * readings.weights).sum(axis=1) / (
            there * readings.weights
        ).sum(axis=1)
    spread = (level - prior) ** 2 - within / np.maximum(each, 1)
    between = np.maximum(_shrunk(spread, np.ones(len(level)), reviewer, count), 0.05 * within.mean())[
        reviewer
    ]
    pull = between[:, None] / (between[:, None] + within[:, None] / np.maximum(others, 1))
    pull = np.where(others > 0, pull, 0)
    mean = criterion[reviewer] + prior[:, None] + pull * (height - prior[:, None])
    return mean, within[:, None] + between[:, None] * (1 - pull)


def _by_reviewer(values: Floats, reviewer: np.ndarray, count: int) -> Floats:
    columns = [np.bincount(reviewer, each, count) for each in values.T]
    return np.stack(columns, axis=1)


def _shrunk(values: Floats, degrees: Floats, reviewer: np.ndarray, count: int) -> Floats:
    """Per reviewer Σ values / Σ degrees, pulled towards everybody's by the pseudo-readings."""
    overall = max(values.sum() / max(degrees.sum(), 1.0), 1e-6)
    per_reading = max(degrees.mean(), 1e-9)
    top = np.bincount(reviewer, values, count) + PSEUDO_READINGS * per_reading * overall
    shrunk: Floats = top / (np.bincount(reviewer, degrees, count) + PSEUDO_READINGS * per_reading)
    return np.maximum(shrunk, 1e-6)


def _intervals(readings: Readings) -> tuple[Floats, Floats]:
    grades, (low, high) = readings.grades, readings.scale
    seen = np.unique(grades[~np.isnan(grades)])
    gaps = np.diff(seen)
    whole = bool(np.all(seen == np.round(seen)))
    step = 1.0 if whole else float(gaps.min()) if 0 < len(gaps) < _LARGEST_GRID else 0.0
    below = np.where(grades <= low, -np.inf, grades - step / 2)
    above = np.where(grades >= high, np.inf, grades + step / 2)
    return below, above


def _truncated_mean(mean: Floats, deviation: Floats, low: Floats, high: Floats) -> Floats:
    a, b = (low - mean) / deviation, (high - mean) / deviation
    a, b = (
        np.where(a + b > 0, -b, a),
        np.where(a + b > 0, -a, b),
    )  # towards the lower tail, where ndtr is exact
    mirrored = (low - mean) / deviation + (high - mean) / deviation > 0
    mass = ndtr(b) - ndtr(a)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shift = (_density(a) - _density(b)) / mass
        shift = np.where(mass > 1e-300, shift, b)  # far in the tail all the mass lies at the near end
        shift = np.where(np.isneginf(a) & (mass > 0), -np.exp(_log_density(b) - log_ndtr(b)), shift)
    shift = np.clip(np.where(np.isfinite(shift), shift, 0), a, b)
    value: Floats = mean + deviation * np.where(mirrored, -shift, shift)
    return np.clip(value, np.where(np.isfinite(low), low, -np.inf), np.where(np.isfinite(high), high, np.inf))


def _density(z: Floats) -> Floats:
    return np.exp(_log_density(z))


def _log_density(z: Floats) -> Floats:
    value: Floats = -0.5 * z**2 - 0.5 * np.log(2 * np.pi)
    return value
