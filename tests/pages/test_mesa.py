"""My desk, as jurors see it."""

from datetime import UTC, datetime

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Call, Phase, Role
from tests.calls import SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, log_in_again
from tests.jury.reviews.test_queue import submit_review
from tests.pages.conftest import Screens, page_text


def test_the_desk_counts_filters_and_opens_the_next_review(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 4)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    order = [row.folio for row in queue.rows(juror, call=reviewing_call)]
    submit_review(juror, order[0])
    reviews_service.set_score(juror, slug=SLUG, folio=order[2], criterion="dibujo", value=2, version=0)
    page = screen("mesa", juror)
    assert "El pozo" in page_text(page)
    assert not any(word in page_text(page).casefold() for word in ("núñez", "ámbar"))
    page.segmented_control[0].set_value("Empezadas").run()
    assert page_text(page).count("El pozo") == 1
    page.button[0].click().run()
    assert page.title[0].value == "Revisar"
    assert order[2] in str(page.query_params["folio"])


def test_without_assignments_the_desk_says_what_to_expect(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    page = screen("mesa", juror)
    assert "no hace falta que haga nada" in page.info[0].value
    assert not page.button


def test_without_a_call_the_desk_is_empty(screen: Screens, juror: Actor) -> None:
    assert "Todavía no tiene postulaciones" in screen("mesa", juror).info[0].value


def test_a_finished_desk_thanks_the_juror(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    submit_review(juror, "HIS-0001")
    page = screen("mesa", juror)
    assert "no le falta ninguno" in page.success[0].value
    assert not page.button


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2025, 10, 2, 14, tzinfo=UTC), "abre el jue 2 oct 09:00"),
        (datetime(2025, 10, 21, 7, tzinfo=UTC), "cerró el lun 20 oct 23:59"),
    ],
)
def test_a_closed_window_is_announced(screen: Screens, juror: Actor, moment: datetime, said: str) -> None:
    call = spec.load_call(OPERATOR, text=call_text())
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    add_applications(call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    with clock.set_to(moment):
        page = screen("mesa", log_in_again(juror))
    assert said in page.warning[0].value
    assert not page.button


def test_a_desk_runs_the_same_queries_for_one_row_and_for_many(
    screen: Screens, reviewing_call: Call, juror: Actor, queries: list[str]
) -> None:
    query_counts = []
    for start, count in ((1, 1), (10, 2), (20, 40)):
        add_applications(reviewing_call, count, start=start)
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
        queries.clear()
        screen("mesa", juror)
        query_counts.append(len(queries))
    assert query_counts[0] == query_counts[1] == query_counts[2]


def test_only_jurors_have_a_desk(screen: Screens, reviewing_call: Call, person: PersonFactory) -> None:
    for role in (Role.COORDINATOR, Role.ADMIN):
        for address in ("mesa", "revisar"):
            assert "no es parte de su papel" in screen(address, person(role)).warning[0].value


def test_the_filter_is_remembered_across_sessions(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    page = screen("mesa", juror)
    page.segmented_control[0].set_value("enviadas").run()
    again = screen("mesa", juror)
    assert again.segmented_control[0].value == "enviadas"
    assert "No hay ninguna entre las enviadas" in page_text(again)


def test_search_matches_folios_and_titles(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 12)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    page = screen("mesa", juror)
    for sought, number in (("his-0011", 1), ("POZO 12", 1), ("pozo", 12), ("núñez", 0)):
        page.text_input[0].set_value(sought).run()
        assert page_text(page).count("El pozo") == number, sought
