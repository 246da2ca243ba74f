"""The ranking's page, as coordinators see it."""

import io

import openpyxl
import pytest
from sqlmodel import func, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import read_session, write_session
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.decision.ranking.application_detail import application_detail
from reviewer.decision.ranking.service import compute
from reviewer.jobs import runner
from reviewer.jobs.records import RANK
from reviewer.models import Assignment, Call, Role
from reviewer.web.routes.downloads import ROUTES
from reviewer.web.screens.ranking import labels as said
from tests.calls import NO_REVIEW_WINDOW, SIX_SEATS, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all
from tests.pages.conftest import Screens, page_text
from tests.web.asgi_client import ask, cookie


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=name) for name in ("<b>Inés</b>", "Óscar", "Úrsula")]


@pytest.fixture
def scored(reviewing_call: Call, jury: list[Actor]) -> Call:
    add_applications(reviewing_call, 24)
    submit_all(reviewing_call, jury)
    return reviewing_call


def test_without_submitted_reviews_nothing_is_computed(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("ranking", coordinator)
    assert "primeras lecturas" in page.info[0].value
    assert runner.current(coordinator, slug=SLUG, kind=RANK) == []


def test_the_ranking_is_computed_once_in_a_job(
    screen: Screens, scored: Call, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(runner, "_launch", lambda job: started.append(job.kind))
    screen("ranking", coordinator)
    screen("ranking", coordinator)
    (job,) = runner.current(coordinator, slug=SLUG, kind=RANK)
    assert started == [RANK] and job.is_under_way


def test_every_view_and_one_application_are_shown(screen: Screens, scored: Call, coordinator: Actor) -> None:
    compute(OPERATOR, slug=SLUG)
    list_page = screen("ranking", coordinator)
    assert "24 postulaciones leídas" in page_text(list_page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Al día" in page_text(list_page)
    assert "ya la compensa" in page_text(screen("ranking", coordinator, ver="Jurado"))
    assert "no hay corte" in page_text(screen("ranking", coordinator, ver="El corte"))
    assert "Por criterio" in page_text(screen("ranking", coordinator, ver="Acuerdo"))
    application_page = screen("ranking", coordinator, folio="HIS-0003")
    assert "De la media al estimado" in page_text(application_page)
    assert "no tiene lugar en el ranking" in screen("ranking", coordinator, folio="HIS-9").error[0].value


def test_rounded_figures_add_up(scored: Call) -> None:
    compute(OPERATOR, slug=SLUG)
    for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=ranking_queries.RankingFilters()):
        detail = application_detail(OPERATOR, slug=SLUG, folio=line.folio)
        start, steps, end = said.round_to_sum(line.mean, detail.steps, line.estimate)
        assert round(start + sum(steps), 1) == end == round(line.estimate, 1)


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.076, "8 %"), (0.997, "> 99 %"), (1.0, "100 %")]
)
def test_a_chance_never_rounds_to_certainty(share: float, words: str) -> None:
    assert said.chance(share).replace("\N{NO-BREAK SPACE}", " ") == words


def test_tables_are_for_coordinators_only(scored: Call, coordinator: Actor, jury: list[Actor], admin: Actor) -> None:
    for name in ("ranking.csv", "puntajes.csv", "ranking.xlsx"):
        address = f"/descargas/{name}?convocatoria={SLUG}"
        assert ask(ROUTES, address, headers=cookie(coordinator)).status == 200
        for stranger in (jury[0], admin):
            assert ask(ROUTES, address, headers=cookie(stranger)).status == 403
        assert ask(ROUTES, address).status == 403
    book = openpyxl.load_workbook(
        io.BytesIO(ask(ROUTES, f"/descargas/ranking.xlsx?convocatoria={SLUG}", headers=cookie(coordinator)).body)
    )
    assert book.sheetnames == ["ranking", "reviewers", "scores", "columnas"]
    column_meanings = list(book["columnas"].iter_rows(min_row=2, values_only=True))
    columns = [(sheet, cell.value) for sheet in book.sheetnames[:3] for cell in book[sheet][1]]
    assert [(sheet, column) for sheet, column, _ in column_meanings] == columns
    assert all(meaning for _, _, meaning in column_meanings)
    assert ask(ROUTES, "/descargas/avance.xlsx", headers=cookie(coordinator)).status == 404


def test_only_coordinators_see_it(screen: Screens, scored: Call, person: PersonFactory) -> None:
    for role in (Role.JURY, Role.ADMIN):
        assert "no es parte de su papel" in screen("ranking", person(role)).warning[0].value


def test_additional_readings_are_assigned_and_tracked(
    screen: Screens, scored: Call, coordinator: Actor, jury: list[Actor]
) -> None:
    with write_session() as session:
        stored = session.get(Call, scored.id)
        assert stored is not None
        stored.source = call_text(NO_REVIEW_WINDOW | SIX_SEATS)
    compute(OPERATOR, slug=SLUG)
    page = screen("ranking", coordinator, ver="Más lecturas")
    page.number_input(key="lecturas").set_value(7).run()
    (assign_button,) = [button for button in page.button if button.label.startswith("Repartir")]
    assert assign_button.label.replace("\N{NO-BREAK SPACE}", " ") == "Repartir 7 lecturas"
    assign_button.click().run()
    assert not page.exception
    assert "Llegaron 0 de 7" in page_text(page) and "Conviene esperar" in page_text(page)
    with read_session() as session:
        assert session.exec(select(func.count()).select_from(Assignment)).one() == 48 + 7
