"""Login sessions that can be revoked, and the one-time tickets that are exchanged for them.

The browser holds a random token in an HttpOnly cookie; the database holds its hash.
"""

import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError
from reviewer.models import LoginSession, LoginTicket, Person, require_id

MAX_AGE = timedelta(days=7)
MAX_IDLE = timedelta(hours=12)
TICKET_LIFETIME = timedelta(minutes=1)
_LAST_SEEN_INTERVAL = timedelta(minutes=1)


def open_conditions() -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions under which a ``LoginSession`` is open now."""
    now = clock.now()
    return (
        col(LoginSession.revoked_at).is_(None),
        col(LoginSession.expires_at) > now,
        col(LoginSession.last_seen_at) > now - MAX_IDLE,
    )


def make_ticket(person: Person) -> str:
    """Returns a token that can be exchanged once, within a minute, for a session."""
    token = secrets.token_urlsafe(32)
    with write_session() as session:
        session.exec(delete(LoginTicket).where(col(LoginTicket.expires_at) < clock.now()))
        session.add(
            LoginTicket(
                token_hash=digest(token),
                person_id=require_id(person),
                expires_at=clock.now() + TICKET_LIFETIME,
            )
        )
    return token


def redeem_ticket(ticket: str, *, origin: str = "", previous_token: str | None = None) -> str | None:
    """Exchanges a ticket for the token of a new session; returns None where it is unknown, used or expired.

    ``origin`` is the device and address that the session is opened from, for its owner and the audit trail.
    ``previous_token`` is the one that the browser had before. If it is another person's, that session ends,
    so that their open tabs do not continue in a browser that somebody else uses now.
    """
    with write_session() as session:
        # Reading deletes it, so that only one of two simultaneous requests finds it.
        deletion = delete(LoginTicket).where(col(LoginTicket.token_hash) == digest(ticket))
        ticket_row = session.execute(
            deletion.returning(col(LoginTicket.person_id), col(LoginTicket.expires_at))
        ).first()
        if ticket_row is None or ticket_row.expires_at < clock.now():
            return None
        person = session.get(Person, ticket_row.person_id)
        if person is None or not person.active:
            return None
        _end_if_other_person(session, previous_token, ticket_row.person_id)
        return _start(session, ticket_row.person_id, origin, token_for(ticket))


def token_for(ticket: str) -> str:
    """Returns the token of the session that a ticket is exchanged for, which its maker can compute too.

    Without the signature of the cookie it gives no access.
    """
    return hmac.new(b"dictamen-session", ticket.encode(), hashlib.sha256).hexdigest()


def actor_of(token: str | None) -> Actor | None:
    """Returns the person of a session; None where the token is unknown or the session is not open."""
    if not token:
        return None
    query = (
        select(LoginSession, Person)
        .join(Person)
        .where(LoginSession.token_hash == digest(token), Person.active, *open_conditions())
    )
    with read_session() as session:
        row = session.exec(query).first()
    if row is None:
        return None
    login, person = row
    now = clock.now()
    if now - login.last_seen_at > _LAST_SEEN_INTERVAL:
        seen = update(LoginSession).where(col(LoginSession.id) == login.id).values(last_seen_at=now)
        with suppress(InfrastructureError), write_session() as session:  # reading works on a full disk
            session.exec(seen)
    return Actor(
        role=person.role,
        name=person.name,
        person_id=person.id,
        session_id=login.id,
        origin=login.origin,
        must_change_password=person.must_change_password,
    )


def log_out(token: str) -> None:
    """Ends the session of a token, in all tabs and processes."""
    with write_session() as session:
        _end(session, _login_session_of(session, token))


def revoke_all(session: Session, person_id: int, *, except_id: int | None = None) -> None:
    """Ends a person's sessions except ``except_id``, and their tickets, in the caller's transaction."""
    session.exec(delete(LoginTicket).where(col(LoginTicket.person_id) == person_id))
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.person_id) == person_id, col(LoginSession.revoked_at).is_(None))
        .where(col(LoginSession.id).is_distinct_from(except_id))
        .values(revoked_at=clock.now())
    )


def _login_session_of(session: Session, token: str) -> LoginSession | None:
    return session.exec(select(LoginSession).where(LoginSession.token_hash == digest(token))).first()


def _end_if_other_person(session: Session, previous_token: str | None, person_id: int) -> None:
    login = _login_session_of(session, previous_token) if previous_token else None
    if login is not None and login.person_id != person_id:
        _end(session, login)


def _end(session: Session, login: LoginSession | None) -> None:
    if login is None:
        return
    conditions = (col(LoginSession.id) == login.id, col(LoginSession.revoked_at).is_(None))
    if not session.exec(update(LoginSession).where(*conditions).values(revoked_at=clock.now())).rowcount:
        return  # ended already, perhaps just now in another tab
    actor = Actor(role=None, name="", person_id=login.person_id, origin=login.origin)
    log.record(session, actor, "session.end", "person", login.person_id)


def _start(session: Session, person_id: int, origin: str, token: str) -> str:
    expires_at = clock.now() + MAX_AGE
    session.add(LoginSession(token_hash=digest(token), person_id=person_id, origin=origin, expires_at=expires_at))
    actor = Actor(role=None, name="", person_id=person_id, origin=origin)
    log.record(session, actor, "session.start", "person", person_id)
    return token


def digest(text: str) -> str:
    """Returns the HMAC-SHA-256 of a token, e-mail or address, as the database keeps it."""
    return hmac.new(b"dictamen", text.encode(), hashlib.sha256).hexdigest()
