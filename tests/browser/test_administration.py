"""People and the call, through the dialogs that change them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviewer.access import login_attempts, people
from reviewer.access.actor import Actor
from reviewer.call import spec
from reviewer.models import Person, Phase, Role
from tests.browser.conftest import Opener, press, wait_for_script
from tests.calls import SLUG, call_text
from tests.factories.people import PersonFactory

NBSP = "\N{NO-BREAK SPACE}"


def people_by_name(admin: Actor) -> dict[str, Person]:
    """Returns all people, by name."""
    return {person.name: person for person in people.list_people(admin)}


def open_person_dialog(page: Page, name: str) -> None:
    """Opens the dialog of the only person that a search matches."""
    page.get_by_placeholder("Nombre o correo").fill(name)
    page.get_by_placeholder("Nombre o correo").press("Enter")
    page.wait_for_timeout(200)  # one person may have been there before the search, another comes
    wait_for_script(page)
    expect(page.get_by_role("button", name="Cambiar", exact=True)).to_have_count(1)
    press(page, "Cambiar")
    expect(page.get_by_role("dialog")).to_be_visible()


def shown_passwords(page: Page) -> list[list[str]]:
    """The names, e-mails and passwords shown."""
    expect(page.get_by_text("no se vuelven a mostrar")).to_be_visible(timeout=30_000)
    return [line.split("\t") for line in page.locator('[data-testid="stCode"] code').inner_text().splitlines()]


def test_a_person_is_added_and_the_password_shown_once(open_page: Opener, admin: Actor) -> None:
    page = open_page("/personas", admin)
    press(page, "Agregar persona")
    page.get_by_label("Nombre y apellidos").fill("Eva Íñiguez")
    page.get_by_label("Correo", exact=True).fill("eva")
    press(page, "Agregar")
    expect(page.get_by_text("«eva» no es un correo")).to_be_visible()
    page.get_by_label("Correo", exact=True).fill("eva@prueba.example")
    page.get_by_text("Coordinación", exact=True).last.click()
    press(page, "Agregar")
    [[name, email, password]] = shown_passwords(page)
    assert (name, email) == ("Eva Íñiguez", "eva@prueba.example")
    assert login_attempts.check_password(email=email, password=password, address="x").role is Role.COORDINATOR
    press(page, "Ya las copié")
    expect(page.get_by_text("eva@prueba.example")).to_be_visible()
    expect(page.get_by_text(password)).to_have_count(0)


def test_a_list_is_seen_before_its_good_lines_are_added(open_page: Opener, admin: Actor) -> None:
    page = open_page("/personas", admin)
    press(page, "Agregar una lista")
    pasted = "Nombre, correo\nEva Rey, eva@x.mx\nLuis\tluis@x.mx\nOtra eva@x.mx"
    page.get_by_label("Una persona por línea").fill(pasted)
    press(page, "Revisar la lista")
    expect(page.get_by_text("2 líneas quedan fuera")).to_be_visible()
    assert len(people_by_name(admin)) == 1
    press(page, f"Agregar 2{NBSP}personas")
    assert [line[1] for line in shown_passwords(page)] == ["eva@x.mx", "luis@x.mx"]
    assert sorted(people_by_name(admin)) == ["Ada Administra", "Eva Rey", "Luis"]


def test_role_password_and_entry_are_changed(open_page: Opener, admin: Actor, person: PersonFactory) -> None:
    person(Role.JURY, name="Zoe", email="zoe@x.mx")
    page = open_page("/personas", admin)
    open_person_dialog(page, "Zoe")
    page.get_by_role("dialog").get_by_text("Coordinación", exact=True).click()
    press(page, "Dar el papel de Coordinación")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert people_by_name(admin)["Zoe"].role is Role.COORDINATOR
    open_person_dialog(page, "zoe@x")
    press(page, "Dar otra contraseña")
    [[_, email, password]] = shown_passwords(page)
    assert login_attempts.check_password(email=email, password=password, address="x").name == "Zoe"
    press(page, "Ya las copié")
    open_person_dialog(page, "Zoe")
    press(page, "Desactivar")
    expect(page.get_by_text("Desactivada")).to_be_visible()
    assert not people_by_name(admin)["Zoe"].active
    open_person_dialog(page, "ZOE")
    press(page, "Reactivar")
    expect(page.get_by_text("Desactivada")).to_have_count(0)
    assert people_by_name(admin)["Zoe"].active
    open_person_dialog(page, "Ada")
    expect(page.get_by_role("button", name="Desactivar", exact=True)).to_have_count(0)
    page.get_by_role("dialog").get_by_text("Jurado", exact=True).click()
    press(page, "Dar el papel de Jurado")
    expect(page.get_by_text("Es la única persona administradora")).to_be_visible()


def test_a_person_whose_role_was_removed_changes_nothing(
    open_page: Opener, admin: Actor, person: PersonFactory
) -> None:
    other_admin = person(Role.ADMIN, name="Otra")
    page = open_page("/personas", other_admin)
    open_person_dialog(page, "Ada")
    people.set_role(admin, person_id=other_admin.require_person_id(), role=Role.JURY)
    press(page, "Desactivar")
    expect(page.get_by_text("Su sesión terminó").or_(page.get_by_label("Correo")).first).to_be_visible()
    assert people_by_name(admin)["Ada Administra"].active


def test_a_call_comes_from_a_file_and_goes_from_phase_to_phase(open_page: Opener, admin: Actor, tmp_path: Path) -> None:
    page = open_page("/convocatoria", admin)
    file = tmp_path / "convocatoria.toml"
    for content, message in (
        (call_text({"seats": "sesenta"}).encode(), "Línea 7: «seats»"),
        ("título = 1".encode("cp1252"), "no está en UTF-8"),
        (b"# " + b"x" * 200_000, "pasa de 200 kB"),
    ):
        file.write_bytes(content)
        page.locator('input[type="file"]').set_input_files(file)
        expect(page.get_by_text(message)).to_be_visible()
    assert spec.list_calls() == []
    file.write_text(call_text({"slug": "mujeres-2026"}), encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text("mujeres-2026 ·")).to_be_visible()
    install = page.get_by_role("button", name="Instalar", exact=True)
    expect(install).to_have_count(2)  # that of the call that ships, and a moment later the file's own
    install.last.click()
    expect(page.get_by_text("mujeres-2026 · folios HIS-0001")).to_be_visible()
    press(page, "Cambiar de fase…")
    expect(page.get_by_text("La convocatoria pasa de Recepción a Cotejo.")).to_be_visible()
    assert spec.get_call("mujeres-2026").phase is Phase.INTAKE
    press(page, "Pasar a Cotejo")
    expect(page.get_by_role("listitem").filter(has_text="Cotejo")).to_have_attribute("aria-current", "step")
    assert spec.get_call("mujeres-2026").phase is Phase.SCREENING


@pytest.mark.usefixtures("call")
def test_what_an_administrator_sees_is_spanish(open_page: Opener, admin: Actor) -> None:
    english = ("Upload", "Browse", "Drag", "Limit", "Search", "Download", "Press Enter", "Choose", "None")
    for address in ("/lotes", "/personas", "/convocatoria"):
        page = open_page(f"{address}?call={SLUG}", admin)
        text = page.locator('[data-testid="stApp"]').inner_text()
        assert not [word for word in english if word in text], text
