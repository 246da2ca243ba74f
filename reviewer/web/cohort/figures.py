"""Every figure of the cohort by its name: the page draws them, and they can be taken along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from reviewer import clock
from reviewer.cohort import arrivals, counts, funnel, readings, territory
from reviewer.cohort.part import Counting, Part
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import FILTERS, GATHERED, GENDER, SCHOOLING, TRAITS, Trait
from reviewer.errors import Refused
from reviewer.web.charts.card import Card
from reviewer.web.charts.palette import PAPER, Palette
from reviewer.web.cohort import people, time, way
from reviewer.web.cohort import territory as territory_cards
from reviewer.web.cohort.territory import Reading

ADDRESS = "/descargas/cohorte"
Params = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Choices:
    """What a reader chose of how figures are drawn: the map's reading, what is crossed, whose way through."""

    reading: Reading = Reading.SHARE
    tiles: bool = False
    crossed: tuple[Trait, Trait] = (GENDER, SCHOOLING)
    way_of: Trait = GENDER
    palette: Palette = field(default=PAPER)


Maker = Callable[[Counting, Choices], Card]


def _map(counting: Counting, choices: Choices) -> Card:
    found = territory.by_alcaldia(counting.everywhere)
    return territory_cards.on_the_map(
        found,
        choices.palette,
        chosen=counting.part.alcaldia,
        reading=choices.reading,
        tiles=choices.tiles,
    )


def _beside(counting: Counting, choices: Choices) -> Card:
    found = territory.by_alcaldia(counting.everywhere)
    return territory_cards.beside_population(found, choices.palette, chosen=counting.part.alcaldia)


def _groups(trait: Trait) -> Maker:
    def make(counting: Counting, choices: Choices) -> Card:
        found = _some(counts.by_trait(counting, trait))
        return people.of_groups(counting, trait, found, choices.palette)

    return make


def _ages(counting: Counting, choices: Choices) -> Card:
    return people.of_ages(counting, counts.by_age(counting), choices.palette)


def _crossing(counting: Counting, choices: Choices) -> Card:
    found = counts.crossing(counting, *choices.crossed)
    _some(found.rows)
    return people.of_crossing(found, choices.palette)


def _way(counting: Counting, choices: Choices) -> Card:
    found = funnel.funnel(counting, choices.way_of)
    _some(found.groups)
    return way.of_funnel(found, choices.palette)


def _days(counting: Counting, choices: Choices) -> Card:
    return time.by_day(arrivals.by_hour(counting), choices.palette, now=clock.now())


def _hours(counting: Counting, choices: Choices) -> Card:
    return time.by_hour(arrivals.by_hour(counting), choices.palette)


def _places(counting: Counting, choices: Choices) -> Card:
    found = arrivals.by_hour(counting)
    _some(found.by_place)
    return time.by_place(found, choices.palette)


def _readings(counting: Counting, choices: Choices) -> Card:
    found = readings.readings(counting)
    _some(found.days)
    return time.of_readings(found, choices.palette)


def _some(found: tuple[T, ...]) -> tuple[T, ...]:
    if not found:
        raise Refused("En esta parte de la cohorte no hay nada que contar: quite los filtros.")
    return found


MAKERS: dict[str, Maker] = {
    "mapa": _map,
    "alcaldias": _beside,
    "edad": _ages,
    **{trait.key: _groups(trait) for trait in GATHERED},
    "cruce": _crossing,
    "recorrido": _way,
    "dias": _days,
    "horas": _hours,
    "dias-alcaldia": _places,
    "dictamenes": _readings,
}
"""A card by the name of its figure; each counts anew, in one aggregate or two.

They raise ``Refused`` where there is nothing to count.
"""


def part_in(params: Params) -> Part:
    """The part that an address names. Raises ``Refused`` with what to change."""
    stage = params.get("ver", Stage.RECEIVED)
    if stage not in [each.value for each in Stage]:
        raise Refused(
            f"«ver» tiene que ser una de estas palabras: {', '.join(each.value for each in Stage)}."
        )
    keys = [each.key for each in FILTERS if each.key != "alcaldia"]
    groups = tuple((key, params[key]) for key in keys if params.get(key))
    return Part(params.get("convocatoria", ""), Stage(stage), params.get("alcaldia") or None, groups)


def choices_in(params: Params) -> Choices:
    """The choices that an address names. Raises ``Refused`` with what to change."""
    try:
        return Choices(
            reading=Reading(params.get("lectura", Reading.SHARE)),
            tiles=params.get("mosaico") == "1",
            crossed=(TRAITS[params.get("cruce", GENDER.key)], TRAITS[params.get("con", SCHOOLING.key)]),
            way_of=TRAITS[params.get("por", GENDER.key)],
        )
    except (KeyError, ValueError) as error:
        raise Refused("La dirección pide una figura que no hay. Descárguela desde la página.") from error


def params_of(part: Part, choices: Choices) -> dict[str, str | None]:
    """The address of the same part and choices."""
    return {
        "convocatoria": part.call_slug,
        "ver": None if part.stage is Stage.RECEIVED else part.stage.value,
        "alcaldia": part.alcaldia,
        **dict(part.groups),
        "lectura": None if choices.reading is Reading.SHARE else choices.reading.value,
        "mosaico": "1" if choices.tiles else None,
        "cruce": choices.crossed[0].key,
        "con": choices.crossed[1].key,
        "por": choices.way_of.key,
    }
