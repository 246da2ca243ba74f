"""Sessions that are open: one's own seen and ended, a person's ended by an administrator."""

from datetime import timedelta

import pytest

from reviewer import clock
from reviewer.access import open_sessions, sessions
from reviewer.access.actor import Actor
from reviewer.access.sessions import IDLE
from reviewer.database import reading
from reviewer.errors import Forbidden
from reviewer.models import Person, Role
from tests.conftest import PersonFactory, token_of


def another(actor: Actor, origin: str = "") -> Actor:
    """The same person, logged in once more."""
    with reading() as session:
        known = session.get_one(Person, actor.person_id)
    token = sessions.redeem_ticket(sessions.make_ticket(known), origin=origin)
    found = sessions.actor_of(token)
    assert found is not None
    return found


def test_one_sees_ones_own_the_last_used_first(juror: Actor, person: PersonFactory) -> None:
    person(Role.JURY)
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        later = another(juror, "Firefox en Mac · 203.0.113.7")
        seen = open_sessions.own(juror)
    assert [each.origin for each in seen] == ["Firefox en Mac · 203.0.113.7", ""]
    assert [each.is_this_one for each in seen] == [False, True]
    assert later.origin == "Firefox en Mac · 203.0.113.7"


def test_ending_one_ends_that_one(juror: Actor) -> None:
    token = token_of(juror)
    other = sessions.actor_of(token)
    assert other is not None and other.session_id is not None
    open_sessions.end(juror, session_id=other.session_id)
    assert sessions.actor_of(token) is None
    assert len(open_sessions.own(juror)) == 1


def test_nobody_ends_anothers(juror: Actor, coordinator: Actor) -> None:
    for session_id in (coordinator.session_id or 0, 999_999):
        with pytest.raises(Forbidden):
            open_sessions.end(juror, session_id=session_id)
    with pytest.raises(Forbidden):
        open_sessions.end_all(coordinator, person_id=juror.person_id or 0)
    with pytest.raises(Forbidden):
        open_sessions.count_of(coordinator, person_id=juror.person_id or 0)
    assert open_sessions.own(coordinator)


def test_all_the_others_but_the_present_one(juror: Actor) -> None:
    others = [another(juror) for _ in range(3)]
    open_sessions.end_others(juror)
    assert [each.is_this_one for each in open_sessions.own(juror)] == [True]
    with pytest.raises(Forbidden):
        open_sessions.own(others[0])


def test_an_administrator_ends_all_of_a_persons(admin: Actor, juror: Actor) -> None:
    another(juror)
    assert open_sessions.count_of(admin, person_id=juror.person_id or 0) == 2
    open_sessions.end_all(admin, person_id=juror.person_id or 0)
    assert open_sessions.count_of(admin, person_id=juror.person_id or 0) == 0
    with pytest.raises(Forbidden):
        open_sessions.own(juror)


def test_what_is_idle_or_over_is_not_open(admin: Actor, juror: Actor) -> None:
    with clock.set_to(clock.now() + IDLE - timedelta(minutes=1)):
        fresh = another(admin)
        assert open_sessions.count_of(fresh, person_id=juror.person_id or 0) == 1
    with clock.set_to(clock.now() + IDLE + timedelta(minutes=1)):
        assert open_sessions.count_of(fresh, person_id=juror.person_id or 0) == 0
