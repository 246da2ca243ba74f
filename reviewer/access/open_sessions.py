"""The sessions that a person has open: seen and ended by herself, or ended by an administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from reviewer import clock
from reviewer.access import audit, sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, confirm, require
from reviewer.access.sessions import IDLE
from reviewer.database import reading, writing
from reviewer.errors import Forbidden
from reviewer.models import LoginSession


@dataclass(frozen=True)
class OpenSession:
    """One log-in that still stands. ``origin`` is the browser, its system and its address."""

    id: int
    origin: str
    started_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def own(viewer: Actor) -> list[OpenSession]:
    """The viewer's own, the one last used first."""
    confirm(viewer)
    with reading() as session:
        found = session.exec(_open().where(LoginSession.person_id == viewer.person_id)).all()
    return [
        OpenSession(
            id=each.id or 0,
            origin=each.origin,
            started_at=each.created_at,
            last_seen_at=each.last_seen_at,
            is_this_one=each.id == viewer.session_id,
        )
        for each in found
    ]


def count_of(viewer: Actor, *, person_id: int) -> int:
    """How many a person has."""
    require(viewer, Action.MANAGE_PEOPLE)
    with reading() as session:
        mine = _open().where(LoginSession.person_id == person_id).subquery()
        return session.exec(select(func.count()).select_from(mine)).one()


def end(actor: Actor, *, session_id: int) -> None:
    """Ends one of the actor's own. ``Forbidden`` alike for another's and for none."""
    confirm(actor)
    with writing() as session:
        found = session.get(LoginSession, session_id)
        if found is None or found.person_id != actor.person_id:
            raise Forbidden
        if found.revoked_at is None:
            found.revoked_at = clock.now()
            audit.record(session, actor, "session.end", "person", actor.person_id)


def end_others(actor: Actor) -> None:
    """Ends all of the actor's own but the one that she is in."""
    confirm(actor)
    with writing() as session:
        sessions.revoke_all(session, actor.person_id or 0, but=actor.session_id)
        audit.record(session, actor, "session.end_others", "person", actor.person_id)


def end_all(actor: Actor, *, person_id: int) -> None:
    """Ends all of a person's: her next click leads to the log-in form."""
    require(actor, Action.MANAGE_PEOPLE)
    with writing() as session:
        sessions.revoke_all(session, person_id, but=actor.session_id)
        audit.record(session, actor, "session.end_all", "person", person_id)


def _open() -> Any:
    now = clock.now()
    return (
        select(LoginSession)
        .where(col(LoginSession.revoked_at).is_(None), LoginSession.expires_at > now)
        .where(LoginSession.last_seen_at > now - IDLE)
        .order_by(col(LoginSession.last_seen_at).desc())
    )
