"""Open sessions: a person lists and ends their own, an administrator ends those of a person."""

from datetime import timedelta

import pytest

from reviewer.access import open_sessions, sessions
from reviewer.access.actor import Actor
from reviewer.access.sessions import MAX_IDLE
from reviewer.core import clock
from reviewer.core.errors import Forbidden
from reviewer.models import Role
from tests.factories.people import PersonFactory, log_in_again, token_of


def test_own_sessions_are_listed_the_last_used_first(juror: Actor, person: PersonFactory) -> None:
    person(Role.JURY)
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        later = log_in_again(juror, origin="Firefox en Mac · 203.0.113.7")
        listed_sessions = open_sessions.list_own(juror)
    assert [open_session.origin for open_session in listed_sessions] == ["Firefox en Mac · 203.0.113.7", ""]
    assert [open_session.is_current for open_session in listed_sessions] == [False, True]
    assert later.origin == "Firefox en Mac · 203.0.113.7"


def test_ending_a_session_ends_only_that_one(juror: Actor) -> None:
    token = token_of(juror)
    same_actor = sessions.actor_of(token)
    assert same_actor is not None and same_actor.session_id is not None
    open_sessions.end_own(juror, session_id=same_actor.session_id)
    assert sessions.actor_of(token) is None
    assert len(open_sessions.list_own(juror)) == 1


def test_sessions_of_other_people_cannot_be_ended(juror: Actor, coordinator: Actor) -> None:
    for session_id in (coordinator.session_id or 0, 999_999):
        with pytest.raises(Forbidden):
            open_sessions.end_own(juror, session_id=session_id)
    with pytest.raises(Forbidden):
        open_sessions.end_all(coordinator, person_id=juror.require_person_id())
    with pytest.raises(Forbidden):
        open_sessions.count_open(coordinator, person_id=juror.require_person_id())
    assert open_sessions.list_own(coordinator)


def test_all_sessions_except_the_current_one_are_ended(juror: Actor) -> None:
    other_actors = [log_in_again(juror) for _ in range(3)]
    open_sessions.end_others(juror)
    assert [open_session.is_current for open_session in open_sessions.list_own(juror)] == [True]
    with pytest.raises(Forbidden):
        open_sessions.list_own(other_actors[0])


def test_an_administrator_ends_all_sessions_of_a_person(admin: Actor, juror: Actor) -> None:
    log_in_again(juror)
    assert open_sessions.count_open(admin, person_id=juror.require_person_id()) == 2
    open_sessions.end_all(admin, person_id=juror.require_person_id())
    assert open_sessions.count_open(admin, person_id=juror.require_person_id()) == 0
    with pytest.raises(Forbidden):
        open_sessions.list_own(juror)


def test_idle_and_expired_sessions_are_not_open(admin: Actor, juror: Actor) -> None:
    with clock.set_to(clock.now() + MAX_IDLE - timedelta(minutes=1)):
        fresh = log_in_again(admin)
        assert open_sessions.count_open(fresh, person_id=juror.require_person_id()) == 1
    with clock.set_to(clock.now() + MAX_IDLE + timedelta(minutes=1)):
        assert open_sessions.count_open(fresh, person_id=juror.require_person_id()) == 0
