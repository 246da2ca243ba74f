"""Un-clipping: what a grade hides by being a step of a ladder with two ends.

A grade s says only that the juror's impression lay in (s − ½, s + ½), open at the ends of the scale: good
applications hit the ceiling. An impression is x = L + d_rc + e, with L the reading's level, d a juror's own
leaning per criterion and e ~ N(0, w_r²). What the fit expects of L, without this very reading, is updated
with the reading's intervals by integration over a grid; dividing what comes out by what went in leaves the
reading's own word on its weighted total as a normal: a mean, and how uncertain the ends make it (expectation
propagation: Minka 2001). A reading at the ceiling so weighs less than one inside the scale.
"""

from dataclasses import dataclass, field

import numpy as np

from reviewer.core.arrays import BoolArray, FloatArray, IntArray
from reviewer.decision.ranking.score_matrix import Readings

PSEUDO_READINGS = 5.0
_NODES = np.linspace(-4.5, 4.5, 17)  # standard deviations around the level
_STEPS_WITHOUT_LADDER = 200  # more distinct grades than _LARGEST_GRID are no ladder: only the ends are open
_MAX_LADDER_STEPS = 60
_MIN_WITHIN = 0.3  # steps: w below it can't be told from what is seen
_LEAST_MASS = 1e-280
_MAX_VARIANCE_RATIO = 0.98  # of the variance expected: a reading always says a little
_CHUNK = 20_000


@dataclass
class CensoredGrades:
    """Grades (n × C) and the ends of their intervals, in standard units; what is learned of the jurors.

    ``within`` (R) is w²; ``leaning`` (R × C) is d; ``level`` and ``spread`` (n) are where the grids lie.
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
        """Before anything is known: each reading's level is its plain total."""
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
        """Each reading's own word on its total: mean and variance (n), given what is expected of it (n)."""
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
        """Leanings and inner spread of each juror, both pulled towards everybody's by pseudo-readings."""
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

    def _integrate(
        self, chunk: slice, expected: FloatArray, variance: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the total after its intervals were looked at; keeps what ``update_jurors`` needs."""
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
    """Mass, mean and variance of the standard normal between two ends."""
    from scipy.special import ndtr

    mirrored = low > 0  # towards the lower tail, where ndtr is exact
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    mass = np.maximum(ndtr(b) - ndtr(a), _LEAST_MASS)
    at_a, at_b = normal_density(a), normal_density(b)
    mean = np.where(mass > _LEAST_MASS, (at_a - at_b) / mass, b)  # far out all the mass lies at the near end
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
    """The step between grades, and the ends (n × C) of what each may stand for; open where there is none."""
    low, high = readings.scale
    distinct_grades = np.unique(grades[~np.isnan(grades)])
    gaps = np.diff(distinct_grades)
    if np.all(distinct_grades == np.round(distinct_grades)):
        step = 1.0
    elif 0 < len(gaps) < _MAX_LADDER_STEPS:
        step = float(gaps.min())
    else:
        step = (high - low) / _STEPS_WITHOUT_LADDER
    missing, has_range = np.isnan(grades), low < high
    below = np.where(missing | ((grades <= low) & has_range), -np.inf, grades - step / 2)
    above = np.where(missing | ((grades >= high) & has_range), np.inf, grades + step / 2)
    return step, (below, above)
