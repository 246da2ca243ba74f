"""A juror's own application: the rows that a write of hers is about, locked until it is done."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.database import advisory_lock
from reviewer.errors import Forbidden, Stale
from reviewer.jury import desk
from reviewer.jury.window import Closed, require_open
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus, Score


@dataclass(frozen=True)
class Item:
    """What stands of one item, and since when; version 0: nothing yet."""

    value: int | str | None = None
    version: int = 0
    at: datetime | None = None


class StaleItem(Stale):
    """A write based on an older version; ``current`` is what stands."""

    def __init__(self, current: Item) -> None:
        super().__init__("Este dato cambió en otra pestaña.")
        self.current = current


@dataclass
class Mine:
    """An application that was given to the actor, locked until the transaction ends."""

    actor: Actor
    session: Session
    call: Call
    spec: CallSpec
    assignment: Assignment
    application: Application
    review: Review | None
    scores: dict[str, Score] = field(default_factory=dict)

    def begun(self) -> Review:
        """Her review, made on the first thing she says."""
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
        """An audit event about her review."""
        facts = {"call": self.call.slug, "folio": self.application.folio, **detail}
        audit.record(self.session, self.actor, action, "review", self.begun().id, facts)

    def touch(self) -> None:
        """Marks her review as changed now, and as skipped no more."""
        review = self.begun()
        review.updated_at, review.skipped_at = clock.now(), None


def mine_of(session: Session, actor: Actor, call: str, folio: str, *, lock: bool = False) -> Mine:
    """The application given to the actor, with her review; ``Forbidden`` for any other, there or not."""
    if lock:
        advisory_lock(session, f"review {actor.person_id} {call} {folio}")
    query = desk.hers(actor, call, Call, Assignment, Application, Review).where(Application.folio == folio)
    found = session.exec(query).first()
    if found is None:
        raise Forbidden("Esta postulación no está entre las suyas.")
    stored, assignment, application, review = found
    mine = Mine(actor, session, stored, spec_of(stored), assignment, application, review)
    if review is not None:
        scores = session.exec(select(Score).where(Score.review_id == review.id))
        mine.scores = {each.criterion: each for each in scores}
    return mine


def writable(session: Session, actor: Actor, call: str, folio: str) -> Mine:
    """As ``mine_of``, locked, where she can write now; raises ``Closed``."""
    mine = mine_of(session, actor, call, folio, lock=True)
    require_open(actor, mine.spec, mine.call.phase, session=session)
    if mine.review is not None and mine.review.status is ReviewStatus.SUBMITTED:
        raise Closed("Este dictamen ya fue enviado: reábralo para cambiarlo.")
    return mine


def check_version(current: Item, version: int) -> None:
    """Raises ``StaleItem`` where a write is based on another version than the one that stands."""
    if current.version != version:
        raise StaleItem(current)
