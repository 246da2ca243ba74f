"""The page of screening, as each role sees it."""

from pathlib import Path

import pytest

from reviewer.access.actor import Actor
from reviewer.models import Call, Verdict
from reviewer.screening import decisions, holds
from tests.calls import SLUG
from tests.factories.batches import document_files, folder, import_source, valid_row
from tests.pages.conftest import Screens, page_html, page_text
from tests.stored_rows import applications


@pytest.fixture
def screened(call: Call, tmp_path: Path) -> None:
    """Two applications to be screened, one of them with markup as a name, and one without findings."""
    rows = [
        valid_row(1, telefono="12", nombre="<b>Eva</b>"),
        valid_row(2, telefono="12"),
        valid_row(3),
        valid_row(4, alcaldia="Ecatepec", codigo_postal="55000"),
    ]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2, 3, 4)))


def test_the_empty_page_says_there_are_no_applications(screen: Screens, coordinator: Actor, call: Call) -> None:
    assert "Todavía no hay postulaciones" in page_text(screen("cotejo", coordinator))


def test_without_pending_cases_the_list_is_shown(
    screen: Screens, coordinator: Actor, call: Call, tmp_path: Path
) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1)], document_files(1)))
    text = page_text(screen("cotejo", coordinator))
    assert "Ninguna necesita cotejo" in text and "Todavía no hay" not in text
    assert "1 en esta lista" in page_text(screen("cotejo", coordinator, parte="elegibles", ver="lista"))


@pytest.mark.usefixtures("screened")
def test_it_is_for_coordinators_and_admins(screen: Screens, coordinator: Actor, admin: Actor, juror: Actor) -> None:
    assert "no es parte de su papel" in page_text(screen("cotejo", juror, folio="HIS-0001"))
    for actor in (coordinator, admin):
        assert "de 2 cotejadas · faltan 2" in page_text(screen("cotejo", actor))


@pytest.mark.usefixtures("screened")
def test_it_opens_the_next_and_ends_in_the_list(screen: Screens, coordinator: Actor) -> None:
    page = screen("cotejo", coordinator)
    assert page.query_params["folio"] == "HIS-0001"
    for folio in ("HIS-0001", "HIS-0002"):
        decisions.decide(coordinator, slug=SLUG, folio=folio, verdict=Verdict.ELIGIBLE, reason="Visto")
    page = screen("cotejo", coordinator)
    assert "2 de 2 cotejadas" in page_text(page) and "No queda ninguna" in page_text(page)


@pytest.mark.usefixtures("screened")
def test_a_case_held_by_somebody_else_is_skipped(screen: Screens, coordinator: Actor, admin: Actor) -> None:
    holds.hold(admin, slug=SLUG, folio="HIS-0001")
    assert screen("cotejo", coordinator).query_params["folio"] == "HIS-0002"


@pytest.mark.usefixtures("screened")
def test_the_list_escapes_names_and_words_reasons(screen: Screens, coordinator: Actor) -> None:
    html_text = page_html(screen("cotejo", coordinator, ver="lista", parte="todas"))
    assert "&lt;b&gt;Eva&lt;/b&gt;" in html_text and "<b>Eva</b>" not in html_text
    assert "Teléfono mal formado" in html_text and "Fuera de la ciudad" in html_text
    html_text = page_html(screen("cotejo", coordinator, ver="lista", parte="no-elegibles"))
    assert "HIS-0004" in html_text and "HIS-0003" not in html_text and "/descargas/no-elegibles.csv" in html_text


@pytest.mark.usefixtures("screened")
def test_an_unknown_folio_in_the_address_is_reported(screen: Screens, coordinator: Actor) -> None:
    assert "No hay una postulación vigente" in page_text(screen("cotejo", coordinator, folio="HIS-0099"))
    assert "de 2 cotejadas" in page_text(screen("cotejo", coordinator, parte="otra"))


NAME = {"nombre": "Ximena", "apellidos": "Quintanar Solórzano", "fecha_nacimiento": "1991-03-04", "curp": ""}


@pytest.fixture
def doubled(call: Call, tmp_path: Path) -> None:
    """Two applications of one name and birth date under two e-mails."""
    rows = [valid_row(number, enviado_en=f"2025-09-1{number} 10:00:00", **NAME) for number in (1, 2)]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2)))


@pytest.mark.usefixtures("doubled")
def test_possible_duplicates_are_compared_merged_and_undone(screen: Screens, coordinator: Actor) -> None:
    page = screen("cotejo", coordinator, folio="HIS-0001")
    next(button for button in page.button if button.key == "comparar-HIS-0002").click().run()
    assert page.query_params["con"] == "HIS-0002"
    assert "vale la HIS-0002" in page_text(page)
    next(button for button in page.button if "unirlas" in button.label).click().run()
    assert "Escriba el motivo" in page_text(page)
    page.text_input[0].input("Es ella")
    next(button for button in page.button if "unirlas" in button.label).click().run()
    assert set(applications()) == {"HIS-0002"}
    page = screen("cotejo", coordinator, ver="lista")
    assert "HIS-0002 y HIS-0001: unidas. Es ella" in page_text(page)
    next(button for button in page.button if button.label == "Deshacer").click().run()
    assert set(applications()) == {"HIS-0001", "HIS-0002"}


@pytest.mark.usefixtures("doubled")
def test_those_kept_apart_need_no_more_screening(screen: Screens, coordinator: Actor) -> None:
    page = screen("cotejo", coordinator, folio="HIS-0001", con="HIS-0002")
    page.text_input[0].input("Son primas")
    next(button for button in page.button if button.label == "Son dos personas").click().run()
    assert "Ninguna necesita cotejo" in page_text(screen("cotejo", coordinator))
