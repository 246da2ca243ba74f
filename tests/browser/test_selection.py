"""The selection's page: propose, edit rules, an infeasible set of rules, change by hand, put in force."""

from playwright.sync_api import expect

from reviewer.access.actor import Actor
from reviewer.decision.outcome.current_selection import selection_in_force
from reviewer.models import Call
from tests.browser.conftest import Opener, press, wait_for_script
from tests.browser.test_axe import axe_violations as violations
from tests.calls import SLUG
from tests.decision.selection.conftest import applications, small  # noqa: F401


def test_from_nothing_to_a_selection_in_force(
    open_page: Opener,
    coordinator: Actor,
    small: Call,  # noqa: F811
) -> None:
    page = open_page("/seleccion", coordinator)
    press(page, "Proponer una selección")
    expect(page.get_by_text("6 de 6")).to_be_visible(timeout=30_000)
    assert not violations(page)
    page.get_by_role("radio", name="Reglas").click()
    press(page, "Añadir una regla")
    assert not violations(page)
    values = page.get_by_role("combobox", name="Cuáles")
    values.fill("Iztapalapa")
    page.get_by_role("option", name="Iztapalapa").click()
    page.keyboard.press("Escape")
    page.get_by_label("No más de").fill("0")
    page.get_by_label("Nombre de la regla").fill("Nadie de Iztapalapa")
    page.keyboard.press("Tab")
    wait_for_script(page)
    press(page, "Guardar la regla")
    expect(page.get_by_text("No más de 0 de Iztapalapa")).to_be_visible()
    press(page, "Calcular")
    expect(page.get_by_text("«Nadie de Iztapalapa» pide no más de 0")).to_be_visible(timeout=30_000)
    page.reload()
    wait_for_script(page)
    expect(page.get_by_text("El menor cambio que las libera")).to_be_visible()
    assert not violations(page)
    press(page, "Aplicar ese cambio y calcular")
    expect(page.get_by_text("El menor cambio que las libera")).to_be_hidden(timeout=30_000)
    page.get_by_role("radio", name="Propuesta").click()
    page.get_by_text("Cambiar a mano").click()
    page.get_by_role("radio", name="Sale").click()
    page.get_by_label("Motivo").fill("Avisó que no puede asistir")
    page.keyboard.press("Tab")
    wait_for_script(page)
    press(page, "Hacer el cambio")
    expect(page.get_by_text("«Avisó que no puede asistir»")).to_be_visible()
    expect(page.get_by_text("5 de 6", exact=True)).to_be_visible()
    press(page, "Poner en vigor")
    press(page, "Poner este escenario en vigor")
    expect(page.get_by_text("Vigente", exact=True)).to_be_visible()
    assert len(selection_in_force(coordinator, slug=SLUG).selected) == 5
    for view in ("Escenarios", "Comparación"):
        page.get_by_role("radio", name=view).click()
        assert not violations(page), view
