from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from reviewer import calls, clock, settings
from reviewer.access import sessions, trail_check
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading, writing
from reviewer.demo import fill
from reviewer.demo.logins import DEMO_LOGINS
from reviewer.demo.words import load
from reviewer.errors import Forbidden, Refused
from reviewer.models import (
    Application,
    ApplicationStatus,
    Document,
    Person,
    Phase,
    Review,
    ReviewStatus,
    Role,
    Score,
)


def silent(_step: str, _done: int, _total: int) -> None:
    pass


def count(session: Session, model: type) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def test_fills_an_empty_installation(installation: Path) -> None:
    filled = fill.fill(OPERATOR, applications=60, seed=4, tell=silent)
    assert (filled.applications, filled.jurors) == (60, 12)
    _check_call()
    with reading(streaming=True) as session:
        current = select(func.count()).where(Application.status == ApplicationStatus.CURRENT)
        assert session.exec(current).one() == 60
        assert count(session, Document) > 4 * 55
        _check_people(session)
        _check_readings(session, filled)
        assert list(trail_check.faults(session)) == []
    with pytest.raises(Refused, match="Ya hay postulaciones"):
        fill.fill(OPERATOR, applications=5, seed=4, tell=silent)
    assert fill.fill_if_empty(OPERATOR) is None


def _check_call() -> None:
    call = calls.get_call(fill.SLUG)
    spec = calls.spec_of(call)
    assert call.phase is Phase.REVIEWING
    assert (spec.opens_at.year, spec.closes_at.month) == (2025, 9)
    assert spec.review_opens
    assert spec.review_closes
    assert clock.now() - timedelta(days=8) < spec.review_opens < clock.now() - timedelta(days=6)
    assert clock.now() + timedelta(days=13) < spec.review_closes < clock.now() + timedelta(days=16)


def _check_people(session: Session) -> None:
    assert settings.is_demo()
    people = {each.email: each for each in session.exec(select(Person))}
    assert len(people) == 14
    assert sum(each.role is Role.JURY for each in people.values()) == 12
    for login in DEMO_LOGINS:
        person = people[login.email]
        assert (person.role, person.must_change_password) == (login.role, False)
        sessions.check_password(email=login.email, password=login.password, address="127.0.0.1")


def _check_readings(session: Session, filled: fill.Filled) -> None:
    reviews = session.exec(select(Review)).all()
    submitted = [each for each in reviews if each.status is ReviewStatus.SUBMITTED]
    assert len(submitted) == filled.submitted > 40
    now = clock.now()
    assert all(each.submitted_at and now - timedelta(days=8) < each.submitted_at <= now for each in submitted)
    assert {len(_scores(session, each)) for each in submitted} == {4}
    begun = [each for each in reviews if each.status is ReviewStatus.BEGUN]
    assert {0, 4} <= {len(_scores(session, each)) for each in begun}
    demo = session.exec(select(Person.id).where(Person.email == DEMO_LOGINS[0].email)).one()
    hers = {each.status for each in reviews if each.person_id == demo}
    assert hers == {ReviewStatus.BEGUN, ReviewStatus.SUBMITTED}
    assert {each.status for each in reviews} == set(ReviewStatus)
    assert len({each.person_id for each in reviews}) == 11  # one has not started
    assert set(session.exec(select(Score.value))) == {1, 2, 3, 4, 5}


def _scores(session: Session, review: Review) -> list[Score]:
    return list(session.exec(select(Score).where(col(Score.review_id) == review.id)))


def test_a_filling_that_was_cut_off_is_taken_up(installation: Path) -> None:
    def stop(step: str, _done: int, _total: int) -> None:
        if step == "Asignación":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill.fill(OPERATOR, applications=17, seed=4, tell=stop)
    filled = fill.fill(OPERATOR, applications=240, seed=9, tell=silent)
    assert filled.applications == 17
    with reading() as session:
        assert count(session, Application) == 17
        assert count(session, Person) == 14
    with pytest.raises(Refused, match="Ya hay postulaciones"):
        fill.fill(OPERATOR, applications=17, seed=4, tell=silent)


def test_only_who_may_load_calls_fills(juror: Actor) -> None:
    with pytest.raises(Forbidden):
        fill.fill(juror, applications=5, seed=4, tell=silent)


def test_a_cohort_needs_somebody(installation: Path) -> None:
    with pytest.raises(Refused):
        fill.fill(OPERATOR, applications=0, seed=4, tell=silent)


def test_an_installation_with_people_is_left_alone(installation: Path) -> None:
    with writing() as session:
        session.add(Person(email="ada@prueba.example", name="Ada", role=Role.ADMIN, password_hash="x"))
    assert fill.fill_if_empty(OPERATOR) is None
    assert not settings.is_demo()


def test_logins_say_who_they_are() -> None:
    assert [each.role for each in DEMO_LOGINS] == [Role.JURY, Role.COORDINATOR, Role.ADMIN]
    assert all(each.email.endswith("@demo.example") for each in DEMO_LOGINS)
    assert len(load("jurado")["jurado"]) == 12
