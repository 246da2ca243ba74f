"""The ranking in a real browser: computed in a process of its own, sorted, opened, downloaded."""

import csv
import re

from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Call, Role
from tests.browser.conftest import Opener, wait_for_script
from tests.browser.test_axe import axe_violations as violations
from tests.calls import SPEC
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all


def column(page: Page, place: int) -> list[str]:
    cells = page.locator(f"tbody tr td:nth-child({place})")
    return [text.split(" ")[0] for text in cells.all_inner_texts()]


def test_a_coordinator_follows_an_application_from_the_list_to_its_readings(
    open_page: Opener, reviewing_call: Call, coordinator: Actor, person: PersonFactory
) -> None:
    jury = [person(Role.JURY, name=name) for name in ("Inés", "<i>Óscar</i>", "Úrsula")]
    add_applications(reviewing_call, 60)
    submit_all(reviewing_call, jury)
    page = open_page("/ranking", coordinator)
    expect(page.get_by_text(f"60 postulaciones leídas para {SPEC.seats} lugares")).to_be_visible(timeout=60_000)
    wait_for_script(page)
    expect(page.locator("tbody tr")).to_have_count(50)
    assert not violations(page)
    assert column(page, 1) == [str(rank) for rank in range(1, 51)]
    page.get_by_role("button", name="Media simple").click()
    expect(page.get_by_role("button", name="Media simple ↓")).to_be_visible()
    wait_for_script(page)
    means = [float(text) for text in column(page, 8)]
    assert means == sorted(means, reverse=True)
    page.get_by_role("button", name="HIS-0050").click()
    expect(page.get_by_text("De la media al estimado")).to_be_visible()
    wait_for_script(page)
    assert "folio=HIS-0050" in page.url
    figures = page.locator("table.numbers td.n").all_inner_texts()
    assert not violations(page)
    start, *steps, estimate = (float(figure.replace("−", "-").replace("+", "")) for figure in figures)
    assert round(start + sum(steps), 1) == estimate
    page.reload()
    expect(page.get_by_text("Quién la leyó")).to_be_visible()
    page.get_by_role("button", name="Todo el ranking").click()
    expect(page.get_by_role("button", name="HIS-0050")).to_be_visible()
    for view in ("Acuerdo", "El corte"):
        page.get_by_text(view, exact=True).click()
        assert not violations(page), view
    page.get_by_text("Jurado", exact=True).click()
    expect(page.get_by_text("<i>Óscar</i>")).to_be_visible()
    page.get_by_text("Lista", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 60
    assert not re.search(r"\b(Loading|Sort|rows?)\b", page.locator("body").inner_text())
