"""The calibrated ranking: estimate, uncertainty and plain mean of each application, figures of each juror."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewer.core.arrays import BoolArray, FloatArray, IntArray
from reviewer.decision.lottery.lots import lot
from reviewer.decision.ranking.adjustments import Steps, compute_steps, error_on_scale, on_scale
from reviewer.decision.ranking.calibration import ProgressCallback, calibrate, no_progress
from reviewer.decision.ranking.juror_effects import (
    JurorEffects,
    connected_parts,
    constant_jurors,
    contrary_jurors,
    describe_jurors,
)
from reviewer.decision.ranking.score_matrix import Readings
from reviewer.decision.ranking.seat_probability import ranks, seat_probabilities

CONTRACT = ("rank", "application", "estimate", "standard_error", "p_selected", "reviews", "raw_mean")
MODEL = "severity, slope and noise of each juror on uncensored totals, by variational Bayes"
JUROR_CONTRACT = ("reviewer", "reviews", "severity", "flags")
_DECIMALS = 9  # finer differences are rounding errors and count as ties
_CALIBRATION_SHARE = 0.4  # of the work, for the progress callback


@dataclass(frozen=True)
class RankingEntry:
    """One application. Estimate, error, means and ``spread`` are on the scale.

    ``p_selected`` is the probability of a seat; ``rank_from`` to ``rank_to`` is a 90 % interval of the true
    rank. ``spread`` is the highest reading less the lowest. ``raw_rank`` is the rank by the plain mean;
    ``tied`` whether another application has the same value. ``merit`` and ``variance`` are in the units of
    the calibration.
    """

    rank: int
    application: str
    estimate: float
    standard_error: float
    p_selected: float
    reviews: int
    raw_mean: float
    rank_from: int
    rank_to: int
    raw_rank: int
    spread: float
    tied: bool
    merit: float
    variance: float
    steps: Steps


@dataclass(frozen=True)
class Ranking:
    """Applications that were read, best first; ``noise`` is the variance of a typical reading."""

    seats: int
    ranking: tuple[RankingEntry, ...]
    reviewers: tuple[JurorEffects, ...]
    warnings: tuple[str, ...]
    noise: float

    def to_json(self) -> dict[str, Any]:
        """Returns the ranking as the command-line contract defines it."""
        return {
            "seats": self.seats,
            "model": MODEL,
            "ranking": [{key: getattr(entry, key) for key in CONTRACT} for entry in self.ranking],
            "reviewers": [
                {key: value for key, value in asdict(juror).items() if key in JUROR_CONTRACT}
                for juror in self.reviewers
            ],
            "groups": [],
            "warnings": list(self.warnings),
        }


def rank(
    readings: Readings,
    *,
    seats: int,
    order: str = "calibrated",
    lottery_seed: str = "",
    excluded: frozenset[str] = frozenset(),
    on_progress: ProgressCallback = no_progress,
) -> Ranking:
    """Returns the ranking of the applications that were read.

    ``order`` ``"mean"`` sorts by the plain mean and changes nothing else. Ties are resolved by lot. Readings
    of applications in ``excluded`` inform the calibration of the jury, but these get no rank. ``on_progress``
    is called with the share of the work done (0 to 1).
    """
    constant = constant_jurors(readings)
    calibrated = readings if not constant.any() or constant.all() else _without_jurors(readings, constant)
    fit = calibrate(calibrated, lambda share: on_progress(_CALIBRATION_SHARE * share))
    contrary = contrary_jurors(calibrated, fit)
    if contrary.any() and not (constant | contrary).all():
        calibrated = _without_jurors(readings, constant | contrary)
        fit = calibrate(calibrated)
    indices = np.array(
        [index for index in np.unique(readings.application) if readings.applications[index] not in excluded]
    )
    seats = min(seats, len(indices))
    seat_chances = seat_probabilities(
        calibrated,
        fit,
        indices=indices,
        seats=seats,
        on_progress=lambda share: on_progress(_CALIBRATION_SHARE + (1 - _CALIBRATION_SHARE) * share),
    )
    raw, reviews, spread = plain_means(readings)
    estimate = on_scale(readings, fit, fit.merit)
    lots = np.array([lot(lottery_seed, readings.applications[index]) for index in indices])
    keys = {"calibrated": np.round(fit.merit, _DECIMALS)[indices], "mean": raw[indices]}
    best_first = {name: np.lexsort((indices, -lots, -key)) for name, key in keys.items()}
    columns = {
        "estimate": estimate[indices],
        "standard_error": error_on_scale(readings, fit)[indices],
        "p_selected": seat_chances.selected,
        "reviews": reviews[indices],
        "raw_mean": raw[indices],
        "rank_from": seat_chances.rank_interval[:, 0],
        "rank_to": seat_chances.rank_interval[:, 1],
        "raw_rank": ranks(best_first["mean"]),
        "spread": spread[indices],
        "tied": _tied(keys[order]),
        "merit": fit.merit[indices],
        "variance": fit.variance[indices],
    }
    names = [readings.applications[index] for index in indices]
    parts = connected_parts(readings)
    cut = keys[order][best_first[order]][seats - 1 : seats + 1]
    return Ranking(
        seats=seats,
        ranking=_entries(names, columns, compute_steps(calibrated, fit, raw, estimate), indices, best_first[order]),
        reviewers=describe_jurors(readings, fit, constant, contrary, parts),
        warnings=(*readings.warnings, *_warnings(readings, constant, contrary, parts, len(np.unique(cut)) < len(cut))),
        noise=fit.noise,
    )


def _entries(
    names: list[str],
    columns: dict[str, NDArray[Any]],
    steps_by_application: list[Steps],
    indices: IntArray,
    best_first: IntArray,
) -> tuple[RankingEntry, ...]:
    values_by_column = {name: values.tolist() for name, values in columns.items()}
    return tuple(
        RankingEntry(
            rank=place,
            application=names[index],
            steps=steps_by_application[indices[index]],
            **{name: values[index] for name, values in values_by_column.items()},
        )
        for place, index in enumerate(best_first, start=1)
    )


def _without_jurors(readings: Readings, jurors: BoolArray) -> Readings:
    is_used = ~jurors[readings.reviewer]
    return replace(
        readings,
        reviewer=readings.reviewer[is_used],
        application=readings.application[is_used],
        grades=readings.grades[is_used],
    )


def plain_means(readings: Readings) -> tuple[FloatArray, IntArray, FloatArray]:
    """Returns mean, number and range (all I) of each application's totals."""
    i, totals, size = readings.application, readings.totals, len(readings.applications)
    count = np.bincount(i, minlength=size)
    total = np.bincount(i, totals, size)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, i, totals)
    np.maximum.at(high, i, totals)
    return np.round(total / np.maximum(count, 1), _DECIMALS), count, np.where(count > 0, high - low, 0)


