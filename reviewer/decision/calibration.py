"""Calibration: each juror's severity, slope and noise, and each application's merit, by variational Bayes.

y = α_r + a_r q_i + e, e ~ N(0, σ_r²), q_i ~ N(μ_s, 1), (α_r, a_r) ~ N(m₀, V₀), σ_r² ~ InvGamma(ν₀/2, ν₀s₀/2);
mean field, with m₀, V₀, ν₀ and s₀ by empirical Bayes (Bishop 2006, 10.1 to 10.3).
y is the weighted total of the un-clipped grades, standardised.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma

from reviewer.decision.readings import Floats, Ints, Readings
from reviewer.decision.unclip import expected_grades

UNCLIP_PASSES = 3
MOST_ROUNDS = 200
STILL = 1e-4
_NU = (1.0, 500.0)


@dataclass
class Fit:
    """The fitted jury and merits; on the scale, y is ``centre`` + ``unit`` × what is here.

    ``beta`` (R × 2) and ``cov`` (R × 2 × 2) are severity and slope; ``precision`` (R) is 1 / σ²;
    ``merit`` and ``variance`` (I) are q's; ``mean`` (2) is m₀; ``y`` (n) the standardised
    totals it was fitted to.
    """

    beta: Floats
    cov: Floats
    precision: Floats
    merit: Floats
    variance: Floats
    mean: Floats
    centre: float
    unit: float
    y: Floats


def calibrate(readings: Readings) -> Fit:
    """Un-clips and fits in turn; the last pass has one prior for everybody, whatever the stratum."""
    latent = expected_grades(readings, readings.grades)
    fit = _fit(readings, _totals(readings, latent), None)
    for _ in range(UNCLIP_PASSES - 1):
        latent = expected_grades(readings, latent, _expected_totals(readings, fit))
        fit = _fit(readings, _totals(readings, latent), fit)
    if readings.stratum.any():
        nobody_pulled = np.zeros(len(fit.merit))
        fit.merit, fit.variance = update_merit(fit, readings, nobody_pulled)
    return fit


def update_merit(fit: Fit, readings: Readings, prior: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of q (I) given the jury and its prior mean (I)."""
    r, i, count = readings.reviewer, readings.application, len(readings.applications)
    slope, tau = fit.beta[r, 1], fit.precision[r]
    square = slope**2 + fit.cov[r, 1, 1]
    pull = slope * (fit.y - fit.beta[r, 0]) - fit.cov[r, 0, 1]
    variance = 1 / (1 + np.bincount(i, tau * square, count))
    return variance * (prior + np.bincount(i, tau * pull, count)), variance


def _totals(readings: Readings, latent: Floats) -> Floats:
    there = ~np.isnan(latent)
    weight = there * readings.weights
    total: Floats = (np.where(there, latent, 0) * weight).sum(axis=1) / weight.sum(axis=1)
    return total


def _expected_totals(readings: Readings, fit: Fit) -> Floats:
    r = readings.reviewer
    level: Floats = fit.beta[r, 0] + fit.beta[r, 1] * fit.merit[readings.application]
    return fit.centre + fit.unit * level


def _fit(readings: Readings, totals: Floats, before: Fit | None) -> Fit:
    fit = _start(readings, totals) if before is None else before
    fit.centre, fit.unit = float(totals.mean()), max(float(totals.std()), 1e-9)
    fit.y = (totals - fit.centre) / fit.unit
    prior_cov, nu, typical = np.diag([0.3, 0.1]), 6.0, 0.6
    prior = np.zeros(len(readings.applications))
    for _ in range(MOST_ROUNDS):
        squares = _update_jury(fit, readings, prior_cov, nu, typical)
        prior_cov = _update_prior(fit)
        nu, typical = _update_noise(readings, squares, nu, typical)
        merit, variance = update_merit(fit, readings, prior)
        shift, size = merit.mean(), np.sqrt(np.mean((merit - merit.mean()) ** 2 + variance))
        merit, variance = (merit - shift) / size, variance / size**2
        prior = _stratum_means(readings, merit)
        moved = float(np.abs(merit - fit.merit).max())
        fit.merit, fit.variance = merit, variance
        if moved < STILL:
            break
    return fit


