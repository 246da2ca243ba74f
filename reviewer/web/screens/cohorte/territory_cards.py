"""The territory's cards: four readings of the map, and the alcaldías beside their population."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reviewer.cohort import tables
from reviewer.cohort.significance import Representation
from reviewer.cohort.tables import REPRESENTATION_LABELS
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.core.spanish import NBSP, format_count, format_number, format_percent
from reviewer.web.charts.alcaldia_map import AlcaldiaStyle, LegendEntry, ShareColumn, city_map, share_columns
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import ramp_color
from reviewer.web.charts.palette import Palette
from reviewer.web.screens.cohorte import sentences

SOURCE = (
    "Población total: INEGI, Censo de Población y Vivienda 2020. Límites: INEGI, Marco Geoestadístico. "
    "Lo que cabe en el azar: intervalos de Wilson al 95 % para las dieciséis alcaldías juntas (Goodman 1965)."
    " Distancias en línea recta, de un punto interior de la alcaldía al de la alcaldía de la sede."
)
FIRST_CLASS_KM, CLASS_KM = (
    5,
    5,
)  # kilometres: the first class of distances ends here, each of the others is as wide


class MapMeasure(StrEnum):
    """What the map tells. The values are the words of the page's address."""

    COUNT = "postulaciones"
    RATE = "tasa"
    SHARE = "parte"
    DISTANCE = "distancia"


MEASURE_LABELS = {
    MapMeasure.SHARE: "Frente a su población",
    MapMeasure.COUNT: "Postulaciones",
    MapMeasure.RATE: "Por 10 mil habitantes",
    MapMeasure.DISTANCE: "Distancia a la sede",
}
_RISING = {Representation.MORE: True, Representation.LESS: False}


@dataclass(frozen=True)
class _MapStyle:
    """A reading: the title of its legend, its entries, and each alcaldía's colour and number."""

    title: str
    entries: list[LegendEntry]
    fill: Callable[[AlcaldiaShare], str]
    value: Callable[[AlcaldiaShare], str]
    rising: Callable[[AlcaldiaShare], bool | None] = lambda _: None


def of_map(
    territory: Territory,
    palette: Palette,
    *,
    chosen: str | None,
    measure: MapMeasure = MapMeasure.SHARE,
    tiles: bool = False,
    can_pick: bool = True,
) -> Card:
    """The alcaldías as they lie, or as equal squares."""
    style = _MAP_STYLES[measure](territory, palette)
    styles = {
        place.alcaldia.code: AlcaldiaStyle(
            style.fill(place), style.value(place), alcaldia_tip(place, territory), style.rising(place)
        )
        for place in territory.alcaldias
    }
    return Card(
        name="mapa",
        heading="De dónde son",
        sentence=sentences.about_map(territory, measure.value, chosen=chosen),
        drawing=city_map(
            styles,
            palette,
            legend=style.entries,
            legend_title=style.title,
            chosen=chosen,
            venues={venue.alcaldia.code: venue.label for venue in territory.venues},
            tiles=tiles,
            can_pick=can_pick,
        ),
        table=tables.of_territory(territory).select_columns(*tables.MAP_COLUMNS, *tables.MAP_DETAIL_COLUMNS),
        note=SOURCE,
        lead=True,
    )


def of_population_shares(territory: Territory, palette: Palette, *, chosen: str | None) -> Card:
    """The alcaldías beside one another, the most populous first."""
    places = sorted(territory.alcaldias, key=lambda place: -place.population_share)
    columns = [
        ShareColumn(
            code=place.alcaldia.code,
            share=place.share,
            low=place.low,
            high=place.high,
            expected=place.population_share,
            fill=palette.verdicts[place.representation],
            tip=alcaldia_tip(place, territory),
        )
        for place in places
    ]
    return Card(
        name="alcaldias",
        heading="Cada alcaldía frente a su población",
        sentence=sentences.ABOUT_BARS,
        drawing=share_columns(
            columns,
            palette,
            observed_label="Parte de las postulaciones, con lo que cabe en el azar",
            expected_label="Parte de la población total (2020)",
            chosen=chosen,
        ),
        table=tables.of_territory(territory).select_columns(*tables.BARS_COLUMNS),
        note=SOURCE,
        hint=sentences.ALCALDIA_HINT,
        wide=True,
    )


