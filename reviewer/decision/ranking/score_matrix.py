"""The jury's scores as arrays. A reading is one juror's scores of one application."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from reviewer.core.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score; ``line`` is its line in the file it comes from, for messages."""

    reviewer: str
    application: str
    criterion: str
    score: float
    line: int = 0


@dataclass(frozen=True)
class Readings:
    """n readings of I applications by R jurors on C criteria.

    ``reviewer`` and ``application`` (n) are indices of the names; ``grades`` (n × C) are on the scale, NaN
    where a criterion was left out; ``weights`` (C) add up to 1; ``stratum`` (I) is the number of each
    application's stratum.
    """

    reviewers: tuple[str, ...]
    applications: tuple[str, ...]
    reviewer: IntArray
    application: IntArray
    grades: FloatArray
    weights: FloatArray
    scale: tuple[float, float]
    stratum: IntArray
    warnings: tuple[str, ...] = field(default=())

    @cached_property
    def totals(self) -> FloatArray:
        """The weighted mean (n) of each reading's grades, by the weights of those it has."""
        present = ~np.isnan(self.grades)
        weight = present * self.weights
        total: FloatArray = (np.where(present, self.grades, 0) * weight).sum(axis=1) / weight.sum(axis=1)
        return total


def gather(
    lines: Iterable[ScoreLine],
    *,
    weights: Mapping[str, float],
    scale: tuple[float, float] | None = None,
    strata: Mapping[str, str] | None = None,
) -> Readings:
    """Returns scores as arrays, sorted by name, so that their order does not matter.

    ``strata`` gives the stratum by application. Without ``scale`` its ends are the lowest and highest score.
    """
    sorted_lines = sorted(lines, key=lambda line: (line.application, line.reviewer))
    scored_criteria = {line.criterion for line in sorted_lines}
    criteria = [name for name in weights if name in scored_criteria]
    reviewers = tuple(sorted({line.reviewer for line in sorted_lines}))
    applications = tuple(sorted({line.application for line in sorted_lines}))
    row_of = {(line.reviewer, line.application): 0 for line in sorted_lines}
    for number, pair in enumerate(row_of):
        row_of[pair] = number
    grades = np.full((len(row_of), len(criteria)), np.nan)
    column_of = {name: number for number, name in enumerate(criteria)}
    for line in sorted_lines:
        grades[row_of[line.reviewer, line.application], column_of[line.criterion]] = line.score
    weight_array = np.array([weights[name] for name in criteria], dtype=float)
    # A reading of criteria without weight says nothing about the total.
    has_weight = ~np.isnan(grades) @ (weight_array > 0) > 0
    pairs = [pair for pair, is_counted in zip(row_of, has_weight, strict=True) if is_counted]
    return Readings(
        reviewers=reviewers,
        applications=applications,
        reviewer=_indices([pair[0] for pair in pairs], reviewers),
        application=_indices([pair[1] for pair in pairs], applications),
        grades=grades[has_weight],
        weights=weight_array / weight_array.sum(),
        scale=scale or (float(np.nanmin(grades)), float(np.nanmax(grades))),
        stratum=_strata(applications, strata or {}),
        warnings=_unscored_warnings(weights, scored_criteria) + _incomplete_warnings(grades[has_weight]),
    )


def _indices(names: Sequence[str], among: Sequence[str]) -> IntArray:
    index_of = {name: number for number, name in enumerate(among)}
    return np.array([index_of[name] for name in names], dtype=np.int64)


def _strata(applications: Sequence[str], strata: Mapping[str, str]) -> IntArray:
    return np.unique([strata.get(application, "") for application in applications], return_inverse=True)[1].astype(
        np.int64
    )


def _unscored_warnings(weights: Mapping[str, float], scored_criteria: Collection[str]) -> tuple[str, ...]:
    names = ", ".join(f"«{name}»" for name, weight in weights.items() if weight and name not in scored_criteria)
    return (f"Sin ningún puntaje, y por eso sin peso: {names}.",) if names else ()


def _incomplete_warnings(grades: FloatArray) -> tuple[str, ...]:
    incomplete_count = int(np.isnan(grades).any(axis=1).sum())
    if not incomplete_count:
        return ()
    text = "lectura incompleta cuenta" if incomplete_count == 1 else "lecturas incompletas cuentan"
    return (f"{incomplete_count} {text} con los pesos de los criterios que sí tienen.",)
