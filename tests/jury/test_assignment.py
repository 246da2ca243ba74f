"""Assignment: even, without conflicts, and once."""

from collections import Counter

import pytest
from sqlmodel import select

from reviewer import calls, database
from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.errors import Forbidden, Refused
from reviewer.jury import assignment, sharing
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Conflict,
    Eligibility,
    Phase,
    Role,
)
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, events


def stored() -> list[Assignment]:
    with database.reading() as session:
        return list(session.exec(select(Assignment)))


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY) for _ in range(5)]


def test_every_eligible_application_gets_its_readers_once(
    call: Call, jury: list[Actor], admin: Actor
) -> None:
    eligible = add_applications(call, 11)
    add_applications(call, 2, eligibility=Eligibility.TO_CHECK, start=50)
    seen = assignment.preview(OPERATOR, call=SLUG)
    assert not stored()
    plan = assignment.assign(OPERATOR, call=SLUG)
    assert plan == seen
    assert (plan.applications, plan.reviews, len(plan.pairs)) == (11, 3, 33)
    rows = stored()
    assert Counter(each.application_id for each in rows) == {each.id: 3 for each in eligible}
    loads = Counter(each.person_id for each in rows)
    assert set(loads) == {each.person_id for each in jury}
    assert max(loads.values()) - min(loads.values()) <= 1
    again = assignment.assign(OPERATOR, call=SLUG)
    assert not again.changes
    assert stored() == rows
    assert events("assignment.deal") == 1


def test_the_place_in_a_jurors_order_is_hers_alone_and_stable(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 20)
    assignment.assign(OPERATOR, call=SLUG, reviews=5)
    orders = {
        juror.person_id: tuple(
            each.application_id
            for each in sorted(stored(), key=lambda each: each.place)
            if each.person_id == juror.person_id
        )
        for juror in jury
    }
    assert len(set(orders.values())) == 5
    assert all(0 <= each.place < 2**31 for each in stored())
    assert sharing.place_of(7, 3) == sharing.place_of(7, 3) != sharing.place_of(3, 7)


def test_a_conflict_is_never_assigned(call: Call, jury: list[Actor]) -> None:
    applications = add_applications(call, 6)
    with database.writing() as session:
        for each in applications:
            session.add(Conflict(application_id=each.id or 0, person_id=jury[0].person_id or 0, kind="other"))
    plan = assignment.assign(OPERATOR, call=SLUG, reviews=4)
    assert jury[0].person_id not in {person for _, person in plan.pairs}
    assert plan.warnings == (
        "Las cargas van de 0 a 6: los conflictos de interés o lo ya repartido no permiten emparejarlas más.",
    )
    with pytest.raises(Refused, match=r"conflictos de interés no alcanza.*GUI-0001.*y 1 más"):
        assignment.assign(OPERATOR, call=SLUG, reviews=5)
    assert len(stored()) == 24


def test_who_gave_one_back_does_not_get_it_again(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=2)
    gone = stored()[0]
    with database.writing() as session:
        session.merge(gone.model_copy(update={"closed_at": gone.created_at}))
    assignment.assign(OPERATOR, call=SLUG, reviews=2)
    open_ones = {each.person_id for each in stored() if each.closed_at is None}
    assert len(open_ones) == 2 and gone.person_id not in open_ones


def test_a_later_batch_and_a_later_juror_change_only_what_they_must(
    call: Call, jury: list[Actor], person: PersonFactory
) -> None:
    add_applications(call, 10)
    assignment.assign(OPERATOR, call=SLUG)
    before = stored()
    person(Role.JURY)
    assert not assignment.assign(OPERATOR, call=SLUG).pairs
    add_applications(call, 4, start=20)
    plan = assignment.assign(OPERATOR, call=SLUG)
    assert stored()[: len(before)] == before
    # The late juror gets one reading of each of the four; the other eight are shared by five.
    assert sorted(each.total for each in plan.loads) == [4, 7, 7, 8, 8, 8]


@pytest.mark.usefixtures("jury")
def test_too_few_jurors_is_a_refusal(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 3)
    with pytest.raises(Refused, match=r"pide 6.lecturas y en el jurado hay 5.personas activas"):
        assignment.assign(OPERATOR, call=SLUG, reviews=6)
    people.set_active(OPERATOR, person_id=jury[0].person_id or 0, active=False)
    with pytest.raises(Refused, match=r"pide 5.lecturas y en el jurado hay 4.personas activas"):
        assignment.assign(OPERATOR, call=SLUG, reviews=5)
    with pytest.raises(Refused, match="al menos una lectura"):
        assignment.assign(OPERATOR, call=SLUG, reviews=0)
    with pytest.raises(Refused, match="No hay una convocatoria"):
        assignment.assign(OPERATOR, call="otra")
    assert not stored()


def test_superseded_applications_are_left_out(call: Call, jury: list[Actor]) -> None:
    old = add_applications(call, 1)[0]
    with database.writing() as session:
        session.merge(Application(**old.model_dump() | {"status": ApplicationStatus.SUPERSEDED}))
    assert assignment.preview(OPERATOR, call=SLUG).applications == 0


def test_only_coordinators_assign_and_not_once_decided(
    call: Call, jury: list[Actor], admin: Actor, coordinator: Actor
) -> None:
    add_applications(call, 2)
    for actor in (jury[0], admin):
        for verb in (assignment.assign, assignment.preview, assignment.standing):
            with pytest.raises(Forbidden):
                verb(actor, call=SLUG)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(Refused, match="ya tiene fallo"):
        assignment.assign(coordinator, call=SLUG)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.SCREENING)
    standing = assignment.standing(coordinator, call=SLUG)
    assert (standing.eligible, standing.assigned, standing.jurors, standing.reviews) == (2, 0, 5, 3)
    assignment.assign(coordinator, call=SLUG)
    assert assignment.standing(coordinator, call=SLUG).assigned == 2
