"""Reading beside the rubric, in a real browser: pages, search, selection, turning, the next applicant."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page, Request, expect

from reviewer.access.actor import Actor
from reviewer.models import Application, Call, Document, Role
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.server import Server

LETTER = [
    "Me llamo Rosalía Peña.\nQuiero escribir sobre la señora\nde los camarones y su camión de reparto.",
    "Segunda página: otro camion\ny una pala-\nbra partida.",
    "Tercera página.",
]
HOST = ".st-key-documentos [data-testid=stBidiComponentIsolated]"
READER = f"{HOST} .reader"


@pytest.fixture
def first(reviewing_call: Call, juror: Actor) -> Application:
    application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(application, juror, place=1)
    add_document(application, "motivos", pages_pdf(LETTER), pages=3)
    wide = pages_pdf(["Muestra apaisada"] * 2, size=(792, 612))
    add_document(application, "muestra", wide, pages=2)
    add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)
    return application


@pytest.fixture
def second(reviewing_call: Call, juror: Actor, first: Application) -> Document:
    application = add_application(reviewing_call, "HIS-0002", **ROSALIA)
    assign(application, juror, place=2)
    return add_document(application, "motivos", pages_pdf(["La segunda carta"]), pages=1)


def wait_for_page(page: Page, number: int = 1) -> None:
    expect(page.locator(f'[data-page="{number}"][data-state="shown"]')).to_be_attached(timeout=15_000)


def page_number(page: Page) -> str:
    return page.get_by_label("Ir a la página").input_value()


def selected_text(page: Page) -> str:
    return str(page.locator(HOST).evaluate("host => host.shadowRoot.getSelection().toString()"))


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


def drag(page: Page, start: str, end: str, *, by: tuple[float, float] = (0, 0)) -> None:
    """Selects from the left of a word to the right of another, or to a point beside that."""
    first_box, last_box = (box_of(page.locator(".words span", has_text=word).first) for word in (start, end))
    page.mouse.move(first_box["x"] + 1, first_box["y"] + first_box["height"] / 2)
    page.mouse.down()
    page.mouse.move(last_box["x"] + last_box["width"] / 2, last_box["y"] + last_box["height"] / 2, steps=8)
    page.mouse.move(
        last_box["x"] + last_box["width"] - 2 + by[0], last_box["y"] + last_box["height"] / 2 + by[1], steps=8
    )
    page.mouse.up()


@pytest.mark.usefixtures("first")
def test_reading_turning_pages_zooming_and_searching(open_page: Opener, juror: Actor) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    expect(page.locator(READER).get_by_role("tab")).to_have_text(
        [re.compile("Carta.*3 p."), re.compile("Muestra.*2 p.")]
    )
    expect(page.locator('[data-page="1"] .words')).to_contain_text("camarones")
    assert "Rosalía" not in page.locator(READER).inner_text()

    page.keyboard.press("End")
    wait_for_page(page, 3)
    expect(page.get_by_label("Ir a la página")).to_have_value("3")
    page.get_by_label("Ir a la página").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Ir a la página")).to_have_value("2")

    box = page.locator('[data-page="1"]')
    fitted = box_of(box)["width"]
    page.keyboard.press("+")
    assert box_of(box)["width"] > fitted * 1.2
    assert page_number(page) == "2"
    page.keyboard.press("0")
    assert box_of(box)["width"] == fitted

    page.keyboard.press("/")
    page.keyboard.type("CAMION")
    count = page.locator("[role=search] output")
    expect(count).to_have_text("2 de 2")
    page.keyboard.press("Enter")
    expect(count).to_have_text("1 de 2")
    expect(page.locator('[data-page="1"] .mark.current')).to_be_in_viewport()
    page.get_by_label("Buscar en este documento").fill("palabra partida")
    expect(count).to_have_text("1 de 1")
    page.get_by_label("Buscar en este documento").fill("rosalia")
    expect(count).to_have_text("Sin resultados")
    page.keyboard.press("Escape")
    expect(page.locator(".mark")).to_have_count(0)

    page.keyboard.press("]")
    expect(page.locator(READER).get_by_role("tab", selected=True)).to_contain_text("Muestra")
    wait_for_page(page)
    wide = box_of(page.locator('[data-page="1"]'))
    assert wide["width"] == fitted and wide["height"] < fitted


@pytest.mark.usefixtures("first")
def test_text_is_selected_with_its_spaces_and_lines_and_typing_elsewhere_is_left_alone(
    open_page: Opener, juror: Actor
) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    expect(page.locator('[data-page="1"] .words')).to_contain_text("camarones")
    drag(page, "Quiero", "camarones")
    assert selected_text(page).strip() == "Quiero escribir sobre la señora\nde los camarones"
    for beside in ((300.0, 0.0), (0.0, 9.0), (-500.0, 3.0)):
        page.evaluate("() => getSelection().removeAllRanges()")
        drag(page, "Quiero", "camarones", by=beside)
        assert len(selected_text(page)) < 80, beside

    page.keyboard.press("Control+f")
    expect(page.get_by_label("Buscar en este documento")).to_be_focused()
    page.keyboard.press("Escape")

    writing = page.locator("textarea").first
    writing.click()
    page.keyboard.type("Nota con [corchetes] / 100 - 0 +")
    expect(writing).to_have_value("Nota con [corchetes] / 100 - 0 +")
    expect(page.locator(READER).get_by_role("tab", selected=True)).to_contain_text("Carta")
    expect(page.locator("[role=search]")).to_be_hidden()


def test_only_the_document_scrolls_and_nothing_is_wrong_for_a_screen_reader(
    open_page: Opener, juror: Actor, first: Application
) -> None:
    for width, height in ((1440, 900), (1024, 768)):
        page = open_page("/revisar?folio=HIS-0001", juror, width=width, height=height)
        wait_for_page(page)
        sheet = box_of(page.locator(f"{READER} .sheet"))
        assert sheet["height"] > height * 0.6
        bar = box_of(page.get_by_role("toolbar", name="Ver el documento"))
        assert height - 40 < bar["y"] + bar["height"] <= height
        result = Axe().run(page, context=".st-key-documentos") if width == 1440 else None
        assert result is None or result.violations_count == 0, result.generate_report()
        page.close()


def test_the_next_applicant_is_there_at_once_and_a_turn_is_remembered(
    open_page: Opener, juror: Actor, second: Document
) -> None:
    requested: list[str] = []

    def record_request(request: Request) -> None:
        if "/paginas/" in request.url:
            requested.append(request.url.partition("/documentos/")[2].partition("?")[0])

    page = open_page("/revisar?folio=HIS-0001", juror)
    page.on("request", record_request)
    wait_for_page(page)
    page.get_by_label("Girar todo el documento").click()
    box = box_of(page.locator('[data-page="1"]'))
    assert box["width"] > box["height"]
    page.reload()
    wait_for_script(page)
    wait_for_page(page)
    box = box_of(page.locator('[data-page="1"]'))
    assert box["width"] > box["height"]

    page.get_by_label("Ir a la página").fill("3")
    page.keyboard.press("Enter")
    top = page.locator(f"{READER} .sheet").evaluate("sheet => sheet.scrollTop")
    page.keyboard.press("4")
    expect(page.get_by_text("Guardado").first).to_be_visible()
    assert page.locator(f"{READER} .sheet").evaluate("sheet => sheet.scrollTop") == top

    ahead = f"{second.public_id}/paginas/1.webp"
    page.wait_for_timeout(500)
    assert ahead in requested
    requested.clear()
    page.get_by_role("button", name="Omitir").click()
    expect(page.locator(READER)).to_have_attribute("data-document", second.public_id)
    wait_for_page(page)
    assert ahead not in requested
    assert page.locator(f"{READER} .sheet").evaluate("sheet => sheet.scrollTop") == 0


@pytest.mark.usefixtures("first")
def test_the_place_the_size_and_turned_pages_are_there_after_a_reload(open_page: Opener, juror: Actor) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    page.keyboard.press("f")
    box, sheet = box_of(page.locator('[data-page="1"]')), box_of(page.locator(f"{READER} .sheet"))
    assert sheet["height"] - 30 < box["height"] <= sheet["height"]
    page.keyboard.press("0")
    page.keyboard.press("+")
    page.get_by_label("Ir a la página").fill("2")
    page.keyboard.press("Enter")
    wait_for_page(page, 2)
    page.keyboard.press("g")
    page.keyboard.press("PageDown")
    width = box_of(page.locator('[data-page="2"]'))["width"]
    top = page.locator(f"{READER} .sheet").evaluate("sheet => sheet.scrollTop")
    page.reload()
    wait_for_script(page)
    wait_for_page(page, 2)
    box = box_of(page.locator('[data-page="2"]'))
    assert box["width"] == width > box["height"], "one page is turned"
    other = box_of(page.locator('[data-page="1"]'))
    assert other["width"] < other["height"]
    assert abs(page.locator(f"{READER} .sheet").evaluate("sheet => sheet.scrollTop") - top) < 3
    page.keyboard.press("]")
    expect(page.locator(READER).get_by_role("tab", selected=True)).to_contain_text("Muestra")
    wait_for_page(page)
    page.reload()
    wait_for_script(page)
    expect(page.locator(READER).get_by_role("tab", selected=True)).to_contain_text("Muestra")


@pytest.mark.usefixtures("first")
def test_a_page_is_sharp_at_four_times_its_width(open_page: Opener, juror: Actor) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    for _ in range(6):
        page.keyboard.press("+")
    tiles = page.locator('[data-page="1"] .tile')
    expect(tiles.first).to_be_attached()
    page.wait_for_timeout(1000)
    sharpness = page.locator('[data-page="1"]').evaluate(
        "page => [...page.querySelectorAll('.tile')].map((tile) => tile.naturalWidth / tile.offsetWidth)"
    )
    assert min(sharpness) >= 1
    middle = page.locator(f"{READER} .sheet").evaluate(
        """sheet => {
          const { left, top, width, height } = sheet.getBoundingClientRect();
          const within = (rect) => rect.left <= left + width / 2 && rect.right >= left + width / 2 &&
            rect.top <= top + height / 2 && rect.bottom >= top + height / 2;
          return [...sheet.querySelectorAll('.tile')].some((tile) => within(tile.getBoundingClientRect()));
        }"""
    )
    assert middle, "what is seen is drawn anew"
    page.keyboard.press("0")
    expect(tiles).to_have_count(0)


@pytest.mark.usefixtures("first")
def test_the_document_is_read_as_text_with_one_key_and_covered_alike(open_page: Opener, juror: Actor) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    page.keyboard.press(".")
    page.keyboard.press("t")
    text = page.get_by_role("article", name="El documento como texto")
    expect(text).to_be_focused()
    expect(text.get_by_role("heading", name="Página 2")).to_be_in_viewport()
    expect(text.get_by_role("paragraph").filter(has_text="y una palabra partida.")).to_be_visible()
    expect(text.get_by_role("region", name="Página 1")).to_contain_text("los camarones y su camión")
    expect(text.get_by_label("cubierto").first).to_be_attached()
    shown = text.inner_text()
    assert "Rosalía" not in shown and "Peña" not in shown
    size = text.evaluate("text => getComputedStyle(text).fontSize")
    page.keyboard.press("+")
    assert text.evaluate("text => getComputedStyle(text).fontSize") > size
    result = Axe().run(page, context=".st-key-documentos")
    assert result.violations_count == 0, result.generate_report()
    page.keyboard.press("/")
    page.keyboard.type("camarones")
    expect(page.locator('[data-page="1"] .mark.current')).to_be_in_viewport()
    expect(text).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("T")
    picture, beside = box_of(page.locator(f"{READER} .sheet")), box_of(text)
    assert abs(picture["x"] + picture["width"] - beside["x"]) < 3
    page.keyboard.press("t")
    page.reload()
    expect(text).to_be_visible()
    page.keyboard.press("t")
    expect(text).to_be_hidden()


def test_a_page_loads_again_after_the_server_was_killed(
    server: Server, open_page: Opener, juror: Actor, first: Application
) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    server.kill()
    page.keyboard.press("]")
    expect(page.get_by_text("La página 2 no se pudo mostrar.")).to_be_visible(timeout=10_000)
    server.start()
    wait_for_page(page, 2)


def test_a_page_that_fails_says_so_and_the_coordinators_are_told(
    open_page: Opener, juror: Actor, coordinator: Actor, first: Application
) -> None:
    add_document(first, "muestra", pages_pdf(["Una sola página"]), pages=2)
    page = open_page("/revisar?folio=HIS-0001", juror)
    page.locator(READER).get_by_role("tab").last.click()
    failed = page.locator('[data-page="2"] .failed')
    expect(failed).to_contain_text("La página 2 no se pudo mostrar. El documento no tiene esa página.")
    failed.get_by_role("button", name="Avisar a la coordinación").click()
    expect(failed).to_contain_text("La coordinación ya sabe")
    flags_page = open_page("/avisos", coordinator)
    expect(flags_page.get_by_text("La página 2 no se pudo mostrar.")).to_be_visible()


def test_what_a_coordinator_covers_disappears_from_an_open_page(
    open_page: Opener, juror: Actor, coordinator: Actor, first: Application
) -> None:
    review = open_page("/revisar?folio=HIS-0001", juror)
    words = review.locator('[data-page="1"] .words')
    expect(words).to_contain_text("camarones")
    review.keyboard.press("a")
    review.get_by_text("Me identifica a quien postula").click()
    review.get_by_label("En pocas palabras").fill("La señora de los camarones")
    review.get_by_role("button", name="Enviar aviso").click()
    expect(review.get_by_text("recibió su aviso")).to_be_visible()

    page = open_page("/avisos", coordinator)
    page.get_by_role("button", name="Ver el documento").click()
    wait_for_page(page)
    expect(page.locator('[data-page="1"] .words')).to_contain_text("camarones")
    page.get_by_role("button", name="Cubrir", exact=True).first.click()
    box = box_of(page.locator('[data-page="1"] .words span', has_text="camarones"))
    page.mouse.move(box["x"] - 2, box["y"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 2, box["y"] + box["height"] + 2, steps=5)
    page.mouse.up()
    form = page.get_by_role("form", name="Cubrir para el jurado")
    expect(form.get_by_text("Página 1")).to_be_visible()
    form.get_by_label("Palabra o frase").fill("camión de reparto")
    page.keyboard.press("Enter")
    expect(form.get_by_text("«camión de reparto» en toda la postulación")).to_be_visible()

    expect(words).not_to_contain_text("camarones", timeout=40_000)
    expect(words).not_to_contain_text("reparto")
    form.get_by_role("button", name="Retirar").first.click()
    expect(form.get_by_text("Página 1")).to_have_count(0)
    form.get_by_role("button", name="Deshacer").click()
    expect(form.get_by_text("Página 1")).to_be_visible()


def test_what_the_browser_kept_is_not_shown_after_a_log_out_nor_to_another_juror(
    server: Server, open_page: Opener, juror: Actor, person: PersonFactory, first: Application
) -> None:
    page = open_page("/revisar?folio=HIS-0001", juror)
    wait_for_page(page)
    document = page.locator(READER).get_attribute("data-document")
    address = f"{server.url}/documentos/{document}/paginas/1.webp?ancho=900"
    assert (page.goto(address) or pytest.fail("no answer")).status == 200
    page.context.clear_cookies()
    assert (page.goto(address) or pytest.fail("no answer")).status == 403
    other_page = open_page("/", person(Role.JURY))
    assert (other_page.goto(address) or pytest.fail("no answer")).status == 403
