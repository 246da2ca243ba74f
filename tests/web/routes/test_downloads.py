"""CSV over HTTP: whose it is, what it holds, and that taking it along is written down."""

import csv
import io

import pytest
from sqlmodel import select

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.database import reading, writing
from reviewer.models import ApplicationStatus, AuditEvent, Call, Eligibility
from reviewer.web.routes.downloads import ROUTES, TABLES
from tests.cohort.made import apply
from tests.conftest import SLUG
from tests.web.asking import Answer, ask, cookie

COHORT = [name for name in TABLES if name.startswith("cohorte-")]


def get(name: str, viewer: Actor | None, query: str = f"convocatoria={SLUG}") -> Answer:
    return ask(ROUTES, f"/descargas/{name}.csv?{query}", headers=cookie(viewer) if viewer else {})


def rows(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


def events() -> list[AuditEvent]:
    with reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == "table.download")))


@pytest.mark.parametrize("name", COHORT)
def test_a_coordinator_takes_each_table_along(call: Call, coordinator: Actor, name: str) -> None:
    apply(call, [{"alcaldia": "09012", "gender": "Mujer"}] * 2)
    answer = get(name, coordinator)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body.startswith("\ufeff".encode())
    assert len(rows(answer)) >= 2
    (event,) = events()
    assert (event.actor, event.object_id) == (f"person:{coordinator.person_id}", name)


@pytest.mark.parametrize("name", [*COHORT, "otra"])
def test_strangers_and_others_get_nothing(call: Call, juror: Actor, admin: Actor, name: str) -> None:
    apply(call, [{"gender": "Mujer"}])
    answer = get(name, None)
    assert answer.status == 403 and "Entre con su correo" in answer.body.decode()
    if name != "otra":
        for stranger in (juror, admin):
            answer = get(name, stranger)
            assert answer.status == 403 and "Mujer" not in answer.body.decode()
    assert not events()


def test_a_log_in_that_ended_gets_nothing(call: Call, coordinator: Actor) -> None:
    headers = cookie(coordinator)
    with writing() as session:
        sessions.revoke_all(session, coordinator.person_id or 0)
    assert ask(ROUTES, f"/descargas/cohorte-genero.csv?convocatoria={SLUG}", headers=headers).status == 403


@pytest.mark.parametrize(
    ("name", "query", "status", "words"),
    [
        ("cohorte-nada", f"convocatoria={SLUG}", 404, "No hay una tabla"),
        ("cohorte-genero", "convocatoria=otra", 422, "No hay una convocatoria"),
        ("cohorte-genero", "", 422, "No hay una convocatoria"),
        ("cohorte-genero", f"convocatoria={SLUG}&ver=todas", 422, "recibidas, elegibles"),
        ("cohorte-genero", f"convocatoria={SLUG}&alcaldia=9", 422, "no es la clave"),
    ],
)
def test_a_wrong_address_is_told_in_words(
    call: Call, coordinator: Actor, name: str, query: str, status: int, words: str
) -> None:
    answer = get(name, coordinator, query)
    assert answer.status == status and words in answer.body.decode()
    assert "attachment" not in answer.headers.get("content-disposition", "")
    assert not events()


def test_the_part_in_the_address_is_the_part_in_the_table(call: Call, coordinator: Actor) -> None:
    apply(
        call,
        [
            {"gender": "Mujer", "alcaldia": "09012"},
            {"gender": "Hombre", "alcaldia": "09012", "eligibility": Eligibility.INELIGIBLE},
            {"gender": "Muxe", "alcaldia": "09007"},
            {"gender": "Mujer", "alcaldia": "09012", "status": ApplicationStatus.SUPERSEDED},
        ],
    )
    answer = get("cohorte-genero", coordinator, f"convocatoria={SLUG}&ver=elegibles&alcaldia=09012")
    assert rows(answer)[1:] == [["Mujer", "1", "", "Mujer"]]


def test_an_answer_that_is_a_formula_runs_nowhere(call: Call, coordinator: Actor) -> None:
    apply(call, [{"gender": '=HYPERLINK("http://malo.example")'}])
    (row,) = rows(get("cohorte-genero", coordinator))[1:]
    assert row[3] == '\'=HYPERLINK("http://malo.example")'
