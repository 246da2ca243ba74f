"""Publishing, telling people, and what they answer by the date that was set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading, writing
from reviewer.decision.acta.gathering import names_of
from reviewer.decision.outcome.cohort import Cohort, cohort_of
from reviewer.errors import Refused
from reviewer.models import (
    Answer,
    Application,
    ApplicationStatus,
    Call,
    Notice,
    Publication,
    SeatReply,
)

CHANNELS = {"email": "Correo", "phone": "Teléfono", "message": "Mensaje", "person": "En persona"}
SELECTED, WAITING, REJECTED = "selected", "waiting", "rejected"
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Told:
    """When and how somebody was told her result."""

    at: datetime
    channel: str


@dataclass(frozen=True)
class Followed:
    """Somebody with a seat. ``answer`` None: she has not answered; ``late``: and the date has passed."""

    folio: str
    name: str
    venue: str
    instead_of: str
    told: Told | None
    answer: Answer | None
    note: str
    answered_at: datetime | None
    late: bool

    @property
    def frees_seat(self) -> bool:
        """Whether somebody else may take her seat."""
        return self.answer in (Answer.DECLINED, Answer.SILENT)


@dataclass(frozen=True)
class FollowUp:
    """Everybody with a seat, and how far telling has come: people told of each result, and of how many."""

    published_at: datetime | None
    reply_by: datetime | None
    people: tuple[Followed, ...]
    told: dict[str, tuple[int, int]]
    waiting: dict[str, tuple[str, ...]]
    vacant: dict[str, int]


def follow_up(viewer: Actor, *, call: str) -> FollowUp:
    """Where things stand after the acta."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        cohort = cohort_of(session, stored)
        ids = application_ids(session, stored)
        publication = session.get(Publication, stored.id)
        folios = [each.folio for each in cohort.seats]
        names = names_of(session, stored, folios)
        replies = {each.application_id: each for each in session.exec(_replies(stored))}
        told = _told(session, stored)
        passed = publication is not None and publication.reply_by < clock.now()
        people = []
        for seat in cohort.seats:
            number = ids.get(seat.folio, 0)
            reply = replies.get(number)
            people.append(
                Followed(
                    folio=seat.folio,
                    name=names.get(seat.folio, ""),
                    venue=seat.venue,
                    instead_of=seat.instead_of,
                    told=told.get((number, SELECTED)),
                    answer=reply.answer if reply else None,
                    note=reply.note if reply else "",
                    answered_at=reply.answered_at if reply else None,
                    late=passed and reply is None,
                )
            )
        return FollowUp(
            published_at=publication.published_at if publication else None,
            reply_by=publication.reply_by if publication else None,
            people=tuple(people),
            told={
                result: (sum((ids[each], result) in told for each in who), len(who))
                for result, who in groups(cohort, ids).items()
            },
            waiting=cohort.waiting,
            vacant=cohort.vacant,
        )


def publish(actor: Actor, *, call: str, published_at: datetime, reply_by: datetime) -> None:
    """Notes when the results were published and until when the selected may answer; may be set anew."""
    require(actor, Action.FOLLOW_UP)
    if reply_by <= published_at:
        raise Refused("La fecha límite para responder tiene que ser posterior a la publicación.")
    with writing() as session:
        stored, _ = _decided(session, actor, call)
        publication = session.get(Publication, stored.id) or Publication(call_id=stored.id or 0)
        publication.published_at, publication.reply_by = published_at, reply_by
        session.add(publication)
        facts = {"published_at": published_at.isoformat(), "reply_by": reply_by.isoformat()}
        audit.record(session, actor, "results.publish", "call", call, facts)


def answered(actor: Actor, *, call: str, folio: str, answer: Answer | None, note: str = "") -> None:
    """Notes what somebody with a seat answered; None takes it back.

    Refused for silence before the date has passed, and where her seat was given to another.
    """
    require(actor, Action.FOLLOW_UP)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"La nota pasa de {LONGEST_NOTE} caracteres: acórtela.")
    with writing() as session:
        stored, cohort = _decided(session, actor, call)
        if cohort.seat_of(folio) is None:
            raise Refused(f"{folio} no tiene un lugar: su respuesta ya no cambia nada.")
        publication = session.get(Publication, stored.id)
        if answer is Answer.SILENT and (publication is None or publication.reply_by > clock.now()):
            raise Refused("El plazo para responder no ha terminado.")
        number = application_ids(session, stored)[folio]
        reply = session.get(SeatReply, number)
        facts = {"call": call, "before": reply.answer if reply else None, "after": answer}
        if answer is None and reply is not None:
            session.delete(reply)
        elif answer is not None:
            reply = reply or SeatReply(application_id=number, call_id=stored.id or 0, answer=answer)
            reply.answer, reply.note, reply.answered_at = answer, note.strip(), clock.now()
            reply.recorded_by = actor.person_id
            session.add(reply)
        audit.record(session, actor, "seat.answer", "application", folio, facts)


def tell(actor: Actor, *, call: str, folios: Iterable[str], result: str, channel: str) -> int:
    """Notes that these people were told their result, now; whoever was told it before is passed over."""
    require(actor, Action.FOLLOW_UP)
    if channel not in CHANNELS:
        raise Refused("Elija por qué medio se avisó.")
    with writing() as session:
        stored, cohort = _decided(session, actor, call)
        ids = application_ids(session, stored)
        meant = set(groups(cohort, ids).get(result, ()))
        told = _told(session, stored)
        new = sorted(each for each in folios if each in meant and (ids[each], result) not in told)
        session.add_all(
            Notice(
                call_id=stored.id or 0,
                application_id=ids[each],
                result=result,
                channel=channel,
                recorded_by=actor.person_id,
            )
            for each in new
        )
        if new:
            facts = {"result": result, "channel": channel, "count": len(new)}
            audit.record(session, actor, "result.tell", "call", call, facts)
        return len(new)


def everybody(viewer: Actor, *, call: str, result: str) -> tuple[str, ...]:
    """The folios of everybody with this result."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        return groups(cohort_of(session, stored), application_ids(session, stored))[result]


def groups(cohort: Cohort, ids: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """Who has a seat, who waits for one, and everybody else who applied and gave no seat up."""
    seated = {each.folio for each in cohort.seats}
    waiting = {folio for venue in cohort.waiting.values() for folio in venue} - seated
    rest = set(ids) - seated - waiting - set(cohort.left)
    return {
        SELECTED: tuple(sorted(seated)),
        WAITING: tuple(sorted(waiting)),
        REJECTED: tuple(sorted(rest)),
    }


def application_ids(session: Session, call: Call) -> dict[str, int]:
    """Every current application of the call by folio."""
    query = select(Application.folio, Application.id).where(
        Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT
    )
    return {folio: number or 0 for folio, number in session.exec(query)}


def _decided(session: Session, actor: Actor, slug: str) -> tuple[Call, Cohort]:
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise Refused(f"No hay una convocatoria «{slug}».")
    require(actor, Action.FOLLOW_UP, call.phase)
    return call, cohort_of(session, call)


def _replies(call: Call) -> Any:
    return select(SeatReply).where(SeatReply.call_id == call.id)


def _told(session: Session, call: Call) -> dict[tuple[int, str], Told]:
    query = select(Notice).where(Notice.call_id == call.id).order_by(col(Notice.id).desc())
    return {
        (each.application_id, each.result): Told(each.told_at, each.channel) for each in session.exec(query)
    }
