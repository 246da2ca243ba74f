"""How far the jury agrees: Krippendorff's alpha, intraclass correlation, shares of variance."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from reviewer.core.arrays import FloatArray, IntArray
from reviewer.decision.ranking.score_matrix import Readings
from reviewer.decision.ranking.variance import variance_components

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Agreement:
    """Measures of agreement; None where the readings do not suffice, as when nothing was read twice.

    ``alpha`` has a value for each criterion, in their order. ``single`` and ``mean`` are the reliability of
    one reading and of the mean of ``readings`` of them. ``shares`` are those of merit, juror and the rest in
    the variance of totals.
    """

    alpha: tuple[float | None, ...]
    single: float | None
    mean: float | None
    readings: float
    shares: tuple[float, float, float] | None

    def to_json(self) -> dict[str, Any]:
        """Returns the measures as a kept ranking stores them."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Agreement":
        """Returns the measures from what a kept ranking stores."""
        shares = facts["shares"]
        return cls(**{**facts, "alpha": tuple(facts["alpha"]), "shares": tuple(shares) if shares else None})


def measure(readings: Readings) -> Agreement:
    """Returns all measures; alpha uses the ordinal metric, since levels are ranks."""
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
    """Returns Krippendorff's alpha of ``values`` (n, NaN is missing) given to ``units`` (n).

    Method: Krippendorff (2011), "Computing Krippendorff's alpha-reliability". None where no unit has two
    values, or where all values are the same.
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
    """Returns the one-way intraclass correlation of single ``values`` (n) given to ``units`` (n).

    It is ICC(1,1) of Shrout and Fleiss (1979); with unequal numbers of values, by their usual mean number.
    None where no unit has two values, there is a single unit, or nothing varies.
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
    """Returns the reliability of the mean of ``times`` readings (Spearman; Brown, 1910)."""
    return times * reliability / (1 + (times - 1) * reliability)


def _squared_differences(levels: FloatArray, totals: FloatArray, metric: Metric) -> FloatArray:
    """Returns the squared differences (L × L) between levels, by Krippendorff's metrics.

    The ordinal metric counts the values that lie between two levels.
    """
    if metric == "nominal":
        return 1 - np.eye(len(levels))
    positions = np.cumsum(totals) - totals / 2 if metric == "ordinal" else levels
    differences: FloatArray = (positions[:, None] - positions) ** 2
    if metric == "ratio":
        differences = differences / np.where(differences > 0, (positions[:, None] + positions) ** 2, 1)
    return differences
