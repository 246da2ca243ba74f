"""Notes on pages, flags and the committee's messages in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Application, Call, Flag, NoteKind, Phase, PinnedNote, Role
from tests.browser.conftest import Opener, wait_for_script
from tests.browser.test_review import DOUBLE_CLICK_GUARD, SAVED, expect_state, wait_for_application
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign

FOLIO = "HIS-0001"
REVIEW = f"/revisar?folio={FOLIO}"


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, FOLIO, **ROSALIA)
    assign(new_application, juror)
    add_document(new_application, "motivos", pages_pdf(["Me llamo Rosalía Peña"] * 3), pages=3)
    add_document(new_application, "semblanza", pages_pdf(["Nací en la colonia de al lado"]), pages=1)
    return new_application


def stored_notes() -> list[PinnedNote]:
    with database.read_session() as session:
        return list(session.exec(select(PinnedNote).where(PinnedNote.text != "").order_by(PinnedNote.y)))  # type: ignore[arg-type]


def note_text(page: Page, number: int) -> str:
    return page.get_by_label(f"Texto de la nota {number}").input_value()


@pytest.mark.usefixtures("application")
def test_notes_on_pages_from_the_first_key_to_the_last_click(open_page: Opener, juror: Actor) -> None:
    page = open_page(REVIEW, juror)
    wait_for_application(page, FOLIO)
    page.keyboard.press(".")
    expect(page.get_by_label("Ir a la página")).to_have_value("2")
    page.keyboard.press("m")
    page.keyboard.type("Aquí cambia la voz 3")  # no number of it is taken for a level
    expect_state(page, SAVED)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Nota", exact=True).click()
    box = page.locator('[data-page="2"]').bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 60)
    page.keyboard.type("Y aquí empieza")
    page.get_by_label("Criterio de la nota").first.select_option(label="Dibujo y trazo")
    page.get_by_text("Para el comité").first.click()
    expect_state(page, SAVED)
    expect(page.get_by_role("tab", name="En las páginas 2")).to_be_visible()
    first, second = stored_notes()
    assert (first.text, first.page, first.criterion, first.shared) == ("Y aquí empieza", 2, "dibujo", True)
    assert abs(first.x - 2_500) < 100
    assert (second.text, second.page, second.shared) == ("Aquí cambia la voz 3", 2, False)
    assert reviews_service.read_review(juror, slug=SLUG, folio=FOLIO).scores == {}

    second_tab = page.context.new_page()  # a second tab has them, and hears of what changes in the first
    second_tab.goto(page.url)
    wait_for_application(second_tab, FOLIO)
    second_tab.get_by_role("tab", name="En las páginas 2").click()
    second_tab.get_by_role("button", name="Ir a la nota 2").click()
    expect(second_tab.get_by_label("Ir a la página")).to_have_value("2")
    page.get_by_label("Texto de la nota 2").fill("Aquí cambia todo")
    expect(second_tab.get_by_label("Texto de la nota 2")).to_have_value("Aquí cambia todo")
    second_tab.close()

    page.context.set_offline(True)
    page.get_by_role("button", name="Quitar").first.click()
    page.get_by_role("button", name="¿Quitar?").click()
    page.get_by_label("Texto de la nota 1").fill("Escrita sin red")
    expect_state(page, "Sin conexión: se guardará al volver")
    page.context.set_offline(False)
    expect_state(page, SAVED)
    (left,) = stored_notes()
    assert left.text == "Escrita sin red"
    page.reload()
    wait_for_application(page, FOLIO)
    page.keyboard.press(".")
    page.get_by_role("button", name="Nota 1: Escrita sin red").click()
    expect(page.get_by_label("Texto de la nota 1")).to_be_focused()
    assert note_text(page, 1) == "Escrita sin red"
    violations = Axe().run(page).response["violations"]
    assert not violations, [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_text("Cuando envíe su primer dictamen")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Atajos de una sola tecla").uncheck()
    page.keyboard.press("Escape")
    wait_for_script(page)
    page.reload()  # remembered for the juror
    wait_for_application(page, FOLIO)
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    place = page.get_by_label("Ir a la página").input_value()
    for key in ("3", ",", ".", "m", "n", "?"):
        page.keyboard.press(key)
    expect(page.get_by_label("Ir a la página")).to_have_value(place)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Teclas").click()
    page.get_by_label("Atajos de una sola tecla").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    assert reviews_service.read_review(juror, slug=SLUG, folio=FOLIO).scores == {}
    spoken = page.locator("body").aria_snapshot()
    assert "Me llamo" in spoken and "Rosal" not in spoken and "Peña" not in spoken


def test_a_flag_reaches_the_coordinators_and_the_document_leaves_the_jury(
    open_page: Opener, juror: Actor, coordinator: Actor, application: Application
) -> None:
    page = open_page(REVIEW, juror)
    wait_for_application(page, FOLIO)
    page.keyboard.press("a")
    page.get_by_text("Me identifica a quien postula").click()
    page.get_by_label("En pocas palabras").fill("Firma <b>con su nombre</b>")
    page.get_by_role("button", name="Enviar aviso").dblclick()
    expect(page.get_by_role("dialog")).to_have_count(0)
    desk = open_page("/avisos", coordinator)
    expect(desk.get_by_text("Firma <b>con su nombre</b>")).to_be_visible()
    with database.read_session() as session:
        assert len(session.exec(select(Flag)).all()) == 1
    desk.get_by_role("button", name="Ver el documento").click()
    expect(desk.locator(".reader [data-state=shown]").first).to_be_visible(timeout=15_000)
    expect(desk.locator(".reader .words").first).to_contain_text("Rosalía")
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Resolver").click()
    desk.get_by_label("Qué se resolvió").fill("La carta dice quién es")
    desk.get_by_text("Retirar este documento").click()
    desk.get_by_role("button", name="Guardar").click()
    expect(desk.get_by_text("No hay avisos por resolver")).to_be_visible()
    page.reload()
    wait_for_application(page, FOLIO)
    expect(page.get_by_role("tab", name="Carta de motivos")).to_have_count(0)
    expect(page.get_by_role("tab", name="Trayectoria")).to_be_visible()


def test_the_committee_comments_once_it_deliberates(
    open_page: Opener, juror: Actor, coordinator: Actor, application: Application, person: PersonFactory
) -> None:
    other_juror = person(Role.JURY, name="Otilia Otra")
    assign(application, other_juror)
    where = {"slug": SLUG, "folio": FOLIO}
    for criterion in CRITERIA:
        reviews_service.set_score(other_juror, **where, criterion=criterion, value=4, version=0)
    reviews_service.set_note(other_juror, **where, kind=NoteKind.COMMITTEE, text="Me gusta ROSALÍA", version=0)
    reviews_service.submit(other_juror, **where, versions=dict.fromkeys(CRITERIA, 1))
    page = open_page(REVIEW, juror)
    wait_for_application(page, FOLIO)
    expect(page.get_by_role("button", name="Comité")).to_be_hidden()
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    page.reload()
    wait_for_application(page, FOLIO)
    page.get_by_role("button", name="Comité").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Me gusta █████")).to_be_visible()
    dialog.get_by_label("Mensaje al comité").fill("A mí también; ¿y el plan?")
    dialog.get_by_role("button", name="Enviar al comité").click()
    expect(dialog.get_by_text("Julia Jurado")).to_be_visible()
    expect(dialog.get_by_label("Mensaje al comité")).to_have_value("")
    dialog.get_by_role("button", name="Cambiar").click()
    message_box = page.get_by_label("Su mensaje")
    expect(message_box).to_have_value("A mí también; ¿y el plan?")
    message_box.fill("A mí también; ¿y *su* plan?")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(dialog.get_by_text("A mí también; ¿y *su* plan?", exact=True)).to_be_visible()
    expect(dialog.get_by_text("· corregido")).to_be_visible()
    expect(message_box).to_have_count(0)
    desk = open_page("/avisos", coordinator)
    desk.get_by_role("tab", name="Comité").click()
    desk.get_by_label("Postulación (1").click()
    desk.get_by_role("option", name=FOLIO).click()
    wait_for_script(desk)
    expect(desk.get_by_text("A mí también; ¿y *su* plan?").first).to_be_visible()
    expect(desk.get_by_text("Me gusta █████")).to_be_visible()
    dialog.get_by_role("button", name="Cambiar").click()
    page.get_by_role("button", name="Retirar el mensaje").click()
    expect(dialog.get_by_text("¿y *su* plan?")).to_have_count(0)


@pytest.mark.usefixtures("application")
def test_a_tablet_held_upright_has_the_rubric_below_and_all_of_it_in_reach(open_page: Opener, juror: Actor) -> None:
    page = open_page(REVIEW, juror, width=768, height=1024)
    wait_for_application(page, FOLIO)
    reader, rubric = (page.locator(part).bounding_box() for part in (".reader", ".rubric"))
    assert reader is not None and rubric is not None
    assert rubric["y"] >= reader["y"] + reader["height"]
    assert page.locator('[data-testid="stMain"]').evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    for key in "3333":
        page.keyboard.press(key)
    expect_state(page, SAVED)
    page.get_by_role("button", name="Enviar y siguiente").click()
    expect(page.get_by_role("heading", name="Terminó")).to_be_visible()
