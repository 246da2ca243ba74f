"""The pages that run the jury, as coordinators see them; and those of jurors that belong to it.

Dialogs are opened here and gone through in the browser: AppTest runs no fragments.
"""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from reviewer import calls, clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import anchors, assignment, conflicts, extensions, foreseen
from reviewer.jury.readings import Show
from reviewer.models import Call, Phase, Role
from tests.conftest import SLUG, PersonFactory, call_text
from tests.jury.cases import FIRST, LAST, add_applications, events, readers
from tests.jury.test_desk import finish
from tests.jury.test_readings import score
from tests.pages.conftest import Screens, words
from tests.pages.test_lotes import tables
from tests.pages.test_personas import press


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    made = [person(Role.JURY, name=name) for name in ("Inés Luz", "Óscar *Mata*", "Rita Gil", "Saúl Paz")]
    add_applications(reviewing_call, 8)
    assignment.assign(OPERATOR, call=SLUG)
    return made


def shown(page: AppTest) -> str:
    return words(page) + tables(page)


def part(page: AppTest, name: str) -> AppTest:
    """The page of progress, turned to this part: coordinators land on it, so no address chooses it."""
    return page.button_group(key="apartado").set_value(name).run()


def test_the_jury_is_listed_and_it_is_said_what_leaving_means(
    screen: Screens, coordinator: Actor, jury: list[Actor]
) -> None:
    page = screen("asignacion", coordinator, parte="Jurado")
    assert "Óscar *Mata*" in words(page)  # as text, not as markup
    page = press(page, "Cambiar")
    assert "nada más se mueve" in words(page) and not events("assignment.leave")
    assert "6\N{NO-BREAK SPACE}lecturas pasan a otras personas" in words(page)
    assert [each.label for each in page.button if each.disabled] == ["Sacar del jurado"]


