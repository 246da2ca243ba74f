"""The cohort, as coordinators see it: with nobody, a few and many, and nobody else."""

import html
import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import Actor
from reviewer.models import Call, Eligibility
from tests.cohort.made import apply
from tests.conftest import SLUG
from tests.pages.conftest import Screens, words

TLALPAN, IZTAPALAPA = "09012", "09007"
VIEWS = ("Panorama", "Personas", "Cruces", "Recorrido", "Tiempo", "Para llevar")
SENSITIVE = ("pueblo_indigena", "afromexicana", "discapacidad")


def figures(page: AppTest) -> str:
    """The figures' HTML, as the component is given it."""
    return "".join(_data(each).get("html", "") for each in page.get("bidi_component"))


def names(page: AppTest) -> list[str]:
    return re.findall(r'data-figure="([^"]+)"', figures(page))


def plain(page: AppTest) -> str:
    """All that the page says."""
    told = "\n".join(str(each.proto.body) for each in page.get("html"))
    return f"{words(page)}\n{told}\n{html.unescape(re.sub('<[^>]+>', ' ', figures(page)))}"


def _data(component: Any) -> dict[str, Any]:
    return dict(json.loads(component.proto.json or "{}"))


def test_with_no_call_it_says_what_comes_next(screen: Screens, coordinator: Actor) -> None:
    page = screen("cohorte", coordinator)
    assert "Todavía no hay una convocatoria" in page.info[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_with_no_applications_it_says_what_comes_next(
    screen: Screens, call: Call, coordinator: Actor, view: str
) -> None:
    page = screen("cohorte", coordinator, vista=view)
    assert "Cuando quien administra cargue el primer lote" in page.info[0].value
    assert not names(page) and "recibidas" not in plain(page)


@pytest.mark.parametrize("view", VIEWS)
def test_every_tab_opens_with_a_few(screen: Screens, call: Call, coordinator: Actor, view: str) -> None:
    apply(
        call, [{"alcaldia": TLALPAN, "gender": "Mujer", "disability": "Visual"}, {"eligibility": "to_check"}]
    )
    page = screen("cohorte", coordinator, vista=view)
    assert names(page) or view == "Para llevar"
    assert not page.error


def test_a_few_are_told_without_percentages(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"alcaldia": TLALPAN, "gender": "Mujer", "schooling": "Maestría"}] * 3)
    page = screen("cohorte", coordinator)
    assert names(page) == ["mapa", "genero", "edad", "escolaridad", "ocupacion"]
    assert "Postulaciones de Tlalpan (3)." in plain(page) and "3 de 3 son mujeres." in plain(page)
    shown = re.sub(r'<div class="table".*?</section>', "", figures(page))
    assert "%" not in shown


def test_many_fill_every_figure_with_its_table_and_its_files(
    screen: Screens, call: Call, coordinator: Actor
) -> None:
    apply(call, [{"alcaldia": TLALPAN, "gender": "Mujer"}] * 20 + [{"gender": "=1+1"}])
    page = screen("cohorte", coordinator)
    assert names(page) == ["mapa", "genero", "edad", "escolaridad", "ocupacion", "alcaldias"]
    text = figures(page)
    assert text.count("<table") == text.count("<svg") == 6 and "<b>21</b> recibidas" in plain(page)
    links = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', text)]
    assert len(links) == 18 and all(f"convocatoria={SLUG}" in each for each in links)
    people = screen("cohorte", coordinator, vista="Personas")
    assert names(people) == [
        *("edad", "genero", "escolaridad", "ocupacion", *SENSITIVE),
        *("proyecto_tipo", "genero_narrativo"),
    ]


