"""When the jury may write: the call's phase, its review window and the extensions given, by the one clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.calls import CallSpec
from reviewer.database import read_session
from reviewer.errors import UserError
from reviewer.models import Call, Extension, Phase
from reviewer.words import format_day_and_time

MINUTE = timedelta(minutes=1)


class ReviewingClosed(UserError):
    """Nothing can be written now: the phase or the deadline does not let it, or it was submitted."""


def closed_reason(
    actor: Actor, spec: CallSpec, phase: Phase, *, session: Session | None = None
) -> str | None:
    """Why this juror can write nothing now, in a sentence; None where she can.

    ``session`` is the caller's, where it has one open: a second connection could wait for the first.
    """
    now = clock.now()
    if not is_allowed(actor, Action.REVIEW, phase):
        before = phase in {Phase.INTAKE, Phase.SCREENING}
        return "La dictaminación todavía no empieza." if before else "La dictaminación ya terminó."
    if spec.review_opens and now < spec.review_opens:
        return f"La dictaminación abre el {format_day_and_time(spec.local(spec.review_opens))}."
    if spec.review_closes is None or now < spec.review_closes:
        return None
    closes = deadline_for(spec, actor, session=session)
    return (
        f"La dictaminación cerró el {format_last_minute(spec, closes)}." if closes and now >= closes else None
    )


def deadline_for(
    spec: CallSpec, juror: Actor | None = None, *, session: Session | None = None
) -> datetime | None:
    """The first moment that is too late, in UTC, extensions counted; None: no deadline.

    Without a juror it is everybody's, with one hers.
    """
    if spec.review_closes is None:
        return None
    person_id = juror.person_id if juror else None
    with _session_or_new(session) as current_session:
        latest_extension = current_session.exec(
            select(func.max(Extension.closes_at))
            .join(Call, col(Call.id) == Extension.call_id)
            .where(Call.slug == spec.slug, col(Extension.withdrawn_at).is_(None))
            .where(or_(col(Extension.person_id).is_(None), Extension.person_id == person_id))
        ).one()
    return max(spec.review_closes, latest_extension) if latest_extension else spec.review_closes


def format_deadline(spec: CallSpec, juror: Actor | None = None) -> str | None:
    """The last minute of reviewing («mié 15 oct 23:59»), hers with a juror; None without a deadline."""
    closes = deadline_for(spec, juror)
    return format_last_minute(spec, closes) if closes else None


def require_open(actor: Actor, spec: CallSpec, phase: Phase, *, session: Session | None = None) -> None:
    """Raises ``ReviewingClosed`` outside the phase or the window."""
    reason = closed_reason(actor, spec, phase, session=session)
    if reason:
        raise ReviewingClosed(reason)


def format_last_minute(spec: CallSpec, closes: datetime) -> str:
    """The last minute before this moment, in words."""
    return format_day_and_time(spec.local(closes - MINUTE))


@contextmanager
def _session_or_new(open_session: Session | None) -> Iterator[Session]:
    if open_session is not None:
        yield open_session
        return
    with read_session() as session:
        yield session
