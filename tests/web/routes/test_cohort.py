"""The cohort over HTTP: permissions, contents, what may be published, and audit events."""

import csv
import io
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image
from sqlmodel import select

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.figures.published import PUBLIC_FIGURES
from reviewer.figures.registry import FIGURES
from reviewer.models import ApplicationStatus, AuditEvent, Call, Eligibility
from reviewer.web.routes.cohort import ROUTES
from tests.calls import SLUG, SPEC
from tests.factories.applications import add_applicants
from tests.web.asgi_client import Answer, ask, cookie

NEED_A_JURY = ("dictamenes", "puntajes", "severidad", "acuerdo", "seleccionadas")
PEOPLE = [
    *[{"gender": "Mujer", "alcaldia": "09007", "disability": "No"}] * 30,
    *[{"gender": "Hombre", "alcaldia": "09012", "disability": "Visual"}] * 9,
    *[{"gender": "Muxe", "alcaldia": "09009", "disability": "Auditiva"}] * 2,
]


def get(name: str, viewer: Actor | None, query: str = f"convocatoria={SLUG}") -> Answer:
    return ask(ROUTES, f"/descargas/cohorte/{name}?{query}", headers=cookie(viewer) if viewer else {})


def rows(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


def events() -> list[AuditEvent]:
    with read_session() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == "cohort.download")))


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in NEED_A_JURY])
def test_a_coordinator_downloads_figures_and_their_data(call: Call, coordinator: Actor, name: str) -> None:
    add_applicants(call, PEOPLE)
    table, figure = get(f"{name}.csv", coordinator), get(f"{name}.svg", coordinator)
    assert table.status == figure.status == 200
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == f'attachment; filename="cohorte-{SLUG}-{name}.csv"'
    assert table.headers["cache-control"] == "no-store"
    assert table.body.startswith("\ufeff".encode()) and len(rows(table)) >= 2
    assert figure.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(figure.body)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    links = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
    assert not [link for link in links if not link.startswith("#")], "a file that fetches nothing"
    first, second = events()
    assert (first.actor, first.object_id) == (f"person:{coordinator.person_id}", f"{name}.csv")
    assert second.object_id == f"{name}.svg"


def test_a_figure_as_a_picture(call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    answer = get("mapa.png", coordinator)
    image = Image.open(io.BytesIO(answer.body))
    assert answer.status == 200 and image.format == "PNG" and image.width > 1000
    assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 20, "something is drawn"


@pytest.mark.parametrize("query", ["", "&publico=1"])
def test_the_report_in_a_few_pages(call: Call, coordinator: Actor, query: str) -> None:
    add_applicants(call, PEOPLE)
    answer = get("informe.pdf", coordinator, f"convocatoria={SLUG}{query}")
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.body) as document:
        assert 2 <= len(document) <= 5
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert SPEC.title in text and "Iztapalapa" in text
    assert ("no elegibles" in text) is not bool(query)
    assert ("reservado" in text) is bool(query)


def test_an_empty_cohort_has_a_report_too(call: Call, coordinator: Actor) -> None:
    assert get("informe.pdf", coordinator).status == 200
    assert get("informe.pdf", coordinator, f"convocatoria={SLUG}&publico=1").status == 200


@pytest.mark.parametrize("name", PUBLIC_FIGURES)
def test_what_is_published_hides_few_and_gives_none_away(call: Call, coordinator: Actor, name: str) -> None:
    add_applicants(call, PEOPLE)
    table = rows(get(f"{name}.csv", coordinator, f"convocatoria={SLUG}&publico=1"))
    cells = [row[1] for row in table[1:-1]]
    assert table[-1][:2] == ["Total", "41"]
    counts = [int(cell) for cell in cells if cell != "reservado"]
    assert min(counts, default=5) >= 5
    hidden = cells.count("reservado")
    assert hidden != 1 and (not hidden or 41 - sum(counts) >= 5)
    figure = get(f"{name}.svg", coordinator, f"convocatoria={SLUG}&publico=1").body.decode()
    assert (">reservado<" in figure) is bool(hidden)