def _start(readings: Readings, totals: Floats) -> Fit:
    """Merits from means freed of each juror's own, shrunk as BLUP would with equal variances."""
    r, i = readings.reviewer, readings.application
    reviewers, count = len(readings.reviewers), len(readings.applications)
    unit = max(float(totals.std()), 1e-9)
    y = (totals - totals.mean()) / unit
    severity = np.bincount(r, y, reviewers) / (np.bincount(r, minlength=reviewers) + 2)
    merit = np.bincount(i, y - severity[r], count) / (np.bincount(i, minlength=count) + 1.5)
    size = max(float(np.sqrt(np.mean((merit - merit.mean()) ** 2))), 1e-9)
    return Fit(
        beta=np.column_stack([severity, np.full(reviewers, 0.6)]),
        cov=np.tile(np.diag([0.05, 0.02]), (reviewers, 1, 1)),
        precision=np.full(reviewers, 1.6),
        merit=(merit - merit.mean()) / size * 0.8,
        variance=np.full(count, 0.36),
        mean=np.array([0.0, 0.6]),
        centre=float(totals.mean()),
        unit=unit,
        y=y,
    )


def _update_jury(fit: Fit, readings: Readings, prior_cov: Floats, nu: float, typical: float) -> Floats:
    """Severity, slope and noise of each juror given the merits; returns Σ E[(y − xβ)²] (R)."""
    r, i, reviewers, y = readings.reviewer, readings.application, len(readings.reviewers), fit.y
    m, square = fit.merit[i], fit.merit[i] ** 2 + fit.variance[i]
    count = np.bincount(r, minlength=reviewers).astype(float)
    sum_m, sum_square = np.bincount(r, m, reviewers), np.bincount(r, square, reviewers)
    sum_y, sum_my = np.bincount(r, y, reviewers), np.bincount(r, m * y, reviewers)
    moments = np.stack([np.stack([count, sum_m], 1), np.stack([sum_m, sum_square], 1)], 1)
    inverse = np.linalg.inv(prior_cov)
    fit.cov = np.linalg.inv(inverse + fit.precision[:, None, None] * moments)
    right = inverse @ fit.mean + fit.precision[:, None] * np.stack([sum_y, sum_my], 1)
    fit.beta = np.einsum("rij,rj->ri", fit.cov, right)
    second = fit.cov + np.einsum("ri,rj->rij", fit.beta, fit.beta)
    crossed = 2 * (fit.beta[:, 0] * sum_y + fit.beta[:, 1] * sum_my)
    squares = np.bincount(r, y**2, reviewers) - crossed + np.einsum("rij,rij->r", moments, second)
    squares = np.maximum(squares, 1e-9)
    fit.precision = (nu + count) / (nu * typical + squares)
    return squares  # type: ignore[no-any-return]


def _update_prior(fit: Fit) -> Floats:
    fit.mean = fit.beta.mean(axis=0)
    away = fit.beta - fit.mean
    cov: Floats = (fit.cov + np.einsum("ri,rj->rij", away, away)).mean(axis=0)
    ridge: Floats = 1e-4 * np.eye(2)
    widened: Floats = cov + ridge
    return widened


def _update_noise(readings: Readings, squares: Floats, nu: float, typical: float) -> tuple[float, float]:
    """ν₀ and s₀ as the gamma distribution that fits the jurors' precisions best."""
    count = np.bincount(readings.reviewer, minlength=len(squares))
    shape, rate = (nu + count) / 2, (nu * typical + squares) / 2
    mean, log = float((shape / rate).mean()), float((digamma(shape) - np.log(rate)).mean())
    gap = np.log(mean) - log

    def excess(half: float) -> float:
        return float(np.log(half) - digamma(half) - gap)

    ends = _NU[0] / 2, _NU[1] / 2
    half = ends[0] if excess(ends[0]) < 0 else ends[1] if excess(ends[1]) > 0 else brentq(excess, *ends)
    return 2 * float(half), 1 / mean


def _stratum_means(readings: Readings, merit: Floats) -> Floats:
    strata: Ints = readings.stratum
    if not strata.any():
        return np.zeros(len(merit))
    sizes = np.bincount(strata)
    means: Floats = (np.bincount(strata, merit) / np.maximum(sizes, 1))[strata]
    return means
