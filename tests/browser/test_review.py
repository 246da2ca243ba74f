"""The review page in a real browser: nothing is lost, nothing is sent twice, no tab overwrites another."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlmodel import col, func, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import AuditEvent, Call, Note, NoteKind, Phase, Review, Role, Score
from tests.browser.conftest import Opener
from tests.calls import CRITERIA, SLUG, SPEC
from tests.factories.applications import add_applications, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.server import Server
from tests.stored_rows import count_events

CRITERION_LABELS = tuple(criterion.label for criterion in SPEC.criteria)
SAVED = "Guardado "
DOUBLE_CLICK_GUARD = 700  # ms: sooner, a click that sends is taken for a double click's second half


@pytest.fixture
def order(reviewing_call: Call, juror: Actor) -> list[str]:
    """The folios of five applications with a letter each, in the juror's own order."""
    for application in add_applications(reviewing_call, 5):
        letter = pages_pdf([f"{application.folio}: por qué quiero tomar este taller"] * 2)
        add_document(application, "motivos", letter, pages=2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return [row.folio for row in queue.rows(juror, call=reviewing_call)]


def wait_for_application(page: Page, folio: str) -> None:
    """Waits until this application is the one on the screen, its first page painted."""
    expect(page.locator(".rubric [data-part=folio]")).to_have_text(folio, timeout=15_000)
    expect(page.locator(".reader [data-state=shown]").first).to_be_visible(timeout=15_000)


def choose_level(page: Page, criterion: str, value: int) -> None:
    """Clicks a level of a criterion."""
    page.get_by_role("radiogroup", name=criterion).get_by_role("radio", name=f"{value}:").click()


def expect_level(page: Page, criterion: str, value: int) -> None:
    """Waits until a criterion shows this level as chosen."""
    group = page.get_by_role("radiogroup", name=criterion)
    expect(group.get_by_role("radio", checked=True)).to_have_text(str(value))


def expect_state(page: Page, words: str) -> None:
    """Waits for these words in the line that says whether all is saved."""
    expect(page.locator(".rubric [data-part=state]")).to_contain_text(words)


def stored_scores(folio: str, actor: Actor) -> dict[str, int]:
    """Returns the stored scores of this review."""
    review = reviews_service.read_review(actor, slug=SLUG, folio=folio)
    return {key: int(score.value or 0) for key, score in review.scores.items()}


def stored_notes() -> dict[NoteKind, str]:
    """Returns all stored notes, by kind."""
    with database.read_session() as session:
        return {note.kind: note.text for note in session.exec(select(Note))}


def submitted_count() -> int:
    """Returns the number of submitted reviews."""
    with database.read_session() as session:
        return session.exec(select(func.count()).select_from(Review).where(col(Review.submitted_at).is_not(None))).one()


def test_seven_keys_score_send_and_bring_the_next_one(open_page: Opener, juror: Actor, order: list[str]) -> None:
    page = open_page("/mesa", juror)
    expect(page.get_by_text("0 de 5 enviadas · faltan 5")).to_be_visible()
    page.get_by_role("button", name="Continuar").click()
    wait_for_application(page, order[0])
    assert page.url.endswith(f"/revisar?folio={order[0]}")
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Falta calificar: Relato, Dibujo")).to_be_visible()
    for key in "4352":
        page.keyboard.press(key)
    expect(page.locator(".rubric [data-part=total]")).to_have_text("66")
    expect_state(page, SAVED)
    page.keyboard.press("Enter")
    wait_for_application(page, order[1])
    assert stored_scores(order[0], juror) == {"relato": 4, "dibujo": 3, "ritmo": 5, "plan": 2}
    expect(page.get_by_text("1 de 5 · faltan 4")).to_be_visible()
    page.reload()
    wait_for_application(page, order[1])
    page.goto(page.url.replace(order[1], order[0]))
    expect(page.get_by_text("Enviado el")).to_be_visible()
    locked = page.get_by_role("radiogroup", name=CRITERION_LABELS[0]).get_by_role("radio", name="1:")
    locked.click(force=True)
    page.get_by_role("button", name="Reabrir").click()
    choose_level(page, CRITERION_LABELS[0], 5)
    expect_state(page, SAVED)
    assert stored_scores(order[0], juror)["relato"] == 5
    assert (count_events("review.submit"), count_events("review.reopen"), count_events("score.set")) == (
        1,
        1,
        5,
    )


def test_a_double_click_sends_one_and_only_one(open_page: Opener, juror: Actor, order: list[str]) -> None:
    """The second click of a double click meets another complete review and must not submit it."""
    page = open_page("/mesa", juror)
    for folio in order[:2]:
        for criterion in CRITERIA:
            reviews_service.set_score(juror, slug=SLUG, folio=folio, criterion=criterion, value=3, version=0)
    page.get_by_role("button", name="Continuar").click()
    wait_for_application(page, order[0])
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    page.get_by_role("button", name="Enviar y siguiente").dblclick(delay=30)
    wait_for_application(page, order[1])
    page.wait_for_timeout(300)
    assert submitted_count() == 1
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Enviar y siguiente").click()
    wait_for_application(page, order[2])
    assert submitted_count() == 2


def test_what_is_clicked_and_written_while_the_server_is_dead_is_not_lost(
    server: Server, open_page: Opener, juror: Actor, order: list[str]
) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    choose_level(page, CRITERION_LABELS[0], 2)
    expect_state(page, SAVED)
    page.route("**/puntajes", lambda route: route.fulfill(status=503, json={"error": "lleno"}), times=1)
    choose_level(page, CRITERION_LABELS[0], 3)
    expect_state(page, "No se pudo guardar todavía: se intentará de nuevo")
    expect_state(page, SAVED)
    server.kill()
    choose_level(page, CRITERION_LABELS[0], 4)
    choose_level(page, CRITERION_LABELS[1], 5)
    page.get_by_label("Nota privada").fill("Escrito sin servidor, con ñ")
    expect_state(page, "Sin conexión: se guardará al volver")
    expect(page.get_by_role("button", name="Enviar y siguiente")).to_be_visible()
    second = page.context.new_page()
    page.close()
    server.start()
    second.goto(f"{server.url}/revisar?folio={order[0]}")
    wait_for_application(second, order[0])
    expect_level(second, CRITERION_LABELS[0], 4)
    expect_level(second, CRITERION_LABELS[1], 5)
    expect(second.get_by_label("Nota privada")).to_have_value("Escrito sin servidor, con ñ")
    expect_state(second, SAVED)
    assert stored_scores(order[0], juror) == {"relato": 4, "dibujo": 5}
    assert stored_notes() == {NoteKind.PRIVATE: "Escrito sin servidor, con ñ"}
    assert second.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('dictamen.'))") == []


