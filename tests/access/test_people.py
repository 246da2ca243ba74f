"""People: adding, listing, changing and deactivating them, and who may do so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from reviewer.access import login_attempts, passwords, people, permissions, sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import AuditEvent, Person, Role, require_id
from tests.factories.people import PASSWORD, PersonFactory, log_in, token_of

NEW = "otra contraseña larga"
LIST = """Nombre, Correo
Ana Ñáñez <Ana@Prueba.example>
"Gómez Sol, Luis" <luis@prueba.example>
luz@prueba.example\tLuz del Río

  maría josé pérez;mj.perez@prueba.example
mailto:eva@prueba.example Eva Íñiguez
"""


def stored_person(person_id: int | None) -> Person:
    """Returns a person's row."""
    with read_session() as session:
        return session.exec(select(Person).where(Person.id == person_id)).one()


def events(action: str) -> list[AuditEvent]:
    """Returns the events of an action."""
    with read_session() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == action)))


def test_a_person_is_added_with_a_one_time_password(admin: Actor) -> None:
    added = people.add_person(admin, email=" Eva@Prueba.example ", name=" Eva   Íñiguez ", role=Role.JURY)
    assert (added.person.email, added.person.name) == ("eva@prueba.example", "Eva Íñiguez")
    assert added.one_time_password is not None and len(added.one_time_password) == 14
    actor = log_in(added.person)
    assert actor.must_change_password
    with pytest.raises(UserError, match="no es correcta"):
        people.change_password(actor, old="x", new=NEW)
    with pytest.raises(UserError, match="al menos 10"):
        people.change_password(actor, old=added.one_time_password, new="corta")
    with pytest.raises(UserError, match="distinta"):
        people.change_password(actor, old=added.one_time_password, new=added.one_time_password)
    people.change_password(actor, old=added.one_time_password, new=NEW)
    assert not log_in(stored_person(actor.person_id)).must_change_password
    assert login_attempts.check_password(email="eva@prueba.example", password=NEW, address="x").id
    recorded = "".join(event.model_dump_json() for event in events("person.add"))
    assert "eva" not in recorded.lower() and added.one_time_password not in stored_person(actor.person_id).password_hash


def test_failed_password_changes_are_limited(juror: Actor) -> None:
    for tries in range(login_attempts.FREE_ATTEMPTS):
        with pytest.raises(UserError, match="no es correcta"):
            people.change_password(juror, old=f"{tries}", new=NEW)
    with pytest.raises(UserError, match="Demasiados intentos"):
        people.change_password(juror, old=PASSWORD, new=NEW)


def test_changing_a_password_ends_only_the_other_sessions(person: PersonFactory) -> None:
    actor = person(Role.JURY)
    current_actor, elsewhere = sessions.actor_of(token_of(actor)), token_of(actor)
    assert current_actor is not None
    people.change_password(current_actor, old=PASSWORD, new=NEW)
    permissions.require_login(current_actor)
    assert sessions.actor_of(elsewhere) is None


@pytest.mark.parametrize("email", ["", "eva", "eva@", "@x.mx", "eva@x", "e va@x.mx", "a@b.mx,c@d.mx", "a@b..m"])
def test_invalid_emails_are_refused(admin: Actor, email: str) -> None:
    with pytest.raises(UserError, match="no es un correo"):
        people.add_person(admin, email=email, name="Eva", role=Role.JURY)


def test_an_email_belongs_to_one_person(admin: Actor) -> None:
    people.add_person(admin, email="eva@prueba.example", name="Eva", role=Role.JURY)
    with pytest.raises(UserError, match="Ya hay una persona"):
        people.add_person(admin, email="EVA@prueba.example", name="Otra", role=Role.ADMIN)
    with pytest.raises(UserError, match="nombre"):
        people.add_person(admin, email="otra@prueba.example", name="  ", role=Role.JURY)


def test_simultaneous_additions_of_a_person_add_one(admin: Actor) -> None:
    def add(_: int) -> str:
        try:
            people.add_person(admin, email="eva@prueba.example", name="Eva", role=Role.JURY)
        except UserError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(add, range(4)))
    assert sorted(map(bool, outcomes)) == [False, True, True, True]


