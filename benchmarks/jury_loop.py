"""A juror's loop in Chromium, on the demo's installation.

(a) From "Enviar y siguiente" to the next applicant's first page painted and the rubric usable, against
opening the review page afresh; (b) from a click on a level until it is in the database and repainted.
"""

import sqlite3
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import launch, log_in, serving
from benchmarks.place import command, installation, report_ratio, report_seconds
from reviewer.demo.logins import DEMO_LOGINS

ROUNDS = 8
FIRST_PAGE = """folio => {
  const root = name => [...document.querySelectorAll("*")].map(each => each.shadowRoot)
    .find(each => each && each.querySelector(name));
  const rubric = root(".rubric"), reader = root(".reader");
  if (!rubric || !reader) return false;
  const image = reader.querySelector(".pages img");
  const shown = rubric.querySelector('[data-part="folio"]').textContent;
  return shown !== folio && image && image.complete && image.naturalWidth > 0
    && !!rubric.querySelector('[role="radio"]:not([aria-disabled="true"])');
}"""


def run() -> list[str]:
    """Prints (a), (b) and the ratio of (a) to opening the page afresh."""
    with installation() as folder, sync_playwright() as playwright:
        command("demo")
        browser = launch(playwright)
        with serving(folder) as server:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(server.url)
            log_in(page, DEMO_LOGINS[0])
            afresh = [_open(page, f"{server.url}/revisar") for _ in range(ROUNDS)]
            clicks, onward = [], []
            for _ in range(ROUNDS):
                clicks += _score(page, folder / "reviewer.db")
                time.sleep(1)  # as reading takes; meanwhile the next first page is prefetched
                onward.append(_submit(page))
        browser.close()
    missed = report_seconds("(a) submit to the next first page painted", onward, target=0.6)
    report_seconds("    the review page opened afresh", afresh)
    missed += report_ratio(
        "(a) against opening afresh", sorted(onward)[ROUNDS // 2] / sorted(afresh)[ROUNDS // 2], target=0.5
    )
    return missed + report_seconds("(b) a level clicked, in the database and repainted", clicks, target=0.25)


def _open(page: Page, address: str) -> float:
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_function(FIRST_PAGE, arg="")
    return time.perf_counter() - begun


def _folio(page: Page) -> str:
    return page.locator('.rubric [data-part="folio"]').inner_text()


def _submit(page: Page) -> float:
    folio = _folio(page)
    begun = time.perf_counter()
    page.get_by_role("button", name="Enviar y siguiente").click()
    page.wait_for_function(FIRST_PAGE, arg=folio, polling="raf")
    return time.perf_counter() - begun


def _score(page: Page, database: Path) -> list[float]:
    """Clicks a level in every criterion; returns the seconds until each is in the database and shown."""
    seconds = []
    groups = page.get_by_role("radiogroup")
    for number in range(groups.count()):
        before = _changes(database)
        radios = groups.nth(number).get_by_role("radio")
        chosen = 2 if radios.nth(3).get_attribute("aria-checked") == "true" else 3
        begun = time.perf_counter()
        radios.nth(chosen).click()
        while _changes(database) == before:
            time.sleep(0.002)
        radios.nth(chosen).and_(page.locator('[aria-checked="true"]')).wait_for()
        page.get_by_text("Guardado").first.wait_for()
        seconds.append(time.perf_counter() - begun)
    return seconds


def _changes(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT coalesce(sum(version), 0) FROM score").fetchone()[0])
