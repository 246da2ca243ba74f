"""The cohort in a real browser: figures react to mouse and keyboard, and request nothing from other hosts."""

import csv
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Call
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.applications import add_applicants

PEOPLE = [{"alcaldia": "09012", "gender": "Mujer"}] * 7 + [{"alcaldia": "09007"}] * 30
WITHOUT_WEBGL = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
};
"""


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def figure(page: Page, name: str) -> Locator:
    return page.locator(f"[class*='st-key-figura-{name}-']")


def plot(page: Page, name: str) -> Locator:
    """The figure once Plotly has drawn it."""
    # By its selector, since a script that runs again replaces the element.
    page.wait_for_function(
        """name => {
          const drawn = document.querySelectorAll(`[class*='st-key-figura-${name}-'] .js-plotly-plot`);
          return drawn.length === 1 && drawn[0]._fullLayout !== undefined;
        }""",
        arg=name,
    )
    return figure(page, name).locator(".js-plotly-plot")


def click_alcaldia(page: Page, code: str) -> None:
    """Clicks where the alcaldía's name stands, on a map of tiles or of traces."""
    x, y = plot(page, "mapa").evaluate(
        """(element, code) => {
          const { data, _fullLayout: layout } = element;
          const box = element.getBoundingClientRect();
          const area = layout._size;
          if (layout.map) {
            const { features } = layout.map.style.sources.names.data;
            const names = data.flatMap((trace) => trace.locations ?? []);
            const at = features[names.indexOf(code)].geometry.coordinates;
            const point = layout.map._subplot.map.project(at);
            return [box.left + area.l + point.x, box.top + area.t + point.y + 6];
          }
          const trace = data.find(({ customdata }) => customdata);
          const index = trace.customdata.findIndex(([value]) => value === code);
          return [
            box.left + area.l + layout.xaxis.d2p(trace.x[index]),
            box.top + area.t + layout.yaxis.d2p(trace.y[index]),
          ];
        }""",
        code,
    )
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(200)  # Plotly selects what it hovers
    page.mouse.click(x, y)


@pytest.mark.parametrize("has_webgl", [True, False])
def test_the_map_filters_every_figure(open_page: Opener, call: Call, coordinator: Actor, has_webgl: bool) -> None:
    add_applicants(call, PEOPLE)
    page = open_page("/cohorte", coordinator)
    requested_urls: list[str] = []
    page.on("request", lambda request: requested_urls.append(request.url))
    if not has_webgl:
        page.add_init_script(WITHOUT_WEBGL)
    page.reload()
    total = page.locator("p.total").first
    expect(total).to_have_text("37 recibidas")
    wait_for_script(page)
    kind = plot(page, "mapa").evaluate("element => element.data[0].type")
    assert kind == ("choroplethmap" if has_webgl else "scatter")
    page.wait_for_timeout(1500)  # the map's own loading

    click_alcaldia(page, "09012")
    expect(page.get_by_text("Tlalpan envió 19 % de las postulaciones")).to_be_visible()
    expect(total).to_have_text("7 recibidas")
    assert query(page) == {"alcaldia": ["tlalpan"]}
    page.reload()
    expect(total).to_have_text("7 recibidas")
    wait_for_script(page)
    page.get_by_role("button", name="Quitar filtros").click()
    expect(total).to_have_text("37 recibidas")

    hosts = {urlsplit(url).hostname for url in requested_urls if not url.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}


def test_tables_filter_by_keyboard_and_files_come_along(open_page: Opener, call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    page = open_page("/cohorte", coordinator)
    total = page.locator("p.total").first
    expect(total).to_have_text("37 recibidas")
    wait_for_script(page)
    for name in ("mapa", "genero", "edad", "escolaridad", "ocupacion", "alcaldias"):
        plot(page, name)
        chart = figure(page, name).get_by_role("figure")
        expect(chart).to_have_attribute("tabindex", "0")
        assert chart.get_attribute("aria-label")

    show = figure(page, "mapa").get_by_role("button", name="Ver tabla")
    show.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Tabla de «De dónde son»")
    expect(table).to_be_visible()
    row = table.get_by_role("button", name="Tlalpan", exact=True)
    row.focus()
    page.keyboard.press("Enter")
    expect(total).to_have_text("7 recibidas")
    wait_for_script(page)
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(row).to_be_focused()
    assert query(page) == {"alcaldia": ["tlalpan"]}
    page.keyboard.press("Escape")
    expect(table).to_be_hidden()

    with page.expect_download() as download:
        figure(page, "genero").get_by_role("link", name="CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Mujer", "7", "", "Mujer"]
    with page.expect_download() as download:
        figure(page, "mapa").get_by_role("link", name="PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_bar_filters_and_a_second_click_takes_the_filter_away(
    open_page: Opener, call: Call, coordinator: Actor
) -> None:
    add_applicants(call, PEOPLE)
    page = open_page("/cohorte", coordinator)
    total = page.locator("p.total").first
    for counts, expected, groups in (
        ([7, 30], "7 recibidas", {"genero": ["mujer"]}),
        ([7, 0], "37 recibidas", {}),
    ):
        plot(page, "genero")
        page.wait_for_function(
            """counts => {
              const chart = document.querySelector("[class*='st-key-figura-genero-'] .js-plotly-plot");
              return chart?._fullData && String(Array.from(chart._fullData[0].x)) === String(counts);
            }""",
            arg=counts,
        )
        wait_for_script(page)
        page.wait_for_timeout(1000)  # Streamlit draws a new figure more than once until its width is known
        box = figure(page, "genero").locator(".bars .point path").first.bounding_box()
        assert box is not None
        x, y = box["x"] + 20, box["y"] + box["height"] / 2
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(200)
        page.mouse.click(x, y)
        expect(total).to_have_text(expected)
        assert query(page) == groups


def test_one_column_on_a_telephone_and_every_figure_once_in_print(
    open_page: Opener, call: Call, coordinator: Actor
) -> None:
    add_applicants(call, PEOPLE)
    page = open_page("/cohorte", coordinator, width=390, height=844)
    wait_for_script(page)
    names = ("mapa", "genero", "edad", "escolaridad", "ocupacion", "alcaldias")
    for name in names:
        plot(page, name)
    boxes = [figure(page, name).bounding_box() for name in names]
    edges = {(round(box["x"]), round(box["width"])) for box in boxes if box}
    assert len(edges) == 1, "all figures are as wide as the column"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".js-plotly-plot text")]
          .filter((text) => text.textContent.trim())
          .map((text) => parseFloat(getComputedStyle(text).fontSize))"""
    )
    assert min(sizes) >= 12
    page.emulate_media(media="print")
    for name in names:
        expect(figure(page, name).locator(".js-plotly-plot")).to_have_count(1)
        expect(figure(page, name).locator(".js-plotly-plot")).to_be_visible()
