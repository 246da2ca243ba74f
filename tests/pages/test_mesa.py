"""My desk, as jurors see it."""

from datetime import UTC, datetime

import pytest

from reviewer import calls, clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import assignment, desk, reviews
from reviewer.models import Call, Phase, Role
from tests.conftest import SLUG, PersonFactory, call_text
from tests.jury.cases import add_applications
from tests.jury.test_desk import finish
from tests.jury.test_reviews import log_in_again
from tests.pages.conftest import Screens, words


def test_a_desk_counts_filters_and_leads_on(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 4)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    order = [each.folio for each in desk.rows(juror, call=reviewing_call)]
    finish(juror, order[0])
    reviews.set_score(juror, call=SLUG, folio=order[2], criterion="mirada", value=2, version=0)
    page = screen("mesa", juror)
    assert "El pozo" in words(page)
    assert not any(word in words(page).casefold() for word in ("núñez", "ámbar"))
    page.segmented_control[0].set_value("Empezadas").run()
    assert words(page).count("El pozo") == 1
    page.button[0].click().run()
    assert page.title[0].value == "Revisar"
    assert order[2] in str(page.query_params["folio"])


def test_before_anything_is_given_out_it_says_what_to_expect(
    screen: Screens, reviewing_call: Call, juror: Actor
) -> None:
    page = screen("mesa", juror)
    assert "no hace falta que haga nada" in page.info[0].value
    assert not page.button


def test_without_a_call_it_is_empty_as_well(screen: Screens, juror: Actor) -> None:
    assert "Todavía no tiene postulaciones" in screen("mesa", juror).info[0].value


def test_when_all_is_sent_it_says_thanks(screen: Screens, reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    finish(juror, "GUI-0001")
    page = screen("mesa", juror)
    assert "no le falta ninguno" in page.success[0].value
    assert not page.button


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2025, 9, 29, 14, tzinfo=UTC), "abre el lun 29 sep 09:00"),
        (datetime(2025, 10, 16, 7, tzinfo=UTC), "cerró el mié 15 oct 23:59"),
    ],
)
def test_before_and_after_the_window_it_says_so(
    screen: Screens, juror: Actor, moment: datetime, said: str
) -> None:
    call = calls.load_call(OPERATOR, text=call_text())
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    add_applications(call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    with clock.set_to(moment):
        page = screen("mesa", log_in_again(juror))
    assert said in page.warning[0].value
    assert not page.button


def test_a_desk_runs_the_same_queries_for_one_row_and_for_many(
    screen: Screens, reviewing_call: Call, juror: Actor, queries: list[str]
) -> None:
    needed = []
    for start, more in ((1, 1), (10, 2), (20, 40)):
        add_applications(reviewing_call, more, start=start)
        assignment.assign(OPERATOR, call=SLUG, reviews=1)
        queries.clear()
        screen("mesa", juror)
        needed.append(len(queries))
    assert needed[0] == needed[1] == needed[2]


def test_only_jurors_have_a_desk(screen: Screens, reviewing_call: Call, person: PersonFactory) -> None:
    for role in (Role.COORDINATOR, Role.ADMIN):
        for address in ("mesa", "revisar"):
            assert "no es parte de su papel" in screen(address, person(role)).warning[0].value


def test_the_filter_is_found_again_at_another_machine(
    screen: Screens, reviewing_call: Call, juror: Actor
) -> None:
    add_applications(reviewing_call, 2)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    page = screen("mesa", juror)
    page.segmented_control[0].set_value("Enviadas").run()
    again = screen("mesa", juror)
    assert again.segmented_control[0].value == "Enviadas"
    assert "No hay ninguna entre las enviadas" in words(again)


def test_a_search_finds_folios_and_titles_as_she_sees_them(
    screen: Screens, reviewing_call: Call, juror: Actor
) -> None:
    add_applications(reviewing_call, 12)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    page = screen("mesa", juror)
    for sought, number in (("gui-0011", 1), ("POZO 12", 1), ("pozo", 12), ("núñez", 0)):
        page.text_input[0].set_value(sought).run()
        assert words(page).count("El pozo") == number, sought
