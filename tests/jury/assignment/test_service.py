"""Assignment is even, respects conflicts of interest and is idempotent."""

from collections import Counter

import pytest
from sqlmodel import select

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment import workload
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Eligibility,
    Phase,
    Role,
    require_id,
)
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict
from tests.stored_rows import count_events


def stored_assignments() -> list[Assignment]:
    with database.read_session() as session:
        return list(session.exec(select(Assignment)))


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY) for _ in range(5)]


def test_every_eligible_application_gets_its_readers_once(call: Call, jury: list[Actor], admin: Actor) -> None:
    eligible = add_applications(call, 11)
    add_applications(call, 2, eligibility=Eligibility.TO_CHECK, start=50)
    preview = assignment_service.preview(OPERATOR, slug=SLUG)
    assert not stored_assignments()
    plan = assignment_service.assign(OPERATOR, slug=SLUG)
    assert plan == preview
    assert (plan.applications, plan.reviews, len(plan.pairs)) == (11, 3, 33)
    rows = stored_assignments()
    assert Counter(row.application_id for row in rows) == {application.id: 3 for application in eligible}
    loads = Counter(row.person_id for row in rows)
    assert set(loads) == {juror.person_id for juror in jury}
    assert max(loads.values()) - min(loads.values()) <= 1
    again = assignment_service.assign(OPERATOR, slug=SLUG)
    assert not again.has_changes
    assert stored_assignments() == rows
    assert count_events("assignment.deal") == 1


def test_the_place_in_a_jurors_order_is_personal_and_stable(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 20)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=5)
    orders = {
        juror.person_id: tuple(
            row.application_id
            for row in sorted(stored_assignments(), key=lambda row: row.place)
            if row.person_id == juror.person_id
        )
        for juror in jury
    }
    assert len(set(orders.values())) == 5
    assert all(0 <= row.place < 2**31 for row in stored_assignments())
    assert workload.queue_place(7, 3) == workload.queue_place(7, 3) != workload.queue_place(3, 7)


def test_a_conflict_is_never_assigned(call: Call, jury: list[Actor]) -> None:
    applications = add_applications(call, 6)
    for application in applications:
        add_conflict(require_id(application), jury[0])
    plan = assignment_service.assign(OPERATOR, slug=SLUG, reviews=4)
    assert jury[0].person_id not in {person for _, person in plan.pairs}
    assert plan.warnings == (
        "Las cargas van de 0 a 6: los conflictos de interés o lo ya repartido no permiten emparejarlas más.",
    )
    with pytest.raises(UserError, match=r"conflictos de interés no alcanza.*HIS-0001.*y 1 más"):
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=5)
    assert len(stored_assignments()) == 24


def test_who_gave_one_back_does_not_get_it_again(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    returned = stored_assignments()[0]
    with database.write_session() as session:
        session.merge(returned.model_copy(update={"closed_at": returned.created_at}))
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    open_readers = {row.person_id for row in stored_assignments() if row.closed_at is None}
    assert len(open_readers) == 2 and returned.person_id not in open_readers


def test_a_later_batch_and_a_later_juror_change_only_what_they_must(
    call: Call, jury: list[Actor], person: PersonFactory
) -> None:
    add_applications(call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG)
    before = stored_assignments()
    person(Role.JURY)
    assert not assignment_service.assign(OPERATOR, slug=SLUG).pairs
    add_applications(call, 4, start=20)
    plan = assignment_service.assign(OPERATOR, slug=SLUG)
    assert stored_assignments()[: len(before)] == before
    # The late juror gets one reading of each of the four; the other eight are shared by five.
    assert sorted(load.total for load in plan.loads) == [4, 7, 7, 8, 8, 8]


@pytest.mark.usefixtures("jury")
def test_too_few_jurors_is_a_refusal(call: Call, jury: list[Actor]) -> None:
    add_applications(call, 3)
    with pytest.raises(UserError, match=r"pide 6.lecturas y en el jurado hay 5.personas activas"):
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=6)
    people.set_active(OPERATOR, person_id=jury[0].require_person_id(), active=False)
    with pytest.raises(UserError, match=r"pide 5.lecturas y en el jurado hay 4.personas activas"):
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=5)
    with pytest.raises(UserError, match="al menos una lectura"):
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=0)
    with pytest.raises(UserError, match="No hay una convocatoria"):
        assignment_service.assign(OPERATOR, slug="otra")
    assert not stored_assignments()


def test_superseded_applications_are_left_out(call: Call, jury: list[Actor]) -> None:
    old = add_applications(call, 1)[0]
    with database.write_session() as session:
        session.get_one(Application, old.id).status = ApplicationStatus.SUPERSEDED
    assert assignment_service.preview(OPERATOR, slug=SLUG).applications == 0


def test_only_coordinators_assign_and_not_once_decided(
    call: Call, jury: list[Actor], admin: Actor, coordinator: Actor
) -> None:
    add_applications(call, 2)
    for actor in (jury[0], admin):
        for verb in (
            assignment_service.assign,
            assignment_service.preview,
            assignment_service.assignment_summary,
        ):
            with pytest.raises(Forbidden):
                verb(actor, slug=SLUG)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(UserError, match="ya tiene fallo"):
        assignment_service.assign(coordinator, slug=SLUG)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.SCREENING)
    standing = assignment_service.assignment_summary(coordinator, slug=SLUG)
    assert (standing.eligible, standing.assigned, standing.jurors, standing.reviews) == (2, 0, 5, 3)
    assignment_service.assign(coordinator, slug=SLUG)
    assert assignment_service.assignment_summary(coordinator, slug=SLUG).assigned == 2
