"""The cohort's cards: which figure, sentence, table and CSV belong to which numbers."""

from datetime import datetime

from reviewer.answers import GENDER, SCHOOLING, Group
from reviewer.cohort import tables
from reviewer.cohort.counts import Ages, Arrivals, Territory
from reviewer.web.charts import people, sentences, territory
from reviewer.web.charts.card import Card
from reviewer.web.charts.palette import Palette

SOURCE = (
    "Población total: INEGI, Censo de Población y Vivienda 2020. Límites: INEGI, Marco Geoestadístico. "
    "Lo que cabe en el azar: intervalos de Wilson al 95 % para las dieciséis alcaldías juntas (Goodman 1965)."
)


def on_the_map(found: Territory, palette: Palette, *, chosen: str | None) -> Card:
    """The alcaldías as they lie."""
    return Card(
        name="cohorte-alcaldias",
        heading="De dónde son",
        sentence=sentences.about_territory(found, chosen=chosen),
        figure=territory.territory_map(found, palette, chosen=chosen),
        table=tables.of_territory(found).only(*tables.MAP_COLUMNS),
        note=SOURCE,
    )


def beside_population(found: Territory, palette: Palette, *, chosen: str | None) -> Card:
    """The alcaldías beside one another."""
    return Card(
        name="cohorte-alcaldias",
        heading="Cada alcaldía frente a su población",
        sentence=sentences.ABOUT_BARS,
        figure=territory.territory_bars(found, palette, chosen=chosen),
        table=tables.of_territory(found).only(*tables.BARS_COLUMNS),
        note=SOURCE,
    )


def by_gender(found: tuple[Group, ...], palette: Palette) -> Card:
    """Genders, in groups of the applicants' own words."""
    return Card(
        name="cohorte-genero",
        heading="Género",
        sentence=sentences.about_gender(found),
        figure=people.group_bars(found, palette),
        table=tables.of_gender(found),
        note=GENDER.explained,
    )


def by_schooling(found: tuple[Group, ...], palette: Palette) -> Card:
    """Schooling, lowest level first."""
    return Card(
        name="cohorte-escolaridad",
        heading="Escolaridad",
        sentence=sentences.about_schooling(found),
        figure=people.group_bars(found, palette),
        table=tables.of_schooling(found),
        note=SCHOOLING.explained,
    )


def by_age(found: Ages, palette: Palette) -> Card:
    """Ages on the closing day."""
    return Card(
        name="cohorte-edades",
        heading="Edad al cierre",
        sentence=sentences.about_ages(found),
        figure=people.age_bars(found, palette),
        table=tables.of_ages(found),
    )


def by_day(found: Arrivals, palette: Palette, *, now: datetime) -> Card:
    """Arrivals against the deadline."""
    return Card(
        name="cohorte-dias",
        heading="Llegada por día",
        sentence=sentences.about_days(found, now=now),
        figure=people.arrival_bars(found, palette),
        table=tables.of_arrivals(found),
    )
