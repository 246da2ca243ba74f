"""The probability of a seat, by simulation: draws of the jurors' parameters, then of the merits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.calibration import Fit, ProgressCallback, no_progress
from reviewer.decision.ranking.score_matrix import Readings

DRAWS = 1000
SEED = 1  # the draws are the same at each run, so that anybody can compute a ranking again
_MAX_CELLS = 40_000_000  # of the draws × applications matrix of ranks that is kept in memory


@dataclass(frozen=True)
class SeatProbabilities:
    """``selected`` (I) is the share of draws with a seat, which add up to the number of seats.

    ``rank_interval`` (I × 2) is the 90 % interval of the rank.
    """

    selected: FloatArray
    rank_interval: IntArray


def seat_probabilities(
    readings: Readings,
    fit: Fit,
    *,
    indices: IntArray,
    seats: int,
    on_progress: ProgressCallback = no_progress,
) -> SeatProbabilities:
    """Returns the probabilities for the applications ``indices``, I of all those in ``readings``.

    ``seats`` is at most I. ``on_progress`` is called with the share of the work done (0 to 1).
    """
    generator = np.random.default_rng(SEED)
    r, i, count = readings.reviewer, readings.application, len(readings.applications)
    roots = np.linalg.cholesky(fit.cov + 1e-12 * np.eye(2))
    weight = fit.weight(readings)
    seat_counts, draw_ranks = np.zeros(len(indices)), []
    draws = max(100, min(DRAWS, _MAX_CELLS // max(len(indices), 1)))
    for draw in range(draws):
        beta = fit.beta + np.einsum("rij,rj->ri", roots, generator.standard_normal(fit.beta.shape))
        slope = np.maximum(beta[r, 1], 0)  # no praise lowers a merit
        precision = 1 + np.bincount(i, weight * slope**2, count)
        mean = np.bincount(i, weight * slope * (fit.y - beta[r, 0]), count) / precision
        merit = (mean + generator.standard_normal(count) / np.sqrt(precision))[indices]
        order = np.argsort(-merit, kind="stable")
        seat_counts[order[:seats]] += 1
        draw_ranks.append(ranks(order))
        on_progress((draw + 1) / draws)
    interval = np.quantile(np.stack(draw_ranks), [0.05, 0.95], axis=0, method="nearest").T
    return SeatProbabilities(seat_counts / draws, interval.astype(np.int64))


def ranks(order: IntArray) -> NDArray[np.int32]:
    """Returns the rank (from 1) of each element, where ``order`` lists the elements best first."""
    result = np.empty(len(order), dtype=np.int32)
    result[order] = np.arange(1, len(order) + 1)
    return result
