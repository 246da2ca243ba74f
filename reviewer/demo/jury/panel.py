"""A simulated jury: jurors with severity, spread and noise of their own, at different progress.

It is a plain form of the simulation by which the ranking was developed: merit common to the criteria and each
one's own, perceived with taste and noise, and a halo over the criteria of one reading.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from statistics import fmean

from reviewer.demo.cohort.merit import CRITERIA, Merit
from reviewer.demo.cohort.people import random_name
from reviewer.demo.cohort.words import load, seeded_rng

JURORS = 12
_MAX_JURORS = 60
_APPLICATIONS_PER_JUROR = 80  # a larger cohort has a larger jury
_HALO = 0.35
_SPREAD = 0.95  # levels of the rubric per standard deviation perceived
_NOTE_SHARE, _COMMENT_SHARE = 0.3, 0.4
_WAKING_HOURS = range(8, 23)


@dataclass(frozen=True)
class Juror:
    """``done`` is the share of readings submitted, ``begun`` the number of further ones begun."""

    name: str
    severity: float
    slope: float
    noise: float
    done: float
    begun: int


@dataclass(frozen=True)
class Reading:
    """A juror's reading of an application; without ``submitted`` it is open and may lack scores."""

    scores: dict[str, int]
    note: str
    comment: str
    started: datetime
    submitted: datetime | None
    skipped: bool = False


def jury(applications: int, seed: int) -> list[Juror]:
    """Returns the jury: twelve people, more for a large cohort. The first is the demo's log-in."""
    known_jurors = load("jurado")["jurado"]
    return [
        _juror(known_jurors[number] if number < len(known_jurors) else None, seed, number)
        for number in range(max(JURORS, min(_MAX_JURORS, applications // _APPLICATIONS_PER_JUROR)))
    ]


def readings(juror: Juror, pile: Sequence[Merit], rng: random.Random, opens: datetime, now: datetime) -> list[Reading]:
    """Returns the juror's readings of the first applications in ``pile``, in its order."""
    done = round(juror.done * len(pile))
    begun = min(juror.begun, len(pile) - done)
    moments = sorted(_moment(rng, opens, now) for _ in range(done + begun))
    juror_readings = []
    for turn, (merit, moment) in enumerate(zip(pile, moments, strict=False)):
        scores = _grades(juror, merit, rng)
        if turn < done:
            juror_readings.append(_submitted_reading(scores, rng, moment))
        else:
            juror_readings.append(_open_reading(scores, rng, moment, turn - done))
    return juror_readings


def _juror(profile: dict[str, float | str] | None, seed: int, number: int) -> Juror:
    rng = seeded_rng(seed, "juror", number)
    profile = profile or {
        "nombre": random_name(rng),
        "severidad": rng.gauss(0, 0.5),
        "avance": rng.choice((0.0, 0.2, 0.5, 0.7, 1.0)),
        "empezadas": rng.randint(0, 4),
    }
    return Juror(
        name=str(profile["nombre"]),
        severity=float(profile["severidad"]),
        slope=exp(rng.gauss(0, 0.25)),
        noise=exp(rng.gauss(-0.2, 0.3)),
        done=float(profile["avance"]),
        begun=int(profile["empezadas"]),
    )


def _grades(juror: Juror, merit: Merit, rng: random.Random) -> dict[str, int]:
    taste = rng.gauss(0, 0.6)
    perceived = [value + juror.noise * (taste + rng.gauss(0, 0.6)) for value in merit.values]
    halo = fmean(perceived)
    return {
        criterion: _level(juror, (1 - _HALO) * value + _HALO * halo)
        for criterion, value in zip(CRITERIA, perceived, strict=True)
    }


def _level(juror: Juror, perceived: float) -> int:
    return min(5, max(1, round(3 + _SPREAD * (juror.slope * perceived - juror.severity))))


def _submitted_reading(scores: dict[str, int], rng: random.Random, moment: datetime) -> Reading:
    tone = _tone(scores)
    return Reading(
        scores=scores,
        note=_remark("notas", tone, rng, _NOTE_SHARE),
        comment=_remark("comentarios", tone, rng, _COMMENT_SHARE),
        started=moment - timedelta(minutes=rng.uniform(5, 22)),
        submitted=moment,
    )


def _open_reading(scores: dict[str, int], rng: random.Random, moment: datetime, turn: int) -> Reading:
    """Returns an open reading: the first has every score, the third was skipped, others lack some."""
    partial_scores = scores if turn == 0 else dict(list(scores.items())[: rng.randint(1, 3)])
    return Reading(
        scores={} if turn == 2 else partial_scores,
        note=_remark("notas", _tone(scores), rng, 0.6),
        comment="",
        started=moment,
        submitted=None,
        skipped=turn == 2,
    )


def _tone(scores: dict[str, int]) -> str:
    mean = fmean(scores.values())
    return "alta" if mean >= 3.8 else "media" if mean >= 2.5 else "baja"


def _remark(kind: str, tone: str, rng: random.Random, share: float) -> str:
    return rng.choice(load("jurado")[kind][tone]) if rng.random() < share else ""


def _moment(rng: random.Random, opens: datetime, now: datetime) -> datetime:
    """Returns a time since the review window opened, in waking hours (in the zone of ``opens``)."""
    for _ in range(50):
        moment = opens + (now - opens) * rng.random()
        if moment.hour in _WAKING_HOURS:
            return moment.replace(microsecond=0)
    return now
