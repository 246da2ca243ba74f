"""The open login sessions of a person, which they or an administrator can end."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, own_data, require, verb
from reviewer.access.sessions import open_conditions
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.models import LoginSession, require_id


@dataclass(frozen=True)
class OpenSession:
    """An open login session. ``origin`` is the browser, its operating system and its address."""

    id: int
    origin: str
    started_at: datetime
    last_seen_at: datetime
    is_current: bool


@own_data
def list_own(viewer: Actor) -> list[OpenSession]:
    """Returns the viewer's open sessions, the one last used first."""
    with read_session() as session:
        query = _open_sessions_query(viewer.require_person_id())
        login_sessions = session.exec(query.order_by(col(LoginSession.last_seen_at).desc())).all()
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


@verb(Action.MANAGE_PEOPLE)
def count_open(viewer: Actor, *, person_id: int) -> int:
    """Returns how many open sessions a person has."""
    require(viewer, Action.MANAGE_PEOPLE)
    with read_session() as session:
        query = _open_sessions_query(person_id).subquery()
        return session.exec(select(func.count()).select_from(query)).one()


@own_data
def end_own(actor: Actor, *, session_id: int) -> None:
    """Ends one of the actor's sessions. Raises ``Forbidden`` for any other, whether it exists or not."""
    with write_session() as session:
        login_session = session.get(LoginSession, session_id)
        if login_session is None or login_session.person_id != actor.person_id:
            raise Forbidden
        if login_session.revoked_at is None:
            login_session.revoked_at = clock.now()
            log.record(session, actor, "session.end", "person", actor.person_id)


@own_data
def end_others(actor: Actor) -> None:
    """Ends all sessions of the actor except the current one."""
    with write_session() as session:
        sessions.revoke_all(session, actor.require_person_id(), except_id=actor.session_id)
        log.record(session, actor, "session.end_others", "person", actor.person_id)


@verb(Action.MANAGE_PEOPLE)
def end_all(actor: Actor, *, person_id: int) -> None:
    """Ends all sessions of a person, whose next click leads to the login form."""
    require(actor, Action.MANAGE_PEOPLE)
    with write_session() as session:
        sessions.revoke_all(session, person_id, except_id=actor.session_id)
        log.record(session, actor, "session.end_all", "person", person_id)


def _open_sessions_query(person_id: int) -> SelectOfScalar[LoginSession]:
    return select(LoginSession).where(LoginSession.person_id == person_id, *open_conditions())
