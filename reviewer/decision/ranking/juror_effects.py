"""What the calibration estimates of each juror, with standard errors and reservations."""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import BoolArray, FloatArray, IntArray
from reviewer.decision.ranking.calibration import Fit
from reviewer.decision.ranking.score_matrix import Readings

MIN_READINGS = 5
MIN_SPREAD = 0.2  # of the median juror's spread
SURELY_CONTRARY = 0.9  # probability of a negative slope
CONSTANT, CONTRARY, FEW_REVIEWS, UNCONNECTED = "constant", "contrary", "few_reviews", "unconnected"


@dataclass(frozen=True)
class JurorEffects:
    """One juror; every figure has its standard error.

    ``severity`` is in units of the scale below the jury's mean; ``spread`` is how far apart the juror places
    applications, 1 for the typical juror; ``noise`` is the standard deviation of the juror's readings around
    what all readings together estimate, in units of the scale.
    """

    reviewer: str
    reviews: int
    severity: float
    flags: tuple[str, ...]
    severity_error: float
    spread: float
    spread_error: float
    noise: float
    noise_error: float


def describe_jurors(
    readings: Readings, fit: Fit, constant: BoolArray, contrary: BoolArray, parts: IntArray
) -> tuple[JurorEffects, ...]:
    """Returns every juror, in the order of their names.

    ``constant``, ``contrary`` and ``parts`` (R) are the results of ``constant_jurors``, ``contrary_jurors`` and
    ``connected_parts``.
    """
    reading_counts = np.bincount(readings.reviewer, minlength=len(readings.reviewers))
    active = parts[reading_counts > 0]
    largest = np.bincount(active).argmax() if len(active) else 0
    noise = fit.unit / np.sqrt(fit.precision)
    figures = {
        "severity": -fit.unit * (fit.beta[:, 0] - fit.mean[0]),
        "severity_error": fit.unit * np.sqrt(fit.cov[:, 0, 0]),
        "spread": fit.beta[:, 1] / fit.mean[1],
        "spread_error": np.sqrt(fit.cov[:, 1, 1]) / fit.mean[1],
        "noise": noise,
        # by the delta method: 1/σ² has a gamma distribution of shape freedom / 2
        "noise_error": noise / np.sqrt(2 * fit.freedom),
    }
    flags = {
        CONSTANT: constant,
        CONTRARY: contrary,
        FEW_REVIEWS: reading_counts < MIN_READINGS,
        UNCONNECTED: parts != largest,
    }
    return tuple(
        JurorEffects(
            reviewer=name,
            reviews=int(reading_counts[index]),
            flags=tuple(flag for flag, applies in flags.items() if applies[index]),
            **{key: float(values[index]) for key, values in figures.items()},
        )
        for index, name in enumerate(readings.reviewers)
    )


def constant_jurors(readings: Readings) -> BoolArray:
    """Returns which jurors (R) have enough readings and nearly no spread, and so carry no information."""
    r, totals = readings.reviewer, readings.totals
    count = np.bincount(r, minlength=len(readings.reviewers))
    mean = np.bincount(r, totals, len(count)) / np.maximum(count, 1)
    spread: FloatArray = np.sqrt(np.bincount(r, (totals - mean[r]) ** 2, len(count)) / np.maximum(count, 1))
    has_enough_readings = count >= MIN_READINGS
    if not has_enough_readings.any():
        return np.zeros(len(count), dtype=bool)
    is_constant: BoolArray = has_enough_readings & (spread < MIN_SPREAD * np.median(spread[has_enough_readings]))
    return is_constant


def contrary_jurors(readings: Readings, fit: Fit) -> BoolArray:
    """Returns which jurors (R) very probably read the scale upside down: what they praise, the others do not."""
    count = np.bincount(readings.reviewer, minlength=len(readings.reviewers))
    is_contrary: BoolArray = (count >= MIN_READINGS) & (fit.contrary > SURELY_CONTRARY)
    return is_contrary


def connected_parts(readings: Readings) -> IntArray:
    """Returns the number of the connected part (R) of the jurors–applications graph of each juror."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    jurors, applications = len(readings.reviewers), len(readings.applications)
    edges = (readings.reviewer, readings.application + jurors)
    size = jurors + applications
    graph = coo_array((np.ones(len(readings.reviewer)), edges), shape=(size, size))
    parts: IntArray = connected_components(graph, directed=False)[1][:jurors].astype(np.int64)
    return parts
