"""What coordinators do while the jury works, beside sharing out: reopening a review, closing with gaps."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import spec_of
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.jury import anchors, readings
from reviewer.jury.panel import call_in
from reviewer.jury.sharing import is_eligible
from reviewer.jury.window import closed_because
from reviewer.models import Application, Assignment, Call, Person, Phase, Review, ReviewStatus

LONGEST_REASON = 500
NAMED = 2_000  # folios that the audit event of a closing names


@dataclass(frozen=True)
class Reader:
    """Who has an application, and how far she is: None, not begun."""

    person_id: int
    name: str
    status: ReviewStatus | None


@dataclass(frozen=True)
class Closing:
    """What closing the reviews now leaves: applications that lack readings, and how many of each kind."""

    eligible: int
    gaps: tuple[str, ...]
    unread: int
    submitted: int
    begun: int


def readers(viewer: Actor, *, call: str, folio: str) -> list[Reader]:
    """Who reads an application now, by name."""
    require(viewer, Action.SEE_PROGRESS)
    query: Any = (
        select(Person.id, Person.name, Review.status)
        .join(Assignment, col(Assignment.person_id) == Person.id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(
            Review,
            (col(Review.application_id) == Application.id) & (col(Review.person_id) == Person.id),
        )
        .where(Call.slug == call, Application.folio == folio, col(Assignment.closed_at).is_(None))
        .order_by(Person.name)
    )
    with reading() as session:
        return [Reader(number or 0, name, status) for number, name, status in session.exec(query)]


def reopen_review(actor: Actor, *, call: str, folio: str, person_id: int, reason: str) -> None:
    """Gives a submitted review back to its juror, who may change it while the window is open for her."""
    require(actor, Action.RUN_JURY)
    reason = _reason(reason)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        found = session.exec(
            select(Review)
            .join(Application, col(Application.id) == Review.application_id)
            .where(Review.call_id == stored.id, Application.folio == folio, Review.person_id == person_id)
        ).first()
        if found is None or found.status is not ReviewStatus.SUBMITTED:
            raise Refused("Ese dictamen no está enviado: no hay nada que reabrir.")
        if anchors.is_opened(session, found.application_id):
            raise Refused("La comparación de las anclas ya se abrió: sus puntajes no se cambian.")
        found.status, found.submitted_at, found.updated_at = ReviewStatus.BEGUN, None, clock.now()
        facts = {"call": call, "folio": folio, "person": person_id, "reason": reason}
        audit.record(session, actor, "review.give_back", "review", found.id, facts)


def shut_for(viewer: Actor, *, call: str, person_id: int) -> str | None:
    """Why a juror can write nothing now; None where she can."""
    require(viewer, Action.SEE_PROGRESS)
    with reading() as session:
        stored = call_in(session, call)
        person = session.get(Person, person_id)
        if person is None:
            return "Esa persona ya no está."
        juror = Actor(role=person.role, name=person.name, person_id=person.id)
        return closed_because(juror, spec_of(stored), stored.phase, session=session)


def preview_closing(viewer: Actor, *, call: str) -> Closing:
    """What closing would leave."""
    require(viewer, Action.CLOSE_REVIEWING)
    with reading() as session:
        return _closing(session, call_in(session, call))


def close_reviewing(actor: Actor, *, call: str, reason: str = "") -> Closing:
    """Ends the reviews and opens the deliberation; gaps need a reason, which is noted."""
    require(actor, Action.CLOSE_REVIEWING)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.CLOSE_REVIEWING, stored.phase)
        closing = _closing(session, stored)
        reason = _reason(reason) if closing.gaps else reason.strip()
        stored.phase = Phase.DELIBERATION
        facts = {
            **{"before": Phase.REVIEWING, "after": Phase.DELIBERATION, "reason": reason},
            **{"gaps": len(closing.gaps), "unread": closing.unread, "begun": closing.begun},
            **({"folios": list(closing.gaps)} if len(closing.gaps) <= NAMED else {}),
        }
        audit.record(session, actor, "review.close", "call", call, facts)
        return closing


def _closing(session: Session, call: Call) -> Closing:
    gaps = readings.gaps_in(session, call)
    eligible = session.exec(select(func.count()).select_from(Application).where(*is_eligible(call))).one()
    read = (
        select(func.count(func.distinct(col(Review.application_id))))
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.status == ReviewStatus.SUBMITTED, *is_eligible(call))
    )
    begun = select(func.count()).where(Review.call_id == call.id, Review.status == ReviewStatus.BEGUN)
    return Closing(
        eligible=eligible,
        gaps=tuple(gaps),
        unread=eligible - session.exec(read).one(),
        submitted=readings.submitted_in(session, call),
        begun=session.exec(begun).one(),
    )


def _reason(text: str) -> str:
    text = text.strip().replace("\0", "")
    if not text or len(text) > LONGEST_REASON:
        raise Refused(f"Anote el motivo, en {LONGEST_REASON} caracteres a lo más: queda para el acta.")
    return text
