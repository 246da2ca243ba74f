"""What a jury said, as arrays: a reading is one reviewer's scores of one application."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score as it came; ``line`` is where it stands in its file, for a refusal to name."""

    reviewer: str
    application: str
    criterion: str
    score: float
    line: int = 0


@dataclass(frozen=True)
class Readings:
    """``n`` readings of ``I`` applications by ``R`` reviewers on ``C`` criteria.

    ``reviewer`` and ``application`` (n) are places in the names; ``grades`` (n × C) are on the scale, NaN
    where a criterion was left out; ``weights`` (C) add up to 1; ``stratum`` (I) numbers the strata.
    """

    reviewers: tuple[str, ...]
    applications: tuple[str, ...]
    reviewer: Ints
    application: Ints
    grades: Floats
    weights: Floats
    scale: tuple[float, float]
    stratum: Ints
    warnings: tuple[str, ...] = field(default=())

    @cached_property
    def totals(self) -> Floats:
        """The weighted mean of each reading's grades (n), by the weights of those it has."""
        there = ~np.isnan(self.grades)
        weight = there * self.weights
        total: Floats = (np.where(there, self.grades, 0) * weight).sum(axis=1) / weight.sum(axis=1)
        return total


def gather(
    lines: Iterable[ScoreLine],
    *,
    weights: Mapping[str, float],
    scale: tuple[float, float] | None = None,
    strata: Mapping[str, str] | None = None,
) -> Readings:
    """Arrays of scores; without ``scale`` its ends are those seen. Names are sorted, so order is nothing."""
    ordered = sorted(lines, key=lambda each: (each.application, each.reviewer))
    criteria = list(weights)
    reviewers = tuple(sorted({each.reviewer for each in ordered}))
    applications = tuple(sorted({each.application for each in ordered}))
    places = {(each.reviewer, each.application): 0 for each in ordered}
    for number, pair in enumerate(places):
        places[pair] = number
    grades = np.full((len(places), len(criteria)), np.nan)
    column = {name: number for number, name in enumerate(criteria)}
    for each in ordered:
        grades[places[each.reviewer, each.application], column[each.criterion]] = each.score
    relative = np.array([weights[name] for name in criteria], dtype=float)
    counted = ~np.isnan(grades) @ (relative > 0) > 0  # a reading of weightless criteria alone says nothing
    pairs = [pair for pair, there in zip(places, counted, strict=True) if there]
    return Readings(
        reviewers=reviewers,
        applications=applications,
        reviewer=_places([pair[0] for pair in pairs], reviewers),
        application=_places([pair[1] for pair in pairs], applications),
        grades=grades[counted],
        weights=relative / relative.sum(),
        scale=scale or (float(np.nanmin(grades)), float(np.nanmax(grades))),
        stratum=_strata(applications, strata or {}),
        warnings=_incomplete(grades[counted]),
    )


def _places(names: Sequence[str], among: Sequence[str]) -> Ints:
    place = {name: number for number, name in enumerate(among)}
    return np.array([place[name] for name in names], dtype=np.int64)


def _strata(applications: Sequence[str], strata: Mapping[str, str]) -> Ints:
    return np.unique([strata.get(each, "") for each in applications], return_inverse=True)[1].astype(np.int64)


def _incomplete(grades: Floats) -> tuple[str, ...]:
    lacking = int(np.isnan(grades).any(axis=1).sum())
    if not lacking:
        return ()
    words = "lectura incompleta cuenta" if lacking == 1 else "lecturas incompletas cuentan"
    return (f"{lacking} {words} con los pesos de los criterios que sí tienen.",)
