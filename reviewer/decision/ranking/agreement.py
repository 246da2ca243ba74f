"""How far the jury agrees: Krippendorff's alpha, the intraclass correlation, and the shares of variance."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.score_matrix import Readings
from reviewer.decision.ranking.variance import variance_components

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Agreement:
    """``alpha`` a criterion, in their order; ``single`` and ``mean``: the reliability of one reading and of
    the mean of ``readings`` of them; ``shares`` of the variance of totals due to merit, juror and the rest.

    None where the readings can't tell, as when nothing was read twice.
    """

    alpha: tuple[float | None, ...]
    single: float | None
    mean: float | None
    readings: float
    shares: tuple[float, float, float] | None

    def to_json(self) -> dict[str, Any]:
        """As a kept ranking holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Agreement":
        """Back from what a kept ranking holds."""
        shares = facts["shares"]
        return cls(**{**facts, "alpha": tuple(facts["alpha"]), "shares": tuple(shares) if shares else None})


def measure(readings: Readings) -> Agreement:
    """All of it; alpha with the ordinal metric, since levels are ranks."""
    units, count = readings.application, len(readings.applications)
    readings_per_application = np.bincount(units, minlength=count)
    average_count = len(units) / max(int((readings_per_application > 0).sum()), 1)
    single = icc(units, readings.totals)
    variances = variance_components(readings)
    return Agreement(
        alpha=tuple(krippendorff_alpha(units, column, "ordinal") for column in readings.grades.T),
        single=single,
        mean=None if single is None else spearman_brown(single, average_count),
        readings=average_count,
        shares=None if variances is None else variances.shares,
    )


def krippendorff_alpha(units: IntArray, values: FloatArray, metric: Metric) -> float | None:
    """Alpha of ``values`` (n, NaN is missing) given to ``units`` (n), as Krippendorff (2011) computes it.

    None where no unit has two values, or where all values are the same.
    """
    present = ~np.isnan(values)
    levels, level = np.unique(values[present], return_inverse=True)
    unit = np.unique(units[present], return_inverse=True)[1]
    counts = np.zeros((int(unit.max(initial=-1)) + 1, len(levels)))
    np.add.at(counts, (unit, level), 1)
    counts = counts[counts.sum(axis=1) > 1]
    pairs = counts.sum(axis=1, keepdims=True) - 1
    coincidences = (counts / pairs).T @ counts - np.diag((counts / pairs).sum(axis=0))
    totals = coincidences.sum(axis=0)
    differences = _squared_differences(levels, totals, metric)
    expected = float((np.outer(totals, totals) * differences).sum())
    if not expected:
        return None
    return 1 - (float(totals.sum()) - 1) * float((coincidences * differences).sum()) / expected


def icc(units: IntArray, values: FloatArray) -> float | None:
    """One-way intraclass correlation of single values: ICC(1,1) of Shrout and Fleiss (1979).

    With unequal numbers of values a unit, by the usual mean number. None where no unit has two values, there
    is a single unit, or nothing varies.
    """
    counts = np.bincount(units)
    counts, total = counts[counts > 0], len(values)
    unit = np.unique(units, return_inverse=True)[1]
    if len(counts) < 2 or len(counts) == total:
        return None
    means = np.bincount(unit, values) / counts
    between = float((counts * (means - values.mean()) ** 2).sum()) / (len(counts) - 1)
    within = float(((values - means[unit]) ** 2).sum()) / (total - len(counts))
    average_count = (total - float((counts**2).sum()) / total) / (len(counts) - 1)
    total_variance = between + (average_count - 1) * within
    return (between - within) / total_variance if total_variance > 0 else None


def spearman_brown(reliability: float, times: float) -> float:
    """The reliability of a mean of so many (Spearman and Brown, 1910)."""
    return times * reliability / (1 + (times - 1) * reliability)


def _squared_differences(levels: FloatArray, totals: FloatArray, metric: Metric) -> FloatArray:
    """Squared differences between levels; the ordinal one counts the values that lie between."""
    if metric == "nominal":
        return 1 - np.eye(len(levels))
    positions = np.cumsum(totals) - totals / 2 if metric == "ordinal" else levels
    differences: FloatArray = (positions[:, None] - positions) ** 2
    if metric == "ratio":
        differences = differences / np.where(differences > 0, (positions[:, None] + positions) ** 2, 1)
    return differences
