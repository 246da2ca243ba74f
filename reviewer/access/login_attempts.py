"""Checks of passwords; failed attempts are counted in the database and slow down further ones."""

import math
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select

from reviewer.access.actor import Actor
from reviewer.access.passwords import BCRYPT_COST, matches
from reviewer.access.permissions import not_a_verb
from reviewer.access.sessions import digest
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.models import LoginAttempt, Person, require_id

FREE_ATTEMPTS = 5
ATTEMPT_WINDOW = timedelta(minutes=15)
ADDRESS_FACTOR = 10  # an office's people share one address
# Nobody's hash, so that the answer to an unknown e-mail takes as long as that to a known one.
_DUMMY_HASH = f"$2b${BCRYPT_COST}${'.' * 53}"


def check_password(*, email: str, password: str, address: str) -> Person:
    """Returns the active person with this e-mail and password.

    Raises ``UserError`` with the same message and after the same time for an unknown e-mail, a wrong password
    and a deactivated person. After five failures within fifteen minutes each further attempt has to wait.
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


@not_a_verb("called by verbs that have checked the person's permission")
def confirm_password(actor: Actor, *, password: str) -> None:
    """Checks the password of a logged-in person again, before an action that can't be undone.

    Attempts count together with those at the login form. Raises ``UserError`` for a wrong password and for
    too many attempts.
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


def _count_attempt(email: str, address: str) -> int:
    """Counts an attempt before its password is checked, so that simultaneous ones count too; returns its id.

    Raises ``UserError`` where this e-mail or address has to wait.
    """
    now = clock.now()
    with write_session() as session:
        advisory_lock(session, "login")
        session.exec(delete(LoginAttempt).where(col(LoginAttempt.at) < now - ATTEMPT_WINDOW))
        attempt = LoginAttempt(who=digest(email), address=digest(address))
        _throttle(session, col(LoginAttempt.who) == attempt.who, FREE_ATTEMPTS)
        _throttle(session, col(LoginAttempt.address) == attempt.address, FREE_ATTEMPTS * ADDRESS_FACTOR)
        session.add(attempt)
        session.flush()
        return require_id(attempt)


def _throttle(session: Session, same_origin: ColumnElement[bool], free_attempts: int) -> None:
    """Raises ``UserError`` during the wait after free attempts: 2, 4, 8 … seconds, up to the window."""
    count, last = session.exec(select(func.count(), func.max(LoginAttempt.at)).where(same_origin)).one()
    if count < free_attempts:
        return
    wait = min(timedelta(seconds=2 ** min(count - free_attempts + 1, 12)), ATTEMPT_WINDOW)
    remaining = min(wait, last + wait - clock.now()).total_seconds()  # not longer where the clock was set back
    if remaining > 0:
        raise UserError(f"Demasiados intentos. Espere {_wait_text(remaining)} y vuelva a intentarlo.")


def _wait_text(seconds: float) -> str:
    if seconds > 90:
        return f"{math.ceil(seconds / 60)} minutos"
    return "1 segundo" if seconds <= 1 else f"{math.ceil(seconds)} segundos"
