"""Uncensored totals: what grades on a scale with steps and two ends hide of a juror's impression.

A grade s only states that the juror's impression was in (s − ½, s + ½), open at the ends of the scale. An
impression is x = L + d_rc + e, with L the level of the reading, d_rc the juror's own tendency in a criterion
and e ~ N(0, w_r²). What the fit predicts for L without this reading is updated with the reading's intervals
by integration over a grid. Dividing the posterior by the prediction leaves the contribution of the reading to
its weighted total as a normal distribution (expectation propagation: Minka 2001). So a reading at the end of
the scale weighs less than one inside it.
"""

from dataclasses import dataclass, field

import numpy as np

from reviewer.core.arrays import BoolArray, FloatArray, IntArray
from reviewer.decision.ranking.score_matrix import Readings

PSEUDO_READINGS = 5.0
_NODES = np.linspace(-4.5, 4.5, 17)  # standard deviations around the level
# With more distinct grades than _MAX_DISTINCT_STEPS the scale is continuous and only its ends are open.
_MAX_DISTINCT_STEPS = 60
_STEPS_IF_CONTINUOUS = 200
_MIN_WITHIN = 0.3  # steps; a smaller w can't be told from the data
_LEAST_MASS = 1e-280
_MAX_VARIANCE_RATIO = 0.98  # posterior over predicted variance: each reading carries some information
_CHUNK = 20_000


