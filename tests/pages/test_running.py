"""The pages that run the jury, as coordinators see them; and those of jurors that belong to it.

Dialogs are opened here and gone through in the browser: AppTest runs no fragments.
"""

from datetime import date, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import declarations, recusals
from reviewer.jury.discussion import anchors
from reviewer.jury.monitoring.coverage import CoverageFilter
from reviewer.jury.reviews import deadline
from reviewer.models import Call, Phase, Role
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import FIRST_NAMES, SURNAMES, add_applications
from tests.factories.people import PersonFactory
from tests.jury.monitoring.test_coverage import submit_scores
from tests.jury.reviews.test_queue import submit_review
from tests.pages.conftest import Screens, page_html, page_text, press
from tests.stored_rows import count_events, readers_by_folio


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    jurors = [person(Role.JURY, name=name) for name in ("Inés Luz", "Óscar *Mata*", "Rita Gil", "Saúl Paz")]
    add_applications(reviewing_call, 8)
    assignment_service.assign(OPERATOR, slug=SLUG)
    return jurors


def page_text_and_html(page: AppTest) -> str:
    return page_text(page) + page_html(page)


def choose_part(page: AppTest, name: str) -> AppTest:
    """The progress page with this tab chosen by hand: it is the coordinators' home, opened without parameters."""
    return page.button_group(key="apartado").set_value(name).run()


