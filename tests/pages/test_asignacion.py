"""Assignment, as coordinators see it."""

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Role
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.pages.conftest import Screens, page_text
from tests.stored_rows import count_events


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=f"Jurado {number}") for number in range(4)]


def test_assignment_is_previewed_and_then_confirmed(
    screen: Screens, reviewing_call: Call, coordinator: Actor, jury: list[Actor]
) -> None:
    add_applications(reviewing_call, 5)
    page = screen("asignacion", coordinator)
    page.button[0].click().run()
    assert "15\N{NO-BREAK SPACE}asignaciones" in page_text(page) and "quedaría con 3 o 4" in page_text(page)
    assert len(page.table[0].value) == len(jury)
    assert not count_events("assignment.deal")
    page.button[1].click().run()
    assert "15\N{NO-BREAK SPACE}asignaciones hechas" in page.success[0].value
    assert count_events("assignment.deal") == 1
    page.button[0].click().run()
    assert "No hay nada que repartir" in page_text(page)


def test_too_few_jurors_is_reported_in_the_preview(
    screen: Screens, reviewing_call: Call, coordinator: Actor, person: PersonFactory
) -> None:
    person(Role.JURY)
    add_applications(reviewing_call, 2)
    page = screen("asignacion", coordinator)
    page.button[0].click().run()
    assert "en el jurado hay 1\N{NO-BREAK SPACE}persona activa" in page.error[0].value
    assert len(page.button) == 1


def test_a_stale_preview_reports_what_was_really_assigned(
    screen: Screens, reviewing_call: Call, coordinator: Actor, jury: list[Actor]
) -> None:
    add_applications(reviewing_call, 2)
    page = screen("asignacion", coordinator)
    page.button[0].click().run()
    assignment_service.assign(OPERATOR, slug=SLUG)
    page.button[1].click().run()
    assert "0\N{NO-BREAK SPACE}asignaciones hechas" in page.success[0].value
