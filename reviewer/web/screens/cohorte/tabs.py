"""The tabs of the cohort's page and their figures."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.demographics.questions import AGE, GENDER, OCCUPATION, SCHOOLING
from reviewer.figures.registry import FIGURES, FigureChoices
from reviewer.web.charts import card
from reviewer.web.screens.cohorte import downloads, group_rules
from reviewer.web.screens.cohorte.address import ADDRESS, to_params
from reviewer.web.screens.cohorte.filters import CohortTab, set_filter

TAB_FIGURES: dict[CohortTab, tuple[str, ...]] = {
    CohortTab.OVERVIEW: (
        *("mapa", GENDER.key, AGE.key, SCHOOLING.key, OCCUPATION.key),
        *("alcaldias", "seleccionadas"),
    ),
    CohortTab.PEOPLE: (AGE.key, *(question.key for question in GROUPED_QUESTIONS)),
    CohortTab.CROSSING: ("cruce",),
    CohortTab.FUNNEL: ("recorrido",),
    CohortTab.TIME: ("dias", "horas", "dias-alcaldia"),
    CohortTab.JURY: ("dictamenes", "puntajes", "severidad", "acuerdo"),
}
# Figures that do not count the people of the part: they are shown where it is empty, too.
_OF_THE_CALL = {"mapa", "alcaldias", "seleccionadas", "recorrido", *TAB_FIGURES[CohortTab.JURY]}


def show(tab: CohortTab, actor: Actor, cohort: CohortSession, choices: FigureChoices, empty_message: str) -> None:
    """Draws a tab; ``empty_message`` replaces the figures of applicants where there are none."""
    if tab is CohortTab.DOWNLOADS:
        downloads.show(cohort, choices)
        return
    if empty_message:
        st.info(empty_message)
    names = [name for name in TAB_FIGURES[tab] if not empty_message or name in _OF_THE_CALL]
    figures = [figure for name in names if (figure := FIGURES[name](cohort, choices)) is not None]
    if not figures and tab is CohortTab.JURY:
        st.info("Todavía no hay dictámenes enviados.")
    card.show(figures, address=ADDRESS, params=to_params(cohort.subset, choices), on_pick=set_filter)
    if tab is CohortTab.PEOPLE:
        group_rules.show(actor, cohort)
