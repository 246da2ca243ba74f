"""Figures by the data they hold, their colours by the contrast they have, sentences by what they say."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from reviewer import geography
from reviewer.answers import NO_ANSWER, Group
from reviewer.cohort.counts import Ages, AlcaldiaShare, Arrivals, Territory, Totals
from reviewer.cohort.part import Part, Stage
from reviewer.cohort.shares import Verdict, interval, verdict
from reviewer.web.charts import outline, people, sentences, territory
from reviewer.web.charts.palette import DARK, LIGHT, Palette, palette_for
from tests.conftest import SLUG

CLOSES = datetime(2025, 9, 27, 23, 59, tzinfo=UTC)
AFTER = CLOSES + timedelta(days=3)
DAYS = tuple((date(2025, 9, 3) + timedelta(days=number), number) for number in range(25))
GROUPS = (Group("Mujer", 12, ("Mujer",)), Group("Hombre", 7, ("H",)), Group(NO_ANSWER, 1))
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def made(**by_name: int) -> Territory:
    """A territory with these counts; the other alcaldías have none."""
    places = geography.alcaldias()
    total = sum(by_name.values())
    everybody = sum(each.population for each in places)

    def share(place: geography.Alcaldia) -> AlcaldiaShare:
        count, expected = by_name.get(place.name.replace(" ", "_"), 0), place.population / everybody
        low, high = interval(count, total, together=16)
        kind = verdict(count, total, expected, together=16)
        return AlcaldiaShare(place, count, count / total if total else 0, low, high, expected, kind)

    return Territory(tuple(share(place) for place in places), total, elsewhere=0, unknown=0)


def drawn(figure: go.Figure) -> Any:
    return json.loads(figure.to_json())


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@PALETTES
def test_what_is_written_and_what_is_counted_can_be_seen(palette: Palette) -> None:
    for on_page in (palette.text, palette.quiet, palette.bar, palette.alarm, palette.missing):
        assert contrast(on_page, palette.page) >= 4.5
    for fill in palette.verdicts.values():
        assert contrast(palette.text, fill) >= 4.5
    assert set(palette.verdicts) == set(Verdict)


def test_the_page_decides_on_the_palette() -> None:
    assert palette_for("dark") is DARK
    assert palette_for("light") is palette_for(None) is LIGHT


def test_the_map_needs_nothing_from_elsewhere_and_every_alcaldia_answers() -> None:
    figure = drawn(territory.territory_map(made(Iztapalapa=30, Tlalpan=10), LIGHT))
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}
    assert not {"geo", "map", "mapbox", "images"} & set(figure["layout"])
    shapes = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    codes = [trace["customdata"][0] for trace in figure["data"] if "customdata" in trace]
    assert len(shapes) == 16
    assert sorted(codes) == sorted(each.code for each in geography.alcaldias())
    hover = next(trace["hovertemplate"] for trace in figure["data"] if "09007" in trace.get("customdata", ()))
    assert "Iztapalapa" in hover and "30\N{NO-BREAK SPACE}postulaciones, 75\N{NO-BREAK SPACE}%" in hover


def test_the_map_marks_gaps_with_more_than_colour() -> None:
    figure = drawn(territory.territory_map(made(Milpa_Alta=30, Iztapalapa=40, Tlalpan=200), LIGHT))
    names = {note["text"].split("<br>")[0]: note["text"] for note in figure["layout"]["annotations"]}
    assert "▲ 30" in names["Milpa Alta"] and "▲ 200" in names["Tlalpan"]
    assert "▲" not in names["Iztapalapa"] and "▼" not in names["Iztapalapa"]
    shown = [trace["name"] for trace in figure["data"] if trace["x"] == [None]]
    assert shown[0] == "▲ Más" and shown[-1] == "▼ Menos"


def test_of_few_the_map_says_no_shares() -> None:
    figure = drawn(territory.territory_map(made(Iztapalapa=3), LIGHT))
    fills = {trace["fillcolor"] for trace in figure["data"] if "fillcolor" in trace}
    assert fills == {LIGHT.verdicts[Verdict.EVEN]}
    assert "%" not in "".join(trace.get("hovertemplate", "") for trace in figure["data"])
    assert not [trace for trace in figure["data"] if trace["x"] == [None]]


def test_the_chosen_alcaldia_is_outlined_and_named() -> None:
    plain = territory.territory_map(made(Tlalpan=20), DARK)
    chosen = territory.territory_map(made(Tlalpan=20), DARK, chosen="09012")
    assert len(chosen.data) == len(plain.data) + 1
    bars = drawn(territory.territory_bars(made(Tlalpan=20), DARK, chosen="09012"))
    assert "<b>Tlalpan</b>" in bars["data"][0]["x"]


def test_bars_stand_in_the_order_of_the_population_with_their_interval() -> None:
    shares, _, population, clicks = territory.territory_bars(made(Iztapalapa=20, Tlalpan=80), LIGHT).data
    assert list(clicks.customdata[:2]) == ["09007", "09005"]
    assert shares.y[0] == pytest.approx(20)
    assert population.y[0] == pytest.approx(19.93, abs=0.01)
    low, high = interval(20, 100, together=16)
    assert shares.y[0] + shares.error_y.array[0] == pytest.approx(100 * high)
    assert shares.y[0] - shares.error_y.arrayminus[0] == pytest.approx(100 * low)
    assert list(population.y) == sorted(population.y, reverse=True)
    assert max(shares.y) < clicks.y[0]


def test_points_that_answer_to_clicks_lie_within_and_names_too() -> None:
    for place in geography.alcaldias():
        xs, ys = outline.outline(place.code)
        within = list(zip(*outline.inside(place.code), strict=True))
        known = [(x, y) for x, y in zip(xs, ys, strict=True) if x is not None and y is not None]
        assert min(x for x, _ in known) <= min(x for x, _ in within)
        assert max(y for _, y in known) >= max(y for _, y in within)
        x, y = outline.middle(place.code)
        assert min((x - a) ** 2 + (y - b) ** 2 for a, b in within) <= outline.STEP**2
        # a point for about every square of the grid: the whole alcaldía answers
        kilometres = (outline.STEP * 111.2) ** 2 * outline.NARROWING
        assert len(within) == pytest.approx(place.area_km2 / kilometres, rel=0.25, abs=4)


def test_groups_are_bars_from_the_top_with_missing_answers_in_grey() -> None:
    (bar,) = people.group_bars(GROUPS, LIGHT).data
    assert list(bar.y) == [NO_ANSWER, "Hombre", "Mujer"] and list(bar.x) == [1, 7, 12]
    assert list(bar.marker.color) == [LIGHT.missing, LIGHT.bar, LIGHT.bar]
    assert list(bar.text)[-1] == " 12 · 60\N{NO-BREAK SPACE}%"
    (few,) = people.group_bars((Group("Mujer", 3),), LIGHT).data
    assert list(few.text) == [" 3"]


def test_ages_have_a_bar_each_from_the_minimum_on() -> None:
    (bar,) = people.age_bars(Ages(((15, 1), (17, 1), (18, 4), (21, 2)), 18, 0, 0), LIGHT).data
    assert list(bar.x) == ["< 18", "18", "19", "20", "21"]
    assert list(bar.y) == [2, 4, 0, 0, 2]
    assert bar.marker.color[0] == LIGHT.alarm and set(bar.marker.color[1:]) == {LIGHT.bar}
    (empty,) = people.age_bars(Ages((), 18, 0, 5), LIGHT).data
    assert list(empty.y) == [0]


def test_days_stand_against_the_closing() -> None:
    figure = people.arrival_bars(Arrivals(DAYS, before=2, after=3, undated=0, closes=CLOSES), LIGHT)
    (bar,) = figure.data
    assert bar.x[0] == "antes" and bar.x[-1] == "después" and len(bar.x) == 27
    assert figure.layout.shapes[0].x0 == 25.5  # between the last day and what came after it
    assert figure.layout.annotations[0].text == "cierre: sáb 27 sep 23:59"
    assert "1 sep" not in figure.layout.xaxis.ticktext and "8 sep" in figure.layout.xaxis.ticktext
    figure = people.arrival_bars(Arrivals(DAYS, 0, 0, 0, CLOSES), LIGHT)
    assert len(figure.data[0].x) == 25 and figure.layout.shapes[0].x0 == 24.5


def test_sentences_name_only_gaps_that_chance_does_not_make() -> None:
    even = {each.name.replace(" ", "_"): each.population // 40_000 for each in geography.alcaldias()}
    said = sentences.about_territory(made(**even))
    assert said.startswith("Ninguna alcaldía se aparta") and "Sin postulaciones" not in said
    assert sentences.about_territory(made(**even | {"Tláhuac": 0})).endswith("Sin postulaciones: Tláhuac.")
    lopsided = sentences.about_territory(made(Iztapalapa=20, Tlalpan=300, Coyoacán=20, Milpa_Alta=60))
    assert lopsided.startswith("Tlalpan envió 75\N{NO-BREAK SPACE}% ")
    assert "Lo mismo pasa en Milpa Alta." in lopsided
    assert "Al revés, en " in lopsided and "Iztapalapa" in lopsided
    assert lopsided.endswith("Sin postulaciones: 12 alcaldías.")


def test_sentences_about_one_alcaldia_and_about_few() -> None:
    one = sentences.about_territory(made(Iztapalapa=20, Tlalpan=300), chosen="09012")
    assert one.startswith("Tlalpan envió 94") and "el azar no explica" in one
    assert sentences.about_territory(made(Tlalpan=2), chosen="09012") == "Tlalpan envió 2 de 2."
    few = sentences.about_territory(made(Tlalpan=2, Iztapalapa=1))
    assert few.startswith("Postulaciones de Iztapalapa (1) y Tlalpan (2).") and "%" not in few
    assert "Ninguna postulación" in sentences.about_territory(made())


@pytest.mark.parametrize(
    ("arrivals", "now", "words"),
    [
        (
            Arrivals(DAYS, 1, 2, 4, CLOSES),
            AFTER,
            "sáb 27 sep, llegó 8 %. Fuera de plazo: 3. Sin fecha de envío: 4.",
        ),
        (Arrivals(((date(2025, 9, 27), 3),), 0, 0, 0, CLOSES), AFTER, "Dentro del plazo: 3 postulaciones."),
        (Arrivals(((date(2025, 9, 27), 0),), 0, 0, 0, CLOSES), AFTER, "Ninguna postulación"),
        (Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES), CLOSES - timedelta(days=5), "faltan 5 días"),
        (Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES), CLOSES - timedelta(hours=30), "falta un día"),
        (
            Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES),
            CLOSES - timedelta(hours=2),
            "menos de un día",
        ),
    ],
)
def test_sentences_about_days(arrivals: Arrivals, now: datetime, words: str) -> None:
    said = sentences.about_days(arrivals, now=now).replace("\N{NO-BREAK SPACE}", " ")
    assert words in said


def test_sentences_about_people() -> None:
    assert (
        sentences.about_gender(GROUPS).replace("\N{NO-BREAK SPACE}", " ")
        == "60 % son mujeres; 35 % son hombres."
    )
    assert sentences.about_gender((Group("Mujer", 2),)) == "2 de 2 son mujeres."
    assert sentences.about_gender((Group(NO_ANSWER, 2),)) == sentences.NOBODY
    levels = (Group("Primaria", 1), Group("Posgrado", 2))
    assert sentences.about_schooling(levels) == "Posgrado (2) y primaria (1)."
    assert "licenciatura: 90" in sentences.about_schooling((Group("Licenciatura", 9), Group(NO_ANSWER, 1)))
    assert sentences.about_schooling(()) == sentences.NOBODY


def test_sentences_about_ages() -> None:
    many = Ages(((16, 2), (20, 10), (40, 9)), 18, implausible=1, missing=3)
    said = sentences.about_ages(many)
    assert "20 años o menos" in said and "40" in said
    assert "Menores de 18 al cierre: 2." in said and "por revisar: 4." in said
    assert sentences.about_ages(Ages(((20, 1), (31, 1)), 18, 0, 0)) == "Edades: de 20 a 31 años."
    assert sentences.about_ages(Ages(((15, 1),), 18, 0, 0)).startswith("Nadie tiene 18")
    assert sentences.about_ages(Ages((), 18, 0, 2)).startswith("Ninguna")


def test_seats_are_compared_only_when_there_are_enough_to_choose_from() -> None:
    assert sentences.about_seats(Totals(59, 0, 0, seats=60)) == "lugares"
    assert sentences.about_seats(Totals(204, 0, 0, seats=60)) == "lugares (3.4 elegibles por lugar)"


def test_an_empty_part_says_what_to_do() -> None:
    nobody, some = Totals(0, 0, 0, seats=60), Totals(0, 4, 0, seats=60)
    assert "primer lote" in sentences.about_nobody(nobody, Part(SLUG))
    assert "Milpa Alta" in sentences.about_nobody(nobody, Part(SLUG, alcaldia="09009"))
    assert "Recibidas" in sentences.about_nobody(some, Part(SLUG, Stage.ELIGIBLE))
    assert sentences.about_nobody(some, Part(SLUG)) == ""
    assert sentences.about_nobody(Totals(1, 0, 0, seats=60), Part(SLUG, Stage.ELIGIBLE)) == ""
