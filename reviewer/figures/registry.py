"""Every figure of the cohort by its name. Adding a figure is one function and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewer.cohort import arrivals, counts, funnel, jury_scores, review_pace
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.core import clock
from reviewer.core.errors import UserError
from reviewer.demographics.questions import GENDER, SCHOOLING, Question
from reviewer.figures import jury, people, territory, time
from reviewer.figures.figure import Figure
from reviewer.figures.territory import MapMeasure


@dataclass(frozen=True)
class FigureChoices:
    """What a reader chooses of figures: the map's measure, the crossed questions, the compared groups."""

    map_measure: MapMeasure = MapMeasure.RATE
    crossed_questions: tuple[Question, Question] = (GENDER, SCHOOLING)
    funnel_question: Question = GENDER


FigureBuilder = Callable[[CohortSession, FigureChoices], Figure | None]


def _map(cohort: CohortSession, choices: FigureChoices) -> Figure:
    city = territory.city_of(cohort)
    return territory.map_of(city, measure=choices.map_measure, chosen=cohort.subset.alcaldias)


def _alcaldia_shares(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    city = territory.city_of(cohort)
    return territory.shares_of(city, chosen=cohort.subset.alcaldias) if city.is_comparable else None


def _selected(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    return territory.selected_of(cohort)


def _groups(question: Question) -> FigureBuilder:
    def build(cohort: CohortSession, _: FigureChoices) -> Figure | None:
        groups = counts.by_question(cohort, question)
        return people.groups_of(cohort, question, groups) if groups else None

    return build


def _ages(cohort: CohortSession, _: FigureChoices) -> Figure:
    return people.ages_of(cohort, counts.by_age(cohort))


def _crossing(cohort: CohortSession, choices: FigureChoices) -> Figure | None:
    crossing = counts.cross_tabulation(cohort, *choices.crossed_questions)
    return people.crossing_of(crossing) if crossing.rows else None


def _funnel(cohort: CohortSession, choices: FigureChoices) -> Figure | None:
    question_funnel = funnel.by_question(cohort, choices.funnel_question)
    return people.funnel_of(question_funnel) if question_funnel.groups else None


def _days(cohort: CohortSession, _: FigureChoices) -> Figure:
    return time.days_of(cohort.once(arrivals.by_hour), now=clock.now())


def _hours(cohort: CohortSession, _: FigureChoices) -> Figure:
    return time.hours_of(cohort.once(arrivals.by_hour))


def _alcaldia_days(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    daily = cohort.once(arrivals.by_hour)
    return time.alcaldia_days_of(daily) if daily.by_alcaldia else None


def _review_pace(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    pace = review_pace.measure(cohort)
    return time.pace_of(pace) if pace.days else None


def _scores(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    scores = cohort.once(jury_scores.read)
    return jury.scores_of(scores, cohort.spec) if scores.total else None


def _severity(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    scores = cohort.once(jury_scores.read)
    return jury.severity_of(scores) if scores.jurors else None


def _agreement(cohort: CohortSession, _: FigureChoices) -> Figure | None:
    scores = cohort.once(jury_scores.read)
    return jury.agreement_of(scores, cohort.spec) if scores.alpha else None


FIGURES: Mapping[str, FigureBuilder] = {
    "mapa": _map,
    "alcaldias": _alcaldia_shares,
    "seleccionadas": _selected,
    "edad": _ages,
    **{question.key: _groups(question) for question in GROUPED_QUESTIONS},
    "cruce": _crossing,
    "recorrido": _funnel,
    "dias": _days,
    "horas": _hours,
    "dias-alcaldia": _alcaldia_days,
    "dictamenes": _review_pace,
    "puntajes": _scores,
    "severidad": _severity,
    "acuerdo": _agreement,
}
"""Builders by the word of the figure's address; they return None where there is nothing to count."""


def build(name: str, cohort: CohortSession, choices: FigureChoices) -> Figure:
    """The figure of this name. Raises ``UserError`` where there is nothing to count."""
    figure = FIGURES[name](cohort, choices)
    if figure is None:
        raise UserError("En esta parte de la cohorte no hay nada que contar: quite los filtros.")
    return figure
