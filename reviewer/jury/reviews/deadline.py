"""When jurors may write their reviews: the call's phase, its review window and extensions of it.

An extension is for one juror or for all. Deadlines are the first moment that is too late, in UTC.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, is_allowed, not_a_verb, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, spec_of
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.core.reasons import require_reason
from reviewer.core.spanish import format_day_and_time
from reviewer.jury.assignment.members import require_juror
from reviewer.models import Call, Extension, Person, Phase, require_id

MINUTE = timedelta(minutes=1)


class ReviewingClosed(UserError):
    """Raised where a review cannot be written: by phase, by deadline, or because it was submitted."""


@dataclass(frozen=True)
class ActiveExtension:
    """An extension in force; without a name it is everybody's."""

    id: int
    person_id: int | None
    name: str | None
    closes_at: datetime
    reason: str
    granted_at: datetime


@verb(Action.SEE_PROGRESS)
def active_extensions(viewer: Actor, *, slug: str) -> list[ActiveExtension]:
    """Returns the extensions in force, everybody's first, then by name."""
    require(viewer, Action.SEE_PROGRESS)
    query = (
        sa.select(
            *(col(Extension.id), col(Extension.person_id), col(Person.name), col(Extension.closes_at)),
            *(col(Extension.reason), col(Extension.granted_at)),
        )
        .select_from(Extension)
        .join(Call, col(Call.id) == Extension.call_id)
        .outerjoin(Person, col(Person.id) == Extension.person_id)
        .where(col(Call.slug) == slug, col(Extension.withdrawn_at).is_(None))
        .order_by(col(Extension.person_id).is_not(None), col(Person.name), col(Extension.closes_at))
    )
    with read_session() as session:
        return [ActiveExtension(*row) for row in session.execute(query)]


def deadlines_in(session: Session, call: Call) -> tuple[datetime | None, dict[int, datetime]]:
    """Returns the deadline of everybody and the later ones of single jurors, as in ``deadline_for``."""
    spec = spec_of(call)
    if spec.review_closes is None:
        return None, {}
    extensions = _latest_extensions(session, call.slug)
    common = max(spec.review_closes, extensions.pop(None, spec.review_closes))
    return common, {person_id: closes for person_id, closes in extensions.items() if person_id and closes > common}


@verb(Action.RUN_JURY)
def grant_extension(
    actor: Actor, *, slug: str, last_minute_at: datetime, reason: str, person_id: int | None = None
) -> str:
    """Lets one juror or all write until the end of this minute; returns the deadline in words.

    A time without a zone is in the call's. Raises UserError if it gives no more time than there is.
    """
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        reason = require_reason(reason, "el motivo de la prórroga", use="queda anotado")
        closes = _check_extension(session, call, last_minute_at, person_id)
        session.add(Extension(call_id=require_id(call), person_id=person_id, closes_at=closes, reason=reason))
        facts = {"call": slug, "person": person_id, "closes_at": closes.isoformat(), "reason": reason}
        log.record(session, actor, "extension.grant", "call", slug, facts)
        return format_last_minute(spec_of(call), closes)


@verb(Action.RUN_JURY)
def withdraw_extension(actor: Actor, *, slug: str, extension_id: int) -> None:
    """Withdraws an extension; what was written meanwhile stays. A second time changes nothing."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        extension = session.get(Extension, extension_id)
        if extension is None or extension.call_id != call.id:
            raise UserError("Esa prórroga ya no está: recargue la página.")
        if extension.withdrawn_at is None:
            extension.withdrawn_at = clock.now()
            facts = {"call": slug, "person": extension.person_id}
            facts["closes_at"] = extension.closes_at.isoformat()
            log.record(session, actor, "extension.withdraw", "call", slug, facts)


def _check_extension(session: Session, call: Call, moment: datetime, person_id: int | None) -> datetime:
    spec = spec_of(call)
    if person_id is not None:
        require_juror(session, person_id)
    closes = spec.utc(moment).replace(second=0, microsecond=0) + MINUTE
    common, personal_deadlines = deadlines_in(session, call)
    if common is None:
        raise UserError("La dictaminación no tiene fecha de cierre: no hace falta una prórroga.")
    current_deadline = personal_deadlines.get(person_id, common) if person_id else common
    if closes <= current_deadline:
        raise UserError(
            f"Ya puede escribir hasta el {format_last_minute(spec, current_deadline)}: elija una fecha posterior."
        )
    if closes <= clock.now():
        raise UserError("Esa fecha ya pasó: elija una que venga.")
    return closes


@condition(
    "In the phase `reviewing`, a juror writes only from the call's `review.opens_at` to its "
    "`review.closes_at`, or to the end of an extension given to them or to everybody."
)
@not_a_verb("a question about the time")
def closed_reason(actor: Actor, spec: CallSpec, phase: Phase, *, session: Session | None = None) -> str | None:
    """Returns why this juror cannot write now, as a sentence, or None if they can.

    ``session`` is an open session of the caller: a second connection could wait for the first.
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
    return f"La dictaminación cerró el {format_last_minute(spec, closes)}." if closes and now >= closes else None


def deadline_for(spec: CallSpec, juror: Actor | None = None, *, session: Session | None = None) -> datetime | None:
    """Returns the deadline of one juror, or without one, that of everybody; None if there is none."""
    if spec.review_closes is None:
        return None
    with nullcontext(session) if session else read_session() as current_session:
        extensions = _latest_extensions(current_session, spec.slug)
    own = juror.person_id if juror else None
    return max((spec.review_closes, *(extensions[key] for key in {None, own} if key in extensions)))


def format_deadline(spec: CallSpec, juror: Actor | None = None) -> str | None:
    """Returns the last minute before the deadline («mié 15 oct 23:59»), or None without a deadline."""
    closes = deadline_for(spec, juror)
    return format_last_minute(spec, closes) if closes else None


@not_a_verb("called by verbs that have checked the juror's permission")
def require_open(actor: Actor, spec: CallSpec, phase: Phase, *, session: Session | None = None) -> None:
    """Raises ReviewingClosed outside the phase or the window."""
    reason = closed_reason(actor, spec, phase, session=session)
    if reason:
        raise ReviewingClosed(reason)


def format_last_minute(spec: CallSpec, closes: datetime) -> str:
    """Returns the last minute before this moment, in words."""
    return format_day_and_time(spec.local(closes - MINUTE))


def _latest_extensions(session: Session, slug: str) -> dict[int | None, datetime]:
    """Returns the latest extension of each person; under None, that of everybody."""
    query = (
        select(Extension.person_id, func.max(Extension.closes_at))
        .join(Call, col(Call.id) == Extension.call_id)
        .where(Call.slug == slug, col(Extension.withdrawn_at).is_(None))
        .group_by(col(Extension.person_id))
    )
    return dict(session.exec(query).all())
