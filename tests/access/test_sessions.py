"""Logins: attempts are slowed down, tickets work once, sessions end when they should."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from reviewer.access import login_attempts, passwords, people, permissions, sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import AuditEvent, LoginAttempt, LoginSession, LoginTicket, Person, Role
from tests.factories.people import PASSWORD, PersonFactory, token_of

EMAIL = "eva@prueba.example"
WRONG = "El correo o la contraseña no son correctos."


def log_in(password: str = PASSWORD, email: str = EMAIL, address: str = "10.0.0.1") -> Person:
    """Logs in with the right password."""
    return login_attempts.check_password(email=email, password=password, address=address)


def fail(times: int, email: str = EMAIL, address: str = "10.0.0.1") -> None:
    """Logs in with a wrong password."""
    for _ in range(times):
        with pytest.raises(UserError, match=WRONG):
            log_in("no es esta", email, address)


def note_failures(times: int, *, who: str = "somebody", address: str = "somewhere") -> None:
    """Counts failures without the time that hashing takes."""
    with write_session() as session:
        for _ in range(times):
            session.add(LoginAttempt(who=sessions.digest(who), address=sessions.digest(address)))


def attempts() -> int:
    """Returns how many attempts are counted."""
    with read_session() as session:
        return len(session.exec(select(LoginAttempt)).all())


def test_the_right_password_opens_whatever_the_case_of_the_email(person: PersonFactory) -> None:
    actor = person(Role.JURY, email=EMAIL)
    assert log_in(email="  EVA@Prueba.Example ").id == actor.person_id
    assert attempts() == 0


def test_unknown_wrong_and_deactivated_get_the_same_message(person: PersonFactory) -> None:
    actor = person(Role.JURY, email=EMAIL)
    fail(1)
    fail(1, email="nobody@prueba.example")
    people.set_active(OPERATOR, person_id=actor.require_person_id(), active=False)
    with pytest.raises(UserError, match=WRONG):
        log_in()


def test_an_unknown_email_takes_a_hash_as_well(person: PersonFactory) -> None:
    assert login_attempts._DUMMY_HASH.startswith(f"$2b${passwords.BCRYPT_COST}$")
    assert passwords.hash_password(PASSWORD).startswith(f"$2b${passwords.BCRYPT_COST}$")


def test_the_sixth_try_waits_and_each_further_one_twice_as_long(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    start = clock.now()
    with clock.set_to(start):
        fail(login_attempts.FREE_ATTEMPTS)
        with pytest.raises(UserError, match="Espere 2 segundos"):
            log_in()  # the right password waits as well
    with clock.set_to(start + timedelta(seconds=1.5)), pytest.raises(UserError, match="Espere 1 segundo "):
        log_in()
    with clock.set_to(start + timedelta(seconds=2)):
        fail(1)
        with pytest.raises(UserError, match="Espere 4 segundos"):
            log_in()
    with clock.set_to(start + timedelta(seconds=6)):
        assert log_in().email == EMAIL


def test_the_wait_never_exceeds_the_window_and_ends_with_it(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    start = clock.now()
    with clock.set_to(start):
        note_failures(40, who=EMAIL)
        with pytest.raises(UserError, match="Espere 15 minutos"):
            log_in()
    with clock.set_to(start + login_attempts.ATTEMPT_WINDOW + timedelta(seconds=1)):
        assert log_in().email == EMAIL
    assert attempts() == 0  # old ones are not kept


def test_simultaneous_attempts_are_all_counted(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    with clock.set_to(clock.now()), ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(_outcome, range(16)))
    assert outcomes.count(WRONG) == login_attempts.FREE_ATTEMPTS
    assert sum(outcome.startswith("Demasiados") for outcome in outcomes) == 16 - login_attempts.FREE_ATTEMPTS


def _outcome(_: int) -> str:
    try:
        log_in("no es esta")
    except UserError as refusal:
        return str(refusal)
    return "in"


def test_an_address_that_tries_many_people_is_slowed_and_others_are_not(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    with clock.set_to(clock.now()):
        note_failures(login_attempts.FREE_ATTEMPTS * login_attempts.ADDRESS_FACTOR - 1, address="10.0.0.1")
        fail(1, email="nobody@prueba.example")
        with pytest.raises(UserError, match="Demasiados"):
            log_in()
        assert log_in(address="10.0.0.2").email == EMAIL


def test_a_ticket_works_once_and_for_a_minute(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    ticket = sessions.make_ticket(log_in())
    assert sessions.actor_of(sessions.redeem_ticket(ticket)) is not None
    assert sessions.redeem_ticket(ticket) is None
    assert sessions.redeem_ticket("made up") is None
    late = sessions.make_ticket(log_in())
    with clock.set_to(clock.now() + sessions.TICKET_LIFETIME + timedelta(seconds=1)):
        assert sessions.redeem_ticket(late) is None


def test_concurrent_redemptions_and_logouts_take_effect_once(person: PersonFactory) -> None:
    person(Role.JURY, email=EMAIL)
    ticket = sessions.make_ticket(log_in())
    with ThreadPoolExecutor(8) as pool:
        tokens = [token for token in pool.map(lambda _: sessions.redeem_ticket(ticket), range(8)) if token]
        list(pool.map(lambda _: sessions.log_out(tokens[0]), range(8)))
    assert len(tokens) == 1 and sessions.actor_of(tokens[0]) is None
    with read_session() as session:
        ended = session.exec(select(AuditEvent).where(AuditEvent.action == "session.end")).all()
    assert len(ended) == 1


def test_a_log_in_ends_the_session_that_another_person_left_in_the_browser(person: PersonFactory) -> None:
    actor = person(Role.JURY, email=EMAIL)
    for left, stays in ((token_of(person(Role.JURY)), False), (token_of(actor), True), ("made up", False)):
        assert sessions.redeem_ticket(sessions.make_ticket(log_in()), previous_token=left) is not None
        assert (sessions.actor_of(left) is not None) is stays


def test_a_ticket_does_not_outlive_a_reset_or_a_deactivation(person: PersonFactory) -> None:
    actor = person(Role.JURY, email=EMAIL)
    ticket = sessions.make_ticket(log_in())
    people.reset_password(OPERATOR, person_id=actor.require_person_id())
    assert sessions.redeem_ticket(ticket) is None
    with read_session() as session:
        stored_person = session.exec(select(Person).where(Person.email == EMAIL)).one()
    people.set_active(OPERATOR, person_id=actor.require_person_id(), active=False)
    assert sessions.redeem_ticket(sessions.make_ticket(stored_person)) is None


def test_tokens_tickets_emails_and_addresses_are_stored_as_digests(person: PersonFactory) -> None:
    actor = person(Role.JURY, email=EMAIL)
    token, ticket = token_of(actor), sessions.make_ticket(log_in())
    fail(1, address="203.0.113.77")
    with read_session() as session:
        rows = [
            *session.exec(select(LoginSession)),
            *session.exec(select(LoginTicket)),
            *session.exec(select(LoginAttempt)),
            *session.exec(select(AuditEvent)),
        ]
    dump = "\n".join(row.model_dump_json() for row in rows)
    for secret in (token, ticket, EMAIL, "203.0.113.77", "no es esta"):
        assert secret not in dump


def test_a_session_ends_when_idle_old_or_logged_out(person: PersonFactory) -> None:
    actor = person(Role.ADMIN)
    token = token_of(actor)
    session_actor = sessions.actor_of(token)
    assert session_actor is not None
    start = clock.now()
    with clock.set_to(start + sessions.MAX_IDLE + timedelta(minutes=1)):
        assert sessions.actor_of(token) is None
        with pytest.raises(Forbidden, match="sesión terminó"):
            permissions.require(session_actor, Action.MANAGE_PEOPLE)
    moment = start
    while moment < start + sessions.MAX_AGE:
        with clock.set_to(moment):
            assert sessions.actor_of(token) is not None
        moment += sessions.MAX_IDLE - timedelta(minutes=5)
    with clock.set_to(start + sessions.MAX_AGE + timedelta(minutes=1)):
        assert sessions.actor_of(token) is None
    left = token_of(actor)
    sessions.log_out(left)
    assert sessions.actor_of(left) is None
    sessions.log_out(left)
    sessions.log_out("made up")
    assert sessions.actor_of(None) is None and sessions.actor_of("") is None


def test_last_seen_is_updated_at_most_once_a_minute(admin: Actor, queries: list[str]) -> None:
    token = token_of(admin)
    queries.clear()
    for _ in range(10):
        sessions.actor_of(token)
    assert not [query for query in queries if query.startswith("UPDATE")]


def test_login_and_logout_are_audited(person: PersonFactory) -> None:
    actor = person(Role.JURY)
    sessions.log_out(token_of(actor))
    with read_session() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.actor == actor.label)).all()
    assert [event.action for event in events] == ["session.start", "session.start", "session.end"]