def test_a_pasted_list_is_read_before_it_is_added(admin: Actor) -> None:
    parsed = people.parse_list(admin, lines=LIST)
    assert [(line.number, line.name, line.email) for line in parsed if not line.problem] == [
        (2, "Ana Ñáñez", "ana@prueba.example"),
        (3, "Gómez Sol Luis", "luis@prueba.example"),
        (4, "Luz del Río", "luz@prueba.example"),
        (6, "maría josé pérez", "mj.perez@prueba.example"),
        (7, "Eva Íñiguez", "eva@prueba.example"),
    ]
    assert [line.number for line in parsed if line.problem] == [1]
    assert people.list_people(admin) == [stored_person(admin.person_id)]


def test_a_list_is_added_completely_or_not_at_all(admin: Actor) -> None:
    with pytest.raises(UserError, match="Línea 1: falta el correo"):
        people.add_people(admin, lines=LIST, role=Role.JURY)
    assert len(people.list_people(admin)) == 1
    added = people.add_people(admin, lines=LIST.split("\n", 1)[1], role=Role.JURY)
    assert len({new_person.one_time_password for new_person in added}) == 5
    assert all(new_person.person.must_change_password for new_person in added)
    reparsed = people.parse_list(admin, lines="Ana <ana@prueba.example>\nUna <una@x.mx>\nDos <UNA@x.mx>\n<solo@x.mx>")
    problems = ["ya hay una persona", "", "ya hay una persona", "falta el nombre"]
    assert [line.problem.startswith(problem) for line, problem in zip(reparsed, problems, strict=True)] == [True] * 4
    assert reparsed[1].problem == ""


def test_the_list_is_sorted_and_searched_as_people_do(admin: Actor) -> None:
    for name, role in (("Zoe", Role.JURY), ("Ángel Peña", Role.JURY), ("beto", Role.COORDINATOR)):
        people.add_person(admin, email=f"{name[0].lower()}@prueba.example", name=name, role=role)
    inactive = people.add_person(admin, email="away@prueba.example", name="Abel", role=Role.JURY).person
    people.set_active(admin, person_id=require_id(inactive), active=False)
    names = [person.name for person in people.list_people(admin)]
    assert names == ["Ada Administra", "Ángel Peña", "beto", "Zoe", "Abel"]
    assert [person.name for person in people.list_people(admin, search="pena ANGEL")] == ["Ángel Peña"]
    assert [person.name for person in people.list_people(admin, search="z@")] == ["Zoe"]
    assert [person.name for person in people.list_people(admin, role=Role.COORDINATOR)] == ["beto"]


def test_a_new_role_ends_the_sessions(admin: Actor, juror: Actor) -> None:
    people.set_role(admin, person_id=juror.require_person_id(), role=Role.COORDINATOR)
    with pytest.raises(Forbidden):
        permissions.require(juror, Action.SEE_DESK)
    assert stored_person(juror.person_id).role is Role.COORDINATOR
    (event,) = events("person.role")
    assert event.detail == {"before": "jury", "after": "coordinator"} and event.actor == admin.label
    people.set_role(admin, person_id=juror.require_person_id(), role=Role.COORDINATOR)
    assert len(events("person.role")) == 1


def test_a_deactivated_person_is_refused_at_once_and_their_data_is_kept(admin: Actor, juror: Actor) -> None:
    token = token_of(juror)
    people.set_active(admin, person_id=juror.require_person_id(), active=False)
    assert sessions.actor_of(token) is None
    with pytest.raises(Forbidden):
        permissions.require(juror, Action.SEE_DESK)
    with pytest.raises(Forbidden):
        people.change_password(juror, old=PASSWORD, new=NEW)
    people.set_active(admin, person_id=juror.require_person_id(), active=True)
    assert sessions.actor_of(token) is None  # they have to log in again
    assert log_in(stored_person(juror.person_id)).role is Role.JURY