def _tied(keys: FloatArray) -> BoolArray:
    """Returns which of the values occur more than once."""
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    is_tied: BoolArray = counts[inverse] > 1
    return is_tied


def _warnings(
    readings: Readings, constant: BoolArray, contrary: BoolArray, parts: IntArray, tied_at_the_cut: bool
) -> tuple[str, ...]:
    messages = []
    if contrary.any():
        names = ", ".join(name for name, applies in zip(readings.reviewers, contrary, strict=True) if applies)
        messages.append(
            f"Puntúan al revés que los demás: {names}. ¿Leyeron la escala al revés? Mientras no se aclare, sus "
            "lecturas se muestran y cuentan en la media, no en el estimado."
        )
    if constant.any():
        names = ", ".join(name for name, is_constant in zip(readings.reviewers, constant, strict=True) if is_constant)
        messages.append(
            f"Dieron casi el mismo puntaje a todo lo que leyeron, y eso no ayuda a ordenar: {names}. "
            "Sus lecturas se muestran y cuentan en la media, no en el estimado."
        )
    if len(set(parts.tolist())) > 1:
        messages.append(
            f"El jurado forma {len(set(parts.tolist()))} grupos que no comparten postulaciones. ¿Se repartió "
            "al azar quién leía qué? Solo entonces vale comparar entre grupos."
        )
    if tied_at_the_cut:
        messages.append("Hay un empate en la línea de corte: lo decide el sorteo con la semilla publicada.")
    return tuple(messages)
