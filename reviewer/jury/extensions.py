"""More time to review, for one juror or for all."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, spec_of
from reviewer.database import read_session, write_session
from reviewer.errors import UserError
from reviewer.jury.panel import call_in
from reviewer.jury.window import MINUTE, format_last_minute
from reviewer.models import Call, Extension, Person, Role, require_id

LONGEST_REASON = 500


@dataclass(frozen=True)
class ActiveExtension:
    """An extension in force; without a name it is everybody's. ``closes_at`` is the first moment too late."""

    id: int
    person_id: int | None
    name: str | None
    closes_at: datetime
    reason: str
    granted_at: datetime


def active_extensions(viewer: Actor, *, slug: str) -> list[ActiveExtension]:
    """The extensions that count, everybody's first, then by name."""
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
    """Everybody's deadline (UTC, the first moment too late), and those of jurors who have later ones."""
    spec = spec_of(call)
    if spec.review_closes is None:
        return None, {}
    query = (
        select(Extension.person_id, func.max(Extension.closes_at))
        .where(Extension.call_id == call.id, col(Extension.withdrawn_at).is_(None))
        .group_by(col(Extension.person_id))
    )
    closes_by_person = dict(session.exec(query).all())
    common = max(spec.review_closes, closes_by_person.pop(None, spec.review_closes))
    return common, {
        person_id: closes for person_id, closes in closes_by_person.items() if person_id and closes > common
    }


def grant_extension(
    actor: Actor, *, slug: str, last_minute_at: datetime, reason: str, person_id: int | None = None
) -> str:
    """Lets a juror (or all) write until this minute, which counts whole; the deadline in words.

    A time without a zone is the call's. Raises ``UserError`` where it gives no more time than there is.
    """
    require(actor, Action.RUN_JURY)
    reason = reason.strip().replace("\0", "")
    if not reason or len(reason) > LONGEST_REASON:
        raise UserError(f"Anote el motivo de la prórroga, en {LONGEST_REASON} caracteres a lo más.")
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.RUN_JURY, call.phase)
        closes = _check_extension(session, call, last_minute_at, person_id)
        session.add(Extension(call_id=require_id(call), person_id=person_id, closes_at=closes, reason=reason))
        facts = {"call": slug, "person": person_id, "closes_at": closes.isoformat(), "reason": reason}
        audit.record(session, actor, "extension.grant", "call", slug, facts)
        return format_last_minute(spec_of(call), closes)


def withdraw_extension(actor: Actor, *, slug: str, extension_id: int) -> None:
    """Takes an extension back; what was written meanwhile stays. A second time changes nothing."""
    require(actor, Action.RUN_JURY)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.RUN_JURY, call.phase)
        extension = session.get(Extension, extension_id)
        if extension is None or extension.call_id != call.id:
            raise UserError("Esa prórroga ya no está: recargue la página.")
        if extension.withdrawn_at is None:
            extension.withdrawn_at = clock.now()
            facts = {
                "call": slug,
                "person": extension.person_id,
                "closes_at": extension.closes_at.isoformat(),
            }
            audit.record(session, actor, "extension.withdraw", "call", slug, facts)


def _check_extension(session: Session, call: Call, moment: datetime, person_id: int | None) -> datetime:
    spec: CallSpec = spec_of(call)
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None or person.role is not Role.JURY:
            raise UserError("Esa persona ya no está en el jurado: recargue la página.")
    closes = spec.utc(moment).replace(second=0, microsecond=0) + MINUTE
    common, personal_deadlines = deadlines_in(session, call)
    if common is None:
        raise UserError("La dictaminación no tiene fecha de cierre: no hace falta una prórroga.")
    current_deadline = personal_deadlines.get(person_id or 0, common)
    if closes <= current_deadline:
        raise UserError(
            f"Ya puede escribir hasta el {format_last_minute(spec, current_deadline)}: elija una fecha posterior."
        )
    if closes <= clock.now():
        raise UserError("Esa fecha ya pasó: elija una que venga.")
    return closes
