"""Claims of a provider: recent, with the verified e-mail of an active person."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from reviewer.access import login_attempts, people, sessions, sso_accounts
from reviewer.access.actor import OPERATOR
from reviewer.core import clock, database
from reviewer.core.errors import UserError
from reviewer.models import Person, Role
from reviewer.web.auth import sso
from tests.stored_rows import count_events


def claims(**others: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    return {"email": "Rosa@Prueba.example ", "email_verified": True, "iat": now, **others}


@pytest.fixture
def rosa(installation: Path) -> people.NewPerson:
    return people.add_person(OPERATOR, email="rosa@prueba.example", name="Rosa", role=Role.JURY)


def test_sso_login_voids_the_one_time_password(rosa: people.NewPerson) -> None:
    person = sso_accounts.person_from_claims(claims())
    assert person.id == rosa.person.id and count_events("session.vouched") == 1
    token = sessions.redeem_ticket(sessions.make_ticket(person))
    actor = sessions.actor_of(token)
    assert actor is not None and not actor.must_change_password
    with pytest.raises(UserError):
        login_attempts.check_password(email="rosa@prueba.example", password=rosa.one_time_password or "", address="x")


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
def test_other_claims_are_refused(rosa: people.NewPerson, others: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        sso_accounts.person_from_claims(claims(**others))
    assert count_events("session.vouched") == 0


def test_old_claims_and_deactivated_people_are_refused(rosa: people.NewPerson) -> None:
    old_claims = claims()
    with clock.set_to(clock.now() + timedelta(minutes=6)), pytest.raises(UserError, match="caducó"):
        sso_accounts.person_from_claims(old_claims)
    with database.write_session() as session:
        person = session.get(Person, rosa.person.id)
        assert person is not None
        person.active = False
    with pytest.raises(UserError, match="Nadie con el correo"):
        sso_accounts.person_from_claims(claims())


def test_sso_is_not_offered_without_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.secrets), "load_if_toml_exists", lambda _self: False)
    assert not sso.is_offered()
