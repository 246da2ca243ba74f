"""The cohort page in Chromium at 1,000, 10,000 and 100,000 applications.

Measures opening to the last figure, a click on an alcaldía until the page is filtered, and the number of
queries. ``DICTAMEN_SIZES`` sets the sizes (``1000,10000,100000`` by default).
"""

import os
import time
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import event

from benchmarks.browser import launch, serving
from benchmarks.many import SLUG, fill
from benchmarks.place import installation, report_ratio, report_seconds
from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.core import database
from reviewer.figures.registry import FIGURES, FigureChoices
from reviewer.models import Role
from reviewer.web.auth import cookies

ROUNDS, COLD_ROUNDS = 7, 3
SIZES = (1_000, 10_000, 100_000)
OPENING, COLD, GROWTH, CLICK = 1.5, 2.5, 2.0, 0.6
# Plotly has drawn the last figure, and the map its tiles.
LAST_FIGURE = """() => {
  const figures = [...document.querySelectorAll(".js-plotly-plot")];
  const [map, last] = [figures[0], figures.at(-1)];
  return document.querySelector("[class*='st-key-figura-alcaldias-'] .bars .point")
    && last?._fullLayout && map?._fullLayout?.map?._subplot?.map?.loaded();
}"""
TLALPAN = """() => {
  const map = document.querySelector(".js-plotly-plot");
  const box = map.getBoundingClientRect();
  const { l, t } = map._fullLayout._size;
  const point = map._fullLayout.map._subplot.map.project([-99.214, 19.185]);
  return [box.left + l + point.x, box.top + t + point.y + 6];
}"""
OVERVIEW = ("mapa", "genero", "edad", "escolaridad", "ocupacion", "alcaldias")


def run() -> list[str]:
    """Prints the times of each size, their ratio, and the queries."""
    sizes = [int(text) for text in os.environ.get("DICTAMEN_SIZES", "").split(",") if text] or list(SIZES)
    os.environ["REVIEWER_COOKIE_KEY"] = "the same in each installation of this run"
    missed, opened, queries = [], {}, {}
    for size in sizes:
        with installation() as folder, sync_playwright() as playwright:
            fill(size)
            queries[size] = _count_queries()
            browser = launch(playwright)
            with serving(folder) as server:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                _log_in(page, server.url)
                _open(page, server.url)  # loads the modules, which happens once
                opened[size] = [_open(page, server.url) for _ in range(ROUNDS)]
                cold = [_open_cold(browser, page, server.url) for _ in range(COLD_ROUNDS)]
                clicks = [_click(page) for _ in range(ROUNDS + 1)]
            browser.close()
        target = OPENING if size == SIZES[0] else None
        missed += report_seconds(f"{size:,} applications, opened to the last figure", opened[size], target=target)
        target = COLD if size == SIZES[0] else None
        missed += report_seconds("    with an empty browser cache", cold, target=target)
        target = CLICK if size == SIZES[1] else None
        missed += report_seconds("    a click on an alcaldía, filtered", clicks, target=target)
    ratio = median(opened[sizes[-1]]) / median(opened[sizes[0]])
    missed += report_ratio(f"{sizes[-1]:,} against {sizes[0]:,}", ratio, target=GROWTH)
    print(f"queries of the figures, by size: {queries}")
    return missed if len(set(queries.values())) == 1 else [*missed, f"queries grow: {queries}"]


def _log_in(page: Page, url: str) -> None:
    added = people.add_person(
        OPERATOR, email="cora@prueba.example", name="Cora", role=Role.COORDINATOR, password="una muy larga"
    )
    token = sessions.redeem_ticket(sessions.make_ticket(added.person))
    if token is None:
        raise SystemExit("La entrada de la medición caducó.")
    page.context.add_cookies([{"name": cookies.NAME, "value": cookies.sign(token), "url": url}])


def _open(page: Page, url: str) -> float:
    begun = time.perf_counter()
    page.goto(f"{url}/cohorte")
    page.wait_for_function(LAST_FIGURE, polling="raf")
    return time.perf_counter() - begun


def _open_cold(browser: Browser, page: Page, url: str) -> float:
    """Opens the page in a new profile, which has nothing in its cache but the log-in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=page.context.storage_state())
    seconds = _open(context.new_page(), url)
    context.close()
    return seconds


def _click(page: Page) -> float:
    """Sets or removes the filter of an alcaldía; returns the seconds until the total has changed."""
    total = page.locator("p.total").first
    before = total.inner_text()
    x, y = page.evaluate(TLALPAN)
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    # Plotly selects what its hover has found, and takes two quick clicks for a double one.
    page.wait_for_timeout(300)
    begun = time.perf_counter()
    page.mouse.click(x, y)
    page.wait_for_function(
        """before => {
          const total = document.querySelector("p.total");
          return total && total.innerText !== before
            && document.querySelector("[data-test-script-state=notRunning]");
        }""",
        arg=before,
        polling="raf",
    )
    return time.perf_counter() - begun


def _count_queries() -> int:
    """Returns the number of statements that the figures of the first tab execute."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    with open_cohort(OPERATOR, Subset(SLUG)) as open_:
        for name in OVERVIEW:
            FIGURES[name](open_, FigureChoices())
    event.remove(database.engine(), "before_cursor_execute", note)
    return len(statements)
