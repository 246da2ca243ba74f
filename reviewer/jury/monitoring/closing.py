"""Coordinators' actions while the jury works, besides assignment: reopening reviews, closing with gaps."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, spec_of
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.core.reasons import limit_reason, require_reason
from reviewer.jury.discussion import anchors
from reviewer.jury.monitoring import coverage
from reviewer.jury.reviews.deadline import closed_reason
from reviewer.models import Application, Assignment, Call, Person, Phase, Review, ReviewStatus
from reviewer.models.scopes import OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW, eligible_of

MAX_AUDITED_FOLIOS = 2_000  # folios that the audit event of a closing names
_USE = "queda para el acta"


@dataclass(frozen=True)
class Reader:
    """A juror who has an application; ``status`` is None if not begun."""

    person_id: int
    name: str
    status: ReviewStatus | None


@dataclass(frozen=True)
class ClosingSummary:
    """What closing now leaves: folios that lack readings, and the numbers of reviews."""

    eligible: int
    gaps: tuple[str, ...]
    unread: int
    submitted: int
    begun: int


@verb(Action.SEE_PROGRESS)
def list_readers(viewer: Actor, *, slug: str, folio: str) -> list[Reader]:
    """Returns who has an application now, by name."""
    require(viewer, Action.SEE_PROGRESS)
    query: Any = (
        select(Person.id, Person.name, Review.status)
        .join(Assignment, col(Assignment.person_id) == Person.id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(Call.slug == slug, Application.folio == folio, OPEN_ASSIGNMENT)
        .order_by(Person.name)
    )
    with read_session() as session:
        return [Reader(*row) for row in session.exec(query)]


@verb(Action.RUN_JURY)
def reopen_review(actor: Actor, *, slug: str, folio: str, person_id: int, reason: str) -> None:
    """Returns a submitted review to its juror, who may change it while their window is open."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        reason = require_reason(reason, use=_USE)
        review = session.exec(
            select(Review)
            .join(Application, col(Application.id) == Review.application_id)
            .where(Review.call_id == call.id, Application.folio == folio, Review.person_id == person_id)
        ).first()
        if review is None or review.status is not ReviewStatus.SUBMITTED:
            raise UserError("Ese dictamen no está enviado: no hay nada que reabrir.")
        if anchors.is_opened(session, review.application_id):
            raise UserError("La comparación de las anclas ya se abrió: sus puntajes no se cambian.")
        review.status, review.submitted_at, review.updated_at = ReviewStatus.BEGUN, None, clock.now()
        facts = {"call": slug, "folio": folio, "person": person_id, "reason": reason}
        log.record(session, actor, "review.give_back", "review", review.id, facts)


@verb(Action.SEE_PROGRESS)
def closed_reason_for(viewer: Actor, *, slug: str, person_id: int) -> str | None:
    """Returns why a juror cannot write now, or None if they can."""
    require(viewer, Action.SEE_PROGRESS)
    with read_session() as session:
        call = call_in(session, slug)
        person = session.get(Person, person_id)
        if person is None:
            return "Esa persona ya no está."
        juror = Actor(role=person.role, name=person.name, person_id=person.id)
        return closed_reason(juror, spec_of(call), call.phase, session=session)


@verb(Action.CLOSE_REVIEWING)
def preview_closing(viewer: Actor, *, slug: str) -> ClosingSummary:
    """Returns what closing would leave."""
    require(viewer, Action.CLOSE_REVIEWING)
    with read_session() as session:
        return _closing_summary(session, call_in(session, slug))


@verb(Action.CLOSE_REVIEWING)
def close_reviewing(actor: Actor, *, slug: str, reason: str = "") -> ClosingSummary:
    """Ends reviewing and starts the deliberation; gaps require a reason, which is recorded."""
    with write_call(actor, Action.CLOSE_REVIEWING, slug) as (session, call):
        closing = _closing_summary(session, call)
        reason = require_reason(reason, use=_USE) if closing.gaps else limit_reason(reason)
        call.phase = Phase.DELIBERATION
        facts = {
            **{"before": Phase.REVIEWING, "after": Phase.DELIBERATION, "reason": reason},
            **{"gaps": len(closing.gaps), "unread": closing.unread, "begun": closing.begun},
            **({"folios": list(closing.gaps)} if len(closing.gaps) <= MAX_AUDITED_FOLIOS else {}),
        }
        log.record(session, actor, "review.close", "call", slug, facts)
        return closing


def _closing_summary(session: Session, call: Call) -> ClosingSummary:
    gaps = coverage.gaps_in(session, call)
    eligible = session.exec(select(func.count()).select_from(Application).where(eligible_of(call))).one()
    read = (
        select(func.count(func.distinct(col(Review.application_id))))
        .join(Application, col(Application.id) == Review.application_id)
        .where(SUBMITTED_REVIEW, eligible_of(call))
    )
    begun = select(func.count()).where(Review.call_id == call.id, Review.status == ReviewStatus.BEGUN)
    return ClosingSummary(
        eligible=eligible,
        gaps=tuple(gaps),
        unread=eligible - session.exec(read).one(),
        submitted=coverage.count_submitted_in(session, call),
        begun=session.exec(begun).one(),
    )
