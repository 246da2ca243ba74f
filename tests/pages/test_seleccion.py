"""The selection's page: from no proposal to one in force, for coordinators alone."""

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.errors import UserError
from reviewer.decision.outcome.current_selection import selection_in_force
from reviewer.decision.selection.scenarios import create, propose_for_call, set_rules
from reviewer.decision.selection.service import compute
from reviewer.models import Call, ChangeKind
from reviewer.web.routes import downloads
from tests.calls import SLUG
from tests.decision.selection.test_scenarios import mark_signed
from tests.pages.conftest import Screens, page_text, press

QUERIES = 40


def page_html(test: AppTest) -> str:
    """The HTML of a page's tables."""
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def test_nobody_else_sees_it(small: Call, juror: Actor, admin: Actor, screen: Screens) -> None:
    propose_for_call(OPERATOR, slug=SLUG)
    for actor in (juror, admin):
        text = page_text(screen("seleccion", actor))
        assert "no es parte de su papel" in text
        assert "HIS-" not in text


def test_without_a_call_it_says_what_comes_first(coordinator: Actor, screen: Screens) -> None:
    assert "Todavía no hay una convocatoria" in page_text(screen("seleccion", coordinator))


def test_proposing_without_reviews_is_refused(call: Call, coordinator: Actor, screen: Screens) -> None:
    test = press(screen("seleccion", coordinator), "Proponer una selección")
    assert any("dictamen" in str(error.value) for error in test.error)


def test_a_proposal_is_made_and_put_in_force(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    test = press(screen("seleccion", coordinator), "Proponer una selección")
    while not test.metric:
        test.run()
    assert {metric.label: metric.value for metric in test.metric}["Plazas"] == "6 de 6"
    assert "HIS-0008" in page_html(test) and "Milpa Alta" in page_html(test)
    press(test, "Poner este escenario en vigor")
    assert selection_in_force(coordinator, slug=SLUG).name == "Propuesta 1"


def test_a_rule_is_added_taken_away_and_a_conflict_explained(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    proposal = propose_for_call(coordinator, slug=SLUG)
    test = press(screen("seleccion", coordinator, ver="Reglas"), "Añadir una regla")
    test.multiselect[0].set_value(["Iztapalapa"])
    test.number_input[1].set_value(0)
    press(test, "Guardar la regla")
    assert "No más de 0 de Iztapalapa" in page_text(test)
    press(test, "Calcular")
    assert "Chocan entre sí" in page_text(test) and "no pueden cumplirse" in page_text(test)
    assert selection_in_force(coordinator, slug=SLUG).selected == proposal.selected
    press(test, "Aplicar ese cambio y calcular")
    assert not test.error
    assert len(selection_in_force(coordinator, slug=SLUG).rules) == 33


def test_a_change_by_hand_is_shown_with_what_it_breaks(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    propose_for_call(coordinator, slug=SLUG)
    test = screen("seleccion", coordinator)
    test.segmented_control(key="cambio").set_value(ChangeKind.OUT).run()
    test.selectbox(key="folio-out").set_value("HIS-0007").run()
    press(test, "Hacer el cambio")
    assert any("motivo" in str(error.value) for error in test.error)
    next(widget for widget in test.text_input if widget.label == "Motivo").set_value("No puede **asistir**").run()
    press(test, "Hacer el cambio")
    text = page_text(test)
    assert "No se cumple" in text and "No puede \\*\\*asistir\\*\\*" in text
    press(test, "Quitar")
    assert "No se cumple" not in page_text(test)


def test_the_selection_csv_is_for_coordinators_only(small: Call, coordinator: Actor, juror: Actor) -> None:
    proposal = propose_for_call(OPERATOR, slug=SLUG)
    table = downloads.TABLES["seleccion"](coordinator, {"escenario": proposal.public_id})
    assert [row[0] for row in table.rows[:6]] == [place.folio for place in proposal.selected]
    for actor, scenario in ((juror, proposal.public_id), (coordinator, "otro")):
        with pytest.raises(UserError):
            downloads.TABLES["seleccion"](actor, {"escenario": scenario})


def test_two_scenarios_side_by_side(small: Call, coordinator: Actor, screen: Screens) -> None:
    propose_for_call(coordinator, slug=SLUG)
    assert "hacen falta dos escenarios" in page_text(screen("seleccion", coordinator, ver="Comparación"))
    scenario = create(coordinator, slug=SLUG, name="Sin **ella**", rules=[])
    rule = {"label": "r", "who": {"alcaldia": "Milpa Alta"}, "at_most": 0}
    set_rules(coordinator, public_id=scenario, rules=[rule], version=1)
    compute(coordinator, public_id=scenario)
    test = screen("seleccion", coordinator, ver="Comparación")
    assert "Comparten" in page_text(test) and "Equilibrio" in page_html(test)
    assert "Sin \\*\\*ella\\*\\*" in page_text(test)


def test_no_page_lists_people_by_a_sensitive_trait(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    scenario = create(coordinator, slug=SLUG, name="Con discapacidad", rules=[])
    rule = {"label": "Accesible", "who": {"discapacidad": "Sí"}, "at_least": 1}
    set_rules(coordinator, public_id=scenario, rules=[rule], version=1)
    compute(coordinator, public_id=scenario)
    for view in ("Propuesta", "Reglas", "Escenarios"):
        test = screen("seleccion", coordinator, ver=view)
        assert "silla" not in page_html(test) + page_text(test)
        if view == "Reglas":
            assert "entra 1" in page_text(test).replace("\N{NO-BREAK SPACE}", " ")
            assert "HIS-0001" not in page_html(test) + page_text(test)


def test_a_signed_selection_cannot_be_edited(small: Call, coordinator: Actor, screen: Screens) -> None:
    mark_signed(propose_for_call(coordinator, slug=SLUG))
    labels: set[str] = set()
    for view in ("Propuesta", "Reglas"):
        labels |= {button.label for button in screen("seleccion", coordinator, ver=view).button}
    assert not labels & {"Calcular", "Editar", "Quitar", "Hacer el cambio", "Añadir una regla"}


@pytest.mark.parametrize("view", ["Propuesta", "Escenarios"])
def test_query_count_does_not_grow_with_scenarios(
    small: Call,
    coordinator: Actor,
    screen: Screens,
    queries: list[str],
    view: str,
) -> None:
    propose_for_call(coordinator, slug=SLUG)
    screen("seleccion", coordinator, ver=view)
    queries.clear()
    screen("seleccion", coordinator, ver=view)
    few = len(queries)
    for number in range(3):
        create(coordinator, slug=SLUG, name=f"Otro {number}")
    queries.clear()
    screen("seleccion", coordinator, ver=view)
    assert len(queries) == few <= QUERIES
