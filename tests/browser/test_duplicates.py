"""Two applications of one person: compared, merged and separated again, by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviewer.access.actor import Actor
from tests.browser.conftest import Opener, wait_for_script
from tests.browser.test_axe import axe_violations as violations
from tests.factories.batches import document_files, folder, import_source, valid_row
from tests.stored_rows import applications

pytestmark = pytest.mark.usefixtures("call")
LONG = 60_000
NAME = {"nombre": "Ximena", "apellidos": "Quintanar Solórzano", "fecha_nacimiento": "1991-03-04", "curp": ""}


@pytest.fixture
def doubled(call: object, tmp_path: Path) -> None:
    """Two applications of one name and birth date under two e-mails, the second sent later."""
    rows = [valid_row(number, enviado_en=f"2025-09-1{number} 10:00:00", **NAME) for number in (1, 2)]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2)))


def press_focused(page: Page, name: str) -> None:
    """Moves the focus to a button with Tab, as far as it takes, and presses it."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible(timeout=LONG)
    for _ in range(60):
        if button.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            wait_for_script(page)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"«{name}» is out of the keyboard's reach")


@pytest.mark.usefixtures("doubled")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_merge_and_its_undoing_by_keyboard(open_page: Opener, coordinator: Actor, width: int) -> None:
    page = open_page("/cotejo?folio=HIS-0001", coordinator, width=width)
    press_focused(page, "Comparar y decidir")
    expect(page.get_by_text("¿Son de la misma persona la HIS-0001 y la HIS-0002?")).to_be_visible(timeout=LONG)
    assert "con=HIS-0002" in page.url
    page.reload()
    expect(page.locator(".reader .page img").nth(1)).to_be_visible(timeout=LONG)
    assert violations(page) == []
    page.get_by_label("Por qué (queda en la historia de las dos postulaciones)").focus()
    page.keyboard.type("Es ella: llamó")
    press_focused(page, "Es la misma persona: unirlas en la HIS-0002")
    expect(page.locator(".screening [data-part=folio]")).to_have_text("HIS-0002", timeout=LONG)
    assert set(applications()) == {"HIS-0002"}
    page = open_page("/cotejo?ver=lista", coordinator, width=width)
    page.get_by_text("1 decisión sobre posibles duplicados").click()
    press_focused(page, "Deshacer")
    expect(page.get_by_text("decisión sobre posibles duplicados")).to_have_count(0, timeout=LONG)
    assert set(applications()) == {"HIS-0001", "HIS-0002"}
