"""Log-ins: attempts that are counted and slowed, one-time tickets, and sessions that can be revoked.

The browser holds a random token in an HttpOnly cookie; the database holds its hash.
"""

import hashlib
import hmac
import math
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, func, select, update

from reviewer.access.actor import Actor
from reviewer.access.passwords import BCRYPT_COST, matches
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.models import LoginAttempt, LoginSession, LoginTicket, Person, require_id

MAX_AGE = timedelta(days=7)
MAX_IDLE = timedelta(hours=12)
TICKET_LIFETIME = timedelta(minutes=1)
FREE_ATTEMPTS = 5
ATTEMPT_WINDOW = timedelta(minutes=15)
ADDRESS_FACTOR = 10  # an office's people share one address
_LAST_SEEN_INTERVAL = timedelta(minutes=1)
_DUMMY_HASH = (
    f"$2b${BCRYPT_COST}${'.' * 53}"  # nobody's hash, so that an unknown e-mail takes as long as a known one
)


def check_password(*, email: str, password: str, address: str) -> Person:
    """The active person with this e-mail and password.

    Raises ``UserError``, in the same words and time for an unknown e-mail, a wrong password and a
    deactivated person; after five failures in a quarter of an hour each further try has to wait.
    """
    email = email.strip().casefold()
    attempt_id = _count_attempt(email, address)
    with read_session() as session:
        person = session.exec(select(Person).where(Person.email == email)).first()
    is_correct = matches(password, person.password_hash if person else _DUMMY_HASH)
    if person is None or not is_correct or not person.active:
        raise UserError("El correo o la contraseña no son correctos.")
    with write_session() as session:
        session.exec(delete(LoginAttempt).where(col(LoginAttempt.id) == attempt_id))
    return person


def confirm_password(actor: Actor, *, password: str) -> None:
    """Asks somebody who is logged in for her password again, before what can't be taken back.

    Attempts count with those at the log-in. Raises ``UserError`` for a wrong one, or too many.
    """
    with read_session() as session:
        person = session.exec(select(Person).where(Person.id == actor.person_id, Person.active)).first()
    if person is None:
        raise UserError("Esto lo firma una persona, con su contraseña.")
    attempt_id = _count_attempt(person.email, actor.label)
    if not matches(password, person.password_hash):
        raise UserError("La contraseña no es correcta.")
    with write_session() as session:
        session.exec(delete(LoginAttempt).where(col(LoginAttempt.id) == attempt_id))


def make_ticket(person: Person) -> str:
    """A token that can be exchanged once, within a minute, for a session."""
    token = secrets.token_urlsafe(32)
    with write_session() as session:
        session.exec(delete(LoginTicket).where(col(LoginTicket.expires_at) < clock.now()))
        session.add(
            LoginTicket(
                token_hash=_digest(token),
                person_id=require_id(person),
                expires_at=clock.now() + TICKET_LIFETIME,
            )
        )
    return token


def redeem_ticket(ticket: str, *, origin: str = "", previous_token: str | None = None) -> str | None:
    """Exchanges a ticket for the token of a new session; None where it is unknown, used or old.

    ``origin`` is the device and the address it is opened from, for its owner and for the audit trail.
    ``previous_token`` is the token that the browser held until now: another person's session ends with it, lest
    her other tabs go on under her name in a browser that somebody else has taken over.
    """
    with write_session() as session:
        # Taken as it is read: of two who hand it in at once, in whichever processes, one finds it.
        deletion = delete(LoginTicket).where(col(LoginTicket.token_hash) == _digest(ticket))
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
    """The token of the session that a ticket is exchanged for: whoever made the ticket knows it as well.

    Without the cookie's signature it opens nothing from outside.
    """
    return hmac.new(b"dictamen-session", ticket.encode(), hashlib.sha256).hexdigest()


