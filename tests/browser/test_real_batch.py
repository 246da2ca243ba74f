"""A batch made by other programs, in a browser: upload, scores, ranking, selection and map."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec as call_spec
from reviewer.models import Phase, Role
from tests.browser.conftest import Opener
from tests.browser.test_review import expect_state, wait_for_application
from tests.factories.people import PersonFactory

HERE = Path(__file__).parent.parent / "real_batch"
BATCH, CALL = HERE / "batch", HERE / "call.toml"
SLUG = "guionismo-2025"  # of that call
LONG = 60_000  # milliseconds


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """The path of the batch as a zip file."""
    path = tmp_path / "Respuestas del taller.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member in sorted(BATCH.rglob("*")):
            archive.write(member, member.relative_to(BATCH))
    return path


def review_all(page: Page) -> int:
    """Scores and submits all applications of the queue by keyboard; returns their number."""
    page.get_by_role("button", name="Continuar").click()
    for count in range(1, 20):
        folio = page.locator(".rubric [data-part=folio]")
        expect(folio).to_have_text(re.compile("GUI-"), timeout=LONG)
        before = folio.inner_text()
        wait_for_application(page, before)
        for key in "4532":
            page.keyboard.press(key)
        expect_state(page, "Guardado ")
        page.wait_for_timeout(700)  # what comes sooner after a new review is taken for a double click's end
        page.keyboard.press("Control+Enter")
        done = page.get_by_role("heading", name="Terminó")
        expect(done.or_(folio.filter(has_not_text=before))).to_be_visible(timeout=LONG)
        if done.is_visible():
            return count
    raise AssertionError("the desk never ended")


def test_from_the_upload_to_the_map(
    open_page: Opener,
    person: PersonFactory,
    admin: Actor,
    coordinator: Actor,
    zipped: Path,
) -> None:
    call_spec.load_call(OPERATOR, text=call_spec.read_file(CALL))
    call_spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    jurors = [person(Role.JURY, name=name) for name in ("Alma Ríos", "Bruno Peña", "Celia Ibáñez")]

    page = open_page("/lotes", admin)
    page.locator('input[type="file"]').set_input_files(zipped)
    expect(page.get_by_text("10 postulaciones nuevas").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Todavía no se ha guardado nada")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Importar ")).click()
    expect(page.get_by_role("heading", name="Hallazgos")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("10 postulaciones nuevas").first).to_be_visible(timeout=LONG)

    page.close()
    page = open_page("/asignacion", coordinator)
    page.get_by_role("button", name="Previsualizar").click()
    page.get_by_role("button", name="Repartir").click()
    expect(page.get_by_text("15 asignaciones hechas")).to_be_visible(timeout=LONG)

    page.close()
    page = open_page("/mesa", jurors[0])
    assert review_all(page) == 5

    page.close()
    page = open_page("/avance", coordinator)
    expect(page.get_by_text("5 de 15 lecturas enviadas")).to_be_visible(timeout=LONG)
    page.close()
    page = open_page("/cohorte", coordinator)
    expect(page.get_by_text("10 recibidas")).to_be_visible(timeout=LONG)
    expect(page.get_by_text(re.compile(r"Iztapalapa \(1\)"))).to_be_visible(timeout=LONG)
    expect(page.locator("[class*=st-key-figura-mapa] .js-plotly-plot")).to_be_visible(timeout=LONG)
