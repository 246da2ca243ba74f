"""The sessions that a person has open: seen and ended by herself, or ended by an administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, require_login
from reviewer.access.sessions import MAX_IDLE
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.models import LoginSession, require_id


@dataclass(frozen=True)
class OpenSession:
    """One log-in that still stands. ``origin`` is the browser, its system and its address."""

    id: int
    origin: str
    started_at: datetime
    last_seen_at: datetime
    is_current: bool


def list_own(viewer: Actor) -> list[OpenSession]:
    """The viewer's own, the one last used first."""
    require_login(viewer)
    with read_session() as session:
        login_sessions = session.exec(
            _open_sessions_query().where(LoginSession.person_id == viewer.person_id)
        ).all()
    return [
        OpenSession(
            id=require_id(login_session),
            origin=login_session.origin,
            started_at=login_session.created_at,
            last_seen_at=login_session.last_seen_at,
            is_current=login_session.id == viewer.session_id,
        )
        for login_session in login_sessions
    ]


def count_open(viewer: Actor, *, person_id: int) -> int:
    """How many a person has."""
    require(viewer, Action.MANAGE_PEOPLE)
    with read_session() as session:
        open_logins = _open_sessions_query().where(LoginSession.person_id == person_id).subquery()
        return session.exec(select(func.count()).select_from(open_logins)).one()


def end_own(actor: Actor, *, session_id: int) -> None:
    """Ends one of the actor's own. ``Forbidden`` alike for another's and for none."""
    require_login(actor)
    with write_session() as session:
        login_session = session.get(LoginSession, session_id)
        if login_session is None or login_session.person_id != actor.person_id:
            raise Forbidden
        if login_session.revoked_at is None:
            login_session.revoked_at = clock.now()
            log.record(session, actor, "session.end", "person", actor.person_id)


def end_others(actor: Actor) -> None:
    """Ends all of the actor's own but the one that she is in."""
    require_login(actor)
    with write_session() as session:
        sessions.revoke_all(session, actor.person_id or 0, except_id=actor.session_id)
        log.record(session, actor, "session.end_others", "person", actor.person_id)


def end_all(actor: Actor, *, person_id: int) -> None:
    """Ends all of a person's: her next click leads to the log-in form."""
    require(actor, Action.MANAGE_PEOPLE)
    with write_session() as session:
        sessions.revoke_all(session, person_id, except_id=actor.session_id)
        log.record(session, actor, "session.end_all", "person", person_id)


def _open_sessions_query() -> Any:
    now = clock.now()
    return (
        select(LoginSession)
        .where(col(LoginSession.revoked_at).is_(None), LoginSession.expires_at > now)
        .where(LoginSession.last_seen_at > now - MAX_IDLE)
        .order_by(col(LoginSession.last_seen_at).desc())
    )