def test_words_of_applicants_are_shown_as_words(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(
        call,
        [
            {"gender": "<script>alert(1)</script>"},
            {"schooling": "<img src=x onerror=alert(1)>", "occupation": '"><svg onload=alert(1)>'},
        ],
    )
    text = figures(screen("cohorte", coordinator)).casefold()
    assert "<script" not in text and "<img" not in text and "<svg onload" not in text
    assert "&lt;script" in text and "&lt;img" in text and "&lt;svg onload" in text


def test_a_view_can_be_sent_by_its_address(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(
        call,
        [
            {"alcaldia": TLALPAN, "gender": "Mujer"},
            {"alcaldia": TLALPAN, "gender": "femenino", "eligibility": Eligibility.INELIGIBLE},
            {"alcaldia": TLALPAN, "gender": "H"},
            {"alcaldia": IZTAPALAPA},
        ],
    )
    page = screen("cohorte", coordinator, alcaldia="Tlalpan", ver="Elegibles", genero="Mujer")
    assert "<b>2</b> recibidas" in plain(page) and "<b>1</b> elegibles" in plain(page)
    assert "Tlalpan envió 1 de 1." in plain(page)
    assert f"ver=elegibles&alcaldia={TLALPAN}&genero=Mujer" in html.unescape(figures(page))
    crossed = screen("cohorte", coordinator, vista="Cruces", cruce="Discapacidad", con="Alcaldía")
    assert "Discapacidad por alcaldía" in plain(crossed)


def test_no_sensitive_answer_filters(screen: Screens, call: Call, coordinator: Actor) -> None:
    people = [{"disability": "Visual", "indigenous": "Nahua", "gender": "Mujer"}, {"disability": "No"}]
    apply(call, people)
    page = screen("cohorte", coordinator, vista="Personas", discapacidad="Visual")
    assert "<b>2</b> recibidas" in plain(page)
    picks = {each.partition("=")[0] for each in re.findall(r'data-pick="([^"]+)"', figures(page))}
    assert picks and not picks & set(SENSITIVE)
    assert not [each for each in page.selectbox if each.key in SENSITIVE]


def test_the_filter_keeps_the_map_where_nobody_came(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"alcaldia": IZTAPALAPA}])
    page = screen("cohorte", coordinator, alcaldia="Tlalpan")
    assert "No hay ninguna postulación de Tlalpan" in page.info[0].value
    assert names(page) == ["mapa"]


def test_with_nobody_eligible_it_says_where_they_are(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"eligibility": Eligibility.TO_CHECK}])
    page = screen("cohorte", coordinator, ver="Elegibles")
    assert "Elija arriba «Recibidas»" in page.info[0].value
    assert "<b>1</b> por cotejar" in plain(page)


@pytest.mark.parametrize("role", ["juror", "admin", "nobody"])
def test_it_is_nobody_elses(screen: Screens, call: Call, request: pytest.FixtureRequest, role: str) -> None:
    apply(call, [{"alcaldia": IZTAPALAPA, "gender": "Mujer"}])
    actor = None if role == "nobody" else request.getfixturevalue(role)
    page = screen("cohorte", actor)
    assert not figures(page) and "Iztapalapa" not in plain(page)


def test_the_same_number_of_queries_at_every_size(
    screen: Screens, call: Call, coordinator: Actor, queries: list[str]
) -> None:
    numbers = []
    for more in (10, 2, 300):
        apply(call, [{"alcaldia": TLALPAN, "gender": f"g{number}"} for number in range(more)])
        queries.clear()
        screen("cohorte", coordinator)
        numbers.append(len(queries))
    assert len(set(numbers)) == 1


def test_rules_that_are_changed_gather_anew_and_a_wrong_one_is_told(
    screen: Screens, call: Call, coordinator: Actor
) -> None:
    apply(call, [{"gender": "Visita lunar"}, {"gender": "Mujer"}])
    page = screen("cohorte", coordinator, vista="Personas")
    assert "Sin grupo: «Visita lunar»." in plain(page)
    area = next(each for each in page.text_area if "Reglas" in each.label)
    area.set_value("Mujer mujer")
    next(each for each in page.button if each.label == "Guardar reglas").click().run()
    assert "Línea 1" in page.error[0].value
    area = next(each for each in page.text_area if "Reglas" in each.label)
    area.set_value("Visitante: visita\nMujer: mujer")
    next(each for each in page.button if each.label == "Guardar reglas").click().run()
    assert not page.error and "Visitante" in figures(page)
