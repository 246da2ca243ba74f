"""Figures of the territory: the map, the alcaldías beside their population, and who was selected."""

from enum import StrEnum

from reviewer.cohort import funnel, territory
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.significance import MIN_FOR_SHARES, Representation
from reviewer.cohort.stages import Stage
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.core.spanish import NBSP, format_count, format_number, format_percent
from reviewer.demographics import geography
from reviewer.demographics.questions import ALCALDIA as ALCALDIA_QUESTION
from reviewer.figures import sentences
from reviewer.figures.figure import AlcaldiaMap, Comparison, Figure, Size, frame_of
from reviewer.tables.csv_files import Cell

CODE, ALCALDIA = "Clave INEGI", "Alcaldía"
APPLICATIONS, SHARE = "Postulaciones", "% de las postulaciones"
LOW, HIGH = "Cabe en el azar desde %", "Cabe en el azar hasta %"
POPULATION, POPULATION_SHARE, RATE = "Población total 2020", "% de la población", "Por cada 10 mil habitantes"
REPRESENTATION = "Frente a su población"
VENUE, KILOMETRES = "Sede más cercana", "Km en línea recta"
SELECTED, SELECTED_SHARE = "Seleccionadas", "% de las seleccionadas"
_HOVER, _TEXT = "hover", "text"
MAP_COLUMNS = (ALCALDIA, APPLICATIONS, RATE, POPULATION, SHARE, REPRESENTATION, VENUE, KILOMETRES)
SHARES_COLUMNS = (ALCALDIA, SHARE, LOW, HIGH, POPULATION_SHARE, POPULATION)
SELECTED_COLUMNS = (ALCALDIA, APPLICATIONS, SHARE, SELECTED, SELECTED_SHARE, POPULATION_SHARE)
SOURCE = (
    "Población total: INEGI, Censo de Población y Vivienda 2020. Límites: INEGI, Marco Geoestadístico. "
    "Lo que cabe en el azar: intervalos de Wilson al 95 % para las dieciséis alcaldías juntas (Goodman 1965)."
    " Distancias en línea recta, de un punto interior de la alcaldía al de la alcaldía de la sede."
)
REPRESENTATION_LABELS = {
    Representation.MORE: "Más",
    Representation.PERHAPS_MORE: "Algo más, puede ser azar",
    Representation.EVEN: "Parejo, o muy pocas",
    Representation.PERHAPS_LESS: "Algo menos, puede ser azar",
    Representation.LESS: "Menos",
}
_RISING = {Representation.MORE: "▲ ", Representation.LESS: "▼ "}


class MapMeasure(StrEnum):
    """What the map shows. The values are the words of the page's address."""

    RATE = "tasa"
    COUNT = "postulaciones"
    SHARE = "parte"
    DISTANCE = "distancia"


MEASURE_LABELS = {
    MapMeasure.RATE: "Por 10 mil habitantes",
    MapMeasure.COUNT: "Postulaciones",
    MapMeasure.SHARE: "Frente a su población",
    MapMeasure.DISTANCE: "Distancia a la sede",
}
_MEASURE_COLUMNS = {
    MapMeasure.RATE: RATE,
    MapMeasure.COUNT: APPLICATIONS,
    MapMeasure.SHARE: REPRESENTATION,
    MapMeasure.DISTANCE: KILOMETRES,
}


def map_of(
    city: Territory,
    *,
    measure: MapMeasure = MapMeasure.RATE,
    chosen: tuple[str, ...] = (),
    can_pick: bool = True,
) -> Figure:
    """The alcaldías on the map, one measure at a time."""
    frame = frame_of(_COLUMNS, [_row(place, city) for place in city.alcaldias])
    frame[_TEXT] = [_map_text(place, city, measure) for place in city.alcaldias]
    frame[_HOVER] = [_hover(place, city) for place in city.alcaldias]
    if measure is MapMeasure.SHARE and not city.is_comparable:
        frame[REPRESENTATION] = REPRESENTATION_LABELS[Representation.EVEN]
    return Figure(
        name="mapa",
        title="De dónde son",
        sentence=sentences.about_map(city, measure.value, chosen=chosen),
        frame=frame,
        encoding=AlcaldiaMap(
            code=CODE,
            name=ALCALDIA,
            value=_MEASURE_COLUMNS[measure],
            text=_TEXT,
            legend=MEASURE_LABELS[measure],
            hover=_HOVER,
            venues={venue.alcaldia.code: venue.label for venue in city.venues},
            classes=tuple(REPRESENTATION_LABELS.values()) if measure is MapMeasure.SHARE else (),
        ),
        table_title="Postulaciones por alcaldía",
        table_columns=MAP_COLUMNS,
        footer=_map_footer(city),
        note=SOURCE,
        hint=sentences.ALCALDIA_HINT if can_pick else "",
        size=Size.LEAD,
        filter_key="alcaldia" if can_pick else "",
        filter_column=CODE,
        chosen=chosen,
    )


def shares_of(city: Territory, *, chosen: tuple[str, ...] = ()) -> Figure:
    """The alcaldías beside their part of the population, the most populous first."""
    places = sorted(city.alcaldias, key=lambda place: -place.population_share)
    return Figure(
        name="alcaldias",
        title="Cada alcaldía frente a su población",
        sentence=sentences.ABOUT_BARS,
        frame=frame_of(_COLUMNS, [_row(place, city) for place in places]),
        encoding=Comparison(ALCALDIA, (SHARE, POPULATION_SHARE), low=LOW, high=HIGH, colors=REPRESENTATION),
        table_columns=SHARES_COLUMNS,
        note=SOURCE,
        size=Size.WIDE,
        filter_key="alcaldia",
        filter_column=CODE,
        chosen=chosen,
    )


