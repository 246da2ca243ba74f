"""The difference between an application's plain mean and its estimate, in steps that add up exactly."""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import FloatArray
from reviewer.decision.ranking.calibration import Fit, reading_information
from reviewer.decision.ranking.censoring import normal_density
from reviewer.decision.ranking.score_matrix import Readings


@dataclass(frozen=True)
class Steps:
    """What is added to the plain mean, one step after the other, to reach the estimate; on the scale.

    ``uncounted``: readings of jurors who give everybody the same are left out. ``severity``: each juror's
    severity is subtracted. ``spread``: each juror's scores are brought to the jury's usual spread and
    weighted by their consistency. ``caution``: the estimate moves to the mean, the more so the fewer readings
    there are. ``ends``: what the ends of the scale cut off is added, and the result is brought back to the
    scale.
    """

    uncounted: float
    severity: float
    spread: float
    caution: float
    ends: float


def compute_steps(calibrated: Readings, fit: Fit, raw: FloatArray, estimate: FloatArray) -> list[Steps]:
    """Returns the steps of each application (I) from ``raw`` (I) to ``estimate`` (I), on the scale.

    ``calibrated`` are the readings that ``fit`` was fitted to, which may be fewer than those in ``raw``.
    """
    i, count = calibrated.application, len(calibrated.applications)
    reading_counts = np.bincount(i, minlength=count)
    middle = fit.level(np.zeros(count))

    def mean(values: FloatArray) -> FloatArray:
        return np.where(reading_counts > 0, np.bincount(i, values, count) / np.maximum(reading_counts, 1), middle)

    precise, pull = (np.bincount(i, values, count) for values in reading_information(calibrated, fit))
    own_estimate = np.divide(pull, precise, out=np.zeros(count), where=reading_counts > 0)
    severity = fit.beta[calibrated.reviewer, 0] - fit.mean[0]
    counted_mean = mean(calibrated.totals)
    uncensored_mean = mean(fit.centre + fit.unit * fit.y)
    severity_adjusted = mean(fit.centre + fit.unit * (fit.y - severity))
    spread_adjusted, shrunk = fit.level(own_estimate), fit.level(fit.merit)
    differences = (
        counted_mean - raw,
        severity_adjusted - uncensored_mean,
        spread_adjusted - severity_adjusted,
        shrunk - spread_adjusted,
        uncensored_mean - counted_mean + estimate - shrunk,
    )
    return [Steps(*map(float, changes)) for changes in zip(*differences, strict=True)]


def on_scale(readings: Readings, fit: Fit, merit: FloatArray) -> FloatArray:
    """Returns the grade (I) that a typical juror is expected to give each ``merit`` (I), within the scale.

    It is E[clip(x + noise)], which grows with x, so that the order stays the same.
    """
    from scipy.special import ndtr

    level = fit.level(merit)
    noise = fit.unit * float(np.median(1 / np.sqrt(fit.precision)))
    low, high = readings.scale
    a, b = (low - level) / noise, (high - level) / noise
    inside = level * (ndtr(b) - ndtr(a)) + noise * (normal_density(a) - normal_density(b))
    expected: FloatArray = np.clip(low * ndtr(a) + inside + high * (1 - ndtr(b)), low, high)
    return expected


def error_on_scale(readings: Readings, fit: Fit) -> FloatArray:
    """Returns the standard errors (I) of the estimates on the scale.

    Each is half the difference between the estimates a standard deviation of merit above and below.
    """
    deviation = np.sqrt(fit.variance)
    difference: FloatArray = on_scale(readings, fit, fit.merit + deviation) - on_scale(
        readings, fit, fit.merit - deviation
    )
    return np.abs(difference) / 2