def test_the_same_tab_goes_on_when_the_server_is_back(
    server: Server, open_page: Opener, juror: Actor, order: list[str]
) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])

    def kill_in_mid_click(route: Route) -> None:
        """Stores the first level, and loses the answer."""
        route.fetch()
        server.kill()
        route.abort()

    page.route("**/puntajes", kill_in_mid_click, times=1)
    page.keyboard.press("3")
    expect_state(page, "Sin conexión: se guardará al volver")
    assert stored_scores(order[0], juror) == {"relato": 3}
    for key in "333":
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="No se envió")).to_be_visible()
    page.wait_for_function("document.querySelector('[data-test-connection-state=PINGING_SERVER]')")
    page.wait_for_timeout(3000)  # by now Streamlit would have covered the page with its error
    expect(page.get_by_text("Connection error")).to_have_count(0)
    page.get_by_label("Comentario al comité").click()
    page.keyboard.type("escrito mientras tanto")
    assert submitted_count() == 0
    server.start()
    expect(page.locator(".rubric [data-part=state]")).to_contain_text(SAVED, timeout=15_000)
    assert stored_scores(order[0], juror) == dict.fromkeys(CRITERIA, 3)
    assert stored_notes() == {NoteKind.COMMITTEE: "escrito mientras tanto"}
    page.route("**/enviar", lambda route: (route.fetch(), route.abort()), times=1)  # sent, and not heard
    page.get_by_role("button", name="Enviar y siguiente").click()
    expect(page.get_by_role("alert").filter(has_text="Sin conexión")).to_be_visible()
    page.get_by_role("button", name="Enviar y siguiente").click()
    wait_for_application(page, order[1])
    assert (submitted_count(), count_events("score.set"), count_events("review.submit")) == (1, 4, 1)


