"""Publication, notification of the results, and replies by the deadline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, get_call
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.decision.acta.collect import applicant_names
from reviewer.decision.outcome.seat_holders import SeatHolders, seat_holders_of
from reviewer.models import Answer, Application, Call, Notice, Publication, SeatReply, require_id
from reviewer.models.scopes import current_of

CHANNEL_LABELS = {"email": "Correo", "phone": "Teléfono", "message": "Mensaje", "person": "En persona"}
SELECTED, WAITING, REJECTED = "selected", "waiting", "rejected"
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Notification:
    """When and how somebody was told their result."""

    at: datetime
    channel: str


@dataclass(frozen=True)
class SeatHolderStatus:
    """A seat holder. ``answer`` is None without a reply; ``is_late``: and the deadline has passed."""

    folio: str
    name: str
    venue: str
    instead_of: str
    notification: Notification | None
    answer: Answer | None
    note: str
    answered_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class FollowUp:
    """Everybody with a seat, and the progress of notification.

    ``notified_counts`` has, by result, the number of people told and of all; ``vacant`` counts seats by venue
    key.
    """

    published_at: datetime | None
    reply_by: datetime | None
    people: tuple[SeatHolderStatus, ...]
    notified_counts: dict[str, tuple[int, int]]
    waiting: dict[str, tuple[str, ...]]
    vacant: dict[str, int]


@verb(Action.SEE_ACTA)
def follow_up(viewer: Actor, *, slug: str) -> FollowUp:
    """Returns the state of the process after the acta."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        cohort = seat_holders_of(session, stored)
        ids = application_ids(session, stored)
        publication = session.get(Publication, stored.id)
        folios = [seat.folio for seat in cohort.seats]
        names = applicant_names(session, stored, folios)
        replies = {reply.application_id: reply for reply in session.exec(_replies_query(stored))}
        notifications = _notifications(session, stored)
        is_past_deadline = publication is not None and publication.reply_by < clock.now()
        people = []
        for seat in cohort.seats:
            application_id = ids.get(seat.folio, 0)
            reply = replies.get(application_id)
            people.append(
                SeatHolderStatus(
                    folio=seat.folio,
                    name=names.get(seat.folio, ""),
                    venue=seat.venue,
                    instead_of=seat.instead_of,
                    notification=notifications.get((application_id, SELECTED)),
                    answer=reply.answer if reply else None,
                    note=reply.note if reply else "",
                    answered_at=reply.answered_at if reply else None,
                    is_late=is_past_deadline and reply is None,
                )
            )
        return FollowUp(
            published_at=publication.published_at if publication else None,
            reply_by=publication.reply_by if publication else None,
            people=tuple(people),
            notified_counts={
                result: (
                    sum((ids[folio], result) in notifications for folio in result_folios),
                    len(result_folios),
                )
                for result, result_folios in folios_by_result(cohort, ids).items()
            },
            waiting=cohort.waiting,
            vacant=cohort.vacant,
        )


@verb(Action.FOLLOW_UP)
def publish(actor: Actor, *, slug: str, published_at: datetime, reply_by: datetime) -> None:
    """Records publication and deadline for replies; a second call replaces them."""
    require(actor, Action.FOLLOW_UP)
    if reply_by <= published_at:
        raise UserError("La fecha límite para responder tiene que ser posterior a la publicación.")
    with write_session() as session:
        stored, _ = _require_decided_call(session, actor, slug)
        publication = session.get(Publication, stored.id) or Publication(call_id=require_id(stored))
        publication.published_at, publication.reply_by = published_at, reply_by
        session.add(publication)
        facts = {"published_at": published_at.isoformat(), "reply_by": reply_by.isoformat()}
        log.record(session, actor, "results.publish", "call", slug, facts)


