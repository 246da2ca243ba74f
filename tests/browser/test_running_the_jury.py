"""The jury is run in the browser: shared out, one leaves, loads are evened out, more time, another phase."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from reviewer import calls, clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import extensions, readings, running
from reviewer.jury.readings import Show
from reviewer.models import Call, Phase, Role
from tests.browser.conftest import Opener, settle
from tests.browser.test_administration import press
from tests.conftest import SLUG, PersonFactory, call_text
from tests.jury.cases import add_applications, events, readers
from tests.jury.test_desk import finish

NBSP = "\N{NO-BREAK SPACE}"


def part(page: Page, name: str) -> None:
    """Turns to another part of the page."""
    page.get_by_role("radio", name=name, exact=True).click()
    settle(page)


def test_from_preview_to_extension(
    open_page: Opener, installation: object, person: PersonFactory, coordinator: Actor
) -> None:
    call = window()
    jury = [person(Role.JURY, name=f"Jurado {letter}") for letter in "ABCD"]
    add_applications(call, 12)
    page = open_page("/asignacion", coordinator)
    press(page, "Previsualizar")
    expect(page.get_by_text(f"36{NBSP}asignaciones")).to_be_visible()
    assert readers() == {}
    press(page, "Repartir")
    expect(page.get_by_text(f"36{NBSP}asignaciones hechas")).to_be_visible()
    finish(jury[0], sorted(folio for folio, its in readers().items() if jury[0].person_id in its)[0])
    leaves(page, jury[0])
    levelled(page, person)
    extended(open_page("/avance?apartado=Plazos+y+recordatorios", coordinator), coordinator, jury[1])
    closed(open_page("/avance", coordinator), coordinator)


def window() -> Call:
    """A call whose reviews close tomorrow."""
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    calls.load_call(OPERATOR, text=call_text().replace("2025-10-15", tomorrow))
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    return calls.get_call(SLUG)


def leaves(page: Page, juror: Actor) -> None:
    """A juror leaves: what she sent stays, the rest goes to the others, and a reload shows it."""
    part(page, "Jurado")
    before = readers()
    page.get_by_role("button", name="Cambiar", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"8{NBSP}lecturas pasan a otras personas")).to_be_visible()
    dialog.get_by_label("Motivo (queda para el acta)").fill("Enfermedad")
    dialog.get_by_label("Motivo (queda para el acta)").press("Enter")
    dialog.get_by_role("button", name="Sacar del jurado").click()
    expect(page.get_by_text("Dejó el jurado")).to_be_visible()
    kept = [folio for folio, its in readers().items() if juror.person_id in its]
    assert len(kept) == 1 and all(len(its) == 3 for its in readers().values())
    assert all(its - {juror.person_id} <= readers()[folio] for folio, its in before.items())
    page.reload()
    settle(page)
    expect(page.get_by_text("Dejó el jurado")).to_be_visible()


def levelled(page: Page, person: PersonFactory) -> None:
    """Somebody comes late, and takes over as much as evens the loads out."""
    person(Role.JURY, name="Jurado E")
    part(page, "Repartir")
    press(page, "Emparejar cargas…")
    expect(page.get_by_text("que nadie ha empezado.", exact=False).first).to_be_visible()
    press(page, "Emparejar")
    expect(page.get_by_text("de manos.")).to_be_visible()
    assert all(len(its) == 3 for its in readers().values())


def extended(page: Page, coordinator: Actor, juror: Actor) -> None:
    """One juror gets two days more."""
    press(page, "Dar una prórroga…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.click()
    page.get_by_role("option", name=juror.name).click()
    expect(dialog.get_by_text(f"{juror.name} podrá escribir hasta las 23:59")).to_be_visible()
    dialog.get_by_label("Motivo (queda anotado)").fill("Sin luz")
    dialog.get_by_role("button", name="Dar la prórroga").click()
    expect(page.get_by_text("Sin luz")).to_be_visible()
    (granted,) = extensions.in_force(coordinator, call=SLUG)
    spec = calls.spec_of(calls.get_call(SLUG))
    assert spec.review_closes is not None
    assert (granted.name, granted.closes_at) == (juror.name, spec.review_closes + timedelta(days=2))


def closed(page: Page, coordinator: Actor) -> None:
    """The reviews are closed with gaps, for a reason; from then on nobody can close them again."""
    gaps = readings.applications(coordinator, call=SLUG, show=Show.SHORT).count
    assert gaps == len(running.preview_closing(coordinator, call=SLUG).gaps) == 12
    press(page, "Cerrar la dictaminación…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"12{NBSP}postulaciones de 12 sin todas sus lecturas")).to_be_visible()
    dialog.get_by_label("Motivo de cerrar así (queda para el acta)").fill("Se acabó el plazo")
    dialog.get_by_label("Motivo de cerrar así (queda para el acta)").press("Enter")
    dialog.get_by_role("button", name="Cerrar la dictaminación").click()
    expect(dialog).to_have_count(0)
    assert calls.get_call(SLUG).phase is Phase.DELIBERATION and events("review.close") == 1


def test_a_call_is_moved_by_its_admin(open_page: Opener, reviewing_call: Call, admin: Actor) -> None:
    """Other dates and another phase: what they change is on the screen before they are taken."""
    page = open_page("/convocatoria", admin, width=1024, height=768)
    press(page, "Mover fechas…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Cambie alguna fecha")).to_be_visible()
    settle(page)
    day = dialog.get_by_role("spinbutton").nth(5)
    for _ in range(5):  # a dialog that still opens takes the focus back
        day.click()
        page.keyboard.type("30", delay=50)
        if day.get_attribute("aria-valuenow") == "30":
            break
        page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    dialog.get_by_text("Hora de America/Mexico_City").click()
    expect(dialog.get_by_role("cell", name="30 sep 2025, 23:59")).to_be_visible()
    assert "2025-09-27T23:59:00" in calls.get_call(SLUG).source
    dialog.get_by_role("button", name="Mover las fechas").click()
    expect(dialog).to_have_count(0)
    assert "closes_at    = 2025-09-30T23:59:00" in calls.get_call(SLUG).source
    press(page, "Cambiar de fase…")
    expect(dialog.get_by_text("dejará de calificar", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Pasar a Deliberación").click()
    expect(dialog).to_have_count(0)
    assert calls.get_call(SLUG).phase is Phase.DELIBERATION