def actor_of(token: str | None) -> Actor | None:
    """The person behind a session's token, as of now; None where it no longer stands."""
    if not token:
        return None
    now = clock.now()
    query = (
        select(LoginSession, Person)
        .join(Person)
        .where(LoginSession.token_hash == _digest(token), Person.active)
    )
    with read_session() as session:
        row = session.exec(query).first()
    if row is None:
        return None
    login, person = row
    if login.revoked_at or login.expires_at < now or login.last_seen_at + MAX_IDLE < now:
        return None
    if now - login.last_seen_at > _LAST_SEEN_INTERVAL:
        with (
            suppress(InfrastructureError),
            write_session() as session,
        ):  # who only reads may do so on a full disk
            session.exec(
                update(LoginSession).where(col(LoginSession.id) == login.id).values(last_seen_at=now)
            )
    return Actor(
        role=person.role,
        name=person.name,
        person_id=person.id,
        session_id=login.id,
        origin=login.origin,
        must_change_password=person.must_change_password,
    )


def log_out(token: str) -> None:
    """Logs out: the token is worth nothing from now on, in any tab or process."""
    with write_session() as session:
        _end(session, _login_session_of(session, token))


def revoke_all(session: Session, person_id: int, *, except_id: int | None = None) -> None:
    """Ends every session of a person, ``except_id`` one, inside the caller's transaction; log-ins half done too."""
    session.exec(delete(LoginTicket).where(col(LoginTicket.person_id) == person_id))
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.person_id) == person_id, col(LoginSession.revoked_at).is_(None))
        .where(col(LoginSession.id) != (except_id or 0))
        .values(revoked_at=clock.now())
    )


def _login_session_of(session: Session, token: str) -> LoginSession | None:
    return session.exec(select(LoginSession).where(LoginSession.token_hash == _digest(token))).first()


def _end_if_other_person(session: Session, previous_token: str | None, person_id: int) -> None:
    login = _login_session_of(session, previous_token) if previous_token else None
    if login is not None and login.person_id != person_id:
        _end(session, login)


def _end(session: Session, login: LoginSession | None) -> None:
    if login is None:
        return
    conditions = (col(LoginSession.id) == login.id, col(LoginSession.revoked_at).is_(None))
    if not session.exec(update(LoginSession).where(*conditions).values(revoked_at=clock.now())).rowcount:
        return  # ended already, maybe just now in another tab
    actor = Actor(role=None, name="", person_id=login.person_id, origin=login.origin)
    log.record(session, actor, "session.end", "person", login.person_id)


def _start(session: Session, person_id: int, origin: str, token: str) -> str:
    expires_at = clock.now() + MAX_AGE
    session.add(
        LoginSession(token_hash=_digest(token), person_id=person_id, origin=origin, expires_at=expires_at)
    )
    actor = Actor(role=None, name="", person_id=person_id, origin=origin)
    log.record(session, actor, "session.start", "person", person_id)
    return token


def _count_attempt(email: str, address: str) -> int:
    """Counts an attempt before its password is looked at, so that many at once count as well; its id.

    Refused where this e-mail or address has to wait.
    """
    now = clock.now()
    with write_session() as session:
        advisory_lock(session, "login")
        session.exec(delete(LoginAttempt).where(col(LoginAttempt.at) < now - ATTEMPT_WINDOW))
        _throttle(session, LoginAttempt.who, _digest(email), FREE_ATTEMPTS)
        _throttle(session, LoginAttempt.address, _digest(address), FREE_ATTEMPTS * ADDRESS_FACTOR)
        attempt = LoginAttempt(who=_digest(email), address=_digest(address))
        session.add(attempt)
        session.flush()
        return require_id(attempt)


def _throttle(session: Session, column: Any, value: str, free_attempts: int) -> None:
    """After the free attempts, each failure doubles the wait: 2, 4, 8 … seconds, up to the window."""
    count, last = session.exec(select(func.count(), func.max(LoginAttempt.at)).where(column == value)).one()
    if count < free_attempts:
        return
    wait = min(timedelta(seconds=2 ** min(count - free_attempts + 1, 12)), ATTEMPT_WINDOW)
    remaining = min(wait, last + wait - clock.now()).total_seconds()  # also where the clock was set back
    if remaining > 0:
        raise UserError(f"Demasiados intentos. Espere {_wait_text(remaining)} y vuelva a intentarlo.")


def _wait_text(seconds: float) -> str:
    if seconds > 90:
        return f"{math.ceil(seconds / 60)} minutos"
    return "1 segundo" if seconds <= 1 else f"{math.ceil(seconds)} segundos"


def _digest(text: str) -> str:
    return hmac.new(b"dictamen", text.encode(), hashlib.sha256).hexdigest()
