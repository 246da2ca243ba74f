"""The people of an installation: adding, roles, passwords, deactivation."""

import re
import unicodedata
from dataclasses import dataclass

from sqlmodel import Session, func, select

from reviewer.access import audit, sessions
from reviewer.access.actor import Actor
from reviewer.access.passwords import check_rules, hash_password, one_time
from reviewer.access.permissions import Action, confirm, require
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.models import Person, Role

EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")


@dataclass(frozen=True)
class Added:
    """A person just added; ``one_time_password`` is shown once and kept nowhere."""

    person: Person
    one_time_password: str | None


@dataclass(frozen=True)
class ListLine:
    """A line of a pasted list as it was read; ``problem`` says why it can't be added, empty if it can."""

    number: int
    text: str
    name: str
    email: str
    problem: str = ""


def add_person(actor: Actor, *, email: str, name: str, role: Role, password: str | None = None) -> Added:
    """Adds a person, with a one-time password unless one is given."""
    require(actor, Action.MANAGE_PEOPLE)
    return _add(actor, [_new(email, name, role, password)])[0]


def add_people(actor: Actor, *, lines: str, role: Role) -> list[Added]:
    """Adds a pasted list, a person a line (see ``read_list``): all or none."""
    read = read_list(actor, lines=lines)
    for each in read:
        if each.problem:
            raise Refused(f"Línea {each.number}: {each.problem}")
    return _add(actor, [_new(each.email, each.name, role, None) for each in read])


def read_list(viewer: Actor, *, lines: str) -> list[ListLine]:
    """What a pasted list says, a person a line: ``Nombre <correo>``, ``nombre, correo`` or two columns."""
    require(viewer, Action.MANAGE_PEOPLE)
    with reading() as session:
        known = set(session.exec(select(Person.email)))
    read: list[ListLine] = []
    for number, text in enumerate(lines.splitlines(), start=1):
        if text.strip():
            read.append(_read_line(number, text.strip(), known))
            known.add(read[-1].email)
    return read


def list_people(viewer: Actor, *, words: str = "", role: Role | None = None) -> list[Person]:
    """Everybody, the active first, by name; only those whose name or e-mail holds all the ``words``."""
    require(viewer, Action.MANAGE_PEOPLE)
    query = select(Person) if role is None else select(Person).where(Person.role == role)
    with reading() as session:
        people = list(session.exec(query))
    sought = _plain(words).split()
    found = [each for each in people if all(word in _plain(f"{each.name} {each.email}") for word in sought)]
    return sorted(found, key=lambda each: (not each.active, _plain(each.name), each.email))


def set_role(actor: Actor, *, person_id: int, role: Role) -> None:
    """Gives a person another role; she logs in anew."""
    require(actor, Action.MANAGE_PEOPLE)
    with writing() as session:
        person = _person(session, person_id)
        if person.role == role:
            return
        if person.role is Role.ADMIN:
            _keep_an_admin(session, person)
        audit.record(
            session, actor, "person.role", "person", person_id, {"before": person.role, "after": role}
        )
        person.role = role
        sessions.revoke_all(session, person_id)


def set_active(actor: Actor, *, person_id: int, active: bool) -> None:
    """Lets a person in again, or ends all her sessions and keeps her out. Nothing she did is lost."""
    require(actor, Action.MANAGE_PEOPLE)
    with writing() as session:
        person = _person(session, person_id)
        if not active:
            if person.id == actor.person_id:
                raise Refused("No puede desactivarse a sí misma: pídalo a otra persona administradora.")
            _keep_an_admin(session, person)
            sessions.revoke_all(session, person_id)
        person.active = active
        audit.record(
            session, actor, "person.activate" if active else "person.deactivate", "person", person_id
        )


def reset_password(actor: Actor, *, person_id: int) -> str:
    """A new one-time password for a person, shown once; her sessions end."""
    require(actor, Action.MANAGE_PEOPLE)
    password = one_time()
    hashed = hash_password(password)
    with writing() as session:
        person = _person(session, person_id)
        person.password_hash, person.must_change_password = hashed, True
        sessions.revoke_all(session, person_id)
        audit.record(session, actor, "person.reset", "person", person_id)
    return password


def change_password(actor: Actor, *, old: str, new: str) -> None:
    """Changes one's own password; one's other sessions end."""
    confirm(actor)
    check_rules(new)
    sessions.confirm_password(actor, password=old)
    if old == new:
        raise Refused("Elija una contraseña distinta de la actual.")
    hashed = hash_password(new)
    with writing() as session:
        person = _person(session, actor.person_id or 0)
        person.password_hash, person.must_change_password = hashed, False
        sessions.revoke_all(session, person.id or 0, but=actor.session_id)
        audit.record(session, actor, "person.password", "person", person.id)


def has_admin() -> bool:
    """Whether anybody could administer this installation."""
    with reading() as session:
        return (
            session.exec(select(Person.id).where(Person.role == Role.ADMIN, Person.active)).first()
            is not None
        )


def _new(email: str, name: str, role: Role, password: str | None) -> Added:
    """A person not yet stored; hashing takes its time here, outside of any transaction."""
    email, name = email.strip().casefold(), " ".join(name.split())
    if not EMAIL.match(email):
        raise Refused(f"«{email}» no es un correo: escríbalo completo, como nombre@dominio.mx.")
    if not name:
        raise Refused("Falta el nombre.")
    if password is not None:
        check_rules(password)
    given = password or one_time()
    person = Person(
        email=email,
        name=name,
        role=role,
        password_hash=hash_password(given),
        must_change_password=password is None,
    )
    return Added(person=person, one_time_password=None if password else given)


def _add(actor: Actor, added: list[Added]) -> list[Added]:
    with writing() as session:
        advisory_lock(session, "people")
        for each in added:
            email = each.person.email
            if session.exec(select(Person.id).where(Person.email == email)).first() is not None:
                raise Refused(f"Ya hay una persona con el correo {email}.")
            session.add(each.person)
            session.flush()
            audit.record(session, actor, "person.add", "person", each.person.id, {"role": each.person.role})
    return added


def _read_line(number: int, text: str, known: set[str]) -> ListLine:
    """Reads one line; ``known`` are the e-mails that are taken already."""
    found = re.search(r"[^\s,;<>\"()]+@[^\s,;<>\"()]*", text)
    email = found[0].casefold().removeprefix("mailto:").strip(".:") if found else ""
    name = " ".join(re.sub(r"[<>,;\t\"()]+", " ", text.replace(found[0], " ") if found else text).split())
    if not found:
        problem = "falta el correo. Escriba «Nombre Apellido, correo@dominio.mx»."
    elif not EMAIL.match(email):
        problem = f"«{email}» no es un correo: escríbalo completo, como nombre@dominio.mx."
    elif not name:
        problem = f"falta el nombre junto a {email}."
    else:
        problem = f"ya hay una persona con el correo {email}." if email in known else ""
    return ListLine(number, text, name, email, problem)


def _plain(text: str) -> str:
    """Folded case, without accents: how people search and sort names."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def _person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise Refused("Esa persona ya no está en la lista.")
    return person


def _keep_an_admin(session: Session, person: Person) -> None:
    advisory_lock(session, "people")  # two administrators must not send each other away at once
    others = session.exec(
        select(func.count())
        .select_from(Person)
        .where(Person.role == Role.ADMIN, Person.active, Person.id != person.id)
    ).one()
    if person.role is Role.ADMIN and others == 0:
        raise Refused("Es la única persona administradora: dé antes ese papel a otra.")
