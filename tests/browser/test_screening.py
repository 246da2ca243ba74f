"""A batch with an ambiguous column and bad rows, from its upload to screened applications."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from reviewer.models import Application, Eligibility, ScreeningState
from tests.browser.conftest import Opener, press, wait_for_script
from tests.browser.test_axe import axe_violations as violations
from tests.calls import SPEC
from tests.factories.batches import archive, document_files, table, valid_row
from tests.factories.pdfs import pages_pdf
from tests.stored_rows import applications

pytestmark = pytest.mark.usefixtures("call")
LONG = 60_000


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """An odd telephone; no name; a proof of address that is no PDF. Two columns could be the e-mail."""
    named = {"nombre": "Eva", "apellidos": "Peña Ríos"}
    rows = [valid_row(1, telefono="12", **named), valid_row(2, nombre=""), valid_row(3)]
    for row in rows:
        row["Correo de contacto"] = row.pop("correo")
        row["Correo alterno"] = f"otro-{row['Correo de contacto']}"
    says = pages_pdf(["INSTITUTO\nPeña Ríos\nEva\nNacimiento 02/05/1990"])
    files = document_files(1, 2, 3) | {"docs/identificacion-1.pdf": says, "docs/domicilio-3.pdf": b"nada"}
    return archive(tmp_path / "septiembre.zip", [("tabla.csv", table(rows)), *files.items()])


def dry_run_and_import(page: Page, zipped: Path) -> None:
    """Uploads, maps the column of e-mails, reads the dry run, and confirms it."""
    page.locator('input[type="file"]').set_input_files(zipped)
    expect(page.get_by_text("Varias columnas podrían ser «correo»")).to_be_visible(timeout=LONG)
    assert violations(page) == []
    page.get_by_label("Correo de contacto").click()
    page.get_by_role("option", name="Correo", exact=True).click()
    press(page, "Leer las columnas así y ensayar")
    expect(page.get_by_text("2 postulaciones nuevas").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Falta el nombre: la fila no se puede guardar.")).to_be_visible()
    assert applications() == {}
    page.reload()
    assert violations(page) == []
    press(page, "Importar 2", exact=False)
    expect(page.get_by_role("heading", name="Filas que no se tomaron")).to_be_visible(timeout=LONG)
    assert violations(page) == []


def accept_row(page: Page) -> None:
    """Gives the nameless row its name."""
    press(page, "Corregir y tomar")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nombre", exact=True).fill("Eva")
    dialog.get_by_label("Por qué se corrige").fill("Lo dijo por teléfono")
    press(page, "Tomar la fila")
    expect(page.get_by_text("La fila se tomó: es la postulación HIS-0003.")).to_be_visible(timeout=LONG)


def replace(page: Page, file: Path) -> None:
    """Replaces the broken proof of address by a good one."""
    page.get_by_text("Documentos", exact=True).click()
    expect(page.get_by_text("No es un PDF")).to_be_visible()
    page.get_by_role("button", name="Reemplazar").nth(1).click()
    page.get_by_role("dialog").locator('input[type="file"]').set_input_files(file)
    page.get_by_role("dialog").get_by_label("Por qué se corrige").fill("Mandó otro")
    press(page, "Poner este documento")
    expect(page.get_by_text("el documento quedó puesto y revisado")).to_be_visible(timeout=LONG)
    page.get_by_text("Historia", exact=True).click()
    expect(page.get_by_text("Se reemplazó un documento")).to_be_visible()
    expect(page.get_by_role("insertion").get_by_text("recibo.pdf")).to_be_visible()


def current_application(folio: str) -> Application:
    """An application as it is by now."""
    return applications()[folio]


def test_from_an_unreadable_batch_to_screened_applications(
    open_page: Opener, admin: Actor, coordinator: Actor, zipped: Path, tmp_path: Path
) -> None:
    page = open_page("/lotes", admin)
    dry_run_and_import(page, zipped)
    accept_row(page)
    page.locator("a.folio", has_text="HIS-0002").first.click()
    wait_for_script(page)
    (tmp_path / "recibo.pdf").write_bytes(pages_pdf(["Recibo"]))
    replace(page, tmp_path / "recibo.pdf")
    assert violations(page) == []
    assert current_application("HIS-0002").eligibility is Eligibility.ELIGIBLE

    page = open_page("/cotejo", coordinator)
    expect(page.locator(".screening [data-part=folio]")).to_have_text("HIS-0001", timeout=LONG)
    expect(page.get_by_text("0 de 1 cotejadas · faltan 1")).to_be_visible()
    name_link = page.locator('.screening [data-show="nombre"]')
    expect(name_link).to_have_text(f"{SPEC.documents[0].label}, p. 1", timeout=LONG)
    assert violations(page) == []
    page.keyboard.press("]")
    page.keyboard.press("1")  # goes back to the document and marks the three words of the name there
    expect(page.locator(".reader .mark.current")).to_have_count(3)
    page.keyboard.press("n")
    expect(page.locator(".screening textarea")).to_be_focused()
    page.keyboard.type("No es su credencial")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("No queda ninguna por cotejar.")).to_be_visible(timeout=LONG)
    assert (current_application("HIS-0001").eligibility, current_application("HIS-0001").reasons) == (
        Eligibility.INELIGIBLE,
        "No es su credencial",
    )
    page.get_by_role("button", name="HIS-0001 · no elegible: deshacer").click()
    expect(page.locator(".screening [data-part=folio]")).to_have_text("HIS-0001", timeout=LONG)
    assert current_application("HIS-0001").screening is ScreeningState.OPEN
    page.keyboard.press("e")
    expect(page.get_by_text("1 de 1 cotejadas")).to_be_visible(timeout=LONG)
    assert current_application("HIS-0001").eligibility is Eligibility.ELIGIBLE
