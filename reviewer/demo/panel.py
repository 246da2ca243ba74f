"""A simulated jury: each with their own severity, spread and noise, and as far along as they are.

A plain form of the simulation that the ranking's methods were chosen by: merit common to the criteria and
each one's own, perceived through taste and noise, with a halo over the criteria of one reading.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from statistics import fmean

from reviewer.demo.merit import CRITERIA, Merit
from reviewer.demo.people import chosen_name
from reviewer.demo.words import chance, load

JURORS = 12
_MOST = 60
_APPLICATIONS_EACH = 80  # a larger cohort has a larger jury
_HALO = 0.35
_SPREAD = 0.95  # levels of the rubric per standard deviation perceived
_NOTES, _COMMENTS = 0.3, 0.4
_WAKING = range(8, 23)


@dataclass(frozen=True)
class Juror:
    """``done`` is the share of their pile that is submitted, ``begun`` how many more are half done."""

    name: str
    severity: float
    slope: float
    noise: float
    done: float
    begun: int


@dataclass(frozen=True)
class Reading:
    """What a juror made of an application. Without ``submitted`` it is still open; scores may be few."""

    scores: dict[str, int]
    note: str
    comment: str
    started: datetime
    submitted: datetime | None
    skipped: bool = False


def jury(applications: int, seed: int) -> list[Juror]:
    """The people of the jury: twelve, and more for a large cohort. The first is the demo's log-in."""
    known = load("jurado")["jurado"]
    return [
        _juror(known[number] if number < len(known) else None, seed, number)
        for number in range(max(JURORS, min(_MOST, applications // _APPLICATIONS_EACH)))
    ]


def readings(
    juror: Juror, pile: Sequence[Merit], rng: random.Random, opens: datetime, now: datetime
) -> list[Reading]:
    """The juror's readings of the first of their pile, in its order; nothing for the rest."""
    done = round(juror.done * len(pile))
    begun = min(juror.begun, len(pile) - done)
    moments = sorted(_moment(rng, opens, now) for _ in range(done + begun))
    made = []
    for turn, (merit, moment) in enumerate(zip(pile, moments, strict=False)):
        scores = _grades(juror, merit, rng)
        if turn < done:
            made.append(_submitted(scores, rng, moment))
        else:
            made.append(_open(scores, rng, moment, turn - done))
    return made


def _juror(known: dict[str, float | str] | None, seed: int, number: int) -> Juror:
    rng = chance(seed, "juror", number)
    known = known or {
        "nombre": chosen_name(rng),
        "severidad": rng.gauss(0, 0.5),
        "avance": rng.choice((0.0, 0.2, 0.5, 0.7, 1.0)),
        "empezadas": rng.randint(0, 4),
    }
    return Juror(
        name=str(known["nombre"]),
        severity=float(known["severidad"]),
        slope=exp(rng.gauss(0, 0.25)),
        noise=exp(rng.gauss(-0.2, 0.3)),
        done=float(known["avance"]),
        begun=int(known["empezadas"]),
    )


def _grades(juror: Juror, merit: Merit, rng: random.Random) -> dict[str, int]:
    taste = rng.gauss(0, 0.6)
    seen = [value + juror.noise * (taste + rng.gauss(0, 0.6)) for value in merit.values]
    halo = fmean(seen)
    return {
        criterion: _level(juror, (1 - _HALO) * value + _HALO * halo)
        for criterion, value in zip(CRITERIA, seen, strict=True)
    }


def _level(juror: Juror, perceived: float) -> int:
    return min(5, max(1, round(3 + _SPREAD * (juror.slope * perceived - juror.severity))))


def _submitted(scores: dict[str, int], rng: random.Random, moment: datetime) -> Reading:
    tone = _tone(scores)
    return Reading(
        scores=scores,
        note=_said("notas", tone, rng, _NOTES),
        comment=_said("comentarios", tone, rng, _COMMENTS),
        started=moment - timedelta(minutes=rng.uniform(5, 22)),
        submitted=moment,
    )


def _open(scores: dict[str, int], rng: random.Random, moment: datetime, turn: int) -> Reading:
    """Half done: the first has every score and waits to be sent, the third was put off, others lack some."""
    kept = scores if turn == 0 else dict(list(scores.items())[: rng.randint(1, 3)])
    return Reading(
        scores={} if turn == 2 else kept,
        note=_said("notas", _tone(scores), rng, 0.6),
        comment="",
        started=moment,
        submitted=None,
        skipped=turn == 2,
    )


def _tone(scores: dict[str, int]) -> str:
    mean = fmean(scores.values())
    return "alta" if mean >= 3.8 else "media" if mean >= 2.5 else "baja"


def _said(what: str, tone: str, rng: random.Random, share: float) -> str:
    return rng.choice(load("jurado")[what][tone]) if rng.random() < share else ""


def _moment(rng: random.Random, opens: datetime, now: datetime) -> datetime:
    """Some time since the review window opened, when people are awake (in the zone of ``opens``)."""
    for _ in range(50):
        moment = opens + (now - opens) * rng.random()
        if moment.hour in _WAKING:
            return moment.replace(microsecond=0)
    return now
