"""Figures by the data they hold, and their colours by the contrast they have."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest

from reviewer.access.actor import OPERATOR
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, CrossTabulation
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.jury_scores import JurorSeverity, JuryScores
from reviewer.cohort.review_pace import ReviewPace, forecast
from reviewer.cohort.significance import Representation
from reviewer.cohort.stages import Stage
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import NO_ANSWER, Group
from reviewer.demographics.questions import COHORT, GENDER, OCCUPATION
from reviewer.figures import jury, people, time
from reviewer.figures.figure import Figure, Histogram
from reviewer.figures.territory import MapMeasure, map_of, shares_of
from reviewer.models import Call
from reviewer.web.charts import card, histogram, paper, screen
from reviewer.web.charts.palette import DARK, LIGHT, PAPER, Palette, palette_for
from reviewer.web.charts.plotly_theme import ORDINARY_BROWSER, Browser
from tests.calls import SLUG, SPEC
from tests.figures.examples import AFTER, CLOSES, DAYS, GROUPS, groups_figure, territory_of

PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK, PAPER], ids=["light", "dark", "paper"])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@PALETTES
def test_what_is_written_and_what_is_counted_can_be_seen(palette: Palette) -> None:
    for on_page in (palette.text, palette.quiet, palette.bar, palette.alarm, palette.missing):
        assert contrast(on_page, palette.page) >= 4.5
    for fill in (*palette.verdicts.values(), *palette.ramp, palette.grid):
        assert contrast(palette.text, fill) >= 4.5
    assert set(palette.verdicts) == set(Representation)


def test_the_page_decides_on_the_palette() -> None:
    assert palette_for("dark") is DARK
    assert palette_for("light") is palette_for(None) is LIGHT


def plot(figure: Figure, palette: Palette = LIGHT, browser: Browser = ORDINARY_BROWSER) -> dict[str, Any]:
    """Returns the specification that the browser draws."""
    chart: dict[str, Any] = json.loads(screen.draw(figure, palette, browser).to_json())
    return chart


def texts_of(value: object) -> list[str]:
    """Returns all strings in a figure."""
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in texts_of(item)]


def paper_text(*figures: Figure) -> str:
    """Returns the words of a report with these figures."""
    with pypdfium2.PdfDocument(paper.report("Cohorte", ["hoy"], figures, "nota")) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("browser", [Browser(), Browser(has_webgl=False), Browser(is_narrow=True)])
def test_every_alcaldia_answers_to_a_click_and_has_its_name(browser: Browser) -> None:
    chart = plot(map_of(territory_of(Iztapalapa=30, Tlalpan=10)), browser=browser)
    picks = [data[0] for trace in chart["data"] for data in trace.get("customdata", [])]
    assert sorted(picks) == [alcaldia.code for alcaldia in geography.alcaldias()]
    hovers = [text for trace in chart["data"] for text in trace.get("hovertext", [])]
    (tip,) = [text for text in hovers if text.startswith("Iztapalapa")]
    assert "30\N{NO-BREAK SPACE}postulaciones, 75\N{NO-BREAK SPACE}%" in tip
    words = " ".join(texts_of(chart)).replace("<br>", " ").replace("\n", " ")
    for alcaldia in geography.alcaldias():
        assert (alcaldia.abbreviation if browser.is_narrow else alcaldia.name) in words
    types = {trace["type"] for trace in chart["data"]}
    assert types == ({"choroplethmap", "scattermap"} if browser.has_webgl else {"scatter"})


def test_the_map_asks_for_nothing_from_elsewhere() -> None:
    chart = plot(map_of(territory_of(Iztapalapa=30)))
    assert not [text for text in texts_of(chart) if "://" in text]
    assert "glyphs" not in chart["layout"]["map"]["style"]


def test_a_selection_is_drawn_without_fading_the_whole_map() -> None:
    chosen = plot(map_of(territory_of(Tlalpan=20), chosen=("09012", "09013")))["data"][0]
    assert [chosen["locations"][point] for point in chosen["selectedpoints"]] == ["09012", "09013"]
    assert "selectedpoints" not in plot(map_of(territory_of(Tlalpan=20)))["data"][0]


@PALETTES
def test_the_map_marks_gaps_with_more_than_colour(palette: Palette) -> None:
    lopsided = territory_of(Milpa_Alta=30, Iztapalapa=40, Tlalpan=200)
    chart = plot(map_of(lopsided, measure=MapMeasure.SHARE), palette)
    features = chart["layout"]["map"]["style"]["sources"]["names"]["data"]["features"]
    marked = [feature for feature in features if feature["properties"]["text"][0] in "▲▼"]
    gaps = [
        alcaldia
        for alcaldia in lopsided.alcaldias
        if alcaldia.representation in (Representation.MORE, Representation.LESS)
    ]
    assert len(marked) == len(gaps)
    assert {"Más", "Menos"} <= {trace.get("name") for trace in chart["data"]}


def test_each_measure_of_the_map_shows_its_number() -> None:
    city = territory_of(Iztapalapa=40, Milpa_Alta=2, Tlalpan=7)
    for measure, number in {
        MapMeasure.COUNT: "40",
        MapMeasure.SHARE: "▲ 40",
        MapMeasure.RATE: "0.22",
        MapMeasure.DISTANCE: "0.0\N{NO-BREAK SPACE}km",
    }.items():
        figure = map_of(city, measure=measure)
        assert number in texts_of(plot(figure)), measure
        assert number.removeprefix("▲ ") in paper_text(figure).replace(" km", "\N{NO-BREAK SPACE}km")
    assert "Casa Oriente" in texts_of(plot(map_of(city)))


def test_distances_are_those_of_the_city() -> None:
    by_name = {entry.alcaldia.name: entry for entry in territory_of(Iztapalapa=1).alcaldias}
    # Azcapotzalco's inner point to Cuauhtémoc's: 6.97 km by the haversine formula, by hand
    milpa, nearest = by_name["Milpa Alta"], by_name["Milpa Alta"].nearest_venue
    assert by_name["Azcapotzalco"].kilometres == 0
    assert nearest is not None and nearest.label == "Casa Oriente"
    assert milpa.kilometres == pytest.approx(22.7, abs=0.1)
    assert territory_of(Iztapalapa=3, Milpa_Alta=2).median_kilometres == 0
    assert territory_of(Milpa_Alta=2).median_kilometres == milpa.kilometres
    assert territory_of().median_kilometres is None


def test_of_few_the_map_says_no_shares() -> None:
    figure = map_of(territory_of(Iztapalapa=3), measure=MapMeasure.SHARE)
    assert not [text for text in figure.frame["hover"] if "%" in text]
    (trace, _) = plot(figure)["data"]
    assert trace["name"] == "Parejo, o muy pocas" and len(trace["locations"]) == 16


def test_alcaldias_stand_in_the_order_of_the_population() -> None:
    chart = plot(shares_of(territory_of(Iztapalapa=20, Tlalpan=80), chosen=("09012",)))
    bars, expected = chart["data"]
    assert bars["customdata"][:2] == [["09007"], ["09005"]]
    assert "de 10.8 a 34.0" in bars["hovertext"][0]
    assert expected["x"][0] == 19.9
    outlined = [
        code for (code,), width in zip(bars["customdata"], bars["marker"]["line"]["width"], strict=True) if width > 1
    ]
    assert outlined == ["09012"]


def test_bars_are_as_long_as_their_counts(call: Call) -> None:
    figure = groups_figure(GENDER, GROUPS)
    (bars,) = plot(figure)["data"]
    assert bars["x"] == [12, 7, 1] and bars["y"] == ["Mujer", "Hombre", NO_ANSWER]
    assert bars["text"] == ["12 · 60 %", "7 · 35 %", "1 · 5 %"]
    assert bars["marker"]["color"] == [LIGHT.bar, LIGHT.bar, LIGHT.missing]
    assert [data[0] for data in bars["customdata"]] == ["Mujer", "Hombre", NO_ANSWER]
    assert "12 · 60.0 %" in paper_text(figure)


def test_a_sensitive_question_filters_nothing(call: Call) -> None:
    figure = groups_figure(COHORT["discapacidad"], (Group("Visual", 12), Group(NO_ANSWER, 1)))
    assert figure.filter_key == "" and "data-pick" not in card._footer(figure, "/d", {})
    assert 'data-pick="genero=Mujer"' in card._footer(groups_figure(GENDER, GROUPS), "/d", {})


def test_ages_stand_in_bins_of_five_years_with_those_under_age_apart(call: Call) -> None:
    ages = Ages(((16, 2), (18, 1), (19, 2), (20, 4), (24, 5), (25, 7), (41, 3)), 18, 0, 0)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        figure = people.ages_of(cohort, ages)
    assert isinstance(figure.encoding, Histogram)
    bins = histogram.binned(figure, figure.encoding, 5)
    assert bins == [(16, 17, 2), (18, 19, 3), (20, 24, 9), (25, 29, 7), (30, 34, 0), (35, 39, 0), (40, 44, 3)]
    coarse, fine = plot(figure)["data"]
    assert coarse["marker"]["color"][:2] == [LIGHT.alarm, LIGHT.bar] and fine["visible"] is False
    assert coarse["customdata"][:3] == [["Menos de 18"], ["18 a 24"], ["18 a 24"]]
    assert sum(fine["y"]) == sum(coarse["y"]) == 24


def test_days_stand_against_the_deadline() -> None:
    hours = tuple((count, *[0] * 23) for _, count in DAYS)
    figure = time.days_of(Arrivals(DAYS, 1, 2, 4, CLOSES, hours=hours), now=AFTER)
    chart = plot(figure)
    by_day, by_hour = chart["data"]
    assert len(by_day["x"]) == 25 and by_day["x"][-1] == "2025-09-27" and len(by_hour["x"]) == 25 * 24
    (deadline,) = chart["layout"]["shapes"]
    assert deadline["x0"] == "2025-09-27T23:59:00"
    assert "cierre: sáb 27 sep 23:59" in texts_of(chart) and "cierre: sáb 27 sep 23:59" in paper_text(figure)
    assert chart["layout"]["xaxis"]["rangeslider"]["visible"] is True


def test_a_heat_map_holds_its_counts_and_shows_none_as_none() -> None:
    crossing = CrossTabulation(GENDER, OCCUPATION, ("Mujer", "Hombre"), ("Poeta", "Chofer"), ((7, 0), (3, 2)))
    figure = people.crossing_of(crossing)
    (cells,) = plot(figure)["data"]
    assert cells["z"] == [[7, 0], [3, 2]] and (cells["zmin"], cells["zmax"]) == (0, 7)
    assert cells["colorscale"][0] == [0.0, LIGHT.ramp[0]] and cells["colorscale"][-1] == [1.0, LIGHT.ramp[-1]]
    assert figure.table.rows[-1] == ("Total", 10, 2, 12)


def test_the_funnel_shows_intervals_gaps_and_the_rate_of_all() -> None:
    figure = people.funnel_of(
        Funnel(GENDER, ("Mujer", "Hombre"), (Stage.RECEIVED, Stage.ELIGIBLE), ((100, 90), (100, 20)))
    )
    points, line = plot(figure)["data"]
    assert points["x"] == [90.0, 20.0] and points["text"] == ["▲", "▼"]
    assert line["x"] == pytest.approx([55, 55])
    assert all(
        high > 0 and low > 0
        for high, low in zip(points["error_x"]["array"], points["error_x"]["arrayminus"], strict=True)
    )
    assert "Elegibles" in paper_text(figure)


def test_the_jury_is_drawn_with_its_intervals() -> None:
    scores = JuryScores(
        {criterion.key: {1: 4, 5: 1} for criterion in SPEC.criteria},
        (JurorSeverity("Ana", 12, 6.0, 1.0), JurorSeverity("Beto", 10, -0.5, 2.0)),
        tuple(0.5 - 0.1 * number for number in range(len(SPEC.criteria))),
    )
    severity = jury.severity_of(scores)
    assert severity.sentence.startswith("1 de 2 se apartan")
    assert severity.frame.iloc[0].tolist() == ["Ana", 6.0, 4.0, 8.0, 12]
    levels, alpha = jury.scores_of(scores, SPEC), jury.agreement_of(scores, SPEC)
    assert "El nivel más común es 1: 80" in levels.sentence and "0.50" in alpha.sentence
    assert "Ana" in paper_text(levels, severity, alpha)
    (bars,) = plot(severity)["data"]
    assert bars["error_x"]["array"] == [2.0, 3.9]


def test_words_of_strangers_are_words_in_every_figure(call: Call) -> None:
    hostile = "<a href='http://malo.example'>x</a><b>&$x^2$"
    figure = groups_figure(GENDER, (Group(hostile, 30, (hostile,)), Group("=1+1", 3)))
    assert not [text for text in texts_of(plot(figure)["data"][0]["y"]) if "<a" in text or "<b" in text]
    assert not [text for text in texts_of(plot(figure)["data"][0]["hovertext"]) if "<a" in text]
    assert "<a href='http" not in card._footer(figure, "/d", {})
    root = ElementTree.fromstring(paper.render(figure, "svg"))
    assert not [element for element in root.iter() if element.tag.endswith(("script", "}a"))]
    assert "$x^2$" in paper_text(figure)


@PALETTES
def test_no_label_is_smaller_than_twelve_pixels(palette: Palette, call: Call) -> None:
    figures = [
        map_of(territory_of(Iztapalapa=40)),
        shares_of(territory_of(Iztapalapa=40)),
        groups_figure(GENDER, GROUPS),
        time.days_of(Arrivals(DAYS, 0, 0, 0, CLOSES), now=AFTER),
    ]
    for figure in figures:
        sizes = font_sizes(plot(figure, palette))
        assert sizes and min(sizes) >= 12


def font_sizes(value: object) -> list[float]:
    if isinstance(value, list):
        return [size for item in value for size in font_sizes(item)]
    if not isinstance(value, dict):
        return []
    fonts = [part for name, part in value.items() if "font" in name and isinstance(part, dict)]
    return [float(font["size"]) for font in fonts if "size" in font] + [
        size for part in value.values() for size in font_sizes(part)
    ]


def test_paper_is_the_same_twice_and_names_no_date(call: Call) -> None:
    figure = groups_figure(GENDER, GROUPS)
    first = paper.report("Cohorte", ["hoy"], [figure], "nota")
    assert first == paper.report("Cohorte", ["hoy"], [figure], "nota")
    assert b"CreationDate" not in first and b"Atkinson" in first
    assert paper.render(figure, "svg") == paper.render(figure, "svg")
    assert paper.render(figure, "png").startswith(b"\x89PNG")


def readings_of(*, left: int, closes: datetime | None = None) -> ReviewPace:
    """The pace of two weeks with twelve readings a day, and the number left."""
    days = tuple((date(2025, 10, 1) + timedelta(days=number), 12) for number in range(15))
    counts = [count for _, count in days[:-1]]
    return ReviewPace(days, left, closes, forecast(counts, left, days[-1][0]))


def test_the_days_to_come_are_drawn_paler_with_their_likely_end_and_the_closing() -> None:
    closes = datetime(2025, 10, 17, 23, 59, tzinfo=UTC)
    figure = time.pace_of(readings_of(left=50, closes=closes))
    chart = plot(figure)
    sent, ahead = chart["data"]
    assert len(sent["x"]) == 15 and len(ahead["x"]) == 5  # 50 readings, 12 a day: the fifth day ends it
    assert ahead["y"][0] == 12 and ahead["marker"]["color"] == LIGHT.pale
    words = texts_of(chart)
    assert "fin probable" in words and any("cierre" in word for word in words)
    assert "fin probable" in paper_text(figure)
    assert figure.table.rows[-1][0] == date(2025, 10, 15), "what is foreseen is no count"


def test_a_forecast_far_away_is_not_drawn() -> None:
    for left in (0, 12 * 61):
        chart = plot(time.pace_of(readings_of(left=left)))
        assert "fin probable" not in texts_of(chart) and len(chart["data"]) == 1
