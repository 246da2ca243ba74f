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

from reviewer.decision.readings import Floats, Ints, Readings

PSEUDO_READINGS = 5.0
_NODES = np.linspace(-4.5, 4.5, 17)  # standard deviations around the level
_STEPS_OF_NO_GRID = 200  # more distinct grades than _LARGEST_GRID are no ladder: only the ends are open
_LARGEST_GRID = 60
_NARROWEST = 0.3  # steps: w below it can't be told from what is seen
_LEAST_MASS = 1e-280
_TOLD_LEAST = 0.98  # of the variance expected: a reading always says a little
_CHUNK = 20_000


@dataclass
class Unclipper:
    """Grades (n × C) and the ends of their intervals, in standard units; what is learned of the jurors.

    ``within`` (R) is w²; ``leaning`` (R × C) is d; ``level`` and ``spread`` (n) are where the grids lie.
    """

    reviewer: Ints
    there: np.ndarray
    weights: Floats
    low: Floats
    high: Floats
    within: Floats
    leaning: Floats
    level: Floats
    spread: Floats
    _residual: Floats = field(init=False)
    _square: Floats = field(init=False)

    @classmethod
    def of(cls, readings: Readings, centre: float, unit: float) -> "Unclipper":
        """Before anything is known: each reading's level is its plain total."""
        heard = readings.weights > 0
        grades, count = readings.grades[:, heard], len(readings.reviewers)
        there = ~np.isnan(grades)
        weights = there * readings.weights[heard]
        step, (low, high) = _intervals(readings, grades)
        level = (readings.totals - centre) / unit
        away = np.where(there, (grades - centre) / unit - level[:, None], 0)
        narrowest = (_NARROWEST * step / unit) ** 2
        within = max(float((away**2).sum() / there.sum()), narrowest)
        return cls(
            reviewer=readings.reviewer,
            there=there,
            weights=weights / weights.sum(axis=1, keepdims=True),
            low=(low - centre) / unit,
            high=(high - centre) / unit,
            within=np.full(count, within),
            leaning=np.zeros((count, grades.shape[1])),
            level=level,
            spread=np.full(len(level), np.sqrt(within + narrowest)),
        )

    def totals(self, expected: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Each reading's own word on its total: mean and variance (n), given what is expected of it (n)."""
        mean, left = np.empty_like(expected), np.empty_like(expected)
        self._residual, self._square = np.zeros_like(self.low), np.empty_like(expected)
        for start in range(0, len(expected), _CHUNK):
            part = slice(start, start + _CHUNK)
            mean[part], left[part] = self._integrate(part, expected[part], variance[part])
        told = np.clip(left / variance, 1e-9, _TOLD_LEAST)
        error = variance * told / (1 - told)
        total = (mean - expected * told) / (1 - told)
        return total, error

    def learn(self) -> None:
        """Leanings and inner spread of each juror, both pulled towards everybody's by pseudo-readings."""
        r, count = self.reviewer, len(self.within)
        here = self.there * 1.0
        leaning = np.where(self.there, self._residual + self.leaning[r], 0)
        overall = leaning.sum(axis=0) / np.maximum(here.sum(axis=0), 1)
        sums = _by_reviewer(leaning, r, count) + PSEUDO_READINGS * overall
        self.leaning = sums / (_by_reviewer(here, r, count) + PSEUDO_READINGS)
        usual = self.weights.mean(axis=0) / self.weights.mean(axis=0).sum()
        self.leaning -= (self.leaning @ usual)[:, None]
        each = here.sum(axis=1)
        common, pseudo = self._square.sum() / each.sum(), PSEUDO_READINGS * each.mean()
        top = np.bincount(r, self._square, count) + pseudo * common
        self.within = top / (np.bincount(r, each, count) + pseudo)

    def _integrate(self, part: slice, expected: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the total after its intervals were looked at; keeps what ``learn`` needs."""
        r, weights = self.reviewer[part], self.weights[part]
        within = self.within[r][:, None]
        inner = self.within[r] * (weights**2).sum(axis=1)
        between = np.maximum(variance - inner, 0.05 * variance)[:, None]
        level, spread = self.level[part], self.spread[part]
        grid = level[:, None] + spread[:, None] * _NODES
        log_mass = -0.5 * (grid - expected[:, None]) ** 2 / between
        total, square, rest = grid.copy(), np.zeros_like(grid), np.zeros_like(grid)
        residuals = []
        for column in range(weights.shape[1]):
            middle = grid + self.leaning[r, column][:, None]
            here, weight = self.there[part, column][:, None], weights[:, column][:, None]
            mass, mean, left = _truncated(
                (self.low[part, column][:, None] - middle) / np.sqrt(within),
                (self.high[part, column][:, None] - middle) / np.sqrt(within),
            )
            log_mass += np.log(mass)
            residual = np.sqrt(within) * mean
            total += weight * residual
            rest += weight**2 * within * left
            square += here * within * (mean**2 + left)
            residuals.append(residual)
        share = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        self._residual[part] = np.stack([(share * each).sum(axis=1) for each in residuals], axis=1)
        self._square[part] = (share * square).sum(axis=1)
        self.level[part] = level = (share * grid).sum(axis=1)
        scatter = (share * (grid - level[:, None]) ** 2).sum(axis=1)
        self.spread[part] = np.sqrt(np.maximum(scatter, (0.1 * spread) ** 2))
        mean = (share * total).sum(axis=1)
        return mean, (share * (rest + (total - mean[:, None]) ** 2)).sum(axis=1)


def _truncated(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Mass, mean and variance of the standard normal between two ends."""
    from scipy.special import ndtr

    mirrored = low > 0  # towards the lower tail, where ndtr is exact
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    mass = np.maximum(ndtr(b) - ndtr(a), _LEAST_MASS)
    at_a, at_b = _density(a), _density(b)
    mean = np.where(mass > _LEAST_MASS, (at_a - at_b) / mass, b)  # far out all the mass lies at the near end
    slopes = (np.where(np.isfinite(a), a, 0) * at_a - np.where(np.isfinite(b), b, 0) * at_b) / mass
    variance = np.clip(1 + slopes - mean**2, 1e-6, 1)
    return mass, np.where(mirrored, -mean, mean), variance


def _density(z: Floats) -> Floats:
    density: Floats = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return density


def _by_reviewer(values: Floats, reviewer: Ints, count: int) -> Floats:
    return np.stack([np.bincount(reviewer, each, count) for each in values.T], axis=1)


def _intervals(readings: Readings, grades: Floats) -> tuple[float, tuple[Floats, Floats]]:
    """The step between grades, and the ends (n × C) of what each may stand for; open where there is none."""
    low, high = readings.scale
    seen = np.unique(grades[~np.isnan(grades)])
    gaps = np.diff(seen)
    if np.all(seen == np.round(seen)):
        step = 1.0
    elif 0 < len(gaps) < _LARGEST_GRID:
        step = float(gaps.min())
    else:
        step = (high - low) / _STEPS_OF_NO_GRID
    missing, several = np.isnan(grades), low < high
    below = np.where(missing | ((grades <= low) & several), -np.inf, grades - step / 2)
    above = np.where(missing | ((grades >= high) & several), np.inf, grades + step / 2)
    return step, (below, above)
