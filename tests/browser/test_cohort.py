"""The cohort in a real browser: figures that answer to mouse and keyboard, and ask nothing of elsewhere."""

import csv
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Call
from tests.browser.conftest import Opener, wait_for_script
from tests.cohort.cohorts import store_applications


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_figures_filter_and_their_files_come_along(open_page: Opener, call: Call, coordinator: Actor) -> None:
    store_applications(call, [{"alcaldia": "09012", "gender": "Mujer"}] * 7 + [{"alcaldia": "09007"}] * 30)
    page = open_page("/cohorte", coordinator)
    requested_urls: list[str] = []
    page.on("request", lambda request: requested_urls.append(request.url))
    page.reload()
    wait_for_script(page)
    tlalpan = page.locator('[data-figure="mapa"] [data-pick="alcaldia=09012"]')
    total = page.locator("p.total").first

    tlalpan.hover()
    expect(page.locator(".tip")).to_contain_text("7 postulaciones, 19 % de las de la ciudad")
    tlalpan.click()
    expect(page.get_by_text("Tlalpan envió 19 % de las postulaciones")).to_be_visible()
    expect(total).to_have_text("7 recibidas")
    assert query(page) == {"alcaldia": ["tlalpan"]}

    with page.expect_download() as download:
        page.locator('a[href*="/cohorte/genero.csv"]').click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Mujer", "7", "", "Mujer"]
    with page.expect_download() as download:
        page.locator('a[href*="/cohorte/mapa.png"]').click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")

    page.locator('[data-figure="genero"]').get_by_role("button", name="Ver tabla").click()
    expect(page.get_by_role("region", name="Tabla de «Género»")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Tabla de «Género»")).to_be_hidden()

    # The same by keyboard: the chosen one is reached by Tab, its neighbours by arrows, Enter chooses.
    tlalpan.focus()
    page.keyboard.press("Enter")
    expect(total).to_have_text("37 recibidas")
    wait_for_script(page)
    expect(tlalpan).to_be_focused()
    page.locator('[data-figure="genero"] [data-pick="genero=Mujer"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(total).to_have_text("30 recibidas")
    assert query(page) == {"genero": ["sin-respuesta"]}
    page.reload()
    expect(total).to_have_text("30 recibidas")
    page.get_by_role("button", name="Quitar filtros").click()
    expect(total).to_have_text("37 recibidas")

    hosts = {urlsplit(url).hostname for url in requested_urls if not url.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}
