"""A provider's word: fresh, about a verified e-mail, of somebody who is here."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from reviewer import clock, database
from reviewer.access import people, sessions, vouched
from reviewer.access.actor import OPERATOR
from reviewer.errors import Refused
from reviewer.models import Person, Role
from reviewer.web import sso
from tests.jury.cases import events


def claims(**others: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    return {"email": "Rosa@Prueba.example ", "email_verified": True, "iat": now, **others}


@pytest.fixture
def rosa(installation: Path) -> people.Added:
    return people.add_person(OPERATOR, email="rosa@prueba.example", name="Rosa", role=Role.JURY)


def test_she_comes_in_and_her_one_time_password_is_void(rosa: people.Added) -> None:
    person = vouched.person_of(claims())
    assert person.id == rosa.person.id and events("session.vouched") == 1
    token = sessions.redeem_ticket(sessions.make_ticket(person))
    actor = sessions.actor_of(token)
    assert actor is not None and not actor.is_newcomer
    with pytest.raises(Refused):
        sessions.check_password(
            email="rosa@prueba.example", password=rosa.one_time_password or "", address="x"
        )


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"email_verified": False}, "no ha verificado"),
        ({"email_verified": None}, "no ha verificado"),
        ({"email_verified": "no"}, "no ha verificado"),
        ({"iat": 0}, "caducó"),
        ({"email": "otra@prueba.example"}, "Nadie con el correo"),
        ({"email": ""}, "Nadie con el correo"),
    ],
)
def test_any_other_word_is_refused(rosa: people.Added, others: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        vouched.person_of(claims(**others))
    assert events("session.vouched") == 0


def test_an_old_word_and_a_deactivated_person_are_refused(rosa: people.Added) -> None:
    said = claims()
    with clock.set_to(clock.now() + timedelta(minutes=6)), pytest.raises(Refused, match="caducó"):
        vouched.person_of(said)
    with database.writing() as session:
        person = session.get(Person, rosa.person.id)
        assert person is not None
        person.active = False
    with pytest.raises(Refused, match="Nadie con el correo"):
        vouched.person_of(claims())


def test_nothing_is_offered_where_nothing_was_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.secrets), "load_if_toml_exists", lambda _self: False)
    assert not sso.is_offered()
