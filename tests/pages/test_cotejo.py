"""The page of screening, as each role sees it."""

from pathlib import Path

import pytest

from reviewer.access.actor import Actor
from reviewer.models import Call, Verdict
from reviewer.screening import decisions, holds
from tests.conftest import SLUG
from tests.intake.made import folder, papers, someone, take_in
from tests.pages.conftest import Screens, words
from tests.pages.test_lotes import tables


@pytest.fixture
def screened(call: Call, tmp_path: Path) -> None:
    """Two that a person has to look at, one of them with markup for a name, and one that is fine."""
    rows = [
        someone(1, telefono="12", nombre="<b>Eva</b>"),
        someone(2, telefono="12"),
        someone(3),
        someone(4, alcaldia="Ecatepec", codigo_postal="55000"),
    ]
    take_in(folder(tmp_path / "lote", rows, papers(1, 2, 3, 4)))


def test_without_anything_to_do_it_says_so(screen: Screens, coordinator: Actor, call: Call) -> None:
    assert "Todavía no hay postulaciones" in words(screen("cotejo", coordinator))


def test_where_the_checks_left_nothing_open_the_others_are_listed(
    screen: Screens, coordinator: Actor, call: Call, tmp_path: Path
) -> None:
    take_in(folder(tmp_path / "lote", [someone(1)], papers(1)))
    said = words(screen("cotejo", coordinator))
    assert "Ninguna necesita cotejo" in said and "Todavía no hay" not in said
    assert "1 en esta lista" in words(screen("cotejo", coordinator, parte="elegibles", ver="lista"))


@pytest.mark.usefixtures("screened")
def test_it_is_for_coordinators_and_admins(
    screen: Screens, coordinator: Actor, admin: Actor, juror: Actor
) -> None:
    assert "no es parte de su papel" in words(screen("cotejo", juror, folio="GUI-0001"))
    for actor in (coordinator, admin):
        assert "de 2 cotejadas · faltan 2" in words(screen("cotejo", actor))


@pytest.mark.usefixtures("screened")
def test_it_opens_the_next_and_ends_in_the_list(screen: Screens, coordinator: Actor) -> None:
    page = screen("cotejo", coordinator)
    assert page.query_params["folio"] == "GUI-0001"
    for folio in ("GUI-0001", "GUI-0002"):
        decisions.decide(coordinator, call=SLUG, folio=folio, verdict=Verdict.ELIGIBLE, reason="Visto")
    page = screen("cotejo", coordinator)
    assert "2 de 2 cotejadas" in words(page) and "No queda ninguna" in words(page)


@pytest.mark.usefixtures("screened")
def test_one_that_somebody_else_has_is_not_the_next(
    screen: Screens, coordinator: Actor, admin: Actor
) -> None:
    holds.hold(admin, call=SLUG, folio="GUI-0001")
    assert screen("cotejo", coordinator).query_params["folio"] == "GUI-0002"


@pytest.mark.usefixtures("screened")
def test_the_list_shows_names_as_they_are_and_reasons_in_words(screen: Screens, coordinator: Actor) -> None:
    said = tables(screen("cotejo", coordinator, ver="lista", parte="todas"))
    assert "&lt;b&gt;Eva&lt;/b&gt;" in said and "<b>Eva</b>" not in said
    assert "Teléfono mal formado" in said and "Fuera de la ciudad" in said
    said = tables(screen("cotejo", coordinator, ver="lista", parte="no-elegibles"))
    assert "GUI-0004" in said and "GUI-0003" not in said and "/descargas/no-elegibles.csv" in said


@pytest.mark.usefixtures("screened")
def test_an_address_that_names_nothing_is_told(screen: Screens, coordinator: Actor) -> None:
    assert "No hay una postulación vigente" in words(screen("cotejo", coordinator, folio="GUI-0099"))
    assert "de 2 cotejadas" in words(screen("cotejo", coordinator, parte="otra"))
