"""Factories of people who log in, and of their sessions."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from reviewer.access import passwords, sessions
from reviewer.access.actor import Actor
from reviewer.core.database import read_session, write_session
from reviewer.models import Person, Role

PASSWORD = "una contraseña larga"
PersonFactory = Callable[..., Actor]


def add_person(role: Role, **columns: Any) -> Person:
    """A person of this role, whose password is ``PASSWORD``."""
    nick = secrets.token_hex(4)
    given = {name: value for name, value in columns.items() if value != ""}
    defaults: dict[str, Any] = {
        "email": f"{nick}@prueba.example",
        "name": f"Persona {nick}",
        "password_hash": _password_hash(),
        "must_change_password": False,
    }
    person = Person(role=role, **defaults | given)
    with write_session() as session:
        session.add(person)
    return person


def add_actor(role: Role, **columns: Any) -> Actor:
    """The actor of a new person of this role, logged in."""
    return log_in(add_person(role, **columns))


def log_in(person: Person, *, origin: str = "") -> Actor:
    """The actor of a new session of this person."""
    actor = sessions.actor_of(_new_token(person, origin))
    assert actor is not None
    return actor


def log_in_again(actor: Actor, *, origin: str = "") -> Actor:
    """The same person with a new session: one of today is not valid at another time of the clock."""
    return log_in(_person_of(actor), origin=origin)


def token_of(actor: Actor) -> str:
    """A token, for the cookie, of a new session of this actor's person."""
    return _new_token(_person_of(actor))


def _person_of(actor: Actor) -> Person:
    with read_session() as session:
        return session.get_one(Person, actor.person_id)


@cache
def _password_hash() -> str:
    return passwords.hash_password(PASSWORD)


def _new_token(person: Person, origin: str = "") -> str:
    token = sessions.redeem_ticket(sessions.make_ticket(person), origin=origin)
    assert token is not None
    return token
