"""What a reader of the cohort chooses; it lives in the address, so that a view can be sent to a colleague."""

from enum import StrEnum

import streamlit as st

from reviewer.cohort.filters import Subset
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.cohort.stages import LABELS as STAGES
from reviewer.cohort.stages import Stage
from reviewer.demographics import geography
from reviewer.demographics.questions import COHORT, GENDER, SCHOOLING, Question
from reviewer.web.charts.palette import palette_for
from reviewer.web.screens.cohorte.figure_registry import FigureChoices
from reviewer.web.screens.cohorte.territory_cards import MEASURE_LABELS as READINGS
from reviewer.web.ui import address
from reviewer.web.ui.choices import choose_option, choose_tab

FILTER_KEYS = ("alcaldia", *(question.key for question in FILTER_QUESTIONS))
_SWITCHES = {"1": True, "0": False, "true": True}  # Streamlit's own binding wrote "true"


class CohortTab(StrEnum):
    """The tabs of the page. The values are the words of its address."""

    OVERVIEW = "panorama"
    PEOPLE = "personas"
    CROSSING = "cruces"
    FUNNEL = "recorrido"
    TIME = "tiempo"
    DOWNLOADS = "llevar"


TAB_LABELS = {
    CohortTab.OVERVIEW: "Panorama",
    CohortTab.PEOPLE: "Personas",
    CohortTab.CROSSING: "Cruces",
    CohortTab.FUNNEL: "Recorrido",
    CohortTab.TIME: "Tiempo",
    CohortTab.DOWNLOADS: "Para llevar",
}


def show_header(
    slug: str, stages: tuple[Stage, ...], labels: dict[str, tuple[str, ...]]
) -> tuple[CohortTab, Subset]:
    """Title, tabs and filters; ``stages`` are those there are, ``labels`` the groups of each filter."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte", width="content")
        tab = choose_tab(TAB_LABELS, key="vista", label="Vista")
        alcaldias = {alcaldia.code: alcaldia.name for alcaldia in geography.alcaldias()}
        alcaldia = choose_option(
            {"": "Todas las alcaldías"} | alcaldias,
            key="alcaldia",
            label="Alcaldía",
            words=alcaldias,
            label_visible=False,
            width=215,
        )
        stage = choose_option(
            {stage: STAGES[stage] for stage in stages},
            key="ver",
            label="Se cuentan",
            label_visible=False,
            width=160,
        )
        groups = _group_filters(labels)
    return tab, Subset(slug, stage, alcaldia or None, groups)


def _group_filters(labels: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """The filters by group, behind one button that says how many are set."""
    count = sum(question.key in st.query_params for question in FILTER_QUESTIONS)
    with st.popover(f"Más filtros ({count})" if count else "Más filtros"):
        st.caption("Un clic en una barra también filtra. Lo que es sensible no filtra.")
        selections = [
            (question.key, _group_select(question, labels[question.key])) for question in FILTER_QUESTIONS
        ]
    if count or "alcaldia" in st.query_params:
        st.button("Quitar filtros", on_click=clear_filters, type="tertiary")
    return tuple((key, label) for key, label in selections if label)


def _group_select(question: Question, labels: tuple[str, ...]) -> str:
    options = {label: label for label in labels}
    return choose_option(
        {"": "Todas las respuestas"} | options, key=question.key, label=question.label, words=options
    )


def clear_filters() -> None:
    """Removes all filters."""
    address.change(dict.fromkeys(FILTER_KEYS))


def toggle_filter(pick: str) -> None:
    """Filters by what was picked in a figure (``genero=Mujer``); the same again takes the filter away."""
    key, _, value = pick.partition("=")
    if key in FILTER_KEYS:
        label = geography.by_code()[value].name if key == "alcaldia" else value
        address.change({key: None if st.session_state.get(key) == value else address.slug(label)})


def figure_choices(tab: CohortTab) -> FigureChoices:
    """How the figures of a view are drawn."""
    palette = palette_for(st.context.theme.type)
    if tab is CohortTab.OVERVIEW:
        return _map_choices(FigureChoices(palette=palette))
    if tab is CohortTab.CROSSING:
        with st.container(horizontal=True):
            row_question = _question_select("Cruzar", "cruce", GENDER)
            column_question = _question_select("con", "con", SCHOOLING)
        return FigureChoices(palette=palette, crossed_questions=(row_question, column_question))
    if tab is CohortTab.FUNNEL:
        return FigureChoices(palette=palette, funnel_question=_question_select("Comparar por", "por", GENDER))
    return FigureChoices(palette=palette)


def _map_choices(defaults: FigureChoices) -> FigureChoices:
    with st.container(horizontal=True, vertical_alignment="center"):
        measure = choose_tab(READINGS, key="lectura", label="Lectura del mapa")
        tiles = st.toggle(
            "Cuadros iguales",
            **address.connect("mosaico", default=False, parse=_SWITCHES.get, text=lambda on: str(int(on))),
        )
    return FigureChoices(measure, tiles, palette=defaults.palette)


def _question_select(label: str, key: str, default: Question) -> Question:
    labels = {question_key: question.label for question_key, question in COHORT.items()}
    return COHORT[choose_option(labels, key=key, label=label, default=default.key, width=280)]
