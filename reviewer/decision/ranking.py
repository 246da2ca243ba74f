"""The calibrated ranking: each application's estimate, uncertainty and plain mean; each juror's severity."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from reviewer.decision.calibration import Tell, calibrate, in_silence
from reviewer.decision.jurors import Juror, components, describe, flat
from reviewer.decision.lots import lot
from reviewer.decision.readings import Floats, Ints, Readings
from reviewer.decision.seats import chances
from reviewer.decision.steps import Steps, error_on_scale, on_scale, steps

CONTRACT = ("rank", "application", "estimate", "standard_error", "p_selected", "reviews", "raw_mean")
JUROR_CONTRACT = ("reviewer", "reviews", "severity", "flags")
_DECIMALS = 9  # finer differences are rounding errors, and ties
_CALIBRATING = 0.4  # share of the work


@dataclass(frozen=True)
class Ranked:
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
    ranking: tuple[Ranked, ...]
    reviewers: tuple[Juror, ...]
    warnings: tuple[str, ...]
    noise: float

    def to_json(self) -> dict[str, Any]:
        """As the command-line contract writes it."""
        return {
            "seats": self.seats,
            "ranking": [{key: getattr(each, key) for key in CONTRACT} for each in self.ranking],
            "reviewers": [
                {key: value for key, value in asdict(each).items() if key in JUROR_CONTRACT}
                for each in self.reviewers
            ],
            "warnings": list(self.warnings),
        }


def rank(
    readings: Readings,
    *,
    seats: int,
    order: str = "calibrated",
    lottery_seed: str = "",
    left_out: frozenset[str] = frozenset(),
    tell: Tell = in_silence,
) -> Ranking:
    """Ranks what was read. ``order`` ``"mean"`` sorts by the plain mean; everything else stays the same.

    Ties fall by lot. Applications ``left_out`` help to know the jury and get no place. ``tell`` hears which
    share of the work is done.
    """
    constant = flat(readings)
    heard = readings if not constant.any() or constant.all() else _without(readings, constant)
    fit = calibrate(heard, lambda share: tell(_CALIBRATING * share))
    read = np.array(
        [each for each in np.unique(readings.application) if readings.applications[each] not in left_out]
    )
    seats = min(seats, len(read))
    chance = chances(
        heard, fit, read=read, seats=seats, tell=lambda share: tell(_CALIBRATING + (1 - _CALIBRATING) * share)
    )
    raw, reviews, apart = _plain(readings)
    estimate = on_scale(readings, fit, fit.merit)
    lots = np.array([lot(lottery_seed, readings.applications[each]) for each in read])
    keys = {"calibrated": np.round(fit.merit, _DECIMALS)[read], "mean": raw[read]}
    best_first = {name: np.lexsort((read, -lots, -key)) for name, key in keys.items()}
    columns = {
        "estimate": estimate[read],
        "standard_error": error_on_scale(readings, fit)[read],
        "p_selected": chance.selected,
        "reviews": reviews[read],
        "raw_mean": raw[read],
        "rank_from": chance.rank_interval[:, 0],
        "rank_to": chance.rank_interval[:, 1],
        "raw_rank": _places(best_first["mean"]),
        "spread": apart[read],
        "tied": _level(keys[order]),
        "merit": fit.merit[read],
        "variance": fit.variance[read],
    }
    names = [readings.applications[each] for each in read]
    parts = components(readings)
    cut = keys[order][best_first[order]][seats - 1 : seats + 1]
    return Ranking(
        seats=seats,
        ranking=_rows(names, columns, steps(heard, fit, raw, estimate), read, best_first[order]),
        reviewers=describe(readings, fit, constant, parts),
        warnings=(*readings.warnings, *_warnings(readings, constant, parts, len(np.unique(cut)) < len(cut))),
        noise=fit.noise,
    )


def _rows(
    names: list[str], columns: dict[str, np.ndarray], way: list[Steps], read: Ints, best_first: Ints
) -> tuple[Ranked, ...]:
    plain = {name: values.tolist() for name, values in columns.items()}
    return tuple(
        Ranked(
            rank=place,
            application=names[at],
            steps=way[read[at]],
            **{name: values[at] for name, values in plain.items()},
        )
        for place, at in enumerate(best_first, start=1)
    )


def _without(readings: Readings, jurors: np.ndarray) -> Readings:
    kept = ~jurors[readings.reviewer]
    return replace(
        readings,
        reviewer=readings.reviewer[kept],
        application=readings.application[kept],
        grades=readings.grades[kept],
    )


def _plain(readings: Readings) -> tuple[Floats, Ints, Floats]:
    """The mean of the totals (I), how many there are, and how far the highest lies above the lowest."""
    i, totals, size = readings.application, readings.totals, len(readings.applications)
    count = np.bincount(i, minlength=size)
    total = np.bincount(i, totals, size)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, i, totals)
    np.maximum.at(high, i, totals)
    return np.round(total / np.maximum(count, 1), _DECIMALS), count, np.where(count > 0, high - low, 0)


def _places(order: Ints) -> Ints:
    """The rank (from 1) of each, given who comes when."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places


def _level(keys: Floats) -> np.ndarray:
    """Which of these stand level with another."""
    _, which, times = np.unique(keys, return_inverse=True, return_counts=True)
    level: np.ndarray = times[which] > 1
    return level


def _warnings(
    readings: Readings, constant: np.ndarray, parts: Ints, tied_at_the_cut: bool
) -> tuple[str, ...]:
    said = []
    if constant.any():
        names = ", ".join(name for name, flat in zip(readings.reviewers, constant, strict=True) if flat)
        said.append(
            f"Dieron casi el mismo puntaje a todo lo que leyeron, y eso no ayuda a ordenar: {names}. "
            "Sus lecturas se muestran y cuentan en la media, no en el estimado."
        )
    if len(set(parts.tolist())) > 1:
        said.append(
            f"El jurado forma {len(set(parts.tolist()))} grupos que no comparten postulaciones. ¿Se repartió "
            "al azar quién leía qué? Solo entonces vale comparar entre grupos."
        )
    if tied_at_the_cut:
        said.append("Hay un empate en la línea de corte: lo decide el sorteo con la semilla publicada.")
    return tuple(said)
