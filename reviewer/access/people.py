"""The people of an installation: adding them, their roles and passwords, deactivation."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from reviewer.access import login_attempts, sessions
from reviewer.access.actor import Actor
from reviewer.access.passwords import check_rules, hash_password, make_one_time_password
from reviewer.access.permissions import Action, own_data, require, verb
from reviewer.audit import log
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.search import search_conditions
from reviewer.models import Person, Role, require_id

EMAIL_PATTERN = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")


@dataclass(frozen=True)
class NewPerson:
    """A person just added; ``one_time_password`` is shown once and not stored."""

    person: Person
    one_time_password: str | None


@dataclass(frozen=True)
class PastedLine:
    """A parsed line of a pasted list; ``problem`` says why it can't be added and is empty if it can."""

    number: int
    text: str
    name: str
    email: str
    problem: str = ""


@verb(Action.MANAGE_PEOPLE)
def add_person(actor: Actor, *, email: str, name: str, role: Role, password: str | None = None) -> NewPerson:
    """Adds a person, with a one-time password unless one is given."""
    require(actor, Action.MANAGE_PEOPLE)
    return _add(actor, [_new_person(email, name, role, password)])[0]


@verb(Action.MANAGE_PEOPLE)
def add_people(actor: Actor, *, lines: str, role: Role) -> list[NewPerson]:
    """Adds the people of a pasted list (see ``parse_list``), all of them or none."""
    parsed = parse_list(actor, lines=lines)
    for line in parsed:
        if line.problem:
            raise UserError(f"Línea {line.number}: {line.problem}")
    return _add(actor, [_new_person(line.email, line.name, role, None) for line in parsed])


@verb(Action.MANAGE_PEOPLE)
def parse_list(viewer: Actor, *, lines: str) -> list[PastedLine]:
    """Parses a list of a person per line: ``Nombre <correo>``, ``nombre, correo`` or two columns."""
    require(viewer, Action.MANAGE_PEOPLE)
    with read_session() as session:
        known_emails = set(session.exec(select(Person.email)))
    parsed: list[PastedLine] = []
    for number, text in enumerate(lines.splitlines(), start=1):
        if text.strip():
            parsed.append(_parse_line(number, text.strip(), known_emails))
            known_emails.add(parsed[-1].email)
    return parsed


@verb(Action.MANAGE_PEOPLE)
def list_people(
    viewer: Actor, *, search: str = "", role: Role | None = None, offset: int = 0, limit: int | None = None
) -> list[Person]:
    """Returns people with all words of ``search`` in name or e-mail: the active first, by name."""
    require(viewer, Action.MANAGE_PEOPLE)
    query = select(Person).where(*_list_conditions(search, role))
    query = query.order_by(col(Person.active).desc(), Person.search_text)
    with read_session() as session:
        return list(session.exec(query.offset(offset).limit(limit)))


@verb(Action.MANAGE_PEOPLE)
def count_people(viewer: Actor, *, search: str = "", role: Role | None = None) -> int:
    """Returns how many people ``list_people`` lists."""
    require(viewer, Action.MANAGE_PEOPLE)
    with read_session() as session:
        return session.exec(select(func.count()).where(*_list_conditions(search, role))).one()


def _list_conditions(search: str, role: Role | None) -> list[ColumnElement[bool]]:
    return [
        col(Person.id).is_not(None) if role is None else col(Person.role) == role,
        *search_conditions(search, Person.search_text),
    ]


@verb(Action.MANAGE_PEOPLE)
def set_role(actor: Actor, *, person_id: int, role: Role) -> None:
    """Gives a person another role and ends their sessions."""
    require(actor, Action.MANAGE_PEOPLE)
    with write_session() as session:
        person = _get_person(session, person_id)
        if person.role == role:
            return
        if person.role is Role.ADMIN:
            _require_another_admin(session, person)
        log.record(session, actor, "person.role", "person", person_id, {"before": person.role, "after": role})
        person.role = role
        sessions.revoke_all(session, person_id)


