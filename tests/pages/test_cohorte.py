"""The cohort page of coordinators, with no applicants, few and many; other roles are refused."""

import html
import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import Actor
from reviewer.models import Call, Eligibility
from tests.calls import SLUG
from tests.factories.applications import add_applicants
from tests.pages.conftest import Screens, page_text

TLALPAN, IZTAPALAPA = "09012", "09007"
VIEWS = ("Panorama", "Personas", "Cruces", "Recorrido", "Tiempo", "Jurado", "Para llevar")
SENSITIVE = ("pueblo_indigena", "afromexicana", "discapacidad")


def figures_html(page: AppTest) -> str:
    """Returns the HTML of the figures' tables and links, as passed to the component."""
    return "".join(_data(component).get("html", "") for component in page.get("bidi_component"))


def figure_names(page: AppTest) -> list[str]:
    """Returns the names of the drawn figures, after checking that all have a table."""
    names = re.findall(r' id="tabla-([^"]+)"', figures_html(page))
    assert len(names) == len(page.get("plotly_chart"))
    return names


def drawn(page: AppTest) -> str:
    """Returns the specifications that Plotly draws."""
    return "".join(chart.proto.spec for chart in page.get("plotly_chart"))


def visible_text(page: AppTest) -> str:
    """Returns the text of the page."""
    html_text = "\n".join(str(element.proto.body) for element in page.get("html"))
    return f"{page_text(page)}\n{html_text}\n{html.unescape(re.sub('<[^>]+>', ' ', figures_html(page)))}"


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
    assert not figure_names(page) and "recibidas" not in visible_text(page)


@pytest.mark.parametrize("view", VIEWS)
def test_every_tab_opens_with_a_few(screen: Screens, call: Call, coordinator: Actor, view: str) -> None:
    add_applicants(
        call, [{"alcaldia": TLALPAN, "gender": "Mujer", "disability": "Visual"}, {"eligibility": "to_check"}]
    )
    page = screen("cohorte", coordinator, vista=view)
    assert figure_names(page) or view in ("Jurado", "Para llevar")
    assert not page.error


def test_small_counts_have_no_percentages(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"alcaldia": TLALPAN, "gender": "Mujer", "schooling": "Maestría"}] * 3)
    page = screen("cohorte", coordinator)
    assert figure_names(page) == ["mapa", "genero", "edad", "escolaridad", "ocupacion"]
    assert "Postulaciones de Tlalpan (3)." in visible_text(page) and "3 de 3 son mujeres." in visible_text(page)
    texts = re.findall(r'"(?:text|hovertext)":(\[.*?\]|".*?")', drawn(page))
    assert texts and not [text for text in texts if "%" in text]


def test_many_fill_every_figure_with_its_table_and_its_files(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"alcaldia": TLALPAN, "gender": "Mujer"}] * 20 + [{"gender": "=1+1"}])
    page = screen("cohorte", coordinator)
    assert figure_names(page) == ["mapa", "genero", "edad", "escolaridad", "ocupacion", "alcaldias"]
    text = figures_html(page)
    assert text.count("<table") == 6 and "<b>21</b> recibidas" in visible_text(page)
    links = [html.unescape(href) for href in re.findall(r'href="([^"]+)"', text)]
    assert len(links) == 18 and all(f"convocatoria={SLUG}" in link for link in links)
    people = screen("cohorte", coordinator, vista="Personas")
    assert figure_names(people) == [
        *("edad", "genero", "escolaridad", "ocupacion", *SENSITIVE),
        *("proyecto_tipo", "genero_narrativo"),
    ]


