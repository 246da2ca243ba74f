"""Every search box in a real browser: case, accents and the order of words do not matter."""

import pytest
from playwright.sync_api import Locator, Page, expect

from reviewer.access.actor import Actor
from reviewer.core.database import write_session
from reviewer.models import Application, Batch, Call, Finding, Role
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.applications import add_applications, change_application
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all

FOLIO = "HIS-0002"
APPLICANT_WORDS = (
    *("Martínez", "martinez", "MARTÍNEZ", "angel martinez", "ÑÁÑEZ jose", "his-0002", "JOSE.ANGEL@correo"),
)


@pytest.fixture
def finding_batch(reviewing_call: Call) -> str:
    """The key of a batch with three applications, one of which matches the searches, and two findings."""
    applications = add_applications(reviewing_call, 3)
    change_application(
        applications[1],
        first_names="José Ángel",
        surnames="Martínez Ñáñez",
        email="jose.angel@correo.example",
    )
    with write_session() as session:
        session.get_one(Application, applications[1].id).project_title = "La canción más triste"
        batch = session.get_one(Batch, applications[0].batch_id)
        for row, (message, application) in enumerate(
            (("El código postal está vacío.", applications[1]), ("Otro hallazgo.", applications[2]))
        ):
            finding = Finding(batch_id=batch.id or 0, row=row, code="x", severity="info", message=message)
            finding.application_id = application.id
            session.add(finding)
        return batch.key


def type_into(page: Page, box: Locator, words: str) -> None:
    """Types a search and waits for the page's answer."""
    box.fill(words)
    box.press("Enter")
    page.wait_for_timeout(200)  # what the search before left is on the page until the script runs
    wait_for_script(page)


def check_box(page: Page, box: Locator, hits: tuple[str, ...], *, hit: str, miss: str) -> None:
    """Checks that each of ``hits`` shows only the text ``hit``, and other words show the text ``miss``."""
    lines = page.get_by_text(hit, exact=True)
    others = page.get_by_text("HIS-0003", exact=True)
    for words in hits:
        type_into(page, box, words)
        expect(lines.first).to_be_visible()
        expect(others).to_have_count(0)
    type_into(page, box, "zzz martinez")
    expect(page.get_by_text(miss).first).to_be_visible()
    expect(lines).to_have_count(0)


def test_boxes_over_batches(open_page: Opener, finding_batch: str, admin: Actor) -> None:
    page = open_page("/lotes", admin)
    box = page.get_by_placeholder("Buscar una postulación")
    check_box(page, box, APPLICANT_WORDS, hit=FOLIO, miss="Ninguna postulación coincide.")
    page = open_page(f"/lotes?lote={finding_batch}", admin)
    box = page.get_by_placeholder("Folio, archivo o palabra")
    words = ("código", "CODIGO", "vacio postal", "POSTAL código", "his-0002 vacío")
    check_box(page, box, words, hit=FOLIO, miss="Ninguno coincide con lo que busca.")


def test_boxes_of_screening_and_ranking(
    open_page: Opener, reviewing_call: Call, finding_batch: str, coordinator: Actor, person: PersonFactory
) -> None:
    submit_all(reviewing_call, [person(Role.JURY, name="Inés"), person(Role.JURY, name="Úrsula")])
    page = open_page("/cotejo?ver=lista&parte=todas", coordinator)
    box = page.get_by_placeholder("Folio, nombre o correo")
    check_box(page, box, APPLICANT_WORDS, hit=FOLIO, miss="Ninguna coincide con lo que busca.")
    page = open_page("/ranking", coordinator)
    box = page.get_by_placeholder("Folio o proyecto")
    expect(box).to_be_visible(timeout=60_000)
    words = ("cancion", "CANCIÓN", "triste canción", "Más TRISTE", "his-0002")
    check_box(page, box, words, hit=FOLIO, miss="Ninguna postulación es así.")


def test_boxes_over_people_and_the_audit_trail(
    open_page: Opener, finding_batch: str, admin: Actor, person: PersonFactory
) -> None:
    email = "inigo.pena@prueba.example"
    person(Role.JURY, name="Íñigo Peña", email=email)
    page = open_page("/personas", admin)
    box = page.get_by_placeholder("Nombre o correo")
    check_box(page, box, ("peña", "PENA iñigo", "Inigo Pena", email), hit=email, miss="Nadie coincide")
    page = open_page("/privacidad", admin)
    page.get_by_text("Datos de una persona", exact=True).click()
    box = page.get_by_placeholder("Folio, correo o CURP, completos")
    check_box(page, box, (FOLIO, "his-0002", " JOSE.ANGEL@correo.example "), hit=FOLIO, miss="Nadie coincide")
    page = open_page("/bitacora", admin)
    box = page.get_by_label("Folio u objeto")
    for words in ("HISTORIETA-2025", "historieta-2025"):
        type_into(page, box, words)
        expect(page.get_by_text("Instaló la convocatoria").first).to_be_visible()


def test_box_of_the_jury_finds_no_covered_name(
    open_page: Opener, reviewing_call: Call, finding_batch: str, juror: Actor
) -> None:
    submit_all(reviewing_call, [juror], reviews=1)
    page = open_page("/mesa", juror)
    box = page.get_by_placeholder("Buscar folio o título")
    check_box(page, box, ("cancion", "TRISTE canción", "his-0002"), hit="La canción más triste", miss="Ninguna")
    for words in ("Ámbar", "nunez", "MARTINEZ", "jose.angel@correo.example"):
        type_into(page, box, words)
        expect(page.get_by_text("Ninguna coincide: revise el folio o el título.")).to_be_visible()
