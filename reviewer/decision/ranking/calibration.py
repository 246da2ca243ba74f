"""Calibration: severity, slope and noise of each juror, merit of each application, by variational Bayes.

y = α_r + a_r q_i + e, e ~ N(0, σ_r² + ε²), q_i ~ N(μ_s, 1), (α_r, a_r) ~ N((m_α, u_r m_a), V₀), σ_r² ~
InvGamma(ν₀/2, ν₀s₀/2). The approximation is mean field, with m, V₀, ν₀ and s₀ by empirical Bayes (Bishop
2006, sections 10.1 to 10.3). y is a reading's uncensored total and ε² its uncertainty, both in standard units
(see ``censoring``). u_r is the juror's relative spread: a juror with widely spread grades probably has a
steep slope.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.censoring import CensoredGrades
from reviewer.decision.ranking.score_matrix import Readings

CENSORING_PASSES = 3
MAX_ITERATIONS = 200
ITERATIONS_PER_PASS = 30  # of passes but the last, since the next one changes the totals
TOLERANCE = 1e-4  # of a merit, in units of q
# d log a / d log spread: 0.5 if noise and slope are independent, 0.6 if noise grows with the slope.
SLOPE_SPREAD_EXPONENT = 0.6
MIN_SLOPE = 0.3  # of the jury's mean slope: without it merits may shrink to nothing or change sign
PSEUDO_JURORS = 1.0  # because a few jurors say little about how much jurors differ
ProgressCallback = Callable[[float], None]
_TYPICAL_COV = np.diag([0.15, 0.03])
_NU_BOUNDS = (1.0, 500.0)
_RIDGE = 1e-4 * np.eye(2)


def no_progress(_share: float) -> None:
    """Does nothing; the default where a progress callback is optional."""


@dataclass
class Fit:
    """The fitted jury and merits, in standard units: on the scale, y is ``centre`` + ``unit`` × y.

    For R jurors, I applications and n readings: ``beta`` (R × 2) and ``cov`` (R × 2 × 2) are mean and
    covariance of severity and slope; ``precision`` (R) is E[1 / σ²], of a gamma distribution of shape
    ``freedom`` / 2 (R); ``merit`` and ``variance`` (I) are those of q; ``mean`` (2) is m; ``relative`` (R) is
    u; ``y`` and ``error`` (n) are the uncensored totals and their ε². ``contrary`` (R) is the probability that a
    slope is negative, as fitted; the slopes themselves are not, so that no praise lowers a merit.
    """

    beta: FloatArray
    cov: FloatArray
    precision: FloatArray
    freedom: FloatArray
    merit: FloatArray
    variance: FloatArray
    mean: FloatArray
    relative: FloatArray
    centre: float
    unit: float
    y: FloatArray
    error: FloatArray
    contrary: FloatArray

    @property
    def noise(self) -> float:
        """σ² of a typical juror's reading, in units of q."""
        return float(np.median(1 / self.precision)) / float(self.mean[1]) ** 2

    def level(self, merit: FloatArray) -> FloatArray:
        """Returns what a typical juror would give each ``merit`` (any shape), on a scale without ends."""
        level: FloatArray = self.centre + self.unit * (self.mean[0] + self.mean[1] * merit)
        return level

    def weight(self, readings: Readings) -> FloatArray:
        """Returns the weight (n) of each reading's total: 1 / (σ² + ε²)."""
        weight: FloatArray = 1 / (1 / self.precision[readings.reviewer] + self.error)
        return weight


@dataclass
class _Prior:
    """V₀ (2 × 2), ν₀ and s₀."""

    cov: FloatArray
    nu: float
    typical: float


