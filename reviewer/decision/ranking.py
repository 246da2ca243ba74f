"""The calibrated ranking: each application's estimate, uncertainty and plain mean; each juror's severity."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr

from reviewer.decision.calibration import Fit, calibrate
from reviewer.decision.lots import lot
from reviewer.decision.readings import Floats, Ints, Readings
from reviewer.decision.seats import chances

FEWEST_READINGS = 5
LEAST_SPREAD = 0.2  # of the median juror's
_DECIMALS = 9  # finer differences are rounding errors, and ties
CONSTANT, FEW, APART = "constant", "few_reviews", "unconnected"


@dataclass(frozen=True)
class Ranked:
    """One application. Estimate, error and mean are on the scale; ``p_selected`` is a probability."""

    rank: int
    application: str
    estimate: float
    standard_error: float
    p_selected: float
    reviews: int
    raw_mean: float
    rank_from: int
    rank_to: int


@dataclass(frozen=True)
class Juror:
    """One reviewer. ``severity`` is in points of the scale below the jury's middle."""

    reviewer: str
    reviews: int
    severity: float
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """Best first. Applications that nobody read are not in it."""

    seats: int
    ranking: tuple[Ranked, ...]
    reviewers: tuple[Juror, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the command-line contract writes it."""
        left_out = ("rank_from", "rank_to")
        return {
            "seats": self.seats,
            "ranking": [
                {key: value for key, value in asdict(each).items() if key not in left_out}
                for each in self.ranking
            ],
            "reviewers": [{**asdict(each), "flags": list(each.flags)} for each in self.reviewers],
            "warnings": list(self.warnings),
        }


def rank(
    readings: Readings,
    *,
    seats: int,
    order: str = "calibrated",
    lottery_seed: str = "",
    left_out: frozenset[str] = frozenset(),
) -> Ranking:
    """Ranks what was read. ``order`` ``"mean"`` sorts by the plain mean; everything else stays the same.

    Ties fall by lot. Applications ``left_out`` help to know the jury and get no place.
    """
    constant = _constant(readings)
    heard = readings if not constant.any() or constant.all() else _without(readings, constant)
    fit = calibrate(heard)
    read = np.array(
        [each for each in np.unique(readings.application) if readings.applications[each] not in left_out]
    )
    seats = min(seats, len(read))
    chance = chances(heard, fit, read=read, seats=seats)
    raw, reviews = _plain(readings)
    estimate = _on_scale(readings, fit, fit.merit)
    key = np.round(fit.merit if order == "calibrated" else raw, _DECIMALS)[read]
    lots = np.array([lot(lottery_seed, readings.applications[each]) for each in read])
    best_first = np.lexsort((read, -lots, -key))
    error = _error_on_scale(readings, fit)
    ranking = tuple(
        Ranked(
            rank=place,
            application=readings.applications[read[number]],
            estimate=float(estimate[read[number]]),
            standard_error=float(error[read[number]]),
            p_selected=float(chance.selected[number]),
            reviews=int(reviews[read[number]]),
            raw_mean=float(raw[read[number]]),
            rank_from=int(chance.rank_interval[number, 0]),
            rank_to=int(chance.rank_interval[number, 1]),
        )
        for place, number in enumerate(best_first, start=1)
    )
    parts = _components(readings)
    return Ranking(
        seats=seats,
        ranking=ranking,
        reviewers=_jurors(readings, fit, constant, parts),
        warnings=(*readings.warnings, *_warnings(readings, constant, parts, key[best_first], seats)),
    )


def _constant(readings: Readings) -> np.ndarray:
    """Jurors (R) with five readings or more and nearly no spread: they say nothing about anybody."""
    r, totals = readings.reviewer, readings.totals
    count = np.bincount(r, minlength=len(readings.reviewers))
    mean = np.bincount(r, totals, len(count)) / np.maximum(count, 1)
    spread = np.sqrt(np.bincount(r, (totals - mean[r]) ** 2, len(count)) / np.maximum(count, 1))
    enough = count >= FEWEST_READINGS
    if not enough.any():
        return np.zeros(len(count), dtype=bool)
    flat: np.ndarray = enough & (spread < LEAST_SPREAD * np.median(spread[enough]))
    return flat


def _without(readings: Readings, jurors: np.ndarray) -> Readings:
    kept = ~jurors[readings.reviewer]
    return replace(
        readings,
        reviewer=readings.reviewer[kept],
        application=readings.application[kept],
        grades=readings.grades[kept],
    )


def _plain(readings: Readings) -> tuple[Floats, Ints]:
    count = np.bincount(readings.application, minlength=len(readings.applications))
    total = np.bincount(readings.application, readings.totals, len(readings.applications))
    return np.round(total / np.maximum(count, 1), _DECIMALS), count


def _on_scale(readings: Readings, fit: Fit, merit: Floats) -> Floats:
    """What a typical juror would give: the expected grade once the scale's ends cut it off.

    The cut keeps the order, since E[clip(x + noise)] grows with x, and keeps every estimate on the scale.
    """
    level = fit.centre + fit.unit * (fit.mean[0] + fit.mean[1] * merit)
    noise = fit.unit * float(np.median(1 / np.sqrt(fit.precision)))
    low, high = readings.scale
    a, b = (low - level) / noise, (high - level) / noise
    inside = level * (ndtr(b) - ndtr(a)) + noise * (_density(a) - _density(b))
    expected: Floats = np.clip(low * ndtr(a) + inside + high * (1 - ndtr(b)), low, high)
    return expected


def _error_on_scale(readings: Readings, fit: Fit) -> Floats:
    half = np.sqrt(fit.variance)
    spread: Floats = (
        _on_scale(readings, fit, fit.merit + half) - _on_scale(readings, fit, fit.merit - half)
    ) / 2
    return np.abs(spread)


def _density(z: Floats) -> Floats:
    density: Floats = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return density


def _components(readings: Readings) -> Ints:
    """Which part of the graph of jurors and applications each juror (R) is in."""
    jurors, applications = len(readings.reviewers), len(readings.applications)
    ends = (readings.reviewer, readings.application + jurors)
    size = jurors + applications
    graph = coo_array((np.ones(len(readings.reviewer)), ends), shape=(size, size))
    parts: Ints = connected_components(graph, directed=False)[1][:jurors].astype(np.int64)
    return parts


def _jurors(readings: Readings, fit: Fit, constant: np.ndarray, parts: Ints) -> tuple[Juror, ...]:
    count = np.bincount(readings.reviewer, minlength=len(readings.reviewers))
    active = parts[count > 0]
    largest = np.bincount(active).argmax() if len(active) else 0
    severity = -fit.unit * (fit.beta[:, 0] - fit.mean[0])
    jurors = []
    for place, name in enumerate(readings.reviewers):
        flags = (
            *((CONSTANT,) if constant[place] else ()),
            *((FEW,) if count[place] < FEWEST_READINGS else ()),
            *((APART,) if parts[place] != largest else ()),
        )
        jurors.append(Juror(name, int(count[place]), float(severity[place]), flags))
    return tuple(jurors)


def _warnings(
    readings: Readings, constant: np.ndarray, parts: Ints, keys: Floats, seats: int
) -> tuple[str, ...]:
    said = []
    if constant.any():
        names = ", ".join(name for name, flat in zip(readings.reviewers, constant, strict=True) if flat)
        said.append(f"No distinguen entre postulaciones y no cuentan en la calibración: {names}.")
    if len(set(parts.tolist())) > 1:
        said.append(
            f"El jurado forma {len(set(parts.tolist()))} grupos que no comparten postulaciones: entre grupos "
            "la calibración solo vale si se repartieron al azar."
        )
    if seats < len(keys) and keys[seats - 1] == keys[seats]:
        said.append("Hay un empate en la línea de corte: lo decide el sorteo con la semilla publicada.")
    return tuple(said)
