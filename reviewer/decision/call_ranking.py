"""The ranking of a call, from what its jury submitted."""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from reviewer import grouping_rules
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.decision import agreement, kept
from reviewer.decision.calibration import Tell, in_silence
from reviewer.decision.ranking import Ranking, rank
from reviewer.decision.readings import Readings, ScoreLine, gather
from reviewer.decision.selection import answers, groups
from reviewer.decision.stamp import stamp_of
from reviewer.errors import Refused
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    Eligibility,
    Person,
    Review,
    ReviewStatus,
    Score,
)
from reviewer.words import counted


@dataclass(frozen=True)
class _Standing:
    """Of each current application: its eligibility and its stratum."""

    eligibility: dict[str, Eligibility]
    strata: dict[str, str]


def rank_call(viewer: Actor, *, call: str) -> Ranking:
    """The ranking in force by the call's file. Raises ``Refused`` where nothing was submitted."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        ranking = ranking_of(session, stored)
    if ranking is None:
        raise _nothing(call)
    return ranking


def compute(actor: Actor, *, call: str, tell: Tell = in_silence) -> Ranking:
    """Computes the call's ranking and keeps it until a score changes; the kept one where none did.

    Raises ``Refused`` where nothing was submitted. ``tell`` hears which share of the work is done.
    """
    stored = get_call(call)
    require(actor, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        stamp = stamp_of(session, stored)
        there = kept.latest(session, stored)
        if there is not None and there.stamp == stamp:
            return kept.restore(session, there)
        readings, standing = _heard(session, stored)
    ranking = _ranked(readings, standing, stored, tell)
    if readings is None or ranking is None:
        raise _nothing(call)
    facts = agreement.measure(readings).to_json()
    with writing() as session:
        advisory_lock(session, f"ranking {call}")
        kept.keep(session, stored, ranking, stamp=stamp, facts={"agreement": facts})
        counts = {"applications": len(ranking.ranking), "seats": ranking.seats, "stamp": stamp}
        audit.record(session, actor, "ranking.compute", "call", call, counts)
    return ranking


def ranking_of(session: Session, call: Call) -> Ranking | None:
    """The ranking as of now, the kept one where no score changed since it was computed.

    None where nothing was submitted for anybody who may stand in it. Every submitted review of a current
    application helps to know its juror; those of people who turned out ineligible have no place in it.
    """
    there = kept.latest(session, call)
    if there is not None and there.stamp == stamp_of(session, call):
        return kept.restore(session, there)
    return _ranked(*_heard(session, call), call, in_silence)


def agreement_of(session: Session, call: Call) -> agreement.Agreement | None:
    """How far the jury agrees as of now; None where nothing was submitted."""
    there = kept.latest(session, call)
    if there is not None and there.stamp == stamp_of(session, call):
        return agreement.Agreement.from_json(there.facts["agreement"])
    readings, _ = _heard(session, call)
    return None if readings is None else agreement.measure(readings)


def _nothing(call: str) -> Refused:
    return Refused(f"En «{call}» no hay ningún dictamen enviado todavía.")


def _heard(session: Session, call: Call) -> tuple[Readings | None, _Standing]:
    """What was submitted, None where nothing was, and how each application stands."""
    spec, lines = spec_of(call), _lines(session, call)
    standing = _standing(session, call, spec)
    if not lines:
        return None, standing
    readings = gather(
        lines,
        weights={each.key: each.weight for each in spec.criteria},
        scale=spec.scale,
        strata=standing.strata if spec.decision.strata else None,
    )
    return readings, standing


def _ranked(readings: Readings | None, standing: _Standing, call: Call, tell: Tell) -> Ranking | None:
    if readings is None:
        return None
    out = [each for each in readings.applications if standing.eligibility[each] is Eligibility.INELIGIBLE]
    if len(out) == len(readings.applications):
        return None
    spec = spec_of(call)
    ranking = rank(
        readings,
        seats=spec.seats,
        order=spec.decision.ranking,
        lottery_seed=spec.decision.lottery_seed,
        left_out=frozenset(out),
        tell=tell,
    )
    return replace(ranking, warnings=(*ranking.warnings, *_warnings(ranking, out, standing)))


def _lines(session: Session, call: Call) -> list[ScoreLine]:
    query = (
        select(Person.email, Application.folio, Score.criterion, Score.value)
        .join(Review, col(Review.person_id) == Person.id)
        .join(Score, col(Score.review_id) == Review.id)
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
        .where(Application.status == ApplicationStatus.CURRENT)
    )
    return [ScoreLine(*row) for row in session.exec(query)]


def _standing(session: Session, call: Call, spec: CallSpec) -> _Standing:
    fields, groupings = spec.decision.strata, grouping_rules.all_of(session)
    everybody = answers.of_everybody(session, call, fields)
    return _Standing(
        {person.folio: eligibility for person, eligibility in everybody},
        {person.folio: groups.stratum_of(person, fields, spec, groupings) for person, _ in everybody},
    )


def _warnings(ranking: Ranking, out: list[str], standing: _Standing) -> list[str]:
    said = []
    if out:
        people = counted(
            len(out), "postulación leída no es elegible", "postulaciones leídas no son elegibles"
        )
        said.append(f"{people}: no aparece." if len(out) == 1 else f"{people}: no aparecen.")
    open_ = [
        each for each in ranking.ranking if standing.eligibility[each.application] is Eligibility.TO_CHECK
    ]
    if open_:
        people = counted(len(open_), "postulación", "postulaciones")
        said.append(f"{people} del ranking sin cotejar: solo las elegibles se pueden seleccionar.")
    eligible = sum(each is Eligibility.ELIGIBLE for each in standing.eligibility.values())
    unread = eligible - (len(ranking.ranking) - len(open_))
    if unread:
        people = counted(unread, "postulación elegible", "postulaciones elegibles")
        said.append(f"{people} sin ningún dictamen enviado: sin lugar en el ranking.")
    return said