def calibrate(readings: Readings, on_progress: ProgressCallback = no_progress) -> Fit:
    """Fits the model, alternating with the estimation of uncensored totals.

    The last pass uses one prior for all strata. ``on_progress`` is called with the share of the work done (0
    to 1).
    """
    centre = float(readings.totals.mean())
    unit = float(readings.totals.std()) or 1.0
    censored = CensoredGrades.of(readings, centre, unit)
    fit = _initial_fit(readings, centre, unit)
    prior = _Prior(np.diag([0.3, 0.1]), 6.0, 0.6)
    expected, variance = _juror_means(readings, fit.y), np.full(len(fit.y), 1.2)
    censored.uncensored_totals(expected, variance)  # places the integration grids
    for passes_left in reversed(range(CENSORING_PASSES)):
        fit.y, fit.error = censored.uncensored_totals(expected, variance)
        censored.update_jurors()
        fit.relative = _relative_spread(readings, fit)
        _iterate(fit, readings, prior, ITERATIONS_PER_PASS if passes_left else MAX_ITERATIONS)
        expected, variance = _leave_one_out(readings, fit)
        on_progress(1 - passes_left / CENSORING_PASSES)
    _forbid_negative_slopes(fit, readings)
    if readings.stratum.any():
        _merge_strata(fit, readings)
    return fit


