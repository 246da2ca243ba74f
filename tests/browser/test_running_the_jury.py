"""Running a jury in the browser: assignment, a juror who leaves, levelled loads, extension, phase."""

from datetime import datetime, time, timedelta

from playwright.sync_api import Page, expect

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec as call_spec
from reviewer.core import clock
from reviewer.jury.monitoring import closing, coverage
from reviewer.jury.monitoring.coverage import CoverageFilter
from reviewer.jury.reviews import deadline
from reviewer.models import Call, Phase, Role
from tests.browser.conftest import Opener, press, wait_for_script
from tests.calls import SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.stored_rows import count_events, readers_by_folio

NBSP = "\N{NO-BREAK SPACE}"


def open_tab(page: Page, name: str) -> None:
    """Turns to another part of the page."""
    page.get_by_role("radio", name=name, exact=True).click()
    wait_for_script(page)


def test_from_preview_to_extension(
    open_page: Opener, installation: object, person: PersonFactory, coordinator: Actor
) -> None:
    call = call_closing_tomorrow()
    jury = [person(Role.JURY, name=f"Jurado {letter}") for letter in "ABCD"]
    add_applications(call, 12)
    page = open_page("/asignacion", coordinator)
    press(page, "Previsualizar")
    expect(page.get_by_text(f"36{NBSP}asignaciones")).to_be_visible()
    assert readers_by_folio() == {}
    press(page, "Repartir")
    expect(page.get_by_text(f"36{NBSP}asignaciones hechas")).to_be_visible()
    submit_review(
        jury[0],
        sorted(folio for folio, reader_ids in readers_by_folio().items() if jury[0].person_id in reader_ids)[0],
    )
    withdraw_juror(page, jury[0])
    rebalance_loads(page, person)
    grant_extension(open_page("/avance?apartado=plazos", coordinator), coordinator, jury[1])
    close_reviews(open_page("/avance", coordinator), coordinator)


def call_closing_tomorrow() -> Call:
    """A call whose reviews close tomorrow."""
    tomorrow = datetime.combine(clock.now().date() + timedelta(days=1), time(23, 59))
    call_spec.load_call(OPERATOR, text=call_text({"review.closes_at": tomorrow}))
    call_spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    return call_spec.get_call(SLUG)


def withdraw_juror(page: Page, juror: Actor) -> None:
    """A juror leaves: submitted reviews stay, the rest goes to others, and a reload shows it."""
    open_tab(page, "Jurado")
    before = readers_by_folio()
    page.get_by_role("button", name="Cambiar", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"8{NBSP}lecturas pasan a otras personas")).to_be_visible()
    dialog.get_by_label("Motivo (queda para el acta)").fill("Enfermedad")
    dialog.get_by_label("Motivo (queda para el acta)").press("Enter")
    dialog.get_by_role("button", name="Sacar del jurado").click()
    expect(page.get_by_text("Dejó el jurado")).to_be_visible()
    kept_folios = [folio for folio, reader_ids in readers_by_folio().items() if juror.person_id in reader_ids]
    assert len(kept_folios) == 1 and all(len(reader_ids) == 3 for reader_ids in readers_by_folio().values())
    assert all(reader_ids - {juror.person_id} <= readers_by_folio()[folio] for folio, reader_ids in before.items())
    page.reload()
    wait_for_script(page)
    expect(page.get_by_text("Dejó el jurado")).to_be_visible()


def rebalance_loads(page: Page, person: PersonFactory) -> None:
    """A juror who joins late takes over as many applications as level the loads."""
    person(Role.JURY, name="Jurado E")
    open_tab(page, "Repartir")
    press(page, "Emparejar cargas…")
    expect(page.get_by_text("que nadie ha empezado.", exact=False).first).to_be_visible()
    press(page, "Emparejar")
    expect(page.get_by_text("de manos.")).to_be_visible()
    assert all(len(reader_ids) == 3 for reader_ids in readers_by_folio().values())


def grant_extension(page: Page, coordinator: Actor, juror: Actor) -> None:
    """One juror gets an extension of two days."""
    press(page, "Dar una prórroga…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.click()
    page.get_by_role("option", name=juror.name).click()
    expect(dialog.get_by_text(f"{juror.name} podrá escribir hasta las 23:59")).to_be_visible()
    dialog.get_by_label("Motivo (queda anotado)").fill("Sin luz")
    dialog.get_by_role("button", name="Dar la prórroga").click()
    expect(page.get_by_text("Sin luz")).to_be_visible()
    (granted,) = deadline.active_extensions(coordinator, slug=SLUG)
    spec = call_spec.spec_of(call_spec.get_call(SLUG))
    assert spec.review_closes is not None
    assert (granted.name, granted.closes_at) == (juror.name, spec.review_closes + timedelta(days=2))


def close_reviews(page: Page, coordinator: Actor) -> None:
    """Reviewing is closed with gaps, for a reason; it cannot be closed again."""
    gaps = coverage.application_coverage(coordinator, slug=SLUG, show=CoverageFilter.SHORT).count
    assert gaps == len(closing.preview_closing(coordinator, slug=SLUG).gaps) == 12
    press(page, "Cerrar la dictaminación…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"12{NBSP}postulaciones de 12 sin todas sus lecturas")).to_be_visible()
    dialog.get_by_label("Motivo de cerrar así (queda para el acta)").fill("Se acabó el plazo")
    dialog.get_by_label("Motivo de cerrar así (queda para el acta)").press("Enter")
    dialog.get_by_role("button", name="Cerrar la dictaminación").click()
    expect(dialog).to_have_count(0)
    assert call_spec.get_call(SLUG).phase is Phase.DELIBERATION and count_events("review.close") == 1


def test_a_call_is_moved_by_its_admin(open_page: Opener, reviewing_call: Call, admin: Actor) -> None:
    """The consequences of other dates and of another phase are shown before they are confirmed."""
    page = open_page("/convocatoria", admin, width=1024, height=768)
    press(page, "Mover fechas…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Cambie alguna fecha")).to_be_visible()
    wait_for_script(page)
    day = dialog.get_by_role("spinbutton").nth(5)
    for _ in range(5):  # a dialog that still opens takes the focus back
        day.click()
        page.keyboard.type("28", delay=50)
        if day.get_attribute("aria-valuenow") == "28":
            break
        page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    dialog.get_by_text("Hora de America/Mexico_City").click()
    expect(dialog.get_by_role("cell", name="28 sep 2025, 23:59")).to_be_visible()
    assert "2025-09-30T23:59:00" in call_spec.get_call(SLUG).source
    dialog.get_by_role("button", name="Mover las fechas").click()
    expect(dialog).to_have_count(0)
    assert "closes_at = 2025-09-28T23:59:00" in call_spec.get_call(SLUG).source
    press(page, "Cambiar de fase…")
    expect(dialog.get_by_text("dejará de calificar", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Pasar a Deliberación").click()
    expect(dialog).to_have_count(0)
    assert call_spec.get_call(SLUG).phase is Phase.DELIBERATION
