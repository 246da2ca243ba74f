"""The page of a computed ranking of 5,000 applications in Chromium, and downloads of its scores."""

import time
import urllib.request

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import launch, serving
from benchmarks.filled import SLUG, fill, log_in_coordinator
from benchmarks.place import command, installation, report_seconds
from benchmarks.simulated_jury import LARGE
from reviewer.web.auth import cookies

ROUNDS = 7


def run() -> list[str]:
    """Prints opening, sorting and paging, and the downloads of 15,000 reviews."""
    with installation() as folder, sync_playwright() as playwright:
        fill(LARGE)
        begun = time.perf_counter()
        command("rank", "--call", SLUG, "--json")
        computed = time.perf_counter() - begun
        cookie = cookies.sign(log_in_coordinator())
        browser = launch(playwright)
        with serving(folder) as server:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": cookies.NAME, "value": cookie, "url": server.url}])
            page = context.new_page()
            _open(page, server.url)
            opened = [_open(page, server.url) for _ in range(ROUNDS)]
            page_times = [_from_another_page(page) for _ in range(ROUNDS)]
            sorted_anew = [_sort(page, number) for number in range(ROUNDS)]
            csv = [_fetch(f"{server.url}/descargas/puntajes.csv", cookie) for _ in range(3)]
            book = [_fetch(f"{server.url}/descargas/ranking.xlsx", cookie) for _ in range(3)]
        browser.close()
    print(f"5,000 applications, {LARGE.readers} readings each: computed in {computed:.1f} s by the clock")
    missed = report_seconds("ranking on screen, from another page", page_times, target=1.0)
    report_seconds("    the page loaded afresh in the browser", opened)
    missed += report_seconds("    sorted by another column", sorted_anew, target=1.0)
    missed += report_seconds("scores of 15,000 reviews as CSV", csv, target=2.0)
    report_seconds("    the ranking, the jury and the scores as a workbook", book)
    return missed


def _open(page: Page, url: str) -> float:
    begun = time.perf_counter()
    page.goto(f"{url}/ranking")
    _wait(page)
    return time.perf_counter() - begun


def _from_another_page(page: Page) -> float:
    page.get_by_role("link", name="Cohorte").click()
    page.get_by_text("recibidas").first.wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    begun = time.perf_counter()
    page.get_by_role("link", name="Ranking").click()
    _wait(page)
    return time.perf_counter() - begun


def _sort(page: Page, number: int) -> float:
    name = ("Estimado", "Diferencia")[number % 2]
    begun = time.perf_counter()
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=f"{name} ↓").wait_for()
    return time.perf_counter() - begun


def _wait(page: Page) -> None:
    page.locator("tbody tr:nth-child(50)").wait_for()


def _fetch(address: str, cookie: str) -> float:
    request = urllib.request.Request(f"{address}?convocatoria={SLUG}", headers={"Cookie": f"{cookies.NAME}={cookie}"})
    begun = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return time.perf_counter() - begun
