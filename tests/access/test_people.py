"""People: added, listed, changed and kept out; who may not do so changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from reviewer.access import passwords, people, permissions, sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action
from reviewer.database import reading
from reviewer.errors import Forbidden, Refused
from reviewer.models import AuditEvent, Person, Role
from tests.conftest import PASSWORD, PersonFactory, log_in, token_of

NEW = "otra contraseña larga"
LIST = """Nombre, Correo
Ana Ñáñez <Ana@Prueba.example>
"Gómez Sol, Luis" <luis@prueba.example>
luz@prueba.example\tLuz del Río

  maría josé pérez;mj.perez@prueba.example
mailto:eva@prueba.example Eva Íñiguez
"""


def known(person_id: int | None) -> Person:
    """A person's row."""
    with reading() as session:
        return session.exec(select(Person).where(Person.id == person_id)).one()


def events(action: str) -> list[AuditEvent]:
    """What the audit trail has of an action."""
    with reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == action)))


def test_a_person_is_added_with_a_password_for_once(admin: Actor) -> None:
    added = people.add_person(admin, email=" Eva@Prueba.example ", name=" Eva   Íñiguez ", role=Role.JURY)
    assert (added.person.email, added.person.name) == ("eva@prueba.example", "Eva Íñiguez")
    assert added.one_time_password is not None and len(added.one_time_password) == 14
    actor = log_in(added.person)
    assert actor.is_newcomer
    with pytest.raises(Refused, match="no es correcta"):
        people.change_password(actor, old="x", new=NEW)
    with pytest.raises(Refused, match="al menos 10"):
        people.change_password(actor, old=added.one_time_password, new="corta")
    with pytest.raises(Refused, match="distinta"):
        people.change_password(actor, old=added.one_time_password, new=added.one_time_password)
    people.change_password(actor, old=added.one_time_password, new=NEW)
    assert not log_in(known(actor.person_id)).is_newcomer
    assert sessions.check_password(email="eva@prueba.example", password=NEW, address="x").id
    kept = "".join(each.model_dump_json() for each in events("person.add"))
    assert "eva" not in kept.lower() and added.one_time_password not in known(actor.person_id).password_hash


def test_who_sits_down_at_an_open_page_can_not_try_passwords_for_ever(juror: Actor) -> None:
    for tries in range(sessions.FREE_ATTEMPTS):
        with pytest.raises(Refused, match="no es correcta"):
            people.change_password(juror, old=f"{tries}", new=NEW)
    with pytest.raises(Refused, match="Demasiados intentos"):
        people.change_password(juror, old=PASSWORD, new=NEW)


def test_changing_ones_password_ends_ones_other_sessions_only(person: PersonFactory) -> None:
    actor = person(Role.JURY)
    here, elsewhere = sessions.actor_of(token_of(actor)), token_of(actor)
    assert here is not None
    people.change_password(here, old=PASSWORD, new=NEW)
    permissions.confirm(here)
    assert sessions.actor_of(elsewhere) is None


@pytest.mark.parametrize(
    "email", ["", "eva", "eva@", "@x.mx", "eva@x", "e va@x.mx", "a@b.mx,c@d.mx", "a@b..m"]
)
def test_what_is_not_an_email_is_refused(admin: Actor, email: str) -> None:
    with pytest.raises(Refused, match="no es un correo"):
        people.add_person(admin, email=email, name="Eva", role=Role.JURY)


def test_the_same_email_is_one_person(admin: Actor) -> None:
    people.add_person(admin, email="eva@prueba.example", name="Eva", role=Role.JURY)
    with pytest.raises(Refused, match="Ya hay una persona"):
        people.add_person(admin, email="EVA@prueba.example", name="Otra", role=Role.ADMIN)
    with pytest.raises(Refused, match="nombre"):
        people.add_person(admin, email="otra@prueba.example", name="  ", role=Role.JURY)


