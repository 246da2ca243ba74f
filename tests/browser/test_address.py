"""Page, search and choices in the address survive a reload, the back button and another page."""

import re

from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Call, Role
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.people import PersonFactory


def expect_people(page: Page, first: str, *, query: str) -> None:
    """Waits until the list begins with this person and the address has these parameters."""
    expect(page.get_by_text(first, exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(f"personas\\?{re.escape(query)}$"))
    wait_for_script(page)


def test_a_list_keeps_its_page_and_words(open_page: Opener, admin: Actor, call: Call, person: PersonFactory) -> None:
    for number in range(45):
        person(Role.JURY, name=f"Ñusta {number:02}", email=f"{'a' * (number + 1)}@prueba.example")
    page = open_page("/personas", admin)
    page.get_by_role("radio", name="Jurado").click()
    expect_people(page, "Ñusta 00", query="papel=jurado")
    page.get_by_role("button", name="Next page").click()
    expect_people(page, "Ñusta 20", query="papel=jurado&hoja=2")
    page.reload()
    expect_people(page, "Ñusta 20", query="papel=jurado&hoja=2")
    page.get_by_placeholder("Nombre o correo").fill("nusta 4")
    page.get_by_placeholder("Nombre o correo").press("Enter")
    expect_people(page, "Ñusta 40", query="papel=jurado&buscar=nusta+4")
    page.get_by_role("link", name="Sistema").click()
    expect(page.get_by_text("Intentos de entrada")).to_be_visible()
    page.go_back()
    expect_people(page, "Ñusta 40", query="papel=jurado&buscar=nusta+4")
    expect(page.get_by_placeholder("Nombre o correo")).to_have_value("nusta 4")
    page.go_back()
    expect_people(page, "Ñusta 20", query="papel=jurado&hoja=2")
    expect(page.get_by_placeholder("Nombre o correo")).to_have_value("")
    expect(page.get_by_role("radio", name="Jurado")).to_be_checked()
    page.go_back()
    expect_people(page, "Ñusta 00", query="papel=jurado")
    page.go_forward()
    expect_people(page, "Ñusta 20", query="papel=jurado&hoja=2")


def test_pages_with_the_same_parameter_do_not_share_its_value(
    open_page: Opener, coordinator: Actor, reviewing_call: Call
) -> None:
    page = open_page("/asignacion?parte=conflictos", coordinator)
    expect(page.get_by_text("Posibles conflictos")).to_be_visible()
    page.get_by_role("link", name="Ayuda").click()
    page.get_by_role("radio", name="Primer día").click()
    expect(page).to_have_url(re.compile(r"\?guia=primer-dia$"))
    page.get_by_role("link", name="Asignación").click()
    expect(page.get_by_text("Postulaciones elegibles", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="Repartir")).to_be_checked()


def test_an_unknown_choice_is_named(open_page: Opener, coordinator: Actor, reviewing_call: Call) -> None:
    page = open_page("/asignacion?parte=otra", coordinator)
    expect(page.get_by_text("La dirección pide «parte=otra», que aquí no existe")).to_be_visible()
