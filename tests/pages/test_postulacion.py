"""One application's page and a rehearsed batch, as each role sees them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from reviewer.access.actor import Actor
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.corrections import rows as corrections_rows
from reviewer.models import Call, Eligibility, Verdict
from reviewer.screening import decisions
from tests.calls import SLUG
from tests.factories.batches import archive, document_files, folder, import_source, table, valid_row
from tests.pages.conftest import Screens, page_html, page_text
from tests.storage.test_uploads import upload_whole
from tests.stored_rows import applications


@pytest.fixture
def taken(call: Call, tmp_path: Path) -> None:
    """An application whose name is markup, and one whose row has no name."""
    rows = [valid_row(1, nombre="<b>Eva</b>", telefono="12"), valid_row(2, nombre="")]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2)))


def button(page: AppTest, label: str) -> Button:
    return next(element for element in page.button if element.label == label)


@pytest.mark.usefixtures("taken")
def test_a_withdrawal_is_shown_and_taken_back(screen: Screens, admin: Actor) -> None:
    assert button(screen("postulacion", admin, folio="HIS-0001"), "Registrar retiro…")
    decisions.decide(admin, slug=SLUG, folio="HIS-0001", verdict=Verdict.WITHDRAWN, reason="Lo pidió por correo")
    page = screen("postulacion", admin, folio="HIS-0001")
    assert "Retirada" in page_html(page) + page_text(page)
    button(page, "Deshacer el retiro").click().run()
    assert applications()["HIS-0001"].eligibility is Eligibility.TO_CHECK


@pytest.mark.usefixtures("taken")
def test_only_admins_open_it(screen: Screens, coordinator: Actor, juror: Actor, admin: Actor) -> None:
    for actor in (coordinator, juror):
        page = screen("postulacion", actor, folio="HIS-0001")
        assert "no es parte de su papel" in page_text(page) and not page.text_input
    assert "Elija una postulación" in page_text(screen("postulacion", admin))
    assert "No hay una postulación vigente" in page_text(screen("postulacion", admin, folio="HIS-0099"))


@pytest.mark.usefixtures("taken")
def test_a_correction_is_saved_and_confirmed(screen: Screens, admin: Actor) -> None:
    page = screen("postulacion", admin, folio="HIS-0001")
    by_label = {widget.label: widget for widget in page.text_input}
    assert by_label["Teléfono"].value == "12" and by_label["Nombre"].value == "<b>Eva</b>"
    by_label["Teléfono"].set_value("55 1234 5678")
    button(page, "Guardar la corrección").click().run()
    assert "Escriba por qué" in page_text(page)
    {widget.label: widget for widget in page.text_input}["Por qué se corrige"].set_value("Lo dijo ella")
    button(page, "Guardar la corrección").click().run()
    assert "Guardado: Teléfono" in page_text(page)
    assert "bad_phone" not in applications()["HIS-0001"].reasons


def test_a_document_of_any_folio_can_be_replaced(screen: Screens, admin: Actor, call: Call, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1, folio="A__1")], document_files(1)))
    page = screen("postulacion", admin, folio="A__1")
    page.button_group[0].set_value("Documentos").run()
    next(button for button in page.button if button.label == "Reemplazar").click().run()
    assert not page.exception
    assert "El archivo nuevo toma el lugar" in page_text(page)


@pytest.mark.usefixtures("taken")
def test_a_report_shows_the_rows_that_were_not_taken(screen: Screens, admin: Actor) -> None:
    key = batch_queries.batches(admin, slug=SLUG)[0].key
    page = screen("lotes", admin, lote=key)
    assert "Filas que no se tomaron" in page_text(page) and "con 4" in page_text(page)
    corrections_rows.store_corrected_row(admin, slug=SLUG, batch=key, row=3, cells={"nombre": "Ana"}, reason="x")
    assert "Filas que no se tomaron" not in page_text(screen("lotes", admin, lote=key))


def test_an_ambiguous_batch_asks_for_the_column_mapping(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path
) -> None:
    rows = [valid_row(1)]
    rows[0]["Correo <i>uno</i>"] = rows[0].pop("correo")
    rows[0]["Correo dos"] = "otro@prueba.example"
    content = archive(tmp_path / "lote.zip", [("tabla.csv", table(rows))]).read_bytes()
    upload = upload_whole(admin, content)
    key = dry_runs.start(admin, slug=SLUG, upload=upload.public_id)
    assert "espera a que alguien diga qué columna es cuál" in page_text(screen("lotes", admin))
    page = screen("lotes", admin, ensayo=key)
    assert "Varias columnas podrían ser" in page_text(page)
    assert page.selectbox[0].label == "Correo <i>uno</i>" and page.selectbox[0].value == ""
    assert "&lt;i&gt;uno&lt;/i&gt;" in page_html(page) and "persona1@prueba.example" in page_html(page)
    page.selectbox[0].set_value("correo")
    page.selectbox[1].set_value("correo")
    next(button for button in page.button if button.label.startswith("Leer")).click().run()
    assert "Dos columnas no pueden ser «Correo»" in page_text(page)
    assert "ya se confirmó o se descartó" in page_text(screen("lotes", admin, ensayo="otro"))


def test_columns_that_no_question_claims_are_shown_as_received(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path
) -> None:
    row = valid_row(1) | {"¿Cómo se enteró?": "Por <b>la radio</b>"}
    import_source(folder(tmp_path / "lote", [row]))
    html_text = page_html(screen("postulacion", admin, folio="HIS-0001"))
    assert "¿Cómo se enteró?" in html_text and "Por &lt;b&gt;la radio&lt;/b&gt;" in html_text
