"""The chance of a seat: draws of the jurors' parameters, then of the merits, and who is among the first."""

from dataclasses import dataclass

import numpy as np

from reviewer.decision.calibration import Fit, Tell, in_silence
from reviewer.decision.readings import Floats, Ints, Readings

DRAWS = 1000
_SEED = 20250927  # the same numbers at each run: a ranking can be computed again by anybody
_CELLS = 40_000_000  # draws of ranks are kept whole up to this many


@dataclass(frozen=True)
class Chances:
    """``selected`` (I): the share of draws with a seat, Σ = seats; the rank's 90 % interval (I × 2)."""

    selected: Floats
    rank_interval: Ints


def chances(readings: Readings, fit: Fit, *, read: Ints, seats: int, tell: Tell = in_silence) -> Chances:
    """Over the applications ``read`` (places among all); ``seats`` at most their number."""
    random = np.random.default_rng(_SEED)
    r, i, count = readings.reviewer, readings.application, len(readings.applications)
    roots = np.linalg.cholesky(fit.cov + 1e-12 * np.eye(2))
    weight = fit.weight(readings)
    taken, ranks = np.zeros(len(read)), []
    draws = max(100, min(DRAWS, _CELLS // max(len(read), 1)))
    for drawn in range(draws):
        beta = fit.beta + np.einsum("rij,rj->ri", roots, random.standard_normal(fit.beta.shape))
        slope = beta[r, 1]
        precision = 1 + np.bincount(i, weight * slope**2, count)
        mean = np.bincount(i, weight * slope * (fit.y - beta[r, 0]), count) / precision
        merit = (mean + random.standard_normal(count) / np.sqrt(precision))[read]
        order = np.argsort(-merit, kind="stable")
        taken[order[:seats]] += 1
        rank = np.empty(len(read), dtype=np.int32)
        rank[order] = np.arange(1, len(read) + 1)
        ranks.append(rank)
        tell((drawn + 1) / draws)
    interval = np.quantile(np.stack(ranks), [0.05, 0.95], axis=0, method="nearest").T
    return Chances(taken / draws, interval.astype(np.int64))