def update_merit(fit: Fit, readings: Readings, prior: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns mean and variance (I) of q, given the jury and the prior mean of q, ``prior`` (I)."""
    i, count = readings.application, len(readings.applications)
    information, weighted_value = reading_information(readings, fit)
    variance = 1 / (1 + np.bincount(i, information, count))
    return variance * (prior + np.bincount(i, weighted_value, count)), variance


def _forbid_negative_slopes(fit: Fit, readings: Readings) -> None:
    from scipy.special import ndtr

    fit.contrary = ndtr(-fit.beta[:, 1] / np.sqrt(fit.cov[:, 1, 1]))
    if (fit.beta[:, 1] < 0).any():
        fit.beta[:, 1] = np.maximum(fit.beta[:, 1], 0)
        fit.merit, fit.variance = update_merit(fit, readings, _stratum_means(readings, fit.merit))


def _merge_strata(fit: Fit, readings: Readings) -> None:
    """Updates the merits under one prior for all strata, whose variance 1 is now that over all of them."""
    size = float(np.sqrt(np.mean((fit.merit - fit.merit.mean()) ** 2 + fit.variance)))
    fit.beta[:, 1] *= size
    fit.mean[1] *= size
    fit.cov = fit.cov * np.array([[1, size], [size, size**2]])
    fit.merit, fit.variance = update_merit(fit, readings, np.zeros(len(fit.merit)))


def reading_information(readings: Readings, fit: Fit) -> tuple[FloatArray, FloatArray]:
    """Returns what each reading (n) adds to the precision of its q, and to precision × mean."""
    r, weight = readings.reviewer, fit.weight(readings)
    slope = fit.beta[r, 1]
    information: FloatArray = weight * (slope**2 + fit.cov[r, 1, 1])
    weighted_value: FloatArray = weight * (slope * (fit.y - fit.beta[r, 0]) - fit.cov[r, 0, 1])
    return information, weighted_value


def _leave_one_out(readings: Readings, fit: Fit) -> tuple[FloatArray, FloatArray]:
    """Returns mean and variance (n) that the fit predicts for each total from all other readings."""
    r, i = readings.reviewer, readings.application
    information, weighted_value = reading_information(readings, fit)
    precision = np.maximum(1 / fit.variance[i] - information, 0.9)
    merit = (fit.merit[i] / fit.variance[i] - weighted_value) / precision
    expected: FloatArray = fit.beta[r, 0] + fit.beta[r, 1] * merit
    variance: FloatArray = 1 / fit.precision[r] + fit.beta[r, 1] ** 2 / precision
    return expected, variance


def _juror_means(readings: Readings, y: FloatArray) -> FloatArray:
    """Returns each reading's juror mean (n), shrunk to the overall mean by five pseudo-readings."""
    r, count = readings.reviewer, len(readings.reviewers)
    level: FloatArray = (np.bincount(r, y, count) / (np.bincount(r, minlength=count) + 5.0))[r]
    return level


def _relative_spread(readings: Readings, fit: Fit) -> FloatArray:
    """Returns u (R): each juror's spread relative to the typical one, shrunk to 1 by its sampling error."""
    r, reviewers = readings.reviewer, len(readings.reviewers)
    reading_counts = np.bincount(r, minlength=reviewers)
    mean = np.bincount(r, fit.y, reviewers) / np.maximum(reading_counts, 1)
    squares = np.bincount(r, (fit.y - mean[r]) ** 2, reviewers)
    pooled_variance = squares.sum() / max(float(np.maximum(reading_counts - 1, 0).sum()), 1.0)
    if not pooled_variance:
        return np.ones(reviewers)
    log_spread = 0.5 * np.log((squares + pooled_variance) / (np.maximum(reading_counts - 1, 0) + 1) / pooled_variance)
    sampling_variance = 1 / (2 * (np.maximum(reading_counts - 1, 0) + 1))
    true_variance = max(float(np.mean((log_spread - log_spread.mean()) ** 2 - sampling_variance)), 0.0)
    shrunk_log_spread = (log_spread - log_spread.mean()) * true_variance / (true_variance + sampling_variance)
    relative: FloatArray = np.exp(SLOPE_SPREAD_EXPONENT * shrunk_log_spread)
    return relative


def _iterate(fit: Fit, readings: Readings, prior: _Prior, iterations: int) -> None:
    """Iterates variational Bayes until no merit changes by more than ``TOLERANCE``."""
    means = _stratum_means(readings, fit.merit)
    for _ in range(iterations):
        squares = _update_jurors(fit, readings, prior)
        _update_prior(fit, prior)
        prior.nu, prior.typical = _update_noise(readings, squares, prior.nu, prior.typical)
        merit, variance = update_merit(fit, readings, means)
        merit -= merit.mean()
        means = _stratum_means(readings, merit)
        # Standardised within strata, where the prior's variance is 1.
        size = np.sqrt(np.mean((merit - means) ** 2 + variance))
        merit, means, variance = merit / size, means / size, variance / size**2
        largest_change = float(np.abs(merit - fit.merit).max())
        fit.merit, fit.variance = merit, variance
        if largest_change < TOLERANCE:
            break


def _initial_fit(readings: Readings, centre: float, unit: float) -> Fit:
    """Returns merits as means without each juror's own, shrunk as BLUP would with equal variances."""
    r, i = readings.reviewer, readings.application
    reviewers, count = len(readings.reviewers), len(readings.applications)
    y = (readings.totals - centre) / unit
    severity = np.bincount(r, y, reviewers) / (np.bincount(r, minlength=reviewers) + 2)
    merit = np.bincount(i, y - severity[r], count) / (np.bincount(i, minlength=count) + 1.5)
    size = max(float(merit.std()), 1e-9)
    return Fit(
        beta=np.column_stack([severity, np.full(reviewers, 0.6)]),
        cov=np.tile(np.diag([0.05, 0.02]), (reviewers, 1, 1)),
        precision=np.full(reviewers, 1.6),
        freedom=np.full(reviewers, 6.0),
        merit=(merit - merit.mean()) / size * 0.8,
        variance=np.full(count, 0.36),
        mean=np.array([0.0, 0.6]),
        relative=np.ones(reviewers),
        centre=centre,
        unit=unit,
        y=y,
        error=np.zeros(len(y)),
        contrary=np.zeros(reviewers),
    )


def _update_jurors(fit: Fit, readings: Readings, prior: _Prior) -> FloatArray:
    """Updates severity, slope and noise of each juror given the merits; returns Σ E[e²] (R) without ε."""
    r, i, reviewers, y = readings.reviewer, readings.application, len(readings.reviewers), fit.y
    weight, m, square = fit.weight(readings), fit.merit[i], fit.merit[i] ** 2 + fit.variance[i]

    def weighted_sum(values: FloatArray) -> FloatArray:
        return np.bincount(r, weight * values, reviewers).astype(np.float64)

    total_weight, weighted_merit = weighted_sum(np.ones(len(y))), weighted_sum(m)
    moments = np.stack(
        [np.stack([total_weight, weighted_merit], 1), np.stack([weighted_merit, weighted_sum(square)], 1)], 1
    )
    inverse = np.linalg.inv(prior.cov)
    fit.cov = np.linalg.inv(inverse + moments).astype(np.float64)
    right_side = _expected_jurors(fit) @ inverse + np.stack([weighted_sum(y), weighted_sum(m * y)], 1)
    fit.beta = np.einsum("rij,rj->ri", fit.cov, right_side)
    beta, cov = fit.beta[r], fit.cov[r]
    squared_residual = (y - beta[:, 0] - beta[:, 1] * m) ** 2 + beta[:, 1] ** 2 * fit.variance[i]
    squared_residual += cov[:, 0, 0] + 2 * cov[:, 0, 1] * m + cov[:, 1, 1] * square
    noise = 1 / fit.precision[r]
    share: FloatArray = noise * weight  # the juror's noise in the residual; the rest is ε
    squares = np.bincount(r, share**2 * squared_residual + noise * (1 - share), reviewers).astype(np.float64)
    count = np.bincount(r, minlength=reviewers)
    fit.freedom = (prior.nu + count).astype(np.float64)
    fit.precision = fit.freedom / (prior.nu * prior.typical + np.maximum(squares, 1e-9))
    return squares


def _expected_jurors(fit: Fit) -> FloatArray:
    """Returns the prior mean (R × 2) of each juror's severity and slope."""
    return np.column_stack([np.full(len(fit.relative), fit.mean[0]), fit.mean[1] * fit.relative])


def _update_prior(fit: Fit, prior: _Prior) -> None:
    slope = (fit.beta[:, 1] * fit.relative).sum() / (fit.relative**2).sum()
    fit.mean = np.array([fit.beta[:, 0].mean(), max(slope, MIN_SLOPE)])
    deviation = fit.beta - _expected_jurors(fit)
    scatter = (fit.cov + np.einsum("ri,rj->rij", deviation, deviation)).sum(axis=0)
    prior.cov = (scatter + PSEUDO_JURORS * _TYPICAL_COV) / (len(deviation) + PSEUDO_JURORS) + _RIDGE


def _update_noise(readings: Readings, squares: FloatArray, nu: float, typical: float) -> tuple[float, float]:
    """Returns ν₀ and s₀ of the gamma distribution that best fits the jurors' precisions."""
    from scipy.optimize import brentq
    from scipy.special import digamma

    count = np.bincount(readings.reviewer, minlength=len(squares))
    shape, rate = (nu + count) / 2, (nu * typical + squares) / 2
    mean, mean_log = float((shape / rate).mean()), float((digamma(shape) - np.log(rate)).mean())
    gap = np.log(mean) - mean_log

    def excess(half: float) -> float:
        return float(np.log(half) - digamma(half) - gap)

    bounds = _NU_BOUNDS[0] / 2, _NU_BOUNDS[1] / 2
    half = bounds[0] if excess(bounds[0]) < 0 else bounds[1] if excess(bounds[1]) > 0 else brentq(excess, *bounds)
    return 2 * float(half), 1 / mean


def _stratum_means(readings: Readings, merit: FloatArray) -> FloatArray:
    strata: IntArray = readings.stratum
    if not strata.any():
        return np.zeros(len(merit))
    sizes = np.bincount(strata)
    means: FloatArray = (np.bincount(strata, merit) / np.maximum(sizes, 1))[strata]
    return means
