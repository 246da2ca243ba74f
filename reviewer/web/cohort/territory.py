"""The territory's cards: four readings of the map, and the alcaldías beside their population."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reviewer.cohort import tables
from reviewer.cohort.shares import Verdict
from reviewer.cohort.tables import READINGS
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import shade
from reviewer.web.charts.palette import Palette
from reviewer.web.charts.territory import Entry, Measured, Shade, beside, city
from reviewer.web.cohort import sentences
from reviewer.words import NBSP, counted, number, percent

SOURCE = (
    "Población total: INEGI, Censo de Población y Vivienda 2020. Límites: INEGI, Marco Geoestadístico. "
    "Lo que cabe en el azar: intervalos de Wilson al 95 % para las dieciséis alcaldías juntas (Goodman 1965)."
    " Distancias en línea recta, de un punto interior de la alcaldía al de la alcaldía de la sede."
)
NEAR, STEP = 5, 5  # kilometres: the first class of distances ends here, each of the others is as wide


class Reading(StrEnum):
    """What the map tells. The values are the words of the page's address."""

    COUNT = "postulaciones"
    RATE = "tasa"
    SHARE = "parte"
    DISTANCE = "distancia"


LABELS = {
    Reading.SHARE: "Frente a su población",
    Reading.COUNT: "Postulaciones",
    Reading.RATE: "Por 10 mil habitantes",
    Reading.DISTANCE: "Distancia a la sede",
}
_VERDICTS = {Verdict.MORE: True, Verdict.LESS: False}


@dataclass(frozen=True)
class _Read:
    """A reading: the title of its legend, its entries, and each alcaldía's colour and number."""

    title: str
    entries: list[Entry]
    fill: Callable[[AlcaldiaShare], str]
    value: Callable[[AlcaldiaShare], str]
    rising: Callable[[AlcaldiaShare], bool | None] = lambda _: None


def on_the_map(
    found: Territory,
    palette: Palette,
    *,
    chosen: str | None,
    reading: Reading = Reading.SHARE,
    tiles: bool = False,
    picks: bool = True,
) -> Card:
    """The alcaldías as they lie, or as equal squares."""
    read = _READERS[reading](found, palette)
    shades = {
        each.alcaldia.code: Shade(read.fill(each), read.value(each), tip(each, found), read.rising(each))
        for each in found.alcaldias
    }
    return Card(
        name="mapa",
        heading="De dónde son",
        sentence=sentences.about_reading(found, reading.value, chosen=chosen),
        drawing=city(
            shades,
            palette,
            legend=read.entries,
            legend_title=read.title,
            chosen=chosen,
            venues={each.alcaldia.code: each.label for each in found.venues},
            tiles=tiles,
            picks=picks,
        ),
        table=tables.of_territory(found).only(*tables.MAP_COLUMNS, *tables.READING_COLUMNS),
        note=SOURCE,
        lead=True,
    )


def beside_population(found: Territory, palette: Palette, *, chosen: str | None) -> Card:
    """The alcaldías beside one another, the most populous first."""
    places = sorted(found.alcaldias, key=lambda each: -each.population_share)
    measured = [
        Measured(
            code=each.alcaldia.code,
            share=each.share,
            low=each.low,
            high=each.high,
            expected=each.population_share,
            fill=palette.verdicts[each.verdict],
            tip=tip(each, found),
        )
        for each in places
    ]
    return Card(
        name="alcaldias",
        heading="Cada alcaldía frente a su población",
        sentence=sentences.ABOUT_BARS,
        drawing=beside(
            measured,
            palette,
            own="Parte de las postulaciones, con lo que cabe en el azar",
            expected="Parte de la población total (2020)",
            chosen=chosen,
        ),
        table=tables.of_territory(found).only(*tables.BARS_COLUMNS),
        note=SOURCE,
        hint=sentences.PLACE_HINT,
        wide=True,
    )


def tip(place: AlcaldiaShare, territory: Territory) -> str:
    """All that is known of an alcaldía."""
    lines = [place.alcaldia.name, counted(place.count, "postulación", "postulaciones")]
    if territory.comparable:
        lines[1] += f", {percent(place.share)} de las de la ciudad"
        lines.append(f"{percent(place.population_share)} de la población total")
        lines.append(f"Caben en el azar: de {percent(place.low)} a {percent(place.high)}")
    if place.nearest is not None:
        lines.append(f"{place.nearest.label}: {number(round(place.kilometres, 1))}{NBSP}km en línea recta")
    return "\n".join(lines)


def _by_share(found: Territory, palette: Palette) -> _Read:
    present = {place.verdict for place in found.alcaldias}
    entries = [
        Entry(palette.verdicts[verdict], words, _VERDICTS.get(verdict))
        for verdict, words in READINGS.items()
        if verdict in present
    ]
    return _Read(
        title=LABELS[Reading.SHARE] if found.comparable else "",
        entries=entries if found.comparable else [],
        fill=lambda place: palette.verdicts[place.verdict],
        value=lambda place: number(place.count),
        rising=lambda place: _VERDICTS.get(place.verdict),
    )


def _by_count(found: Territory, palette: Palette) -> _Read:
    most = max(place.count for place in found.alcaldias)
    return _Read(
        title="Postulaciones",
        entries=_classes(most, palette, whole=True),
        fill=lambda place: shade(place.count, most, palette),
        value=lambda place: number(place.count),
    )


def _by_rate(found: Territory, palette: Palette) -> _Read:
    most = max(place.rate for place in found.alcaldias)
    return _Read(
        title="Por 10 mil habitantes (2020)",
        entries=_classes(most, palette, whole=False),
        fill=lambda place: shade(place.rate, most, palette),
        value=lambda place: f"{place.rate:.2f}",
    )


def _by_distance(found: Territory, palette: Palette) -> _Read:
    def step(place: AlcaldiaShare) -> int:
        return min(len(palette.ramp) - 1, int(place.kilometres // STEP))

    words = [
        f"Menos de {NEAR} km",
        *(f"{at} a {at + STEP} km" for at in range(NEAR, 4 * STEP, STEP)),
        "20 km o más",
    ]
    present = {step(place) for place in found.alcaldias}
    return _Read(
        title="A la sede más cercana",
        entries=[Entry(palette.ramp[at], words[at]) for at in sorted(present)] if found.venues else [],
        fill=lambda place: palette.ramp[step(place)],
        value=lambda place: f"{place.kilometres:.1f}{NBSP}km" if found.venues else "",
    )


def _classes(most: float, palette: Palette, *, whole: bool) -> list[Entry]:
    """The ramp's classes with what they hold; of whole numbers only those that hold one."""
    if not most:
        return []
    steps = len(palette.ramp) - 1
    entries = [Entry(palette.ramp[0], "Ninguna")]
    for at in range(steps):
        low, high = most * at / steps, most * (at + 1) / steps
        if whole:
            first, last = int(low) + 1, int(high)
            if first <= last:
                words = number(first) if first == last else f"{number(first)} a {number(last)}"
                entries.append(Entry(palette.ramp[at + 1], words))
        else:
            entries.append(Entry(palette.ramp[at + 1], f"hasta {high:.2f}"))
    return entries


_READERS = {
    Reading.SHARE: _by_share,
    Reading.COUNT: _by_count,
    Reading.RATE: _by_rate,
    Reading.DISTANCE: _by_distance,
}