@verb(Action.MANAGE_PEOPLE)
def set_active(actor: Actor, *, person_id: int, active: bool) -> None:
    """Reactivates a person, or deactivates them and ends their sessions. What they did is kept."""
    require(actor, Action.MANAGE_PEOPLE)
    with write_session() as session:
        person = _get_person(session, person_id)
        if not active:
            if person.id == actor.person_id:
                raise UserError("No puede desactivarse a sí misma: pídalo a otra persona administradora.")
            _require_another_admin(session, person)
            sessions.revoke_all(session, person_id)
        person.active = active
        log.record(session, actor, "person.activate" if active else "person.deactivate", "person", person_id)


@verb(Action.MANAGE_PEOPLE)
def reset_password(actor: Actor, *, person_id: int) -> str:
    """Returns a new one-time password for a person, and ends their sessions."""
    require(actor, Action.MANAGE_PEOPLE)
    password = make_one_time_password()
    password_hash = hash_password(password)
    with write_session() as session:
        person = _get_person(session, person_id)
        person.password_hash, person.must_change_password = password_hash, True
        sessions.revoke_all(session, person_id)
        log.record(session, actor, "person.reset", "person", person_id)
    return password


@own_data
def change_password(actor: Actor, *, old: str, new: str) -> None:
    """Changes the actor's own password and ends their other sessions."""
    check_rules(new)
    login_attempts.confirm_password(actor, password=old)
    if old == new:
        raise UserError("Elija una contraseña distinta de la actual.")
    password_hash = hash_password(new)
    with write_session() as session:
        person = _get_person(session, actor.require_person_id())
        person.password_hash, person.must_change_password = password_hash, False
        sessions.revoke_all(session, require_id(person), except_id=actor.session_id)
        log.record(session, actor, "person.password", "person", person.id)


def has_admin() -> bool:
    """Returns whether there is an active administrator."""
    with read_session() as session:
        query = select(Person.id).where(Person.role == Role.ADMIN, Person.active)
        return session.exec(query).first() is not None


def _new_person(email: str, name: str, role: Role, password: str | None) -> NewPerson:
    """Returns a person that is not stored yet. The slow hashing is done here, outside of a transaction."""
    email, name = email.strip().casefold(), " ".join(name.split())
    if not EMAIL_PATTERN.match(email):
        raise UserError(f"«{email}» no es un correo: escríbalo completo, como nombre@dominio.mx.")
    if not name:
        raise UserError("Falta el nombre.")
    if password is not None:
        check_rules(password)
    initial_password = password or make_one_time_password()
    person = Person(email=email, name=name, role=role, password_hash=hash_password(initial_password))
    person.must_change_password = password is None
    return NewPerson(person=person, one_time_password=None if password else initial_password)


def _add(actor: Actor, new_people: list[NewPerson]) -> list[NewPerson]:
    with write_session() as session:
        advisory_lock(session, "people")
        for new_person in new_people:
            email = new_person.person.email
            if session.exec(select(Person.id).where(Person.email == email)).first() is not None:
                raise UserError(f"Ya hay una persona con el correo {email}.")
            session.add(new_person.person)
            session.flush()
            log.record(session, actor, "person.add", "person", new_person.person.id, {"role": new_person.person.role})
    return new_people


def _parse_line(number: int, text: str, taken_emails: set[str]) -> PastedLine:
    match = re.search(r"[^\s,;<>\"()]+@[^\s,;<>\"()]*", text)
    email = match[0].casefold().removeprefix("mailto:").strip(".:") if match else ""
    name = " ".join(re.sub(r"[<>,;\t\"()]+", " ", text.replace(match[0], " ") if match else text).split())
    if not match:
        problem = "falta el correo. Escriba «Nombre Apellido, correo@dominio.mx»."
    elif not EMAIL_PATTERN.match(email):
        problem = f"«{email}» no es un correo: escríbalo completo, como nombre@dominio.mx."
    elif not name:
        problem = f"falta el nombre junto a {email}."
    else:
        problem = f"ya hay una persona con el correo {email}." if email in taken_emails else ""
    return PastedLine(number, text, name, email, problem)


def _get_person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise UserError("Esa persona ya no está en la lista.")
    return person


def _require_another_admin(session: Session, person: Person) -> None:
    advisory_lock(session, "people")  # two administrators must not deactivate each other at once
    other_admins = session.exec(
        select(func.count()).select_from(Person).where(Person.role == Role.ADMIN, Person.active, Person.id != person.id)
    ).one()
    if person.role is Role.ADMIN and other_admins == 0:
        raise UserError("Es la única persona administradora: dé antes ese papel a otra.")
