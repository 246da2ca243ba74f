"""The cohort in a real browser: a click on the map filters the page, and nothing is asked of elsewhere."""

import csv
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Call
from tests.browser.conftest import Opener, settle
from tests.cohort.made import apply


def click_on(page: Page, alcaldia: str) -> None:
    """Clicks beside an alcaldía's name: any place within it answers."""
    name = page.locator(".annotation-text", has_text=alcaldia)
    expect(name).to_be_visible()
    box = name.bounding_box()
    assert box is not None
    x, y = box["x"] + 5, box["y"] + box["height"] + 12
    page.mouse.move(x, y)
    expect(page.locator(".hovertext", has_text=alcaldia)).to_be_visible()
    page.mouse.click(x, y)


def test_a_click_on_the_map_filters_and_its_csv_comes_along(
    open_page: Opener, call: Call, coordinator: Actor
) -> None:
    apply(call, [{"alcaldia": "09012", "gender": "Mujer"}] * 7 + [{"alcaldia": "09007"}] * 30)
    page = open_page("/cohorte", coordinator)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    settle(page)
    click_on(page, "Tlalpan")
    expect(page.get_by_text("Tlalpan envió 19 % de las postulaciones")).to_be_visible()
    assert urlsplit(page.url).query == "alcaldia=Tlalpan"
    expect(page.locator("p.total").first).to_have_text("7 recibidas")
    with page.expect_download() as taken:
        page.locator('a[href*="cohorte-genero"]').click()
    with taken.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Mujer", "7", "", "Mujer"]
    settle(page)
    click_on(page, "Tlalpan")
    expect(page.locator("p.total").first).to_have_text("37 recibidas")
    assert urlsplit(page.url).query == ""
    hosts = {urlsplit(each).hostname for each in asked if not each.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}
    assert page.locator(".modebar").count() == 0
