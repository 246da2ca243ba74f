"""Log-in in a real browser: no page of a fresh server without it, and ended sessions stay ended."""

import pytest
from playwright.sync_api import Page, expect

from reviewer.access import people
from reviewer.access.actor import OPERATOR
from reviewer.core.paths import ROOT
from reviewer.models import Role
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.people import PASSWORD, PersonFactory
from tests.server import Server

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


@pytest.mark.usefixtures("call")
def test_a_stranger_sees_no_page_of_a_fresh_server(server: Server, open_page: Opener) -> None:
    """Before the first run of ``app_script``, Streamlit serves the pages from their folder."""
    for address in ("personas", "revisar"):  # each is the first page of its server
        _expect_login_form(open_page(f"/{address}"))
        server.kill()
        server.start()
    page = open_page("/")
    for address in PAGES:
        page.goto(f"{server.url}/{address}")
        wait_for_script(page)
        _expect_login_form(page)


def _expect_login_form(page: Page) -> None:
    door = page.get_by_label("Contraseña", exact=True).or_(page.get_by_text("Entre con su correo"))
    expect(door).to_be_visible()
    assert page.locator('[data-testid="stSidebarNav"], [data-testid="stTopNavLink"]').count() == 0, page.url


def test_log_in_first_password_and_log_out(server: Server, open_page: Opener) -> None:
    new_person = people.add_person(OPERATOR, email="rosa@prueba.example", name="Rosa Ñáñez", role=Role.ADMIN)
    page = open_page("/cuenta")
    page.get_by_label("Correo").fill("Rosa@Prueba.example")
    page.get_by_label("Contraseña", exact=True).fill(new_person.one_time_password or "")
    page.get_by_role("button", name="Entrar").click()
    page.get_by_label("Contraseña de un solo uso").fill(new_person.one_time_password or "")
    page.get_by_label("Contraseña nueva (").fill(PASSWORD)
    page.get_by_label("Contraseña nueva, otra vez").fill(PASSWORD)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="Rosa Ñáñez")).to_be_visible()
    cookie = next(entry for entry in page.context.cookies() if entry["name"] == "dictamen_sesion")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    second = page.context.new_page()
    second.goto(f"{server.url}/personas")
    wait_for_script(second)
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Correo")).to_be_visible()
    second.reload()
    expect(second.get_by_label("Correo")).to_be_visible()
    copied = {"name": cookie["name"], "value": cookie["value"], "url": server.url}
    page.context.add_cookies([copied])  # type: ignore[list-item]  # a copy of the cookie is worthless now
    page.reload()
    expect(page.get_by_label("Correo")).to_be_visible()


def test_a_wrong_password_is_reported_and_the_sixth_attempt_must_wait(
    server: Server, open_page: Opener, person: PersonFactory
) -> None:
    del server
    person(Role.JURY, email="eva@prueba.example")
    page = open_page("/")
    for _ in range(5):
        page.get_by_label("Correo").fill("eva@prueba.example")
        page.get_by_label("Contraseña", exact=True).fill("no es esta")
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_text("El correo o la contraseña no son correctos.")).to_be_visible()
        wait_for_script(page)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("Demasiados intentos. Espere")).to_be_visible()


def test_a_deactivated_person_is_logged_out_at_the_next_click(open_page: Opener, person: PersonFactory) -> None:
    actor = person(Role.ADMIN)
    person(Role.ADMIN)
    page = open_page("/cuenta", actor)
    expect(page.get_by_role("button", name="Salir")).to_be_visible()
    people.set_active(OPERATOR, person_id=actor.require_person_id(), active=False)
    page.get_by_text("Ayuda").first.click()
    expect(page.get_by_label("Correo")).to_be_visible()


def test_a_page_of_another_role_says_so(open_page: Opener, person: PersonFactory) -> None:
    juror = person(Role.JURY)
    for address in ("personas", "lotes", "cohorte", "avance"):
        page = open_page(f"/{address}", juror)
        expect(page.get_by_text("Esta página no es parte de su papel")).to_be_visible()
        page.close()