def test_closing_the_tab_in_mid_word_keeps_the_word(open_page: Opener, juror: Actor, order: list[str]) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    keeper = page.context.new_page()
    page.get_by_label("Comentario al comité").press_sequentially("Una voz que")
    page.close(run_before_unload=True)
    keeper.wait_for_timeout(500)
    assert stored_notes() == {NoteKind.COMMITTEE: "Una voz que"}


def test_tabs_of_one_browser_follow_each_other(open_page: Opener, juror: Actor, order: list[str]) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    second = page.context.new_page()
    second.goto(page.url)
    wait_for_application(second, order[0])
    choose_level(page, CRITERION_LABELS[0], 4)
    expect_level(second, CRITERION_LABELS[0], 4)
    choose_level(second, CRITERION_LABELS[0], 2)
    expect_level(page, CRITERION_LABELS[0], 2)
    second.get_by_label("Nota privada").fill("desde la segunda")
    expect(page.get_by_label("Nota privada")).to_have_value("desde la segunda")
    for criterion in CRITERION_LABELS:
        choose_level(page, criterion, 3)
    expect_state(page, SAVED)
    page.get_by_role("button", name="Enviar y siguiente").click()
    wait_for_application(page, order[1])
    expect(second.get_by_text("Enviado el")).to_be_visible()


def test_tabs_without_a_channel_ask_before_overwriting(open_page: Opener, juror: Actor, order: list[str]) -> None:
    """Two computers: no broadcast channel connects them, and neither window got focus in between."""
    address = f"/revisar?folio={order[0]}"
    first, second = open_page(address, juror), open_page(address, juror)
    for page in (first, second):
        wait_for_application(page, order[0])
    choose_level(first, CRITERION_LABELS[0], 4)
    first.get_by_label("Nota privada").fill("la primera")
    first.get_by_label("Nota privada").blur()
    expect_state(first, SAVED)
    choose_level(second, CRITERION_LABELS[0], 3)
    second.get_by_label("Nota privada").fill("la segunda")
    second.get_by_label("Nota privada").blur()
    expect_state(second, "elija qué queda")
    expect(second.get_by_text("En otra pestaña: 4 a las")).to_be_visible()
    assert stored_scores(order[0], juror) == {"relato": 4}
    second.get_by_role("button", name="Dejar 4").click()
    expect_level(second, CRITERION_LABELS[0], 4)
    expect(second.get_by_text("«la primera»")).to_be_visible()
    assert stored_notes() == {NoteKind.PRIVATE: "la primera"}
    second.get_by_role("button", name="Poner el mío").click()
    expect_state(second, SAVED)
    assert stored_notes() == {NoteKind.PRIVATE: "la segunda"}
    choose_level(second, CRITERION_LABELS[0], 5)
    expect_state(second, SAVED)
    choose_level(first, CRITERION_LABELS[0], 1)
    first.get_by_role("button", name="Poner 1").click()
    expect_state(first, SAVED)
    assert stored_scores(order[0], juror) == {"relato": 1}


def test_sending_from_a_tab_that_did_not_see_the_last_change_is_refused(
    open_page: Opener, juror: Actor, order: list[str]
) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    for key in "3333":
        page.keyboard.press(key)
    expect_state(page, SAVED)
    reviews_service.set_score(juror, slug=SLUG, folio=order[0], criterion="dibujo", value=5, version=1)
    page.get_by_role("button", name="Enviar y siguiente").click()
    expect(page.get_by_role("alert").filter(has_text="cambiaron en otra pestaña")).to_be_visible()
    expect_level(page, CRITERION_LABELS[1], 5)
    page.get_by_role("button", name="Enviar y siguiente").click()
    wait_for_application(page, order[1])


def test_the_next_person_sees_nothing_of_the_previous_one(
    server: Server, open_page: Opener, juror: Actor, order: list[str], person: PersonFactory
) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    storage_key = "dictamen.rubrica|{}|/dictamenes/x|note:private|tab"
    stored_value = json.dumps({"value": "ajeno", "version": 0, "sent": [], "at": 1})
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [storage_key.format("otra"), stored_value])
    page.reload()
    wait_for_application(page, order[0])
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('otra'))") == []
    stranger = open_page(f"/revisar?folio={order[0]}", person(Role.JURY))
    expect(stranger.get_by_text("Esta postulación no está entre las suyas.")).to_be_visible()
    assert stranger.locator(".rubric").count() == 0