def test_two_who_add_the_same_person_at_once_add_one(admin: Actor) -> None:
    def add(_: int) -> str:
        try:
            people.add_person(admin, email="eva@prueba.example", name="Eva", role=Role.JURY)
        except Refused as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(add, range(4)))
    assert sorted(map(bool, told)) == [False, True, True, True]


def test_a_pasted_list_is_read_before_it_is_added(admin: Actor) -> None:
    read = people.read_list(admin, lines=LIST)
    assert [(each.number, each.name, each.email) for each in read if not each.problem] == [
        (2, "Ana Ñáñez", "ana@prueba.example"),
        (3, "Gómez Sol Luis", "luis@prueba.example"),
        (4, "Luz del Río", "luz@prueba.example"),
        (6, "maría josé pérez", "mj.perez@prueba.example"),
        (7, "Eva Íñiguez", "eva@prueba.example"),
    ]
    assert [each.number for each in read if each.problem] == [1]
    assert people.list_people(admin) == [known(admin.person_id)]


def test_a_list_is_added_whole_or_not_at_all(admin: Actor) -> None:
    with pytest.raises(Refused, match="Línea 1: falta el correo"):
        people.add_people(admin, lines=LIST, role=Role.JURY)
    assert len(people.list_people(admin)) == 1
    added = people.add_people(admin, lines=LIST.split("\n", 1)[1], role=Role.JURY)
    assert len({each.one_time_password for each in added}) == 5
    assert all(each.person.must_change_password for each in added)
    again = people.read_list(
        admin, lines="Ana <ana@prueba.example>\nUna <una@x.mx>\nDos <UNA@x.mx>\n<solo@x.mx>"
    )
    problems = ["ya hay una persona", "", "ya hay una persona", "falta el nombre"]
    assert [each.problem.startswith(words) for each, words in zip(again, problems, strict=True)] == [True] * 4
    assert again[1].problem == ""


def test_the_list_is_sorted_and_searched_as_people_do(admin: Actor) -> None:
    for name, role in (("Zoe", Role.JURY), ("Ángel Peña", Role.JURY), ("beto", Role.COORDINATOR)):
        people.add_person(admin, email=f"{name[0].lower()}@prueba.example", name=name, role=role)
    away = people.add_person(admin, email="away@prueba.example", name="Abel", role=Role.JURY).person
    people.set_active(admin, person_id=away.id or 0, active=False)
    names = [each.name for each in people.list_people(admin)]
    assert names == ["Ada Administra", "Ángel Peña", "beto", "Zoe", "Abel"]
    assert [each.name for each in people.list_people(admin, words="pena ANGEL")] == ["Ángel Peña"]
    assert [each.name for each in people.list_people(admin, words="z@")] == ["Zoe"]
    assert [each.name for each in people.list_people(admin, role=Role.COORDINATOR)] == ["beto"]


def test_a_new_role_begins_with_a_new_log_in(admin: Actor, juror: Actor) -> None:
    people.set_role(admin, person_id=juror.person_id or 0, role=Role.COORDINATOR)
    with pytest.raises(Forbidden):
        permissions.require(juror, Action.SEE_DESK)
    assert known(juror.person_id).role is Role.COORDINATOR
    (event,) = events("person.role")
    assert event.detail == {"before": "jury", "after": "coordinator"} and event.actor == admin.label
    people.set_role(admin, person_id=juror.person_id or 0, role=Role.COORDINATOR)
    assert len(events("person.role")) == 1


def test_a_deactivated_person_is_refused_at_once_and_keeps_what_is_hers(admin: Actor, juror: Actor) -> None:
    token = token_of(juror)
    people.set_active(admin, person_id=juror.person_id or 0, active=False)
    assert sessions.actor_of(token) is None
    with pytest.raises(Forbidden):
        permissions.require(juror, Action.SEE_DESK)
    with pytest.raises(Forbidden):
        people.change_password(juror, old=PASSWORD, new=NEW)
    people.set_active(admin, person_id=juror.person_id or 0, active=True)
    assert sessions.actor_of(token) is None  # she comes back through the door
    assert log_in(known(juror.person_id)).role is Role.JURY


