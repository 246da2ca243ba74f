"""The ranking's page, as coordinators see it."""

import io

import openpyxl
import pytest
from sqlmodel import func, select

from reviewer import jobs
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading, writing
from reviewer.decision import standings
from reviewer.decision.call_ranking import compute
from reviewer.decision.dossier import dossier
from reviewer.job_rows import RANK
from reviewer.models import Assignment, Call, Role
from reviewer.web.ranking import words as said
from reviewer.web.routes.downloads import ROUTES
from tests.conftest import SLUG, PersonFactory
from tests.decision.cases import submit_all
from tests.jury.cases import add_applications
from tests.pages.conftest import Screens, words
from tests.web.asking import ask, cookie


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=name) for name in ("<b>Inés</b>", "Óscar", "Úrsula")]


@pytest.fixture
def scored(reviewing_call: Call, jury: list[Actor]) -> Call:
    add_applications(reviewing_call, 24)
    submit_all(reviewing_call, jury)
    return reviewing_call


def test_before_anything_is_sent_it_says_so_and_starts_nothing(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("ranking", coordinator)
    assert "primeras lecturas" in page.info[0].value
    assert jobs.current(coordinator, call_slug=SLUG, kind=RANK) == []


def test_it_is_computed_once_off_the_page(
    screen: Screens, scored: Call, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(jobs, "_launch", lambda job: started.append(job.kind))
    screen("ranking", coordinator)
    screen("ranking", coordinator)
    (job,) = jobs.current(coordinator, call_slug=SLUG, kind=RANK)
    assert started == [RANK] and job.is_under_way


def test_each_part_and_one_application(screen: Screens, scored: Call, coordinator: Actor) -> None:
    compute(OPERATOR, call=SLUG)
    listed = screen("ranking", coordinator)
    assert "24 postulaciones leídas" in words(listed).replace("\N{NO-BREAK SPACE}", " ")
    assert "Al día" in words(listed)
    assert "ya la compensa" in words(screen("ranking", coordinator, ver="Jurado"))
    assert "no hay corte" in words(screen("ranking", coordinator, ver="El corte"))
    assert "Por criterio" in words(screen("ranking", coordinator, ver="Acuerdo"))
    one = screen("ranking", coordinator, folio="GUI-0003")
    assert "De la media al estimado" in words(one)
    assert "no tiene lugar en el ranking" in screen("ranking", coordinator, folio="GUI-9").error[0].value


def test_figures_as_written_add_up(scored: Call) -> None:
    compute(OPERATOR, call=SLUG)
    for line in standings.lines(OPERATOR, call=SLUG, sought=standings.Sought()):
        found = dossier(OPERATOR, call=SLUG, folio=line.folio)
        start, steps, end = said.adding_up(line.mean, found.steps, line.estimate)
        assert round(start + sum(steps), 1) == end == round(line.estimate, 1)


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.076, "8 %"), (0.997, "> 99 %"), (1.0, "100 %")]
)
def test_no_chance_is_said_to_be_certain_that_is_not(share: float, words: str) -> None:
    assert said.chance(share).replace("\N{NO-BREAK SPACE}", " ") == words


def test_tables_go_along_to_coordinators_alone(
    scored: Call, coordinator: Actor, jury: list[Actor], admin: Actor
) -> None:
    for name in ("ranking.csv", "puntajes.csv", "ranking.xlsx"):
        address = f"/descargas/{name}?convocatoria={SLUG}"
        assert ask(ROUTES, address, headers=cookie(coordinator)).status == 200
        for stranger in (jury[0], admin):
            assert ask(ROUTES, address, headers=cookie(stranger)).status == 403
        assert ask(ROUTES, address).status == 403
    book = openpyxl.load_workbook(
        io.BytesIO(
            ask(ROUTES, f"/descargas/ranking.xlsx?convocatoria={SLUG}", headers=cookie(coordinator)).body
        )
    )
    assert book.sheetnames == ["ranking", "reviewers", "scores", "columnas"]
    told = list(book["columnas"].iter_rows(min_row=2, values_only=True))
    columns = [(sheet, cell.value) for sheet in book.sheetnames[:3] for cell in book[sheet][1]]
    assert [(sheet, column) for sheet, column, _ in told] == columns
    assert all(meaning for _, _, meaning in told)
    assert ask(ROUTES, "/descargas/avance.xlsx", headers=cookie(coordinator)).status == 404


def test_only_coordinators_see_it(screen: Screens, scored: Call, person: PersonFactory) -> None:
    for role in (Role.JURY, Role.ADMIN):
        assert "no es parte de su papel" in screen("ranking", person(role)).warning[0].value


def test_more_readings_are_given_out_and_followed(
    screen: Screens, scored: Call, coordinator: Actor, jury: list[Actor]
) -> None:
    with writing() as session:
        stored = session.get(Call, scored.id)
        assert stored is not None
        stored.source = stored.source.replace("seats        = 60", "seats        = 6").replace(
            "seats    = 20", "seats    = 2"
        )
    compute(OPERATOR, call=SLUG)
    page = screen("ranking", coordinator, ver="Más lecturas")
    page.number_input(key="lecturas").set_value(7).run()
    (give,) = [each for each in page.button if each.label.startswith("Repartir")]
    assert give.label.replace("\N{NO-BREAK SPACE}", " ") == "Repartir 7 lecturas"
    give.click().run()
    assert not page.exception
    assert "Llegaron 0 de 7" in words(page) and "Conviene esperar" in words(page)
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Assignment)).one() == 48 + 7
