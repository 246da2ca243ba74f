"""The meeting's page, as coordinators see it."""

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation import queries as deliberation_queries
from reviewer.models import Call, Ordering, Phase, Resolution, Role, VoteChoice
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES
from tests.factories.decisions import DecidedCall, decide_small_call
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict
from tests.pages.conftest import Screens, page_text


@pytest.fixture
def decided(person: PersonFactory) -> DecidedCall:
    return decide_small_call(person)


def page_html(page: object) -> str:
    """The HTML that the page draws itself, which has the wall."""
    return " ".join(str(element.proto.body) for element in page.get("html"))  # type: ignore[attr-defined]


def open_with(decided: DecidedCall, *people: Actor) -> None:
    meeting.open_meeting(decided.coordinator, slug=SLUG, place="Sala 2", ordering=Ordering.RANKING, per_side=2)
    for person in people:
        meeting.set_present(decided.coordinator, slug=SLUG, person_id=person.require_person_id(), present=True)


def test_before_deliberation_it_says_what_is_missing_and_offers_nothing(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("deliberacion", coordinator)
    text = page_text(page)
    assert "La convocatoria está en dictaminación." in text and "No hay ningún dictamen enviado." in text
    assert not page.button


def test_a_meeting_is_opened_from_the_page(screen: Screens, decided: DecidedCall) -> None:
    page = screen("deliberacion", decided.coordinator)
    assert "La selección vigente es «Propuesta 1»." in page_text(page)
    page.button[0].click().run()
    assert "Escriba el lugar" in page.error[0].value
    page.text_input[0].set_value("Sala 2")
    page.number_input[0].set_value(3)
    page.button[0].click().run()
    current_meeting = deliberation_queries.current_meeting(decided.coordinator, slug=SLUG)
    assert current_meeting is not None and current_meeting.place == "Sala 2" and len(current_meeting.items) == 6
    assert "0\N{NO-BREAK SPACE}personas presentes" in page_text(page)


def test_votes_are_recorded_and_the_decision_changes_the_selection(screen: Screens, decided: DecidedCall) -> None:
    ana, bruno, _ = decided.jury
    add_conflict(decided.application_ids[decided.ranked[4]], ana)
    open_with(decided, ana, bruno)
    page = screen("deliberacion", decided.coordinator)
    assert "Se excusa: Jurado Ana." in page_html(page)
    [hand] = [widget for widget in page.button_group if "Voto de" in widget.label]
    hand.set_value(VoteChoice.AGAINST).run()
    [button] = [widget for widget in page.button if widget.label == "No queda seleccionada"]
    button.click().run()
    assert "Escriba el motivo" in page.error[0].value
    page.text_area[0].set_value("No sostiene la mirada.")
    [button] = [widget for widget in page.button if widget.label == "No queda seleccionada"]
    button.click().run()
    current_meeting = deliberation_queries.current_meeting(decided.coordinator, slug=SLUG)
    assert current_meeting is not None and current_meeting.items[0].verdict is Resolution.REJECT
    assert current_meeting.items[0].selection_status != "selected" and current_meeting.items[0].tally == {
        VoteChoice.AGAINST: 1
    }
    assert "No queda seleccionada." in page_html(page) and "No sostiene la mirada." in page_html(page)
    assert not [name for name in (FIRST_NAMES, *SURNAMES.split()[:1]) if name in page_html(page) + page_text(page)]


@pytest.mark.parametrize("view", ["Orden del día", "Asistencia", "Pantalla de sala"])
def test_every_view_draws(screen: Screens, decided: DecidedCall, view: str) -> None:
    open_with(decided, *decided.jury)
    page = screen("deliberacion", decided.coordinator, vista=view)
    assert not page.error
    text = page_html(page) + page_text(page)
    assert ("Jurado Ana" if view == "Asistencia" else decided.ranked[4]) in text


def test_two_windows_show_the_same_application(screen: Screens, decided: DecidedCall) -> None:
    open_with(decided, *decided.jury)
    first = screen("deliberacion", decided.coordinator)
    [button] = [widget for widget in first.button if widget.label == "Siguiente"]
    button.click().run()
    second = screen("deliberacion", decided.coordinator, vista="Pantalla de sala")
    assert "2 de 4 en el orden del día" in page_html(first) and "2 de 4" in page_html(second)


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
@pytest.mark.parametrize("address", ["deliberacion", "acta"])
def test_nobody_else_sees_it(
    screen: Screens, decided: DecidedCall, person: PersonFactory, role: Role, address: str
) -> None:
    page = screen(address, person(role))
    assert "no es parte de su papel" in page_text(page) and not page.button


def test_once_decided_it_points_to_the_acta(screen: Screens, decided: DecidedCall) -> None:
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    assert "para cambiarlo, corrija el acta" in page_text(screen("deliberacion", decided.coordinator))