def selected_of(cohort: CohortSession) -> Figure | None:
    """The selected beside those who applied and the city; None before anybody is selected."""
    stages = (Stage.RECEIVED, Stage.SELECTED)
    found = funnel.by_question(cohort.without_alcaldia, ALCALDIA_QUESTION, only_stages=stages)
    counts = dict(zip(found.groups, found.counts, strict=True))
    places = sorted(geography.alcaldias(), key=lambda alcaldia: -alcaldia.population)
    inhabitants = sum(alcaldia.population for alcaldia in places)
    received, selected = (sum(counts.get(place.name, (0, 0))[stage] for place in places) for stage in (0, 1))
    if not selected:
        return None
    rows = []
    for place in places:
        applied, chosen = counts.get(place.name, (0, 0))
        row: tuple[Cell, ...] = (place.code, place.name, applied, _percentage(applied / received), chosen)
        rows.append((*row, _percentage(chosen / selected), _percentage(place.population / inhabitants)))
    return Figure(
        name="seleccionadas",
        title="Seleccionadas, postulaciones y ciudad",
        sentence=_about_selected(found, selected),
        frame=frame_of((CODE, *SELECTED_COLUMNS), rows),
        encoding=Comparison(ALCALDIA, (SELECTED_SHARE, SHARE, POPULATION_SHARE)),
        table_columns=SELECTED_COLUMNS,
        note=SOURCE,
        size=Size.WIDE,
        filter_key="alcaldia",
        filter_column=CODE,
        chosen=cohort.subset.alcaldias,
    )


_COLUMNS = (
    *(CODE, ALCALDIA, APPLICATIONS, SHARE, LOW, HIGH),
    *(POPULATION, POPULATION_SHARE, RATE, REPRESENTATION, VENUE, KILOMETRES),
)


def _row(place: AlcaldiaShare, city: Territory) -> tuple[Cell, ...]:
    shares = (place.share, place.low, place.high)
    return (
        place.alcaldia.code,
        place.alcaldia.name,
        place.count,
        *(_percentage(share) if city.is_comparable else None for share in shares),
        place.alcaldia.population,
        _percentage(place.population_share),
        round(place.rate, 2),
        REPRESENTATION_LABELS[place.representation] if city.is_comparable else None,
        place.nearest_venue.label if place.nearest_venue else None,
        round(place.kilometres, 1) if place.nearest_venue else None,
    )


def _map_footer(city: Territory) -> tuple[tuple[Cell, ...], ...]:
    inhabitants = sum(alcaldia.population for alcaldia in geography.alcaldias())
    rate = round(10_000 * city.total / inhabitants, 2)
    rows: list[tuple[Cell, ...]] = [("Ciudad de México", city.total, rate, inhabitants)]
    if city.elsewhere:
        rows.append(("Fuera de la ciudad o sin reconocer", city.elsewhere))
    if city.unknown:
        rows.append(("Sin respuesta", city.unknown))
    return tuple((*row, *[None] * (len(MAP_COLUMNS) - len(row))) for row in rows)


def _map_text(place: AlcaldiaShare, city: Territory, measure: MapMeasure) -> str:
    if measure is MapMeasure.RATE:
        return f"{place.rate:.2f}"
    if measure is MapMeasure.DISTANCE:
        return f"{place.kilometres:.1f}{NBSP}km" if city.venues else ""
    rising = _RISING.get(place.representation, "") if measure is MapMeasure.SHARE else ""
    return f"{rising}{format_number(place.count)}"


def _hover(place: AlcaldiaShare, city: Territory) -> str:
    """All that is known of an alcaldía, a line each."""
    applications = format_count(place.count, "postulación", "postulaciones")
    lines = [place.alcaldia.name, applications]
    if city.is_comparable:
        lines[1] += f", {format_percent(place.share)} de las de la ciudad"
        lines.append(f"{format_percent(place.population_share)} de la población total")
        lines.append(f"Caben en el azar: de {format_percent(place.low)} a {format_percent(place.high)}")
    lines.append(f"{place.rate:.2f} por cada 10 mil de sus {format_number(place.alcaldia.population)} habitantes")
    if place.nearest_venue is not None:
        kilometres = format_number(round(place.kilometres, 1))
        lines.append(f"{place.nearest_venue.label}: {kilometres}{NBSP}km en línea recta")
    return "\n".join(lines)


def _about_selected(found: Funnel, selected: int) -> str:
    group, chosen = max(
        zip(found.groups, (counts[1] for counts in found.counts), strict=True), key=lambda pair: pair[1]
    )
    if selected < MIN_FOR_SHARES:
        return f"De {group}: {format_number(chosen)} de {format_number(selected)} seleccionadas."
    return f"De {group} es {format_percent(chosen / selected)} de las {format_number(selected)} seleccionadas."


def city_of(cohort: CohortSession) -> Territory:
    """All alcaldías, whichever of them the cohort is filtered by."""
    return cohort.without_alcaldia.once(territory.by_alcaldia)


def _percentage(share: float) -> float:
    return round(100 * share, 1)