def test_members_are_listed_and_leaving_is_previewed(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = screen("asignacion", coordinator, parte="Jurado")
    assert "Óscar *Mata*" in page_text(page)  # as text, not as markup
    page = press(page, "Cambiar")
    assert "nada más se mueve" in page_text(page) and not count_events("assignment.leave")
    assert "6\N{NO-BREAK SPACE}lecturas pasan a otras personas" in page_text(page)
    assert [button.label for button in page.button if button.disabled] == ["Sacar del jurado"]


def test_a_manual_change_is_previewed(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = screen("asignacion", coordinator, parte="A mano")
    before = readers_by_folio()
    folio = next(candidate for candidate, reader_ids in sorted(before.items()) if jury[3].person_id not in reader_ids)
    page.selectbox[1].select(jury[3].person_id).run()
    page.text_area[0].input(f"{folio}, HIS-0099").run()
    page = press(page, "Ver qué cambiaría")
    assert readers_by_folio() == before
    assert "HIS-0099" in page_html(page) and "Cambian **1\N{NO-BREAK SPACE}lectura**" in page_text(page)
    page = press(page, "Hacer 1\N{NO-BREAK SPACE}cambio")
    assert "1\N{NO-BREAK SPACE}cambio hecho" in page.success[0].value
    assert len(readers_by_folio()[folio]) == 4


def test_recusals_and_suggestions_are_listed(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    folio = next(
        candidate for candidate, reader_ids in sorted(readers_by_folio().items()) if jury[0].person_id in reader_ids
    )
    recusals.declare_conflict(jury[0], slug=SLUG, folio=folio, kind="work", statement="Fuimos <b>socios</b>.")
    page = screen("asignacion", coordinator, parte="Conflictos")
    assert "No hay indicios por decidir" in page_text(page)
    assert "Fuimos &lt;b&gt;socios&lt;/b&gt;." in page_html(page) and folio in page_html(page)
    press(page, "Buscar")
    assert count_events("conflict.search") == 1


def test_anchors_are_chosen_and_opened(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = screen("asignacion", coordinator, parte="Anclas")
    page.text_input[0].input("HIS-0001, 2")
    page = press(page, "Agregar")
    assert [anchor.folio for anchor in anchors.list_anchors(coordinator, slug=SLUG)] == [
        "HIS-0001",
        "HIS-0002",
    ]
    assignment_service.assign(OPERATOR, slug=SLUG)
    assert "Hasta entonces cada quien califica por su cuenta" in page_text(screen("comparar", jury[0]))
    for folio in ("HIS-0001", "HIS-0002"):
        submit_review(jury[0], folio)
        submit_scores(jury[1], folio, 5)
    page = screen("asignacion", coordinator, parte="Anclas")
    assert "Óscar *Mata*" in page_html(page)
    page = press(page, "Abrir la comparación al jurado…")
    assert "Faltan 4\N{NO-BREAK SPACE}lecturas por enviar" in page_text(page)
    anchors.open_comparison(coordinator, slug=SLUG)
    page = screen("comparar", jury[0])
    assert "Inés Luz (usted)" in page_html(page) and "diferencia 50 puntos" in page_text(page)
    assert SURNAMES.split()[0] not in page_text_and_html(page) and FIRST_NAMES.split()[0] not in page_text_and_html(
        page
    )
    assert "Hasta entonces" in page_text(screen("comparar", jury[2]))


def test_disagreements_are_listed_and_another_reader_is_previewed(
    screen: Screens, coordinator: Actor, jury: list[Actor]
) -> None:
    folio, reader_ids = sorted(readers_by_folio().items())[0]
    for juror, level in zip((juror for juror in jury if juror.person_id in reader_ids), (1, 5), strict=False):
        submit_scores(juror, folio, level)
    page = choose_part(screen("avance", coordinator), "postulaciones")
    page = page.button_group(key="ver").set_value(CoverageFilter.DISAGREEING).run()
    assert "por más de 25 puntos de 100" in page_text(page) and folio in page_text(page)
    page = press(page, "Sortear a una persona más para cada una…")
    assert "1\N{NO-BREAK SPACE}lectura más" in page_text(page) and len(readers_by_folio()[folio]) == 3
    spec.load_call(OPERATOR, text=call_text(NO_REVIEW_WINDOW | {"review.disagreement": 100}))
    page = choose_part(screen("avance", coordinator), "postulaciones")
    page = page.button_group(key="ver").set_value(CoverageFilter.DISAGREEING).run()
    assert "Ninguna se separa por más de 100" in page_text(page)


def test_an_extension_and_the_messages_are_on_one_page(
    screen: Screens, installation: object, coordinator: Actor, person: PersonFactory
) -> None:
    closing = datetime.combine(clock.now().date() + timedelta(days=1), time(23, 59))
    call = spec.load_call(OPERATOR, text=call_text({"review.closes_at": closing}))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    person(Role.JURY, name="Inés Luz", email="ines@jurado.example")
    add_applications(call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    page = choose_part(screen("avance", coordinator), "plazos")
    assert "Le quedan 2\N{NO-BREAK SPACE}postulaciones por dictaminar" in page.code[0].value
    assert "configura su correo (SMTP)" in page_text(page)
    page = press(page, "Dar una prórroga…")
    assert "Quedan 2\N{NO-BREAK SPACE}lecturas pendientes" in page_text(page)
    deadline.grant_extension(
        coordinator,
        slug=SLUG,
        last_minute_at=clock.now() + timedelta(days=9),
        reason="Faltan *lecturas*",
    )
    page = choose_part(screen("avance", coordinator), "plazos")
    assert "Faltan *lecturas*" in [element.value for element in page.text]
    press(page, "Retirar")
    assert count_events("extension.withdraw") == 1


def test_closing_with_gaps_lists_them(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = press(screen("avance", coordinator), "Cerrar la dictaminación…")
    assert "8\N{NO-BREAK SPACE}postulaciones de 8 sin todas sus lecturas" in page_text(page)
    assert [button.label for button in page.button if button.disabled] == ["Cerrar la dictaminación"]


def test_an_advance_declaration_reveals_no_applicant(screen: Screens, jury: list[Actor]) -> None:
    messages = []
    for name in (f"{FIRST_NAMES} {SURNAMES}", "Nadie Que Exista"):
        page = screen("conflictos", jury[0])
        page.text_area[0].input(name)
        page = press(page, "Firmar como Inés Luz")
        messages.append(page.success[0].value)
    assert messages[0] == messages[1] and "1\N{NO-BREAK SPACE}entrada quedó en su declaración" in messages[0]
    assert len(declarations.list_declarations(jury[0], slug=SLUG)) == 2
    page = screen("conflictos", jury[1])
    page.text_area[0].input("Zamora")
    page = press(page, "Firmar como Óscar \\*Mata\\*")
    assert "escriba el nombre y al menos un apellido" in page.error[0].value


def test_juror_pages_are_for_jurors_only(screen: Screens, jury: list[Actor], coordinator: Actor, admin: Actor) -> None:
    for address in ("comparar", "conflictos"):
        for actor in (coordinator, admin):
            assert "no es parte de su papel" in page_text(screen(address, actor))


def test_the_call_shows_what_a_phase_and_other_dates_would_change(
    screen: Screens, admin: Actor, jury: list[Actor]
) -> None:
    page = press(screen("convocatoria", admin), "Cambiar de fase…")
    assert "**Jurado** podrá ver los puntajes ajenos" in page_text(page)
    assert "**Jurado** dejará de calificar." in page_text(page)
    assert "24\N{NO-BREAK SPACE}lecturas repartidas no se han enviado" in page_text(page)
    page = press(screen("convocatoria", admin), "Mover fechas…")
    assert [field.value for field in page.date_input[:2]] == [date(2025, 9, 1), date(2025, 9, 30)]
    text = page_text_and_html(screen("convocatoria", admin))
    assert "No ve quién postula" in text and "nació después del 30/09/2007" in text
