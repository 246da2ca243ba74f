from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from reviewer.access import login_attempts
from reviewer.access.actor import OPERATOR, Actor
from reviewer.audit import integrity
from reviewer.call import spec as call_spec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.demo import fill
from reviewer.demo.cohort.words import load
from reviewer.demo.logins import DEMO_LOGINS
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
from reviewer.operations import installation as operations_installation


def silent(_step: str, _done: int, _total: int) -> None:
    pass


def count(session: Session, model: type) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def test_fills_an_empty_installation(installation: Path) -> None:
    filled = fill.fill(OPERATOR, applications=60, seed=4, progress=silent)
    assert (filled.applications, filled.jurors) == (60, 12)
    _check_call()
    with read_session(streaming=True) as session:
        current = select(func.count()).where(Application.status == ApplicationStatus.CURRENT)
        assert session.exec(current).one() == 60
        assert count(session, Document) > 4 * 55
        _check_people(session)
        _check_readings(session, filled)
        assert list(integrity.faults(session)) == []
    with pytest.raises(UserError, match="Ya hay postulaciones"):
        fill.fill(OPERATOR, applications=5, seed=4, progress=silent)
    assert fill.fill_if_empty(OPERATOR) is None


def _check_call() -> None:
    call = call_spec.get_call(fill.SLUG)
    spec = call_spec.spec_of(call)
    assert call.phase is Phase.REVIEWING
    assert (spec.opens_at.year, spec.closes_at.month) == (2025, 9)
    assert spec.review_opens
    assert spec.review_closes
    assert clock.now() - timedelta(days=8) < spec.review_opens < clock.now() - timedelta(days=6)
    assert clock.now() + timedelta(days=13) < spec.review_closes < clock.now() + timedelta(days=16)


def _check_people(session: Session) -> None:
    assert operations_installation.is_demo()
    people = {person.email: person for person in session.exec(select(Person))}
    assert len(people) == 14
    assert sum(person.role is Role.JURY for person in people.values()) == 12
    for login in DEMO_LOGINS:
        person = people[login.email]
        assert (person.role, person.must_change_password) == (login.role, False)
        login_attempts.check_password(email=login.email, password=login.password, address="127.0.0.1")


def _check_readings(session: Session, filled: fill.FillSummary) -> None:
    reviews = session.exec(select(Review)).all()
    submitted = [review for review in reviews if review.status is ReviewStatus.SUBMITTED]
    assert len(submitted) == filled.submitted > 40
    now = clock.now()
    assert all(review.submitted_at and now - timedelta(days=8) < review.submitted_at <= now for review in submitted)
    assert {len(_scores(session, review)) for review in submitted} == {4}
    begun = [review for review in reviews if review.status is ReviewStatus.BEGUN]
    assert {0, 4} <= {len(_scores(session, review)) for review in begun}
    demo = session.exec(select(Person.id).where(Person.email == DEMO_LOGINS[0].email)).one()
    demo_statuses = {review.status for review in reviews if review.person_id == demo}
    assert demo_statuses == {ReviewStatus.BEGUN, ReviewStatus.SUBMITTED}
    assert {review.status for review in reviews} == set(ReviewStatus)
    assert len({review.person_id for review in reviews}) == 11  # one has not started
    assert set(session.exec(select(Score.value))) == {1, 2, 3, 4, 5}


def _scores(session: Session, review: Review) -> list[Score]:
    return list(session.exec(select(Score).where(col(Score.review_id) == review.id)))


def test_a_filling_that_was_cut_off_is_taken_up(installation: Path) -> None:
    def stop(step: str, _done: int, _total: int) -> None:
        if step == "Asignación":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill.fill(OPERATOR, applications=17, seed=4, progress=stop)
    filled = fill.fill(OPERATOR, applications=240, seed=9, progress=silent)
    assert filled.applications == 17
    with read_session() as session:
        assert count(session, Application) == 17
        assert count(session, Person) == 14
    with pytest.raises(UserError, match="Ya hay postulaciones"):
        fill.fill(OPERATOR, applications=17, seed=4, progress=silent)


def test_only_who_may_load_calls_fills(juror: Actor) -> None:
    with pytest.raises(Forbidden):
        fill.fill(juror, applications=5, seed=4, progress=silent)


def test_a_cohort_needs_somebody(installation: Path) -> None:
    with pytest.raises(UserError):
        fill.fill(OPERATOR, applications=0, seed=4, progress=silent)


def test_an_installation_with_people_is_left_alone(installation: Path) -> None:
    with write_session() as session:
        session.add(Person(email="ada@prueba.example", name="Ada", role=Role.ADMIN, password_hash="x"))
    assert fill.fill_if_empty(OPERATOR) is None
    assert not operations_installation.is_demo()


def test_logins_say_who_they_are() -> None:
    assert [login.role for login in DEMO_LOGINS] == [Role.JURY, Role.COORDINATOR, Role.ADMIN]
    assert all(login.email.endswith("@demo.example") for login in DEMO_LOGINS)
    assert len(load("jurado")["jurado"]) == 12
