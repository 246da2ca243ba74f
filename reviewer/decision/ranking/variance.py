"""Variance components of the totals by restricted maximum likelihood: merit, juror and the rest.

y = μ + q_i + s_r + e with all three normal (Patterson and Thompson 1971). Applications are absorbed, so that
the matrix to factorise is only as large as the jury.
"""

from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import FloatArray
from reviewer.decision.ranking.juror_effects import connected_parts
from reviewer.decision.ranking.score_matrix import Readings

# Logarithms of a variance over that of the rest; beyond them it is practically none, or all.
_MIN_LOG_RATIO, _MAX_LOG_RATIO = -14.0, 12.0


@dataclass(frozen=True)
class VarianceComponents:
    """Variances of merit, juror and the rest, in squared units of the scale."""

    merit: float
    juror: float
    rest: float

    @property
    def shares(self) -> tuple[float, float, float]:
        """The share of each in their sum."""
        total = self.merit + self.juror + self.rest
        return self.merit / total, self.juror / total, self.rest / total


def variance_components(readings: Readings) -> VarianceComponents | None:
    """Returns the variance components of the totals.

    None where they can't be told apart: nothing varies, or no degree of freedom is left once each application
    and each juror has a mean of its own.
    """
    from scipy.optimize import minimize

    n = len(readings.totals)
    parameters = len(np.unique(readings.application)) + len(np.unique(readings.reviewer))
    degrees_of_freedom = n - parameters + len(np.unique(connected_parts(readings)[readings.reviewer]))
    if degrees_of_freedom < 1 or not readings.totals.std() > 0:
        return None
    likelihood = _Likelihood(readings)
    optimum = minimize(
        lambda logs: likelihood.deviance(np.exp(np.clip(logs, _MIN_LOG_RATIO, _MAX_LOG_RATIO)))[0],
        np.array([-0.5, -1.5]),
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-7, "maxfev": 400},
    )
    ratios = np.exp(np.clip(optimum.x, _MIN_LOG_RATIO, _MAX_LOG_RATIO))
    rest = likelihood.deviance(ratios)[1]
    return VarianceComponents(merit=rest * float(ratios[0]), juror=rest * float(ratios[1]), rest=rest)


class _Likelihood:
    """Minus twice the restricted log-likelihood, with the variance of the rest profiled out."""

    def __init__(self, readings: Readings) -> None:
        from scipy.sparse import csr_array

        r, i = readings.reviewer, readings.application
        self.size = len(r)
        shape = (len(readings.applications), len(readings.reviewers))
        self.incidence = csr_array((np.ones(self.size), (i, r)), shape=shape)
        self.readings_per_juror = np.bincount(r, minlength=shape[1]).astype(float)
        self.readings_per_application = np.bincount(i, minlength=shape[0]).astype(float)
        y = readings.totals - readings.totals.mean()
        columns = np.column_stack([np.ones(self.size), y])
        self.products: FloatArray = columns.T @ columns
        self.by_application = np.column_stack([np.bincount(i, column, shape[0]) for column in columns.T])
        self.by_juror = np.column_stack([np.bincount(r, column, shape[1]) for column in columns.T])

    def deviance(self, ratios: FloatArray) -> tuple[float, float]:
        """Returns it at ``ratios`` (2), merit's and juror's variance over the rest's; and the latter."""
        merit, juror = ratios
        shrunk = merit / (1 + merit * self.readings_per_application)
        weighted_incidence = self.incidence * shrunk[:, None]
        inner = np.diag(self.readings_per_juror) - (self.incidence.T @ weighted_incidence).toarray()
        jurors = self.by_juror - self.incidence.T @ (shrunk[:, None] * self.by_application)
        root = np.linalg.cholesky(np.eye(len(inner)) + juror * inner)
        half = np.linalg.solve(root, jurors)
        remaining = self.products - self.by_application.T @ (shrunk[:, None] * self.by_application)
        remaining = remaining - juror * half.T @ half
        rest = (remaining[1, 1] - remaining[0, 1] ** 2 / remaining[0, 0]) / (self.size - 1)
        log_sizes = np.log1p(merit * self.readings_per_application).sum() + 2 * np.log(np.diag(root)).sum()
        total = (self.size - 1) * np.log(max(rest, 1e-300)) + log_sizes + np.log(remaining[0, 0])
        return float(total), float(rest)