def alcaldia_tip(place: AlcaldiaShare, territory: Territory) -> str:
    """All that is known of an alcaldía."""
    lines = [place.alcaldia.name, format_count(place.count, "postulación", "postulaciones")]
    if territory.is_comparable:
        lines[1] += f", {format_percent(place.share)} de las de la ciudad"
        lines.append(f"{format_percent(place.population_share)} de la población total")
        lines.append(f"Caben en el azar: de {format_percent(place.low)} a {format_percent(place.high)}")
    if place.nearest_venue is not None:
        lines.append(
            f"{place.nearest_venue.label}: {format_number(round(place.kilometres, 1))}{NBSP}km en línea recta"
        )
    return "\n".join(lines)


def _by_share(territory: Territory, palette: Palette) -> _MapStyle:
    present = {place.representation for place in territory.alcaldias}
    entries = [
        LegendEntry(palette.verdicts[representation], label, _RISING.get(representation))
        for representation, label in REPRESENTATION_LABELS.items()
        if representation in present
    ]
    return _MapStyle(
        title=MEASURE_LABELS[MapMeasure.SHARE] if territory.is_comparable else "",
        entries=entries if territory.is_comparable else [],
        fill=lambda place: palette.verdicts[place.representation],
        value=lambda place: format_number(place.count),
        rising=lambda place: _RISING.get(place.representation),
    )


def _by_count(territory: Territory, palette: Palette) -> _MapStyle:
    highest = max(place.count for place in territory.alcaldias)
    return _MapStyle(
        title="Postulaciones",
        entries=_ramp_entries(highest, palette, is_whole=True),
        fill=lambda place: ramp_color(place.count, highest, palette),
        value=lambda place: format_number(place.count),
    )


def _by_rate(territory: Territory, palette: Palette) -> _MapStyle:
    highest = max(place.rate for place in territory.alcaldias)
    return _MapStyle(
        title="Por 10 mil habitantes (2020)",
        entries=_ramp_entries(highest, palette, is_whole=False),
        fill=lambda place: ramp_color(place.rate, highest, palette),
        value=lambda place: f"{place.rate:.2f}",
    )


def _by_distance(territory: Territory, palette: Palette) -> _MapStyle:
    def distance_class(place: AlcaldiaShare) -> int:
        return min(len(palette.ramp) - 1, int(place.kilometres // CLASS_KM))

    labels = [
        f"Menos de {FIRST_CLASS_KM} km",
        *(f"{index} a {index + CLASS_KM} km" for index in range(FIRST_CLASS_KM, 4 * CLASS_KM, CLASS_KM)),
        "20 km o más",
    ]
    present = {distance_class(place) for place in territory.alcaldias}
    return _MapStyle(
        title="A la sede más cercana",
        entries=[LegendEntry(palette.ramp[index], labels[index]) for index in sorted(present)]
        if territory.venues
        else [],
        fill=lambda place: palette.ramp[distance_class(place)],
        value=lambda place: f"{place.kilometres:.1f}{NBSP}km" if territory.venues else "",
    )


def _ramp_entries(highest: float, palette: Palette, *, is_whole: bool) -> list[LegendEntry]:
    """The ramp's classes with what they hold; of whole numbers only those that hold one."""
    if not highest:
        return []
    steps = len(palette.ramp) - 1
    entries = [LegendEntry(palette.ramp[0], "Ninguna")]
    for index in range(steps):
        low, high = highest * index / steps, highest * (index + 1) / steps
        if is_whole:
            first, last = int(low) + 1, int(high)
            if first <= last:
                label = (
                    format_number(first)
                    if first == last
                    else f"{format_number(first)} a {format_number(last)}"
                )
                entries.append(LegendEntry(palette.ramp[index + 1], label))
        else:
            entries.append(LegendEntry(palette.ramp[index + 1], f"hasta {high:.2f}"))
    return entries


_MAP_STYLES = {
    MapMeasure.SHARE: _by_share,
    MapMeasure.COUNT: _by_count,
    MapMeasure.RATE: _by_rate,
    MapMeasure.DISTANCE: _by_distance,
}
