"""The calibrated ranking: each application's estimate, uncertainty and plain mean; each juror's severity."""

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
    describe_jurors,
)
from reviewer.decision.ranking.score_matrix import Readings
from reviewer.decision.ranking.seat_probability import ranks, seat_probabilities

CONTRACT = ("rank", "application", "estimate", "standard_error", "p_selected", "reviews", "raw_mean")
JUROR_CONTRACT = ("reviewer", "reviews", "severity", "flags")
_DECIMALS = 9  # finer differences are rounding errors, and ties
_CALIBRATION_SHARE = 0.4  # share of the work


@dataclass(frozen=True)
class RankingEntry:
    """One application. Estimate, error, means and ``spread`` are on the scale; ``p_selected`` is a chance.

    ``rank_from`` to ``rank_to`` holds its true rank nine times of ten. ``spread`` is how far its highest
    reading lies above its lowest. ``raw_rank`` is its place by the plain mean, ``tied`` whether another
    stands level with it. ``merit`` and ``variance`` are what the calibration says of it in its own units.
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
    """Best first. Applications that nobody read are not in it. ``noise`` is a usual reading's variance."""

    seats: int
    ranking: tuple[RankingEntry, ...]
    reviewers: tuple[JurorEffects, ...]
    warnings: tuple[str, ...]
    noise: float

    def to_json(self) -> dict[str, Any]:
        """As the command-line contract writes it."""
        return {
            "seats": self.seats,
            "ranking": [{key: getattr(entry, key) for key in CONTRACT} for entry in self.ranking],
            "reviewers": [
                {key: value for key, value in asdict(juror).items() if key in JUROR_CONTRACT}
                for juror in self.reviewers
            ],
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
    """Ranks what was read. ``order`` ``"mean"`` sorts by the plain mean; everything else stays the same.

    Ties fall by lot. Applications ``excluded`` help to know the jury and get no place. ``on_progress`` hears which
    share of the work is done.
    """
    constant = constant_jurors(readings)
    calibrated = readings if not constant.any() or constant.all() else _without_jurors(readings, constant)
    fit = calibrate(calibrated, lambda share: on_progress(_CALIBRATION_SHARE * share))
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
    raw, reviews, spread = _plain_means(readings)
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
        ranking=_entries(
            names, columns, compute_steps(calibrated, fit, raw, estimate), indices, best_first[order]
        ),
        reviewers=describe_jurors(readings, fit, constant, parts),
        warnings=(*readings.warnings, *_warnings(readings, constant, parts, len(np.unique(cut)) < len(cut))),
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


def _plain_means(readings: Readings) -> tuple[FloatArray, IntArray, FloatArray]:
    """The mean of the totals (I), how many there are, and how far the highest lies above the lowest."""
    i, totals, size = readings.application, readings.totals, len(readings.applications)
    count = np.bincount(i, minlength=size)
    total = np.bincount(i, totals, size)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, i, totals)
    np.maximum.at(high, i, totals)
    return np.round(total / np.maximum(count, 1), _DECIMALS), count, np.where(count > 0, high - low, 0)


def _tied(keys: FloatArray) -> BoolArray:
    """Which of these stand level with another."""
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    is_tied: BoolArray = counts[inverse] > 1
    return is_tied


def _warnings(
    readings: Readings, constant: BoolArray, parts: IntArray, tied_at_the_cut: bool
) -> tuple[str, ...]:
    messages = []
    if constant.any():
        names = ", ".join(
            name for name, is_constant in zip(readings.reviewers, constant, strict=True) if is_constant
        )
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