def test_a_reset_password_ends_the_old_one_and_every_session(admin: Actor, juror: Actor) -> None:
    token, email = token_of(juror), stored_person(juror.person_id).email
    new_password = people.reset_password(admin, person_id=juror.require_person_id())
    assert sessions.actor_of(token) is None
    with pytest.raises(UserError):
        login_attempts.check_password(email=email, password=PASSWORD, address="x")
    person = login_attempts.check_password(email=email, password=new_password, address="x")
    assert log_in(person).must_change_password


def test_the_last_administrator_stays(admin: Actor, person: PersonFactory) -> None:
    with pytest.raises(UserError, match="a sí misma"):
        people.set_active(admin, person_id=admin.require_person_id(), active=False)
    with pytest.raises(UserError, match="única"):
        people.set_active(OPERATOR, person_id=admin.require_person_id(), active=False)
    with pytest.raises(UserError, match="única"):
        people.set_role(admin, person_id=admin.require_person_id(), role=Role.JURY)
    other_admin = person(Role.ADMIN)
    people.set_role(admin, person_id=other_admin.require_person_id(), role=Role.JURY)
    with pytest.raises(UserError, match="única"):
        people.set_role(admin, person_id=admin.require_person_id(), role=Role.JURY)
    assert people.has_admin()


def test_two_administrators_cannot_deactivate_each_other(person: PersonFactory) -> None:
    pair = [person(Role.ADMIN), person(Role.ADMIN)]

    def away(number: int) -> bool:
        try:
            people.set_active(pair[number], person_id=pair[1 - number].person_id or 0, active=False)
        except (UserError, Forbidden):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(away, range(2))) == [False, True]
    assert people.has_admin()


VERBS: tuple[Callable[[Actor, int], Any], ...] = (
    lambda actor, person_id: people.add_person(actor, email="x@y.mx", name="X", role=Role.ADMIN),
    lambda actor, person_id: people.add_people(actor, lines="X x@y.mx", role=Role.ADMIN),
    lambda actor, person_id: people.parse_list(actor, lines="X x@y.mx"),
    lambda actor, person_id: people.list_people(actor),
    lambda actor, person_id: people.set_role(actor, person_id=person_id, role=Role.ADMIN),
    lambda actor, person_id: people.set_active(actor, person_id=person_id, active=False),
    lambda actor, person_id: people.reset_password(actor, person_id=person_id),
)


@pytest.mark.parametrize("verb", VERBS)
def test_only_administrators_manage_people(
    verb: Callable[[Actor, int], Any], admin: Actor, coordinator: Actor, juror: Actor
) -> None:
    before = stored_person(admin.person_id)
    for actor in (coordinator, juror):
        with pytest.raises(Forbidden):
            verb(actor, admin.require_person_id())
    people.set_role(OPERATOR, person_id=coordinator.require_person_id(), role=Role.ADMIN)
    with pytest.raises(Forbidden):  # a promise of a role is not a log-in with it
        verb(coordinator, admin.require_person_id())
    assert stored_person(admin.person_id) == before
    assert len(people.list_people(OPERATOR)) == 3


def test_unknown_person_is_refused(admin: Actor) -> None:
    with pytest.raises(UserError, match="ya no está"):
        people.reset_password(admin, person_id=999)
    with pytest.raises(UserError, match="ya no está"):
        people.set_active(admin, person_id=999, active=True)


@pytest.mark.parametrize("common", ["password1234", "1234567890", "Contraseña2025!", "QWERTYUIOP", "--dragon--1999"])
def test_common_passwords_are_refused(common: str) -> None:
    with pytest.raises(UserError, match="primeras"):
        passwords.check_rules(common)


def test_passwords_that_bcrypt_would_truncate_are_refused() -> None:
    with pytest.raises(UserError, match="demasiado larga"):
        passwords.check_rules("ñ" * 37)
    passwords.check_rules("ñ" * 36)
    hashed = passwords.hash_password("a" * 72)
    assert passwords.matches("a" * 72, hashed) and not passwords.matches("a" * 73, hashed)