@verb(Action.FOLLOW_UP)
def record_answer(actor: Actor, *, slug: str, folio: str, answer: Answer | None, note: str = "") -> None:
    """Records a seat holder's reply; None deletes it.

    Raises ``UserError`` for silence before the deadline, and where the seat was given to another.
    """
    require(actor, Action.FOLLOW_UP)
    if len(note) > LONGEST_NOTE:
        raise UserError(f"La nota pasa de {LONGEST_NOTE} caracteres: acórtela.")
    with write_session() as session:
        stored, cohort = _require_decided_call(session, actor, slug)
        if cohort.seat_of(folio) is None:
            raise UserError(f"{folio} no tiene un lugar: su respuesta ya no cambia nada.")
        publication = session.get(Publication, stored.id)
        if answer is Answer.SILENT and (publication is None or publication.reply_by > clock.now()):
            raise UserError("El plazo para responder no ha terminado.")
        application_id = application_ids(session, stored)[folio]
        reply = session.get(SeatReply, application_id)
        facts = {"call": slug, "before": reply.answer if reply else None, "after": answer}
        if answer is None and reply is not None:
            session.delete(reply)
        elif answer is not None:
            reply = reply or SeatReply(application_id=application_id, call_id=require_id(stored), answer=answer)
            reply.answer, reply.note, reply.answered_at = answer, note.strip(), clock.now()
            reply.recorded_by = actor.person_id
            session.add(reply)
        log.record(session, actor, "seat.answer", "application", folio, facts)


@verb(Action.FOLLOW_UP)
def record_notifications(actor: Actor, *, slug: str, folios: Iterable[str], result: str, channel: str) -> int:
    """Records that these people were told their result, now; returns how many were not before."""
    require(actor, Action.FOLLOW_UP)
    if channel not in CHANNEL_LABELS:
        raise UserError("Elija por qué medio se avisó.")
    with write_session() as session:
        stored, cohort = _require_decided_call(session, actor, slug)
        ids = application_ids(session, stored)
        folios_of_result = set(folios_by_result(cohort, ids).get(result, ()))
        notifications = _notifications(session, stored)
        newly_told = sorted(
            folio for folio in folios if folio in folios_of_result and (ids[folio], result) not in notifications
        )
        session.add_all(
            Notice(
                call_id=require_id(stored),
                application_id=ids[folio],
                result=result,
                channel=channel,
                recorded_by=actor.person_id,
            )
            for folio in newly_told
        )
        if newly_told:
            facts = {"result": result, "channel": channel, "count": len(newly_told)}
            log.record(session, actor, "result.tell", "call", slug, facts)
        return len(newly_told)


@verb(Action.SEE_ACTA)
def folios_with_result(viewer: Actor, *, slug: str, result: str) -> tuple[str, ...]:
    """Returns the folios of everybody with this result."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        return folios_by_result(seat_holders_of(session, stored), application_ids(session, stored))[result]


def folios_by_result(cohort: SeatHolders, ids: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """Returns who has a seat, who waits, and everybody else who did not give up a seat."""
    seated = {seat.folio for seat in cohort.seats}
    waiting = {folio for venue in cohort.waiting.values() for folio in venue} - seated
    rejected = set(ids) - seated - waiting - set(cohort.gave_up_seat)
    return {
        SELECTED: tuple(sorted(seated)),
        WAITING: tuple(sorted(waiting)),
        REJECTED: tuple(sorted(rejected)),
    }


def application_ids(session: Session, call: Call) -> dict[str, int]:
    """Returns the ids of the call's current applications by folio."""
    query = select(Application.folio, Application.id).where(current_of(call))
    return {folio: number for folio, number in session.exec(query) if number is not None}


def _require_decided_call(session: Session, actor: Actor, slug: str) -> tuple[Call, SeatHolders]:
    call = call_in(session, slug)
    require(actor, Action.FOLLOW_UP, call.phase)
    return call, seat_holders_of(session, call)


def _replies_query(call: Call) -> SelectOfScalar[SeatReply]:
    return select(SeatReply).where(SeatReply.call_id == call.id)


def _notifications(session: Session, call: Call) -> dict[tuple[int, str], Notification]:
    query = select(Notice).where(Notice.call_id == call.id).order_by(col(Notice.id).desc())
    return {
        (notice.application_id, notice.result): Notification(notice.told_at, notice.channel)
        for notice in session.exec(query)
    }