def test_a_change_after_the_deadline_is_reported_and_can_be_discarded(
    server: Server, open_page: Opener, juror: Actor, order: list[str]
) -> None:
    page = open_page(f"/revisar?folio={order[0]}", juror)
    wait_for_application(page, order[0])
    choose_level(page, CRITERION_LABELS[0], 4)
    expect_state(page, SAVED)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    choose_level(page, CRITERION_LABELS[0], 2)
    alert = page.get_by_role("alert").filter(has_text="No se guardó un cambio: La dictaminación ya terminó.")
    expect(alert).to_be_visible()
    page.reload()
    expect(alert).to_be_visible()
    expect(page.get_by_role("button", name="Enviar y siguiente")).to_be_hidden()
    page.get_by_role("button", name="Descartar ese cambio").click()
    expect(alert).to_be_hidden()
    expect_level(page, CRITERION_LABELS[0], 4)
    assert stored_scores(order[0], juror) == {"relato": 4}
    page.goto(f"{server.url}/cuenta")
    page.evaluate("localStorage.setItem('dictamen.rubrica|x', 'ajeno')")
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Correo")).to_be_visible()
    assert page.evaluate("localStorage.getItem('dictamen.rubrica|x')") is None


def test_skipping_conflict_and_the_end(open_page: Opener, juror: Actor, order: list[str]) -> None:
    page = open_page("/revisar", juror)
    wait_for_application(page, order[0])
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    page.get_by_role("button", name="Omitir").click()
    wait_for_application(page, order[1])
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    page.get_by_role("button", name="Tengo conflicto").click()
    expect(page.get_by_role("dialog")).to_contain_text(order[1])
    page.keyboard.press("3")  # typed at the dialog, it scores nothing behind it
    page.get_by_role("button", name="Declarar").click()
    expect(page.get_by_text("Marque la declaración para firmarla.")).to_be_visible()
    page.get_by_text("Relación de docencia").click()
    page.get_by_text("bajo protesta de decir verdad").click()
    page.get_by_role("button", name="Declarar").click()
    wait_for_application(page, order[2])
    assert count_events("conflict.declare") == 1
    for folio in [*order[2:], order[0]]:
        wait_for_application(page, folio)
        page.wait_for_timeout(DOUBLE_CLICK_GUARD)
        for key in "2222":
            page.keyboard.press(key)
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Terminó")).to_be_visible()
    assert submitted_count() == 4
    with database.read_session() as session:
        assert session.exec(select(func.count()).select_from(Score)).one() == 16
        details = session.exec(select(AuditEvent.detail)).all()
    assert "Núñez" not in repr(details)


def test_both_halves_fit_without_scrolling_the_window(open_page: Opener, juror: Actor, order: list[str]) -> None:
    for width, height in ((1440, 900), (1024, 768)):
        page = open_page("/revisar", juror, width=width, height=height)
        wait_for_application(page, order[0])
        main = page.locator('[data-testid="stMain"]')
        assert main.evaluate("e => e.scrollHeight - e.clientHeight") <= 0
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        for part in (".reader .bar", '.rubric [data-do="submit"]'):
            box = page.locator(part).bounding_box()
            assert box is not None and box["y"] + box["height"] <= height


def test_axe_finds_nothing(open_page: Opener, juror: Actor, order: list[str], person: PersonFactory) -> None:
    coordinator = person(Role.COORDINATOR)
    for actor, address in (
        (juror, "/mesa"),
        (juror, f"/revisar?folio={order[0]}"),
        (coordinator, "/avance"),
        (coordinator, "/asignacion"),
    ):
        page = open_page(address, actor)
        if "folio" in address:
            wait_for_application(page, order[0])
            page.keyboard.press("4")
            expect_state(page, SAVED)
        violations = Axe().run(page).response["violations"]
        assert not violations, (
            address,
            [(violation["id"], violation["nodes"][0]["html"]) for violation in violations],
        )
