"""The selection's page: from no proposal to one in force, for coordinators alone."""

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.decision.outcome.now import selection_in_force
from reviewer.decision.selection.computing import compute
from reviewer.decision.selection.scenarios import create, propose_for_call, set_rules
from reviewer.errors import Refused
from reviewer.models import Call, ChangeKind
from reviewer.web.routes import downloads
from tests.conftest import SLUG
from tests.decision.selection.test_scenarios import sign
from tests.pages.conftest import Screens, words

QUERIES = 40


def press(test: AppTest, label: str) -> AppTest:
    """Clicks the first button of this label."""
    next(each for each in test.button if each.label == label).click()
    test.run()
    assert not test.exception, test.exception
    return test


def tables(test: AppTest) -> str:
    """The HTML of a page's tables."""
    return "\n".join(str(each.proto.body) for each in test.get("html"))


def test_nobody_else_sees_it(small: Call, juror: Actor, admin: Actor, screen: Screens) -> None:
    propose_for_call(OPERATOR, call=SLUG)
    for actor in (juror, admin):
        said = words(screen("seleccion", actor))
        assert "no es parte de su papel" in said
        assert "GUI-" not in said


def test_without_a_call_it_says_what_comes_first(coordinator: Actor, screen: Screens) -> None:
    assert "Todavía no hay una convocatoria" in words(screen("seleccion", coordinator))


def test_without_readings_the_way_is_told(call: Call, coordinator: Actor, screen: Screens) -> None:
    test = press(screen("seleccion", coordinator), "Proponer una selección")
    assert any("dictamen" in str(each.value) for each in test.error)


def test_a_proposal_is_made_and_put_in_force(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    test = press(screen("seleccion", coordinator), "Proponer una selección")
    while not test.metric:
        test.run()
    assert {each.label: each.value for each in test.metric}["Plazas"] == "6 de 6"
    assert "GUI-0008" in tables(test) and "Milpa Alta" in tables(test)
    press(test, "Poner este escenario en vigor")
    assert selection_in_force(coordinator, call=SLUG).name == "Propuesta 1"


def test_a_rule_is_added_taken_away_and_a_conflict_explained(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    made = propose_for_call(coordinator, call=SLUG)
    test = press(screen("seleccion", coordinator, ver="Reglas"), "Añadir una regla")
    test.multiselect[0].set_value(["Iztapalapa"])
    test.number_input[1].set_value(0)
    press(test, "Guardar la regla")
    assert "No más de 0 de Iztapalapa" in words(test)
    press(test, "Calcular")
    assert "Chocan entre sí" in words(test) and "no pueden cumplirse" in words(test)
    assert selection_in_force(coordinator, call=SLUG).selected == made.selected
    press(test, "Aplicar ese cambio y calcular")
    assert not test.error
    assert len(selection_in_force(coordinator, call=SLUG).rules) == 33


def test_a_change_by_hand_is_shown_with_what_it_breaks(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    propose_for_call(coordinator, call=SLUG)
    test = screen("seleccion", coordinator)
    test.segmented_control(key="cambio").set_value(ChangeKind.OUT).run()
    test.selectbox(key="folio-out").set_value("GUI-0007").run()
    press(test, "Hacer el cambio")
    assert any("motivo" in str(each.value) for each in test.error)
    next(each for each in test.text_input if each.label == "Motivo").set_value("No puede **asistir**").run()
    press(test, "Hacer el cambio")
    said = words(test)
    assert "No se cumple" in said and "No puede \\*\\*asistir\\*\\*" in said
    press(test, "Quitar")
    assert "No se cumple" not in words(test)


def test_the_lists_can_be_taken_along_by_coordinators_alone(
    small: Call, coordinator: Actor, juror: Actor
) -> None:
    made = propose_for_call(OPERATOR, call=SLUG)
    table = downloads.TABLES["seleccion"](coordinator, {"escenario": made.public_id})
    assert [row[0] for row in table.rows[:6]] == [each.folio for each in made.selected]
    for actor, scenario in ((juror, made.public_id), (coordinator, "otro")):
        with pytest.raises(Refused):
            downloads.TABLES["seleccion"](actor, {"escenario": scenario})


def test_two_scenarios_side_by_side(small: Call, coordinator: Actor, screen: Screens) -> None:
    propose_for_call(coordinator, call=SLUG)
    assert "hacen falta dos escenarios" in words(screen("seleccion", coordinator, ver="Comparación"))
    free = create(coordinator, call=SLUG, name="Sin **ella**", rules=[])
    rule = {"label": "r", "who": {"alcaldia": "Milpa Alta"}, "at_most": 0}
    set_rules(coordinator, scenario=free, rules=[rule], version=1)
    compute(coordinator, scenario=free)
    test = screen("seleccion", coordinator, ver="Comparación")
    assert "Comparten" in words(test) and "Equilibrio" in tables(test)
    assert "Sin \\*\\*ella\\*\\*" in words(test)


def test_no_page_lists_people_by_a_sensitive_trait(
    small: Call,
    coordinator: Actor,
    screen: Screens,
) -> None:
    made = create(coordinator, call=SLUG, name="Con discapacidad", rules=[])
    rule = {"label": "Accesible", "who": {"discapacidad": "Sí"}, "at_least": 1}
    set_rules(coordinator, scenario=made, rules=[rule], version=1)
    compute(coordinator, scenario=made)
    for view in ("Propuesta", "Reglas", "Escenarios"):
        test = screen("seleccion", coordinator, ver=view)
        assert "silla" not in tables(test) + words(test)
        if view == "Reglas":
            assert "entra 1" in words(test).replace("\N{NO-BREAK SPACE}", " ")
            assert "GUI-0001" not in tables(test) + words(test)


def test_what_is_signed_offers_no_change(small: Call, coordinator: Actor, screen: Screens) -> None:
    sign(propose_for_call(coordinator, call=SLUG))
    labels: set[str] = set()
    for view in ("Propuesta", "Reglas"):
        labels |= {each.label for each in screen("seleccion", coordinator, ver=view).button}
    assert not labels & {"Calcular", "Editar", "Quitar", "Hacer el cambio", "Añadir una regla"}


@pytest.mark.parametrize("view", ["Propuesta", "Escenarios"])
def test_the_number_of_questions_does_not_grow_with_the_cohort(
    small: Call,
    coordinator: Actor,
    screen: Screens,
    queries: list[str],
    view: str,
) -> None:
    propose_for_call(coordinator, call=SLUG)
    screen("seleccion", coordinator, ver=view)
    queries.clear()
    screen("seleccion", coordinator, ver=view)
    few = len(queries)
    for number in range(3):
        create(coordinator, call=SLUG, name=f"Otro {number}")
    queries.clear()
    screen("seleccion", coordinator, ver=view)
    assert len(queries) == few <= QUERIES
