"""The meeting's page, as coordinators see it."""

import pytest

from reviewer import calls
from reviewer.access.actor import OPERATOR, Actor
from reviewer.decision.deliberation import meeting, room
from reviewer.models import Call, Ordering, Phase, Resolution, Role, VoteChoice
from tests.conftest import SLUG, PersonFactory
from tests.decision.decided import Decided, conflict, decide_small_call
from tests.jury.cases import FIRST, LAST
from tests.pages.conftest import Screens, words


@pytest.fixture
def decided(person: PersonFactory) -> Decided:
    return decide_small_call(person)


def html_of(page: object) -> str:
    """The page's own HTML, where the wall is."""
    return " ".join(str(each.proto.body) for each in page.get("html"))  # type: ignore[attr-defined]


def open_with(decided: Decided, *people: Actor) -> None:
    meeting.open_meeting(decided.coordinator, call=SLUG, place="Sala 2", ordering=Ordering.RANKING, around=2)
    for each in people:
        meeting.set_present(decided.coordinator, call=SLUG, person_id=each.person_id or 0, present=True)


def test_before_deliberation_it_says_what_is_missing_and_offers_nothing(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("deliberacion", coordinator)
    said = words(page)
    assert "La convocatoria está en dictaminación." in said and "No hay ningún dictamen enviado." in said
    assert not page.button


def test_a_meeting_is_opened_from_the_page(screen: Screens, decided: Decided) -> None:
    page = screen("deliberacion", decided.coordinator)
    assert "La selección vigente es «Propuesta 1»." in words(page)
    page.button[0].click().run()
    assert "Escriba el lugar" in page.error[0].value
    page.text_input[0].set_value("Sala 2")
    page.number_input[0].set_value(3)
    page.button[0].click().run()
    found = room.room(decided.coordinator, call=SLUG)
    assert found is not None and found.place == "Sala 2" and len(found.items) == 6
    assert "0\N{NO-BREAK SPACE}personas presentes" in words(page)


def test_hands_are_noted_and_the_decision_changes_the_selection(screen: Screens, decided: Decided) -> None:
    ana, bruno, _ = decided.jury
    conflict(decided.ranked[4], ana, decided.application_ids)
    open_with(decided, ana, bruno)
    page = screen("deliberacion", decided.coordinator)
    assert "Se excusa: Jurado Ana." in html_of(page)
    [hand] = [each for each in page.button_group if "Voto de" in each.label]
    hand.set_value(VoteChoice.AGAINST).run()
    [button] = [each for each in page.button if each.label == "No queda seleccionada"]
    button.click().run()
    assert "Escriba el motivo" in page.error[0].value
    page.text_area[0].set_value("No sostiene la mirada.")
    [button] = [each for each in page.button if each.label == "No queda seleccionada"]
    button.click().run()
    found = room.room(decided.coordinator, call=SLUG)
    assert found is not None and found.items[0].verdict is Resolution.REJECT
    assert found.items[0].standing != "selected" and found.items[0].tally == {VoteChoice.AGAINST: 1}
    assert "No queda seleccionada." in html_of(page) and "No sostiene la mirada." in html_of(page)
    assert not [each for each in (FIRST, *LAST.split()[:1]) if each in html_of(page) + words(page)]


@pytest.mark.parametrize("view", ["Orden del día", "Asistencia", "Pantalla de sala"])
def test_every_view_draws(screen: Screens, decided: Decided, view: str) -> None:
    open_with(decided, *decided.jury)
    page = screen("deliberacion", decided.coordinator, vista=view)
    assert not page.error
    said = html_of(page) + words(page)
    assert ("Jurado Ana" if view == "Asistencia" else decided.ranked[4]) in said


def test_two_windows_show_the_same_application(screen: Screens, decided: Decided) -> None:
    open_with(decided, *decided.jury)
    first = screen("deliberacion", decided.coordinator)
    [button] = [each for each in first.button if each.label == "Siguiente"]
    button.click().run()
    second = screen("deliberacion", decided.coordinator, vista="Pantalla de sala")
    assert "2 de 4 en el orden del día" in html_of(first) and "2 de 4" in html_of(second)


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
@pytest.mark.parametrize("address", ["deliberacion", "acta"])
def test_nobody_else_sees_it(
    screen: Screens, decided: Decided, person: PersonFactory, role: Role, address: str
) -> None:
    page = screen(address, person(role))
    assert "no es parte de su papel" in words(page) and not page.button


def test_once_decided_it_points_to_the_acta(screen: Screens, decided: Decided) -> None:
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    assert "para cambiarlo, corrija el acta" in words(screen("deliberacion", decided.coordinator))
