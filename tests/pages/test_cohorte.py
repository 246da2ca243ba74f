"""The cohort, as coordinators see it: with nobody, a few and many, and nobody else."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import Actor
from reviewer.models import Call, Eligibility
from tests.cohort.made import apply
from tests.conftest import SLUG
from tests.pages.conftest import Screens, words

TLALPAN, IZTAPALAPA = "09012", "09007"


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def figures(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


def test_with_no_call_it_says_what_comes_next(screen: Screens, coordinator: Actor) -> None:
    page = screen("cohorte", coordinator)
    assert "Todavía no hay una convocatoria" in page.info[0].value


def test_with_no_applications_it_says_what_comes_next(
    screen: Screens, call: Call, coordinator: Actor
) -> None:
    page = screen("cohorte", coordinator)
    assert "Cuando quien administra cargue el primer lote" in page.info[0].value
    assert figures(page) == 0 and "recibidas" not in html(page)


def test_a_few_are_told_without_percentages(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"alcaldia": TLALPAN, "gender": "Mujer", "schooling": "Maestría"}] * 3)
    page = screen("cohorte", coordinator)
    assert figures(page) == 5  # the bars beside the population would compare three with millions
    assert "Postulaciones de Tlalpan (3)." in words(page) and "3 de 3 son mujeres." in words(page)
    assert "%" not in words(page).replace("95 %", "")  # but for the note on the method


def test_many_fill_every_figure_with_its_table_and_its_csv(
    screen: Screens, call: Call, coordinator: Actor
) -> None:
    apply(call, [{"alcaldia": TLALPAN, "gender": "Mujer"}] * 20 + [{"gender": "=1+1"}])
    page = screen("cohorte", coordinator)
    assert figures(page) == 6
    text = html(page)
    assert text.count("<table") == 6 and "<b>21</b> recibidas" in text
    links = re.findall(r'href="([^"]+)"', text)
    assert len(links) == 7 and all(f"convocatoria={SLUG}" in each for each in links)
    assert {each.split("/")[2].split(".")[0] for each in links} == {
        *("cohorte-totales", "cohorte-alcaldias", "cohorte-dias"),
        *("cohorte-edades", "cohorte-genero", "cohorte-escolaridad"),
    }


def test_words_of_applicants_are_shown_as_words(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"gender": "<script>alert(1)</script>"}, {"schooling": "<img src=x onerror=alert(1)>"}])
    text = html(screen("cohorte", coordinator))
    assert "<script" not in text.casefold() and "<img" not in text.casefold()
    assert "&lt;script" in text.casefold() and "&lt;img" in text.casefold()


def test_a_view_can_be_sent_by_its_address(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(
        call,
        [
            {"alcaldia": TLALPAN},
            {"alcaldia": TLALPAN, "eligibility": Eligibility.INELIGIBLE},
            {"alcaldia": IZTAPALAPA},
        ],
    )
    page = screen("cohorte", coordinator, alcaldia="Tlalpan", ver="Elegibles")
    assert "<b>2</b> recibidas" in html(page) and "<b>1</b> elegibles" in html(page)
    assert "Tlalpan envió 1 de 2." in words(page)
    assert f"ver=elegibles&amp;alcaldia={TLALPAN}" in html(page)


def test_the_filter_keeps_the_map_where_nobody_came(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"alcaldia": IZTAPALAPA}])
    page = screen("cohorte", coordinator, alcaldia="Tlalpan")
    assert "No llegó ninguna postulación de Tlalpan" in page.info[0].value
    assert figures(page) == 1


def test_with_nobody_eligible_it_says_where_they_are(screen: Screens, call: Call, coordinator: Actor) -> None:
    apply(call, [{"eligibility": Eligibility.TO_CHECK}])
    page = screen("cohorte", coordinator, ver="Elegibles")
    assert "Elija arriba «Recibidas»" in page.info[0].value
    assert "<b>1</b> por cotejar" in html(page)


@pytest.mark.parametrize("role", ["juror", "admin", "nobody"])
def test_it_is_nobody_elses(screen: Screens, call: Call, request: pytest.FixtureRequest, role: str) -> None:
    apply(call, [{"alcaldia": IZTAPALAPA, "gender": "Mujer"}])
    actor = None if role == "nobody" else request.getfixturevalue(role)
    page = screen("cohorte", actor)
    assert figures(page) == 0 and "Iztapalapa" not in words(page) + html(page)


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