def test_the_public_figure_says_nothing_of_few_in_words_either(call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    query = f"convocatoria={SLUG}&publico=1"
    genders = get("genero.svg", coordinator, query).body.decode()
    assert ">2<" not in genders and ">2 ·" not in genders and "4.9\N{NO-BREAK SPACE}%" not in genders
    disabilities = rows(get("discapacidad.csv", coordinator, query))
    assert ["Auditiva", "reservado"] in disabilities and ["Motriz", "reservado"] in disabilities
    assert "Milpa Alta" in get("mapa.svg", coordinator, query).body.decode()


def test_nothing_is_published_while_applications_arrive(call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    with clock.set_to(datetime(2025, 10, 1, 5, 59, 59, tzinfo=UTC)):  # the closing minute, in Mexico City
        token = cookie(coordinator)
        for name in ("informe.pdf", "genero.csv", "mapa.svg", "dias.png", "elegibilidad.csv"):
            address = f"/descargas/cohorte/{name}?convocatoria={SLUG}&publico=1"
            answer = ask(ROUTES, address, headers=token)
            assert answer.status == 422 and "Mientras se reciban" in answer.body.decode()
    assert get("genero.csv", coordinator, f"convocatoria={SLUG}&publico=1").status == 200


def test_a_report_and_its_tables_hide_the_same_cells(call: Call, coordinator: Actor) -> None:
    """The report, the figures and the tables that are published hide the same cells of a question."""
    add_applicants(call, PEOPLE)
    query = f"convocatoria={SLUG}&publico=1"
    with pypdfium2.PdfDocument(get("informe.pdf", coordinator, query).body) as document:
        printed = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    hidden = 0
    for name in PUBLIC_FIGURES:
        table = rows(get(f"{name}.csv", coordinator, query))
        figure = get(f"{name}.svg", coordinator, query).body.decode()
        cells = {row[0]: row[1] for row in table[1:-1]}
        hidden += list(cells.values()).count("reservado")
        assert figure.count(">reservado<") == list(cells.values()).count("reservado")
        for label, cell in cells.items():
            if cell == "reservado" and f"{label} " in printed:
                assert not re.search(rf"{re.escape(label)} [0-9]", printed)
    assert printed.count("reservado") >= hidden


@pytest.mark.parametrize("name", ["cruce.csv", "recorrido.svg", "horas.png", "dictamenes.csv", "alcaldias.csv"])
def test_crossings_and_ways_are_not_published(call: Call, coordinator: Actor, name: str) -> None:
    add_applicants(call, PEOPLE)
    assert get(name, coordinator, f"convocatoria={SLUG}&publico=1").status == 404


def test_a_filter_does_not_narrow_what_is_published(call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    unfiltered = get("genero.csv", coordinator, f"convocatoria={SLUG}&publico=1")
    narrowed = get("genero.csv", coordinator, f"convocatoria={SLUG}&publico=1&alcaldia=09009&ver=elegibles")
    assert narrowed.body == unfiltered.body


@pytest.mark.parametrize("name", ["genero.csv", "genero.svg", "genero.png", "informe.pdf", "otra.csv"])
def test_strangers_and_others_get_nothing(call: Call, juror: Actor, admin: Actor, name: str) -> None:
    add_applicants(call, [{"gender": "Mujer"}])
    answer = get(name, None)
    assert answer.status == 403 and "Entre con su correo" in answer.body.decode()
    for query in ("", "&publico=1"):
        for stranger in (juror, admin):
            answer = get(name, stranger, f"convocatoria={SLUG}{query}")
            assert answer.status == (404 if name == "otra.csv" else 403)
            assert b"Mujer" not in answer.body
    assert not events()


def test_a_log_in_that_ended_gets_nothing(call: Call, coordinator: Actor) -> None:
    headers = cookie(coordinator)
    with write_session() as session:
        sessions.revoke_all(session, coordinator.require_person_id())
    assert ask(ROUTES, f"/descargas/cohorte/genero.csv?convocatoria={SLUG}", headers=headers).status == 403


@pytest.mark.parametrize(
    ("name", "query", "status", "words"),
    [
        ("nada.csv", f"convocatoria={SLUG}", 404, "No hay una figura"),
        ("genero.exe", f"convocatoria={SLUG}", 404, "No hay una figura"),
        ("genero.csv", "convocatoria=otra", 422, "No hay una convocatoria"),
        ("genero.csv", "", 422, "No hay una convocatoria"),
        ("genero.csv", f"convocatoria={SLUG}&ver=todas", 422, "recibidas, elegibles"),
        ("genero.csv", f"convocatoria={SLUG}&alcaldia=9", 422, "no es la clave"),
        ("cruce.csv", f"convocatoria={SLUG}&cruce=nombre", 422, "una figura que no hay"),
        ("genero.svg", f"convocatoria={SLUG}&alcaldia=09012", 422, "nada que contar"),
        ("dictamenes.svg", f"convocatoria={SLUG}", 422, "nada que contar"),
    ],
)
def test_a_wrong_address_gets_a_spanish_error(
    call: Call, coordinator: Actor, name: str, query: str, status: int, words: str
) -> None:
    add_applicants(call, [{"alcaldia": "09007"}])
    answer = get(name, coordinator, query)
    assert answer.status == status and words in answer.body.decode()
    assert "attachment" not in answer.headers.get("content-disposition", "")
    assert not events()


def test_the_part_in_the_address_is_the_part_in_the_table(call: Call, coordinator: Actor) -> None:
    add_applicants(
        call,
        [
            {"gender": "Mujer", "alcaldia": "09012"},
            {"gender": "Hombre", "alcaldia": "09012", "eligibility": Eligibility.INELIGIBLE},
            {"gender": "Muxe", "alcaldia": "09007"},
            {"gender": "Mujer", "alcaldia": "09012", "status": ApplicationStatus.SUPERSEDED},
            {"gender": "Mujer", "alcaldia": "09012", "schooling": "Maestría"},
        ],
    )
    query = f"convocatoria={SLUG}&ver=elegibles&alcaldia=09012&escolaridad=Posgrado"
    table = rows(get("genero.csv", coordinator, query))
    assert table[1:] == [["Mujer", "1", "", "Mujer"], ["Sin respuesta", "0", "", ""]]


def test_a_sensitive_trait_in_the_address_filters_nothing(call: Call, coordinator: Actor) -> None:
    add_applicants(call, PEOPLE)
    unfiltered = get("genero.csv", coordinator)
    assert get("genero.csv", coordinator, f"convocatoria={SLUG}&discapacidad=Visual").body == unfiltered.body


def test_an_answer_that_is_a_formula_runs_nowhere(call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"gender": '=HYPERLINK("http://malo.example")'}])
    row = rows(get("genero.csv", coordinator))[1]
    assert row[3] == '\'=HYPERLINK("http://malo.example")'
