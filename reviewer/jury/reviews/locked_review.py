"""A juror's application with its review, loaded and locked for one write."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock
from reviewer.core.errors import Forbidden, StaleWrite
from reviewer.jury.reviews import queue
from reviewer.jury.reviews.deadline import ReviewingClosed, require_open
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus, Score


@dataclass(frozen=True)
class Item:
    """The stored value of a score, note or pin, with its version and time; version 0: nothing yet."""

    value: int | str | None = None
    version: int = 0
    at: datetime | None = None


class StaleItem(StaleWrite):
    """Raised for a write based on an older version; ``current`` is the stored item."""

    def __init__(self, current: Item) -> None:
        super().__init__("Este dato cambió en otra pestaña.")
        self.current = current


@dataclass
class LockedReview:
    """An application assigned to the actor, locked until the transaction ends."""

    actor: Actor
    session: Session
    call: Call
    spec: CallSpec
    assignment: Assignment
    application: Application
    review: Review | None
    scores: dict[str, Score] = field(default_factory=dict)

    def ensure_review(self) -> Review:
        """Returns the review, which the first write creates."""
        if self.review is None:
            self.review = Review(
                call_id=self.assignment.call_id,
                application_id=self.assignment.application_id,
                person_id=self.assignment.person_id,
            )
            self.session.add(self.review)
            self.session.flush()
            self.record("review.begin")
        return self.review

    def record(self, action: str, **detail: object) -> None:
        """Records an audit event about the review."""
        facts = {"call": self.call.slug, "folio": self.application.folio, **detail}
        log.record(self.session, self.actor, action, "review", self.ensure_review().id, facts)

    def touch(self) -> None:
        """Marks the review as changed now and as not skipped."""
        review = self.ensure_review()
        review.updated_at, review.skipped_at = clock.now(), None


def load_review(session: Session, actor: Actor, slug: str, folio: str, *, lock: bool = False) -> LockedReview:
    """Returns an application assigned to the actor, with its review; raises Forbidden for any other."""
    if lock:
        advisory_lock(session, f"review {actor.person_id} {slug} {folio}")
    query = queue.assigned_query(select(Call, Assignment, Application, Review), actor, slug)
    row = session.exec(query.where(Application.folio == folio)).first()
    if row is None:
        raise Forbidden("Esta postulación no está entre las suyas.")
    call, assignment, application, review = row
    locked_review = LockedReview(actor, session, call, spec_of(call), assignment, application, review)
    if review is not None:
        scores = session.exec(select(Score).where(Score.review_id == review.id))
        locked_review.scores = {score.criterion: score for score in scores}
    return locked_review


def load_writable_review(session: Session, actor: Actor, slug: str, folio: str) -> LockedReview:
    """Returns the same, locked; raises ReviewingClosed if the actor cannot write now."""
    locked_review = load_review(session, actor, slug, folio, lock=True)
    require_open(actor, locked_review.spec, locked_review.call.phase, session=session)
    if locked_review.review is not None and locked_review.review.status is ReviewStatus.SUBMITTED:
        raise ReviewingClosed("Este dictamen ya fue enviado: reábralo para cambiarlo.")
    return locked_review


def check_version(current: Item, version: int) -> None:
    """Raises StaleItem if a write is based on another version than the stored one."""
    if current.version != version:
        raise StaleItem(current)
