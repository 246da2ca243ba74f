"""Progress of the jury, by juror, and the forecast of its end where there is enough data for one."""

from datetime import UTC, datetime, timedelta

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core import clock
from reviewer.core.errors import Forbidden
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.monitoring.progress import jury_progress
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Call, Role
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, log_in_again
from tests.jury.reviews.test_queue import submit_review

START = datetime(2026, 11, 2, 15, tzinfo=UTC)


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    """Two jurors who share ten applications, each read by both."""
    jurors = [person(Role.JURY, name=name) for name in ("Inés", "Óscar")]
    add_applications(reviewing_call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    return jurors


def read_some(actor: Actor, count: int) -> None:
    for _ in range(count):
        submit_review(actor, queue.next_folio(actor, slug=SLUG) or "")


def test_nothing_yet_is_no_date(jury: list[Actor]) -> None:
    overview = jury_progress(OPERATOR, slug=SLUG)
    assert (overview.assigned, overview.submitted, overview.by_readings, overview.done_at) == (
        20,
        0,
        {0: 10},
        None,
    )
    assert {juror.name for juror in overview.stalled_jurors} == {"Inés", "Óscar"}


def test_jurors_have_their_own_pace_and_the_slowest_sets_the_date(jury: list[Actor]) -> None:
    with clock.set_to(START):
        ines, oscar = (log_in_again(juror) for juror in jury)
        read_some(ines, 2)
        read_some(oscar, 1)
        begun = queue.next_folio(oscar, slug=SLUG) or ""
        reviews_service.set_score(oscar, slug=SLUG, folio=begun, criterion="dibujo", value=2, version=0)
    with clock.set_to(START + timedelta(days=2)):
        ines = log_in_again(jury[0])
        read_some(ines, 4)
        overview = jury_progress(OPERATOR, slug=SLUG)
        by_name = {juror.name: juror for juror in overview.jurors}
        assert [juror.name for juror in overview.jurors] == ["Óscar", "Inés"]
        assert (by_name["Inés"].submitted, by_name["Inés"].pace) == (6, 3)
        assert (by_name["Óscar"].begun, by_name["Óscar"].submitted, by_name["Óscar"].pace) == (1, 1, 0.5)
        assert by_name["Inés"].last_activity == START + timedelta(days=2)
        assert by_name["Óscar"].done_at == START + timedelta(days=2 + 18)
        assert overview.done_at == by_name["Óscar"].done_at and not overview.stalled_jurors
    with clock.set_to(START + timedelta(days=8)):
        overview = jury_progress(OPERATOR, slug=SLUG)
        assert [juror.name for juror in overview.stalled_jurors] == ["Óscar"]
        assert {juror.name: juror.pace for juror in overview.jurors}["Inés"] == pytest.approx(4 / 7)


def test_applications_are_counted_by_the_readings_that_came_back(jury: list[Actor]) -> None:
    read_some(jury[0], 10)
    read_some(jury[1], 3)
    overview = jury_progress(OPERATOR, slug=SLUG)
    assert overview.by_readings == {1: 7, 2: 3}
    assert (overview.submitted, overview.jurors[0].remaining, overview.jurors[1].done_at) == (13, 7, None)


def test_it_takes_as_many_queries_for_a_small_jury_as_for_a_large_one(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, queries: list[str], person: PersonFactory
) -> None:
    queries.clear()
    jury_progress(coordinator, slug=SLUG)
    few = len(queries)
    for _ in range(5):
        person(Role.JURY)
    add_applications(reviewing_call, 20, start=30)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=3)
    queries.clear()
    assert len(jury_progress(coordinator, slug=SLUG).jurors) == 7
    assert few == len(queries) == 4


def test_only_coordinators_see_it(jury: list[Actor], admin: Actor) -> None:
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            jury_progress(actor, slug=SLUG)
