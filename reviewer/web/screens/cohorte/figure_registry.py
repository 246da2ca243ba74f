"""Every figure of the cohort by its name: the page draws them, and they can be taken along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from reviewer.cohort import arrivals, counts, funnel, review_pace, territory
from reviewer.cohort.filters import CohortSession, Subset
from reviewer.cohort.questions import FILTER_QUESTIONS, GROUPED_QUESTIONS
from reviewer.cohort.stages import Stage
from reviewer.core import clock
from reviewer.core.errors import UserError
from reviewer.demographics.questions import COHORT, GENDER, SCHOOLING, Question
from reviewer.web.charts.card import Card
from reviewer.web.charts.palette import PAPER, Palette
from reviewer.web.screens.cohorte import funnel_cards, people_cards, territory_cards, time_cards
from reviewer.web.screens.cohorte.territory_cards import MapMeasure

ADDRESS = "/descargas/cohorte"
Params = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class FigureChoices:
    """What a reader chose of how figures are drawn: the map's reading, what is crossed, whose way through."""

    map_measure: MapMeasure = MapMeasure.SHARE
    tiles: bool = False
    crossed_questions: tuple[Question, Question] = (GENDER, SCHOOLING)
    funnel_question: Question = GENDER
    palette: Palette = field(default=PAPER)


CardBuilder = Callable[[CohortSession, FigureChoices], Card]


def _map(cohort: CohortSession, choices: FigureChoices) -> Card:
    city_territory = territory.by_alcaldia(cohort.without_alcaldia)
    return territory_cards.of_map(
        city_territory,
        choices.palette,
        chosen=cohort.subset.alcaldia,
        measure=choices.map_measure,
        tiles=choices.tiles,
    )


def _alcaldia_shares(cohort: CohortSession, choices: FigureChoices) -> Card:
    city_territory = territory.by_alcaldia(cohort.without_alcaldia)
    return territory_cards.of_population_shares(
        city_territory, choices.palette, chosen=cohort.subset.alcaldia
    )


def _groups(question: Question) -> CardBuilder:
    def build(cohort: CohortSession, choices: FigureChoices) -> Card:
        groups = _require_any(counts.by_question(cohort, question))
        return people_cards.of_groups(cohort, question, groups, choices.palette)

    return build


def _ages(cohort: CohortSession, choices: FigureChoices) -> Card:
    return people_cards.of_ages(cohort, counts.by_age(cohort), choices.palette)


def _cross_tabulation(cohort: CohortSession, choices: FigureChoices) -> Card:
    cross_tabulation = counts.cross_tabulation(cohort, *choices.crossed_questions)
    _require_any(cross_tabulation.rows)
    return people_cards.of_cross_tabulation(cross_tabulation, choices.palette)


def _funnel(cohort: CohortSession, choices: FigureChoices) -> Card:
    question_funnel = funnel.by_question(cohort, choices.funnel_question)
    _require_any(question_funnel.groups)
    return funnel_cards.of_funnel(question_funnel, choices.palette)


def _days(cohort: CohortSession, choices: FigureChoices) -> Card:
    return time_cards.by_day(arrivals.by_hour(cohort), choices.palette, now=clock.now())


def _hours(cohort: CohortSession, choices: FigureChoices) -> Card:
    return time_cards.by_hour(arrivals.by_hour(cohort), choices.palette)


def _days_by_alcaldia(cohort: CohortSession, choices: FigureChoices) -> Card:
    daily_arrivals = arrivals.by_hour(cohort)
    _require_any(daily_arrivals.by_alcaldia)
    return time_cards.by_alcaldia(daily_arrivals, choices.palette)


def _review_pace(cohort: CohortSession, choices: FigureChoices) -> Card:
    pace = review_pace.measure(cohort)
    _require_any(pace.days)
    return time_cards.of_review_pace(pace, choices.palette)


def _require_any(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise UserError("En esta parte de la cohorte no hay nada que contar: quite los filtros.")
    return items


CARD_BUILDERS: dict[str, CardBuilder] = {
    "mapa": _map,
    "alcaldias": _alcaldia_shares,
    "edad": _ages,
    **{question.key: _groups(question) for question in GROUPED_QUESTIONS},
    "cruce": _cross_tabulation,
    "recorrido": _funnel,
    "dias": _days,
    "horas": _hours,
    "dias-alcaldia": _days_by_alcaldia,
    "dictamenes": _review_pace,
}
"""A card by the name of its figure; each counts anew, in one aggregate or two.

They raise ``UserError`` where there is nothing to count.
"""


def subset_from_params(params: Params) -> Subset:
    """The part that an address names. Raises ``UserError`` with what to change."""
    stage = params.get("ver", Stage.RECEIVED)
    if stage not in [member.value for member in Stage]:
        raise UserError(
            f"«ver» tiene que ser una de estas palabras: {', '.join(member.value for member in Stage)}."
        )
    keys = [question.key for question in FILTER_QUESTIONS]
    groups = tuple((key, params[key]) for key in keys if params.get(key))
    return Subset(params.get("convocatoria", ""), Stage(stage), params.get("alcaldia") or None, groups)


def choices_from_params(params: Params) -> FigureChoices:
    """The choices that an address names. Raises ``UserError`` with what to change."""
    try:
        return FigureChoices(
            map_measure=MapMeasure(params.get("lectura", MapMeasure.SHARE)),
            tiles=params.get("mosaico") == "1",
            crossed_questions=(
                COHORT[params.get("cruce", GENDER.key)],
                COHORT[params.get("con", SCHOOLING.key)],
            ),
            funnel_question=COHORT[params.get("por", GENDER.key)],
        )
    except (KeyError, ValueError) as error:
        raise UserError("La dirección pide una figura que no hay. Descárguela desde la página.") from error


def to_params(subset: Subset, choices: FigureChoices) -> dict[str, str | None]:
    """The address of the same part and choices."""
    return {
        "convocatoria": subset.call_slug,
        "ver": None if subset.stage is Stage.RECEIVED else subset.stage.value,
        "alcaldia": subset.alcaldia,
        **dict(subset.groups),
        "lectura": None if choices.map_measure is MapMeasure.SHARE else choices.map_measure.value,
        "mosaico": "1" if choices.tiles else None,
        "cruce": choices.crossed_questions[0].key,
        "con": choices.crossed_questions[1].key,
        "por": choices.funnel_question.key,
    }
