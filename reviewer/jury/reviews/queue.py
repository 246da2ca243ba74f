"""A juror's queue: the applications assigned to them in an order of their own, and which comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, case, type_coerce
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, not_a_verb, require, verb
from reviewer.blinding.veil import Veil, veil_of
from reviewer.call.spec import spec_of
from reviewer.core.database import read_session
from reviewer.core.search import search_conditions
from reviewer.core.text import fold
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, has_conflict

PENDING = "pending"
_JUROR_ORDER = (col(Assignment.anchor).desc(), col(Assignment.place), col(Assignment.id))
MAX_SEARCHED = 5_000
STATES = (PENDING, ReviewStatus.BEGUN.value, ReviewStatus.SUBMITTED.value)
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
review_state = func.coalesce(type_coerce(Review.status, String), PENDING)


@dataclass(frozen=True)
class QueueCounts:
    """The numbers of a juror's applications by state."""

    pending: int
    begun: int
    submitted: int

    @property
    def total(self) -> int:
        """All applications assigned to the juror."""
        return self.pending + self.begun + self.submitted

    @property
    def remaining(self) -> int:
        """The number of applications still to submit."""
        return self.pending + self.begun


@dataclass(frozen=True)
class QueueRow:
    """A line of the queue; nothing in it says who applied."""

    folio: str
    title: str
    kind: str
    genre: str
    state: str
    skipped: bool
    updated_at: datetime | None


@verb(Action.SEE_DESK)
def counts(viewer: Actor, *, slug: str) -> QueueCounts:
    """Returns how many applications of the queue are pending, begun and submitted."""
    require(viewer, Action.SEE_DESK)
    with read_session() as session:
        return counts_in(session, viewer, slug=slug)


@verb(Action.SEE_DESK)
def rows(
    viewer: Actor,
    *,
    call: Call,
    state: str | None = None,
    conditions: Sequence[ColumnElement[bool]] = (),
    offset: int = 0,
    limit: int = 25,
) -> list[QueueRow]:
    """Returns a page of the queue in the juror's own order; ``state`` is one of ``STATES``, None for all.

    ``conditions`` on the application restrict it further.
    """
    require(viewer, Action.SEE_DESK)
    query = assigned_query(select(Application, Review), viewer, call.slug).where(*conditions).order_by(*_JUROR_ORDER)
    if state is not None:
        query = query.where(review_state == state)
    with read_session() as session:
        records = session.exec(query.offset(offset).limit(limit)).all()
        ids = [application.id for application, _ in records]
        veil = veil_of(session, blind=spec_of(call).review.blind, application_ids=ids)
    return [_row(application, review, veil) for application, review in records]


@verb(Action.SEE_DESK)
def search(viewer: Actor, *, call: Call, words: str, state: str | None = None) -> list[QueueRow]:
    """Returns the lines whose folio or title has all the ``words``, case and accents aside.

    Words that a blind call covers in a title are not found.
    """
    conditions = search_conditions(words, Application.search_text, folio=Application.folio)
    candidates = rows(viewer, call=call, state=state, conditions=conditions, limit=MAX_SEARCHED)
    phrases = [fold(word) for word in words.split()]
    return [row for row in candidates if all(phrase in f"{fold(row.folio)}\n{fold(row.title)}" for phrase in phrases)]


@verb(Action.SEE_DESK)
def next_folio(viewer: Actor, *, slug: str) -> str | None:
    """Returns the folio to read next, or None: begun before pending ones, skipped ones last."""
    require(viewer, Action.SEE_DESK)
    with read_session() as session:
        return next_folio_in(session, viewer, slug=slug)


@verb(Action.SEE_DESK)
def next_application_id(viewer: Actor, *, slug: str, folio: str) -> int | None:
    """Returns the id of the application that comes next once this one is submitted or skipped."""
    require(viewer, Action.SEE_DESK)
    with read_session() as session:
        query = _next_query(select(Application.id), viewer, slug).where(Application.folio != folio)
        return session.exec(query).first()


def counts_in(session: Session, viewer: Actor, *, slug: str) -> QueueCounts:
    """Returns the same as ``counts`` in a session, for a viewer already checked."""
    query = assigned_query(select(review_state, func.count()), viewer, slug).group_by(review_state)
    count_by_state = dict(session.exec(query).all())
    return QueueCounts(*(count_by_state.get(state, 0) for state in STATES))


def next_folio_in(session: Session, viewer: Actor, *, slug: str, excluding: str | None = None) -> str | None:
    """Returns the same as ``next_folio`` in a session, for a viewer already checked."""
    query = _next_query(select(Application.folio), viewer, slug)
    if excluding is not None:
        query = query.where(Application.folio != excluding)
    return session.exec(query).first()


@condition("A juror sees only the current applications assigned to them with which they have no conflict of interest.")
@not_a_verb("a query of the viewer's own assignments")
def assigned_query(query: Query, viewer: Actor, slug: str) -> Query:
    """Restricts a query to a juror's current assignments, joined with their review where there is one."""
    return (
        query.select_from(Assignment)
        .join(Call, col(Call.id) == Assignment.call_id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(col(Call.slug) == slug, col(Assignment.person_id) == viewer.person_id)
        .where(OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .where(~has_conflict(Assignment))
    )


def _next_query(query: Query, viewer: Actor, slug: str) -> Query:
    turn = case((col(Review.skipped_at).is_not(None), 2), (col(Review.id).is_not(None), 0), else_=1)
    return (
        assigned_query(query, viewer, slug)
        .where(review_state != ReviewStatus.SUBMITTED.value)
        .order_by(turn == 2, col(Assignment.anchor).desc(), turn, col(Review.skipped_at), *_JUROR_ORDER)
        .limit(1)
    )


def _row(application: Application, review: Review | None, veil: Veil) -> QueueRow:
    return QueueRow(
        folio=application.folio,
        title=veil(application.id, application.project_title),
        kind=veil(application.id, application.project_kind),
        genre=veil(application.id, application.genre),
        state=review.status if review else PENDING,
        skipped=review is not None and review.skipped_at is not None,
        updated_at=review.updated_at if review else None,
    )
