"""Other methods to rank by a jury's totals, for comparison."""

import numpy as np

from reviewer.core.arrays import FloatArray
from reviewer.decision.ranking.score_matrix import Readings
from reviewer.decision.ranking.variance import VarianceComponents


def means(readings: Readings, values: FloatArray) -> FloatArray:
    """Returns the mean of ``values`` (n) by application (I); −∞ where there is none."""
    count = np.bincount(readings.application, minlength=len(readings.applications))
    total = np.bincount(readings.application, values, len(readings.applications))
    result: FloatArray = np.where(count, total / np.maximum(count, 1), -np.inf)
    return result


def z_scores(readings: Readings) -> FloatArray:
    """Returns totals (n) less their juror's mean, over the juror's standard deviation."""
    r, count = readings.reviewer, np.maximum(np.bincount(readings.reviewer), 1)
    mean = np.bincount(r, readings.totals) / count
    spread = np.sqrt(np.maximum(np.bincount(r, readings.totals**2) / count - mean**2, 1e-9))
    scores: FloatArray = (readings.totals - mean[r]) / spread[r]
    return scores


def blup(readings: Readings, variances: VarianceComponents, *, fixed_jurors: bool = False) -> FloatArray:
    """Returns merits (I) of the crossed-effects model by Henderson's equations.

    Jurors' effects are random, or fixed with ``fixed_jurors``.
    """
    r, i, y = readings.reviewer, readings.application, readings.totals
    jurors, applications = len(readings.reviewers), len(readings.applications)
    shrunk = variances.merit / (variances.merit * np.bincount(i, minlength=applications) + variances.rest)
    read = np.zeros((applications, jurors))
    np.add.at(read, (i, r), 1)
    inner = np.diag(np.bincount(r, minlength=jurors).astype(float)) - read.T @ (shrunk[:, None] * read)
    right = np.bincount(r, y - y.mean(), jurors) - read.T @ (shrunk * np.bincount(i, y - y.mean(), applications))
    pull = 0.0 if fixed_jurors else variances.rest / max(variances.juror, 1e-12)
    effects = np.linalg.lstsq(inner + pull * np.eye(jurors), right, rcond=None)[0]
    left: FloatArray = (shrunk * np.bincount(i, y - y.mean() - effects[r], applications)).astype(np.float64)
    return left
