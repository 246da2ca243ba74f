"""The review page and its links; browser tests cover its two components."""

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import queue
from reviewer.models import Call, Role
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.pages.conftest import Screens, page_text


@pytest.fixture
def order(reviewing_call: Call, juror: Actor) -> list[str]:
    """The folios of three applications in the juror's own order."""
    add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return [row.folio for row in queue.rows(juror, call=reviewing_call)]


def folio_of(page: AppTest) -> str:
    """Returns the folio in the address."""
    return str(page.query_params["folio"])


def halves(page: AppTest) -> int:
    return len(page.get("bidi_component"))


def test_without_a_folio_it_opens_the_next_one(screen: Screens, juror: Actor, order: list[str]) -> None:
    page = screen("revisar", juror)
    assert order[0] in folio_of(page)
    assert "0 de 3 · faltan 3" in page_text(page)
    assert halves(page) == 2


def test_a_folio_in_the_address_is_kept(screen: Screens, juror: Actor, order: list[str]) -> None:
    assert order[2] in folio_of(screen("revisar", juror, folio=order[2]))


@pytest.mark.parametrize("folio", ["HIS-0404", "HIS-0001"])
def test_unassigned_and_unknown_folios_are_refused_alike(
    screen: Screens, order: list[str], person: PersonFactory, folio: str
) -> None:
    del order
    page = screen("revisar", person(Role.JURY), folio=folio)
    assert page.error[0].value == "Esta postulación no está entre las suyas."
    assert not halves(page)


def test_a_finished_queue_shows_the_end(screen: Screens, juror: Actor, order: list[str]) -> None:
    for folio in order:
        submit_review(juror, folio)
    page = screen("revisar", juror)
    assert page.title[0].value == "Terminó"
    assert "Envió los 3 dictámenes" in page_text(page)
    assert halves(screen("revisar", juror, folio=order[1])) == 2


def test_an_empty_queue_is_not_shown_as_finished(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    assert "Todavía no hay nada" in screen("revisar", juror).title[0].value


def test_opening_an_application_takes_few_queries(
    screen: Screens, juror: Actor, order: list[str], queries: list[str]
) -> None:
    page = screen("revisar", juror, folio=order[0])
    queries.clear()
    page.run()
    assert len(queries) <= 32