def test_a_reset_password_ends_the_old_one_and_every_session(admin: Actor, juror: Actor) -> None:
    token, email = token_of(juror), known(juror.person_id).email
    given = people.reset_password(admin, person_id=juror.person_id or 0)
    assert sessions.actor_of(token) is None
    with pytest.raises(Refused):
        sessions.check_password(email=email, password=PASSWORD, address="x")
    person = sessions.check_password(email=email, password=given, address="x")
    assert log_in(person).is_newcomer


def test_there_is_always_somebody_who_administers(admin: Actor, person: PersonFactory) -> None:
    with pytest.raises(Refused, match="a sí misma"):
        people.set_active(admin, person_id=admin.person_id or 0, active=False)
    with pytest.raises(Refused, match="única"):
        people.set_active(OPERATOR, person_id=admin.person_id or 0, active=False)
    with pytest.raises(Refused, match="única"):
        people.set_role(admin, person_id=admin.person_id or 0, role=Role.JURY)
    other = person(Role.ADMIN)
    people.set_role(admin, person_id=other.person_id or 0, role=Role.JURY)
    with pytest.raises(Refused, match="única"):
        people.set_role(admin, person_id=admin.person_id or 0, role=Role.JURY)
    assert people.has_admin()


def test_two_administrators_do_not_send_each_other_away(person: PersonFactory) -> None:
    pair = [person(Role.ADMIN), person(Role.ADMIN)]

    def away(number: int) -> bool:
        try:
            people.set_active(pair[number], person_id=pair[1 - number].person_id or 0, active=False)
        except (Refused, Forbidden):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(away, range(2))) == [False, True]
    assert people.has_admin()


VERBS: tuple[Callable[[Actor, int], Any], ...] = (
    lambda who, other: people.add_person(who, email="x@y.mx", name="X", role=Role.ADMIN),
    lambda who, other: people.add_people(who, lines="X x@y.mx", role=Role.ADMIN),
    lambda who, other: people.read_list(who, lines="X x@y.mx"),
    lambda who, other: people.list_people(who),
    lambda who, other: people.set_role(who, person_id=other, role=Role.ADMIN),
    lambda who, other: people.set_active(who, person_id=other, active=False),
    lambda who, other: people.reset_password(who, person_id=other),
)


@pytest.mark.parametrize("verb", VERBS)
def test_only_administrators_do_any_of_this(
    verb: Callable[[Actor, int], Any], admin: Actor, coordinator: Actor, juror: Actor
) -> None:
    before = known(admin.person_id)
    for actor in (coordinator, juror):
        with pytest.raises(Forbidden):
            verb(actor, admin.person_id or 0)
    people.set_role(OPERATOR, person_id=coordinator.person_id or 0, role=Role.ADMIN)
    with pytest.raises(Forbidden):  # a promise of a role is not a log-in with it
        verb(coordinator, admin.person_id or 0)
    assert known(admin.person_id) == before
    assert len(people.list_people(OPERATOR)) == 3


def test_one_who_is_not_there_is_told_so(admin: Actor) -> None:
    with pytest.raises(Refused, match="ya no está"):
        people.reset_password(admin, person_id=999)
    with pytest.raises(Refused, match="ya no está"):
        people.set_active(admin, person_id=999, active=True)


@pytest.mark.parametrize(
    "common", ["password1234", "1234567890", "Contraseña2025!", "QWERTYUIOP", "--dragon--1999"]
)
def test_the_first_passwords_that_anybody_would_try_are_refused(common: str) -> None:
    with pytest.raises(Refused, match="primeras"):
        passwords.check_rules(common)


def test_passwords_that_bcrypt_would_cut_are_refused() -> None:
    with pytest.raises(Refused, match="demasiado larga"):
        passwords.check_rules("ñ" * 37)
    passwords.check_rules("ñ" * 36)
    hashed = passwords.hash_password("a" * 72)
    assert passwords.matches("a" * 72, hashed) and not passwords.matches("a" * 73, hashed)
