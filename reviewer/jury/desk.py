"""A juror's desk: what was given to her, in an order of her own, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, exists, type_coerce
from sqlmodel import Session, and_, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.blind import Veil, veil_of
from reviewer.calls import spec_of
from reviewer.database import reading
from reviewer.models import Application, ApplicationStatus, Assignment, Call, Conflict, Review, ReviewStatus
from reviewer.pdf.covers import fold

PENDING = "pending"
_OWN_ORDER = (col(Assignment.anchor).desc(), col(Assignment.place), col(Assignment.id))
MOST_SEARCHED = 5_000
STATES = (PENDING, ReviewStatus.BEGUN.value, ReviewStatus.SUBMITTED.value)
state_of = func.coalesce(type_coerce(Review.status, String), PENDING)


@dataclass(frozen=True)
class Counts:
    """How many applications a juror has, by what became of them."""

    pending: int
    begun: int
    submitted: int

    @property
    def total(self) -> int:
        """All that is hers."""
        return self.pending + self.begun + self.submitted

    @property
    def left(self) -> int:
        """What she has still to submit."""
        return self.pending + self.begun


@dataclass(frozen=True)
class DeskRow:
    """A line of the desk: nothing in it says who applied."""

    folio: str
    title: str
    kind: str
    genre: str
    state: str
    skipped: bool
    updated_at: datetime | None


def counts(viewer: Actor, *, call: str) -> Counts:
    """How much of the desk is pending, begun and submitted."""
    require(viewer, Action.SEE_DESK)
    with reading() as session:
        return counts_in(session, viewer, call=call)


def rows(
    viewer: Actor, *, call: Call, state: str | None = None, offset: int = 0, limit: int = 25
) -> list[DeskRow]:
    """A page of the desk in the juror's own order; ``state`` is one of ``STATES``, None for all."""
    require(viewer, Action.SEE_DESK)
    query = hers(viewer, call.slug, Application, Review).order_by(*_OWN_ORDER)
    if state is not None:
        query = query.where(state_of == state)
    with reading() as session:
        found = session.exec(query.offset(offset).limit(limit)).all()
        ids = [application.id for application, _ in found]
        veil = veil_of(session, blind=spec_of(call).review.blind, application_ids=ids)
    return [_row(application, review, veil) for application, review in found]


def found(viewer: Actor, *, call: Call, words: str, state: str | None = None) -> list[DeskRow]:
    """The lines whose folio or title, as she sees them, holds these words: what is covered is not found."""
    wanted = fold(words).strip()
    return [
        each
        for each in rows(viewer, call=call, state=state, limit=MOST_SEARCHED)
        if wanted in fold(each.folio) or wanted in fold(each.title)
    ]


def next_folio(viewer: Actor, *, call: str) -> str | None:
    """The folio to read next: the begun before the pending, the skipped last; None when all is done."""
    require(viewer, Action.SEE_DESK)
    with reading() as session:
        return next_in(session, viewer, call=call)


def after(viewer: Actor, *, call: str, folio: str) -> int | None:
    """The id of the application that comes next once this one is sent or skipped."""
    require(viewer, Action.SEE_DESK)
    with reading() as session:
        query = _in_turn(viewer, call, Application.id).where(Application.folio != folio)
        found: int | None = session.exec(query).first()
    return found


def counts_in(session: Session, viewer: Actor, *, call: str) -> Counts:
    """As ``counts``, in a session, for a viewer already checked."""
    found = dict(session.exec(hers(viewer, call, state_of, func.count()).group_by(state_of)).all())
    return Counts(*(found.get(state, 0) for state in STATES))


def next_in(session: Session, viewer: Actor, *, call: str, other_than: str | None = None) -> str | None:
    """As ``next_folio``, in a session, for a viewer already checked; ``other_than`` this folio."""
    query = _in_turn(viewer, call, Application.folio)
    if other_than is not None:
        query = query.where(Application.folio != other_than)
    folio: str | None = session.exec(query).first()
    return folio


def hers(viewer: Actor, call: str, *columns: Any) -> Any:
    """The query of what is assigned to a juror now, with her review of it where there is one."""
    conflict = and_(
        col(Conflict.application_id) == Assignment.application_id,
        col(Conflict.person_id) == Assignment.person_id,
    )
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Call, col(Call.id) == Assignment.call_id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(
            Review,
            and_(
                col(Review.application_id) == Assignment.application_id,
                col(Review.person_id) == Assignment.person_id,
            ),
        )
        .where(Call.slug == call, Assignment.person_id == viewer.person_id)
        .where(col(Assignment.closed_at).is_(None), Application.status == ApplicationStatus.CURRENT)
        .where(~exists().where(conflict))
    )


def _in_turn(viewer: Actor, call: str, column: Any) -> Any:
    turn = case((col(Review.skipped_at).is_not(None), 2), (col(Review.id).is_not(None), 0), else_=1)
    return (
        hers(viewer, call, column)
        .where(state_of != ReviewStatus.SUBMITTED.value)
        .order_by(turn == 2, col(Assignment.anchor).desc(), turn, col(Review.skipped_at), *_OWN_ORDER)
        .limit(1)
    )


def _row(application: Application, review: Review | None, veil: Veil) -> DeskRow:
    return DeskRow(
        folio=application.folio,
        title=veil(application.id, application.project_title),
        kind=veil(application.id, application.project_kind),
        genre=veil(application.id, application.genre),
        state=review.status if review else PENDING,
        skipped=review is not None and review.skipped_at is not None,
        updated_at=review.updated_at if review else None,
    )