def test_by_hand_it_is_seen_before_it_is_done(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = screen("asignacion", coordinator, parte="A mano")
    before = readers()
    folio = next(each for each, its in sorted(before.items()) if jury[3].person_id not in its)
    page.selectbox[1].select(jury[3].person_id).run()
    page.text_area[0].input(f"{folio}, GUI-0099").run()
    page = press(page, "Ver qué cambiaría")
    assert readers() == before
    assert "GUI-0099" in tables(page) and "Cambian **1\N{NO-BREAK SPACE}lectura**" in words(page)
    page = press(page, "Hacer 1\N{NO-BREAK SPACE}cambio")
    assert "1\N{NO-BREAK SPACE}cambio hecho" in page.success[0].value
    assert len(readers()[folio]) == 4


def test_recusals_and_suggestions_are_told(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    folio = next(each for each, its in sorted(readers().items()) if jury[0].person_id in its)
    conflicts.declare_conflict(
        jury[0], call=SLUG, folio=folio, kind="work", statement="Fuimos <b>socios</b>."
    )
    page = screen("asignacion", coordinator, parte="Conflictos")
    assert "No hay indicios por decidir" in words(page)
    assert "Fuimos &lt;b&gt;socios&lt;/b&gt;." in tables(page) and folio in tables(page)
    press(page, "Buscar")
    assert events("conflict.search") == 1


def test_anchors_are_chosen_and_opened(screen: Screens, coordinator: Actor, jury: list[Actor]) -> None:
    page = screen("asignacion", coordinator, parte="Anclas")
    page.text_input[0].input("GUI-0001, 2")
    page = press(page, "Agregar")
    assert [each.folio for each in anchors.chosen(coordinator, call=SLUG)] == ["GUI-0001", "GUI-0002"]
    assignment.assign(OPERATOR, call=SLUG)
    assert "Hasta entonces cada quien califica por su cuenta" in words(screen("comparar", jury[0]))
    for each in ("GUI-0001", "GUI-0002"):
        finish(jury[0], each)
        score(jury[1], each, 5)
    page = screen("asignacion", coordinator, parte="Anclas")
    assert "Óscar *Mata*" in tables(page)
    page = press(page, "Abrir la comparación al jurado…")
    assert "Faltan 4\N{NO-BREAK SPACE}lecturas por enviar" in words(page)
    anchors.open_comparison(coordinator, call=SLUG)
    page = screen("comparar", jury[0])
    assert "Inés Luz (usted)" in tables(page) and "diferencia 50 puntos" in words(page)
    assert LAST.split()[0] not in shown(page) and FIRST.split()[0] not in shown(page)
    assert "Hasta entonces" in words(screen("comparar", jury[2]))


def test_disagreement_is_listed_and_a_reader_more_is_drawn(
    screen: Screens, coordinator: Actor, jury: list[Actor]
) -> None:
    folio, its = sorted(readers().items())[0]
    for juror, level in zip((each for each in jury if each.person_id in its), (1, 5), strict=False):
        score(juror, folio, level)
    page = part(screen("avance", coordinator), "postulaciones")
    page = page.button_group(key="ver").set_value(Show.DISAGREEING).run()
    assert "por más de 30 puntos de 100" in words(page) and folio in words(page)
    page = press(page, "Sortear a una persona más para cada una…")
    assert "1\N{NO-BREAK SPACE}lectura más" in words(page) and len(readers()[folio]) == 3
    calls.load_call(
        OPERATOR, text=calls.get_call(SLUG).source.replace("disagreement = 30", "disagreement = 100")
    )
    page = part(screen("avance", coordinator), "postulaciones")
    page = page.button_group(key="ver").set_value(Show.DISAGREEING).run()
    assert "Ninguna se separa por más de 100" in words(page)


def test_an_extension_and_the_messages_are_on_one_page(
    screen: Screens, installation: object, coordinator: Actor, person: PersonFactory
) -> None:
    closing = (clock.now() + timedelta(days=1)).date()
    text = call_text().replace("2025-09-29", "2025-10-01").replace("2025-10-15", closing.isoformat())
    call = calls.load_call(OPERATOR, text=text)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    person(Role.JURY, name="Inés Luz", email="ines@jurado.example")
    add_applications(call, 2)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    page = part(screen("avance", coordinator), "plazos")
    assert "Le quedan 2\N{NO-BREAK SPACE}postulaciones por dictaminar" in page.code[0].value
    assert "configura su correo (SMTP)" in words(page)
    page = press(page, "Dar una prórroga…")
    assert "Quedan 2\N{NO-BREAK SPACE}lecturas pendientes" in words(page)
    extensions.grant(
        coordinator,
        call=SLUG,
        last_minute_at=clock.now() + timedelta(days=9),
        reason="Faltan *lecturas*",
    )
    page = part(screen("avance", coordinator), "plazos")
    assert "Faltan *lecturas*" in [each.value for each in page.text]
    press(page, "Retirar")
    assert events("extension.withdraw") == 1


def test_closing_with_gaps_says_what_it_leaves(
    screen: Screens, coordinator: Actor, jury: list[Actor]
) -> None:
    page = press(screen("avance", coordinator), "Cerrar la dictaminación…")
    assert "8\N{NO-BREAK SPACE}postulaciones de 8 sin todas sus lecturas" in words(page)
    assert [each.label for each in page.button if each.disabled] == ["Cerrar la dictaminación"]


def test_a_juror_declares_in_advance_and_is_told_the_same_whoever_applied(
    screen: Screens, jury: list[Actor]
) -> None:
    said = []
    for name in (f"{FIRST} {LAST}", "Nadie Que Exista"):
        page = screen("conflictos", jury[0])
        page.text_area[0].input(name)
        page = press(page, "Firmar como Inés Luz")
        said.append(page.success[0].value)
    assert said[0] == said[1] and "1\N{NO-BREAK SPACE}entrada quedó en su declaración" in said[0]
    assert len(foreseen.declared(jury[0], call=SLUG)) == 2
    page = screen("conflictos", jury[1])
    page.text_area[0].input("Zamora")
    page = press(page, "Firmar como Óscar \\*Mata\\*")
    assert "escriba el nombre y al menos un apellido" in page.error[0].value


def test_each_page_is_its_roles_alone(
    screen: Screens, jury: list[Actor], coordinator: Actor, admin: Actor
) -> None:
    for address in ("comparar", "conflictos"):
        for actor in (coordinator, admin):
            assert "no es parte de su papel" in words(screen(address, actor))


def test_the_call_shows_what_a_phase_and_other_dates_would_change(
    screen: Screens, admin: Actor, jury: list[Actor]
) -> None:
    page = press(screen("convocatoria", admin), "Cambiar de fase…")
    assert "**Jurado** podrá ver los puntajes ajenos" in words(page)
    assert "**Jurado** dejará de calificar." in words(page)
    assert "24\N{NO-BREAK SPACE}lecturas repartidas no se han enviado" in words(page)
    page = press(screen("convocatoria", admin), "Mover fechas…")
    assert [each.value for each in page.date_input[:2]] == [date(2025, 9, 3), date(2025, 9, 27)]
    shows = shown(screen("convocatoria", admin))
    assert "No ve quién postula" in shows and "nació después del 27/09/2007" in shows
