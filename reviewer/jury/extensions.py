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
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.jury.panel import call_in
from reviewer.jury.window import MINUTE, last_minute
from reviewer.models import Call, Extension, Person, Role

LONGEST_REASON = 500


@dataclass(frozen=True)
class Granted:
    """An extension in force; without a name it is everybody's. ``closes_at`` is the first moment too late."""

    id: int
    person_id: int | None
    name: str | None
    closes_at: datetime
    reason: str
    granted_at: datetime


def in_force(viewer: Actor, *, call: str) -> list[Granted]:
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
        .where(col(Call.slug) == call, col(Extension.withdrawn_at).is_(None))
        .order_by(col(Extension.person_id).is_not(None), col(Person.name), col(Extension.closes_at))
    )
    with reading() as session:
        return [Granted(*row) for row in session.execute(query)]


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
    found = dict(session.exec(query).all())
    common = max(spec.review_closes, found.pop(None, spec.review_closes))
    return common, {person: closes for person, closes in found.items() if person and closes > common}


def grant(
    actor: Actor, *, call: str, last_minute_at: datetime, reason: str, person_id: int | None = None
) -> str:
    """Lets a juror (or all) write until this minute, which counts whole; the deadline in words.

    A time without a zone is the call's. Raises ``Refused`` where it gives no more time than there is.
    """
    require(actor, Action.RUN_JURY)
    reason = reason.strip().replace("\0", "")
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(f"Anote el motivo de la prórroga, en {LONGEST_REASON} caracteres a lo más.")
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        closes = _checked(session, stored, last_minute_at, person_id)
        session.add(Extension(call_id=stored.id or 0, person_id=person_id, closes_at=closes, reason=reason))
        facts = {"call": call, "person": person_id, "closes_at": closes.isoformat(), "reason": reason}
        audit.record(session, actor, "extension.grant", "call", call, facts)
        return last_minute(spec_of(stored), closes)


def withdraw(actor: Actor, *, call: str, extension_id: int) -> None:
    """Takes an extension back; what was written meanwhile stays. A second time changes nothing."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        found = session.get(Extension, extension_id)
        if found is None or found.call_id != stored.id:
            raise Refused("Esa prórroga ya no está: recargue la página.")
        if found.withdrawn_at is None:
            found.withdrawn_at = clock.now()
            facts = {"call": call, "person": found.person_id, "closes_at": found.closes_at.isoformat()}
            audit.record(session, actor, "extension.withdraw", "call", call, facts)


def _checked(session: Session, call: Call, moment: datetime, person_id: int | None) -> datetime:
    spec: CallSpec = spec_of(call)
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None or person.role is not Role.JURY:
            raise Refused("Esa persona ya no está en el jurado: recargue la página.")
    closes = spec.utc(moment).replace(second=0, microsecond=0) + MINUTE
    common, own = deadlines_in(session, call)
    if common is None:
        raise Refused("La dictaminación no tiene fecha de cierre: no hace falta una prórroga.")
    now_closes = own.get(person_id or 0, common)
    if closes <= now_closes:
        raise Refused(
            f"Ya puede escribir hasta el {last_minute(spec, now_closes)}: elija una fecha posterior."
        )
    if closes <= clock.now():
        raise Refused("Esa fecha ya pasó: elija una que venga.")
    return closes