def test_text_of_applicants_is_escaped(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(
        call,
        [
            {"gender": "<script>alert(1)</script>"},
            {"schooling": "<img src=x onerror=alert(1)>", "occupation": '"><svg onload=alert(1)>'},
        ],
    )
    text = figures_html(screen("cohorte", coordinator)).casefold()
    assert "<script" not in text and "<img" not in text and "<svg onload" not in text
    assert "&lt;script" in text and "&lt;img" in text and "&lt;svg onload" in text
    spec = drawn(screen("cohorte", coordinator)).casefold()
    assert "<script" not in spec and "<img" not in spec and "<svg onload" not in spec


def test_a_view_can_be_sent_by_its_address(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(
        call,
        [
            {"alcaldia": TLALPAN, "gender": "Mujer"},
            {"alcaldia": TLALPAN, "gender": "femenino", "eligibility": Eligibility.INELIGIBLE},
            {"alcaldia": TLALPAN, "gender": "H"},
            {"alcaldia": IZTAPALAPA},
        ],
    )
    page = screen("cohorte", coordinator, alcaldia="Tlalpan", ver="Elegibles", genero="Mujer")
    assert "<b>2</b> recibidas" in visible_text(page) and "<b>1</b> elegibles" in visible_text(page)
    assert "Tlalpan envió 1 de 1." in visible_text(page)
    assert f"ver=elegibles&alcaldia={TLALPAN}&genero=Mujer" in html.unescape(figures_html(page))
    crossed = screen("cohorte", coordinator, vista="Cruces", cruce="Discapacidad", con="Alcaldía")
    assert "Discapacidad por alcaldía" in visible_text(crossed)


def test_sensitive_answers_cannot_be_filtered(screen: Screens, call: Call, coordinator: Actor) -> None:
    people = [{"disability": "Visual", "indigenous": "Nahua", "gender": "Mujer"}, {"disability": "No"}]
    add_applicants(call, people)
    page = screen("cohorte", coordinator, vista="Personas", discapacidad="Visual")
    assert "<b>2</b> recibidas" in visible_text(page)
    picks = {pick.partition("=")[0] for pick in re.findall(r'data-pick="([^"]+)"', figures_html(page))}
    assert picks and not picks & set(SENSITIVE)
    assert not [widget for widget in page.selectbox if widget.key in SENSITIVE]


def test_an_empty_filter_still_shows_the_map(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"alcaldia": IZTAPALAPA}])
    page = screen("cohorte", coordinator, alcaldia="Tlalpan")
    assert "No hay ninguna postulación de Tlalpan" in page.info[0].value
    assert figure_names(page) == ["mapa"]


def test_without_eligible_applications_it_points_to_received(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"eligibility": Eligibility.TO_CHECK}])
    page = screen("cohorte", coordinator, ver="Elegibles")
    assert "Elija arriba «Recibidas»" in page.info[0].value
    assert "<b>1</b> por cotejar" in visible_text(page)


@pytest.mark.parametrize("role", ["juror", "admin", "nobody"])
def test_only_coordinators_see_it(screen: Screens, call: Call, request: pytest.FixtureRequest, role: str) -> None:
    add_applicants(call, [{"alcaldia": IZTAPALAPA, "gender": "Mujer"}])
    actor = None if role == "nobody" else request.getfixturevalue(role)
    page = screen("cohorte", actor)
    assert not figures_html(page) and "Iztapalapa" not in visible_text(page)


def test_query_count_does_not_depend_on_size(
    screen: Screens, call: Call, coordinator: Actor, queries: list[str]
) -> None:
    query_counts = []
    for count in (10, 2, 300):
        add_applicants(call, [{"alcaldia": TLALPAN, "gender": f"g{number}"} for number in range(count)])
        queries.clear()
        screen("cohorte", coordinator)
        query_counts.append(len(queries))
    assert len(set(query_counts)) == 1


def test_edited_rules_regroup_and_an_invalid_one_is_reported(screen: Screens, call: Call, coordinator: Actor) -> None:
    add_applicants(call, [{"gender": "Visita lunar"}, {"gender": "Mujer"}])
    page = screen("cohorte", coordinator, vista="Personas")
    assert "Sin grupo: «Visita lunar»." in visible_text(page)
    area = next(widget for widget in page.text_area if "Reglas" in widget.label)
    area.set_value("Mujer mujer")
    next(widget for widget in page.button if widget.label == "Guardar reglas").click().run()
    assert "Línea 1" in page.error[0].value
    area = next(widget for widget in page.text_area if "Reglas" in widget.label)
    area.set_value("Visitante: visita\nMujer: mujer")
    next(widget for widget in page.button if widget.label == "Guardar reglas").click().run()
    assert not page.error and "Visitante" in figures_html(page)
