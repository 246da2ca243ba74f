"""Figures by the data they hold, their colours by the contrast they have, sentences by what they say."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from reviewer.call import spec
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Totals
from reviewer.cohort.filters import Subset
from reviewer.cohort.review_pace import ReviewPace, forecast
from reviewer.cohort.significance import Representation
from reviewer.cohort.stages import Stage
from reviewer.cohort.territory import Territory, from_counts, located_venues
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import NO_ANSWER, Group
from reviewer.demographics.questions import COHORT, OCCUPATION
from reviewer.web.charts import alcaldia_map, bars, pdf, svg
from reviewer.web.charts.bars import Bar, ClosingLine
from reviewer.web.charts.drawing import Drawing, Shape, Text, text_width, truncate, wrap
from reviewer.web.charts.drawing import Part as DrawingPart
from reviewer.web.charts.palette import DARK, LIGHT, PAPER, Palette, palette_for
from reviewer.web.screens.cohorte import sentences, territory_cards, time_cards
from reviewer.web.screens.cohorte.territory_cards import MapMeasure
from tests.calls import SLUG, call_text

CLOSES = datetime(2025, 9, 27, 23, 59, tzinfo=UTC)
AFTER = CLOSES + timedelta(days=3)
DAYS = tuple((date(2025, 9, 3) + timedelta(days=number), number) for number in range(25))
GROUPS = (Group("Mujer", 12, ("Mujer",)), Group("Hombre", 7, ("H",)), Group(NO_ANSWER, 1))
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK, PAPER], ids=["light", "dark", "paper"])
SPEC = spec.parse(call_text())


def territory_of(**by_name: int) -> Territory:
    """A territory with these counts; the other alcaldías have none."""
    codes = {place.name.replace(" ", "_"): place.code for place in geography.alcaldias()}
    return from_counts(Counter({codes[name]: count for name, count in by_name.items()}), located_venues(SPEC))


def words_of(drawing: Drawing) -> list[str]:
    return [mark.text for part in drawing.parts for mark in part.marks if isinstance(mark, Text)]


def picks_of(drawing: Drawing) -> dict[str, DrawingPart]:
    return {part.pick: part for part in drawing.parts if part.pick}


def fill_of(part: DrawingPart) -> str | None:
    mark = part.marks[-1] if isinstance(part.marks[-1], Shape) else part.marks[0]
    return mark.fill if isinstance(mark, Shape) else None


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
    for fill in (*palette.verdicts.values(), *palette.ramp, palette.grid):
        assert contrast(palette.text, fill) >= 4.5
    assert set(palette.verdicts) == set(Representation)


def test_the_page_decides_on_the_palette() -> None:
    assert palette_for("dark") is DARK
    assert palette_for("light") is palette_for(None) is LIGHT


def test_every_alcaldia_answers_to_a_click_and_to_the_keyboard() -> None:
    for tiles in (False, True):
        card = territory_cards.of_map(
            territory_of(Iztapalapa=30, Tlalpan=10), LIGHT, chosen=None, tiles=tiles
        )
        picks = picks_of(card.drawing)
        assert sorted(picks) == sorted(f"alcaldia={alcaldia.code}" for alcaldia in geography.alcaldias())
        tip = picks["alcaldia=09007"].tip
        assert "Iztapalapa" in tip and "30\N{NO-BREAK SPACE}postulaciones, 75\N{NO-BREAK SPACE}%" in tip
        root = ElementTree.fromstring(svg.inline(card.drawing))
        buttons = [element for element in root.iter() if element.get("data-pick")]
        assert len(buttons) == 16 and all(button.get("role") == "button" for button in buttons)
        assert all(button.get("aria-label") for button in buttons)


def test_the_map_marks_gaps_with_more_than_colour() -> None:
    lopsided = territory_of(Milpa_Alta=30, Iztapalapa=40, Tlalpan=200)
    drawing = territory_cards.of_map(lopsided, LIGHT, chosen=None).drawing
    triangles = [
        mark
        for part in drawing.parts
        for mark in part.marks
        if isinstance(mark, Shape) and mark.closed and len(mark.outlines[0]) == 3
    ]
    gaps = [
        alcaldia
        for alcaldia in lopsided.alcaldias
        if alcaldia.representation in (Representation.MORE, Representation.LESS)
    ]
    legend = {gap.representation for gap in gaps}
    assert len(triangles) == len(gaps) + len(legend)
    assert "Más" in words_of(drawing) and "Menos" in words_of(drawing)


@PALETTES
def test_each_reading_of_the_map_tells_its_number(palette: Palette) -> None:
    counted_territory = territory_of(Iztapalapa=40, Milpa_Alta=2, Tlalpan=7)
    words_by_reading = {
        reading: words_of(
            territory_cards.of_map(counted_territory, palette, chosen=None, measure=reading).drawing
        )
        for reading in MapMeasure
    }
    assert "40" in words_by_reading[MapMeasure.COUNT] and "40" in words_by_reading[MapMeasure.SHARE]
    assert (
        "0.22" in words_by_reading[MapMeasure.RATE]
        and "Por 10 mil habitantes (2020)" in words_by_reading[MapMeasure.RATE]
    )
    assert "0.0\N{NO-BREAK SPACE}km" in words_by_reading[MapMeasure.DISTANCE]
    assert all("Sede" in words for words in words_by_reading.values())


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
    drawing = territory_cards.of_map(territory_of(Iztapalapa=3), LIGHT, chosen=None).drawing
    picks = picks_of(drawing)
    assert {fill_of(part) for part in picks.values()} == {LIGHT.verdicts[Representation.EVEN]}
    assert not any("%" in part.tip for part in picks.values())


def test_the_chosen_alcaldia_is_pressed_and_lies_over_the_others() -> None:
    drawing = territory_cards.of_map(territory_of(Tlalpan=20), DARK, chosen="09012").drawing
    chosen = [part for part in drawing.parts if part.chosen]
    assert [part.pick for part in chosen] == ["alcaldia=09012"]
    assert list(picks_of(drawing))[-1] == "alcaldia=09012"
    beside = territory_cards.of_population_shares(territory_of(Tlalpan=20), DARK, chosen="09012").drawing
    assert [part.pick for part in beside.parts if part.chosen] == ["alcaldia=09012"]
    assert 'aria-pressed="true"' in svg.inline(beside)


def test_columns_stand_in_the_order_of_the_population() -> None:
    drawing = territory_cards.of_population_shares(
        territory_of(Iztapalapa=20, Tlalpan=80), LIGHT, chosen=None
    ).drawing
    assert list(picks_of(drawing))[:2] == ["alcaldia=09007", "alcaldia=09005"]
    assert "Caben en el azar: de 11" in picks_of(drawing)["alcaldia=09007"].tip


def test_names_lie_within_their_alcaldia() -> None:
    for place in geography.alcaldias():
        xs, ys = zip(
            *(point for ring in alcaldia_map.projected_rings(place.code) for point in ring), strict=True
        )
        x, y = alcaldia_map.label_position(place.code)
        assert min(xs) < x < max(xs) and min(ys) < y < max(ys)


def test_group_bars_are_as_long_as_their_counts() -> None:
    drawing = bars.group_bars(
        [
            Bar("Mujer", 12, "12 · 60 %", pick="genero=Mujer"),
            Bar("Sin respuesta", 0, "0"),
            Bar("Otra", 6, "6"),
        ],
        LIGHT,
    )
    long = [
        mark.outlines[0][1][0] - mark.outlines[0][0][0]
        for part in drawing.parts
        for mark in part.marks
        if isinstance(mark, Shape) and mark.fill == LIGHT.bar
    ]
    assert len(long) == 2 and long[0] == pytest.approx(2 * long[1])
    assert words_of(drawing) == ["Mujer", "12 · 60 %", "Sin respuesta", "0", "Otra", "6"]
    assert all(
        text_width(mark.text) + mark.x <= drawing.width
        for part in drawing.parts
        for mark in part.marks
        if isinstance(mark, Text) and mark.anchor == "start"
    )


def test_columns_stand_against_the_closing() -> None:
    days = [Bar("", count, "", f"día {count}") for _, count in DAYS]
    drawing = bars.columns(
        days, LIGHT, ticks={0: "3 sep", 5: "8 sep"}, closing=ClosingLine(25, "cierre: sáb 27 sep 23:59")
    )
    assert "cierre: sáb 27 sep 23:59" in words_of(drawing) and "8 sep" in words_of(drawing)
    dashed = [m for part in drawing.parts for m in part.marks if isinstance(m, Shape) and m.dashed]
    assert len(dashed) == 1 and dashed[0].outlines[0][0][0] == pytest.approx(drawing.width)
    assert [part.tip for part in drawing.parts if part.tip][-1] == "día 24"


def test_axes_have_round_steps() -> None:
    assert bars.axis_values(1) == [0, 1] and bars.axis_values(3) == [0, 1, 2, 3]
    assert bars.axis_values(67) == [0, 20, 40, 60, 80] and bars.axis_values(2_000_000)[-1] == 2_000_000


def test_words_of_strangers_are_words_in_every_file() -> None:
    hostile = "<script>alert(1)</script>&\"'"
    drawing = bars.group_bars([Bar(hostile, 3, "3", tip=hostile, pick=f"genero={hostile}")], LIGHT, width=900)
    for text in (
        svg.inline(drawing.with_title(hostile)),
        svg.standalone(drawing.with_title(hostile), background="#FFFFFF").decode(),
    ):
        root = ElementTree.fromstring(text.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n'))
        assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert pdf.render(drawing, background="#FFFFFF").startswith(b"%PDF")


def test_words_are_fitted_to_their_room() -> None:
    long = "Una ocupación que no cabe en ninguna parte"
    assert truncate("Poeta", 100) == "Poeta"
    assert truncate(long, 80).endswith("…") and text_width(truncate(long, 80)) <= 80
    assert wrap("La Magdalena Contreras", 74, 11) == ["La Magdalena", "Contreras"]


def test_sentences_name_only_gaps_that_chance_does_not_make() -> None:
    even = {
        alcaldia.name.replace(" ", "_"): alcaldia.population // 40_000 for alcaldia in geography.alcaldias()
    }
    text = sentences.about_territory(territory_of(**even))
    assert text.startswith("Ninguna alcaldía se aparta") and "Sin postulaciones" not in text
    assert sentences.about_territory(territory_of(**even | {"Tláhuac": 0})).endswith(
        "Sin postulaciones: Tláhuac."
    )
    lopsided = sentences.about_territory(territory_of(Iztapalapa=20, Tlalpan=300, Coyoacán=20, Milpa_Alta=60))
    assert lopsided.startswith("Tlalpan envió 75\N{NO-BREAK SPACE}% ")
    assert "Lo mismo pasa en Milpa Alta." in lopsided
    assert "Al revés, en " in lopsided and "Iztapalapa" in lopsided
    assert lopsided.endswith("Sin postulaciones: 12 alcaldías.")


def test_sentences_about_one_alcaldia_and_about_few() -> None:
    text = sentences.about_territory(territory_of(Iztapalapa=20, Tlalpan=300), chosen="09012")
    assert text.startswith("Tlalpan envió 94") and "el azar no explica" in text
    assert sentences.about_territory(territory_of(Tlalpan=2), chosen="09012") == "Tlalpan envió 2 de 2."
    few = sentences.about_territory(territory_of(Tlalpan=2, Iztapalapa=1))
    assert few.startswith("Postulaciones de Iztapalapa (1) y Tlalpan (2).") and "%" not in few
    assert "Ninguna postulación" in sentences.about_territory(territory_of())


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
    text = sentences.about_days(arrivals, now=now).replace("\N{NO-BREAK SPACE}", " ")
    assert words in text


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
    text = sentences.about_ages(many)
    assert "20 años o menos" in text and "40" in text
    assert "Menores de 18 al cierre: 2." in text and "por revisar: 4." in text
    assert sentences.about_ages(Ages(((20, 1), (31, 1)), 18, 0, 0)) == "Edades: de 20 a 31 años."
    assert sentences.about_ages(Ages(((15, 1),), 18, 0, 0)).startswith("Nadie tiene 18")
    assert sentences.about_ages(Ages((), 18, 0, 2)).startswith("Ninguna")


def test_seats_are_compared_only_when_there_are_enough_to_choose_from() -> None:
    assert sentences.about_seats(Totals(59, 0, 0, seats=60)) == "lugares"
    assert sentences.about_seats(Totals(204, 0, 0, seats=60)) == "lugares (3.4 elegibles por lugar)"


def test_an_empty_part_says_what_to_do() -> None:
    nobody, four_people = Totals(0, 0, 0, seats=60), Totals(0, 4, 0, seats=60)
    assert "primer lote" in sentences.about_nobody(nobody, Subset(SLUG))
    assert "Milpa Alta" in sentences.about_nobody(nobody, Subset(SLUG, alcaldia="09009"))
    assert "filtros" in sentences.about_nobody(nobody, Subset(SLUG, groups=(("genero", "Mujer"),)))
    assert "Recibidas" in sentences.about_nobody(four_people, Subset(SLUG, Stage.ELIGIBLE))
    assert "esta etapa" in sentences.about_nobody(four_people, Subset(SLUG, Stage.SELECTED))


def test_sentences_about_what_is_sensitive_count_who_said_so() -> None:
    groups = (Group("Visual", 3), Group("Motriz", 1), Group("Ninguna", 14), Group(NO_ANSWER, 2))
    text = sentences.about_groups(COHORT["discapacidad"], groups).replace("\N{NO-BREAK SPACE}", " ")
    assert text == "Dice vivir con alguna discapacidad 20 %. Sin respuesta: 2."
    common = sentences.about_groups(OCCUPATION, (Group("Estudiante", 3), Group(NO_ANSWER, 2)))
    assert common == "Lo más común: estudiante, 3 de 5. Sin respuesta: 2."


def readings_of(*, left: int, closes: datetime | None = None) -> ReviewPace:
    """Two weeks of twelve readings a day, and what is left of them."""
    days = tuple((date(2025, 10, 1) + timedelta(days=number), 12) for number in range(15))
    counts = [count for _, count in days[:-1]]
    return ReviewPace(days, left, closes, forecast(counts, left, days[-1][0]))


def test_the_days_to_come_are_drawn_paler_with_their_likely_end_and_the_closing() -> None:
    closes = datetime(2025, 10, 17, 23, 59, tzinfo=UTC)
    card = time_cards.of_review_pace(readings_of(left=50, closes=closes), LIGHT)
    tips = [part.tip.replace("\N{NO-BREAK SPACE}", " ") for part in card.drawing.parts if part.tip]
    ahead = [tip for tip in tips if "pronóstico" in tip]
    assert len(tips) == 20 and len(ahead) == 5  # 50 readings, 12 a day: the fifth day ends it
    assert ahead[0].endswith("unos 12 dictámenes")
    pale = [part for part in card.drawing.parts if fill_of(part) == LIGHT.pale]
    assert len(pale) == 5
    words = words_of(card.drawing)
    assert "fin probable" in words and any("cierre" in word for word in words)
    assert card.table.rows[-1][0] == date(2025, 10, 15), "what is foreseen is no count"


def test_a_forecast_far_away_is_not_drawn() -> None:
    for left in (0, 12 * 61):
        drawing = time_cards.of_review_pace(readings_of(left=left), LIGHT).drawing
        assert "fin probable" not in words_of(drawing)
        assert len([part for part in drawing.parts if part.tip]) == 15
