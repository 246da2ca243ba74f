"""Progress, as coordinators see it."""

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Role
from reviewer.web.routes.downloads import ROUTES
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.monitoring.test_progress import read_some
from tests.pages.conftest import Screens, page_text
from tests.web.asgi_client import ask, cookie

CSV = f"/descargas/avance.csv?convocatoria={SLUG}"


def test_stalled_jurors_are_named_and_no_date_is_forecast(
    screen: Screens, reviewing_call: Call, coordinator: Actor, person: PersonFactory
) -> None:
    ines, oscar = (person(Role.JURY, name=name) for name in ("Inés Íñiguez", "Óscar"))
    add_applications(reviewing_call, 6)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    read_some(ines, 3)
    page = screen("avance", coordinator)
    assert "Sin fecha" in page_text(page) and "Óscar" in page_text(page)
    assert "Los demás terminan el" in page_text(page) and "días Inés" not in page_text(page)
    metrics = [(metric.label.replace("\N{NO-BREAK SPACE}", " "), metric.value) for metric in page.metric]
    assert metrics == [("0 lecturas", "3"), ("1 lectura", "3")]
    rows = page.table[0].value
    assert list(rows["Persona"]) == ["Óscar", "Inés Íñiguez"]
    assert list(rows["Enviadas"]) == ["0 (0\N{NO-BREAK SPACE}%)", "3 (50\N{NO-BREAK SPACE}%)"]
    read_some(oscar, 6)
    assert "la última persona termina" in page_text(screen("avance", coordinator))
    read_some(ines, 3)
    assert "Todo el jurado terminó." in page_text(screen("avance", coordinator))


def test_progress_csv_is_for_coordinators_only(reviewing_call: Call, coordinator: Actor, person: PersonFactory) -> None:
    juror = person(Role.JURY, name='=HYPERLINK("http://x")')
    add_applications(reviewing_call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    answer = ask(ROUTES, CSV, headers=cookie(coordinator))
    assert answer.status == 200
    assert answer.body.decode("utf-8-sig").startswith("Persona,Asignadas,")
    assert "\"'=HYPERLINK" in answer.body.decode()
    assert ask(ROUTES, CSV, headers=cookie(juror)).status == 403
    assert ask(ROUTES, CSV).status == 403


def test_without_assignments_the_page_links_to_assignment(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    assert "Todavía no se reparte nada" in screen("avance", coordinator).info[0].value


def test_only_coordinators_see_it(screen: Screens, reviewing_call: Call, person: PersonFactory) -> None:
    for role in (Role.JURY, Role.ADMIN):
        for address in ("avance", "asignacion"):
            assert "no es parte de su papel" in screen(address, person(role)).warning[0].value
