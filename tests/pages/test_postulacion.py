"""One application's page and a rehearsed batch, as each role sees them."""

from pathlib import Path

import pytest

from reviewer.access.actor import Actor
from reviewer.intake import corrections, history, rehearsals
from reviewer.models import Call
from tests.conftest import SLUG
from tests.intake.kept import applications
from tests.intake.made import archive, folder, papers, someone, table, take_in
from tests.pages.conftest import Screens, words
from tests.pages.test_lotes import tables
from tests.test_uploads import whole


@pytest.fixture
def taken(call: Call, tmp_path: Path) -> None:
    """One with markup for a name, and one whose row has no name at all."""
    rows = [someone(1, nombre="<b>Eva</b>", telefono="12"), someone(2, nombre="")]
    take_in(folder(tmp_path / "lote", rows, papers(1, 2)))


@pytest.mark.usefixtures("taken")
def test_only_admins_open_it(screen: Screens, coordinator: Actor, juror: Actor, admin: Actor) -> None:
    for actor in (coordinator, juror):
        page = screen("postulacion", actor, folio="GUI-0001")
        assert "no es parte de su papel" in words(page) and not page.text_input
    assert "Elija una postulación" in words(screen("postulacion", admin))
    assert "No hay una postulación vigente" in words(screen("postulacion", admin, folio="GUI-0099"))


@pytest.mark.usefixtures("taken")
def test_data_is_set_right_there_and_told(screen: Screens, admin: Actor) -> None:
    page = screen("postulacion", admin, folio="GUI-0001")
    by_label = {each.label: each for each in page.text_input}
    assert by_label["Teléfono"].value == "12" and by_label["Nombre"].value == "<b>Eva</b>"
    by_label["Teléfono"].set_value("55 1234 5678")
    page.button[0].click().run()
    assert "Escriba por qué" in words(page)
    {each.label: each for each in page.text_input}["Por qué se corrige"].set_value("Lo dijo ella")
    page.button[0].click().run()
    assert "Guardado: Teléfono" in words(page)
    assert "bad_phone" not in applications()["GUI-0001"].reasons


def test_a_document_of_any_folio_can_be_replaced(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path
) -> None:
    take_in(folder(tmp_path / "lote", [someone(1, folio="A__1")], papers(1)))
    page = screen("postulacion", admin, folio="A__1")
    page.button_group[0].set_value("Documentos").run()
    next(each for each in page.button if each.label == "Reemplazar").click().run()
    assert not page.exception
    assert "El archivo nuevo toma el lugar" in words(page)


@pytest.mark.usefixtures("taken")
def test_a_report_shows_the_rows_that_were_not_taken(screen: Screens, admin: Actor) -> None:
    key = history.batches(admin, call_slug=SLUG)[0].key
    page = screen("lotes", admin, lote=key)
    assert "Filas que no se tomaron" in words(page) and "con 4" in words(page)
    corrections.take_up(admin, call_slug=SLUG, batch=key, row=3, cells={"nombre": "Ana"}, reason="x")
    assert "Filas que no se tomaron" not in words(screen("lotes", admin, lote=key))


def test_a_batch_that_nobody_can_read_asks_which_column_is_which(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path
) -> None:
    rows = [someone(1)]
    rows[0]["Correo <i>uno</i>"] = rows[0].pop("correo")
    rows[0]["Correo dos"] = ""
    content = archive(tmp_path / "lote.zip", [("tabla.csv", table(rows))]).read_bytes()
    upload = whole(admin, content)
    key = rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id)
    assert "espera a que alguien diga qué columna es cuál" in words(screen("lotes", admin))
    page = screen("lotes", admin, ensayo=key)
    assert "Varias columnas podrían ser" in words(page)
    assert page.selectbox[0].label == "Correo <i>uno</i>" and page.selectbox[0].value == ""
    assert "&lt;i&gt;uno&lt;/i&gt;" in tables(page) and "persona1@prueba.example" in tables(page)
    page.selectbox[0].set_value("correo")
    page.selectbox[1].set_value("correo")
    next(each for each in page.button if each.label.startswith("Leer")).click().run()
    assert "Dos columnas no pueden ser «Correo»" in words(page)
    assert "ya se confirmó o se descartó" in words(screen("lotes", admin, ensayo="otro"))