@dataclass
class CensoredGrades:
    """Grades (n × C) as intervals in standard units, and what is learned of the jurors.

    ``low`` and ``high`` (n × C) are the ends of the intervals, ``present`` (n × C) marks grades that exist.
    ``within`` (R) is w²; ``leaning`` (R × C) is d; ``level`` and ``spread`` (n) are centre and scale of the
    integration grids.
    """

    reviewer: IntArray
    present: BoolArray
    weights: FloatArray
    low: FloatArray
    high: FloatArray
    within: FloatArray
    leaning: FloatArray
    level: FloatArray
    spread: FloatArray
    _residual: FloatArray = field(init=False)
    _square: FloatArray = field(init=False)

    @classmethod
    def of(cls, readings: Readings, centre: float, unit: float) -> "CensoredGrades":
        """Returns the state before anything is learned: each reading's level is its plain total."""
        is_weighted = readings.weights > 0
        grades, count = readings.grades[:, is_weighted], len(readings.reviewers)
        present = ~np.isnan(grades)
        weights = present * readings.weights[is_weighted]
        step, (low, high) = _intervals(readings, grades)
        level = (readings.totals - centre) / unit
        residual = np.where(present, (grades - centre) / unit - level[:, None], 0)
        narrowest = (_MIN_WITHIN * step / unit) ** 2
        within = max(float((residual**2).sum() / present.sum()), narrowest)
        return cls(
            reviewer=readings.reviewer,
            present=present,
            weights=weights / weights.sum(axis=1, keepdims=True),
            low=(low - centre) / unit,
            high=(high - centre) / unit,
            within=np.full(count, within),
            leaning=np.zeros((count, grades.shape[1])),
            level=level,
            spread=np.full(len(level), np.sqrt(within + narrowest)),
        )

    def uncensored_totals(self, expected: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns mean and variance (n) of each reading's contribution to its total.

        ``expected`` and ``variance`` (n) are what the fit predicts for the totals without the reading itself.
        """
        mean, remaining_variance = np.empty_like(expected), np.empty_like(expected)
        self._residual, self._square = np.zeros_like(self.low), np.empty_like(expected)
        for start in range(0, len(expected), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            mean[chunk], remaining_variance[chunk] = self._integrate(chunk, expected[chunk], variance[chunk])
        variance_ratio = np.clip(remaining_variance / variance, 1e-9, _MAX_VARIANCE_RATIO)
        error = variance * variance_ratio / (1 - variance_ratio)
        total = (mean - expected * variance_ratio) / (1 - variance_ratio)
        return total, error

    def update_jurors(self) -> None:
        """Updates each juror's tendencies and w², shrunk to the jury's by pseudo-readings."""
        r, count = self.reviewer, len(self.within)
        present = self.present.astype(np.float64)
        leaning = np.where(self.present, self._residual + self.leaning[r], 0)
        overall = leaning.sum(axis=0) / np.maximum(present.sum(axis=0), 1)
        sums = _sum_by_juror(leaning, r, count) + PSEUDO_READINGS * overall
        self.leaning = sums / (_sum_by_juror(present, r, count) + PSEUDO_READINGS)
        mean_weights = self.weights.mean(axis=0) / self.weights.mean(axis=0).sum()
        self.leaning -= (self.leaning @ mean_weights)[:, None]
        grade_counts = present.sum(axis=1)
        common, pseudo = self._square.sum() / grade_counts.sum(), PSEUDO_READINGS * grade_counts.mean()
        squares = np.bincount(r, self._square, count) + pseudo * common
        self.within = squares / (np.bincount(r, grade_counts, count) + pseudo)

    def _integrate(self, chunk: slice, expected: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns mean and variance of the totals given their intervals.

        Keeps the residuals that ``update_jurors`` needs.
        """
        r, weights = self.reviewer[chunk], self.weights[chunk]
        within = self.within[r][:, None]
        inner = self.within[r] * (weights**2).sum(axis=1)
        between = np.maximum(variance - inner, 0.05 * variance)[:, None]
        level, spread = self.level[chunk], self.spread[chunk]
        grid = level[:, None] + spread[:, None] * _NODES
        log_mass = -0.5 * (grid - expected[:, None]) ** 2 / between
        total, square, rest = grid.copy(), np.zeros_like(grid), np.zeros_like(grid)
        residuals = []
        for column in range(weights.shape[1]):
            middle = grid + self.leaning[r, column][:, None]
            present, weight = self.present[chunk, column][:, None], weights[:, column][:, None]
            mass, mean, variance_left = _truncated_normal(
                (self.low[chunk, column][:, None] - middle) / np.sqrt(within),
                (self.high[chunk, column][:, None] - middle) / np.sqrt(within),
            )
            log_mass += np.log(mass)
            residual = np.sqrt(within) * mean
            total += weight * residual
            rest += weight**2 * within * variance_left
            square += present * within * (mean**2 + variance_left)
            residuals.append(residual)
        share = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        self._residual[chunk] = np.stack([(share * residual).sum(axis=1) for residual in residuals], axis=1)
        self._square[chunk] = (share * square).sum(axis=1)
        self.level[chunk] = level = (share * grid).sum(axis=1)
        scatter = (share * (grid - level[:, None]) ** 2).sum(axis=1)
        self.spread[chunk] = np.sqrt(np.maximum(scatter, (0.1 * spread) ** 2))
        mean = (share * total).sum(axis=1)
        return mean, (share * (rest + (total - mean[:, None]) ** 2)).sum(axis=1)


def _truncated_normal(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns mass, mean and variance of the standard normal between ``low`` and ``high``."""
    from scipy.special import ndtr

    mirrored = low > 0  # to the lower tail, where ndtr is exact
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    mass = np.maximum(ndtr(b) - ndtr(a), _LEAST_MASS)
    at_a, at_b = normal_density(a), normal_density(b)
    mean = np.where(mass > _LEAST_MASS, (at_a - at_b) / mass, b)  # far out, all the mass is at the near end
    slopes = (np.where(np.isfinite(a), a, 0) * at_a - np.where(np.isfinite(b), b, 0) * at_b) / mass
    variance = np.clip(1 + slopes - mean**2, 1e-6, 1)
    return mass, np.where(mirrored, -mean, mean), variance


def normal_density(z: FloatArray) -> FloatArray:
    """Returns the density of the standard normal distribution at ``z`` (any shape)."""
    density: FloatArray = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return density


def _sum_by_juror(values: FloatArray, reviewer: IntArray, count: int) -> FloatArray:
    return np.stack([np.bincount(reviewer, column, count) for column in values.T], axis=1)


def _intervals(readings: Readings, grades: FloatArray) -> tuple[float, tuple[FloatArray, FloatArray]]:
    """Returns the step between grades, and the ends (n × C) of the interval that each stands for."""
    low, high = readings.scale
    distinct_grades = np.unique(grades[~np.isnan(grades)])
    gaps = np.diff(distinct_grades)
    if np.all(distinct_grades == np.round(distinct_grades)):
        step = 1.0
    elif 0 < len(gaps) < _MAX_DISTINCT_STEPS:
        step = float(gaps.min())
    else:
        step = (high - low) / _STEPS_IF_CONTINUOUS
    missing, has_range = np.isnan(grades), low < high
    below = np.where(missing | ((grades <= low) & has_range), -np.inf, grades - step / 2)
    above = np.where(missing | ((grades >= high) & has_range), np.inf, grades + step / 2)
    return step, (below, above)
