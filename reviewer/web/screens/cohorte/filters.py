"""The filters and choices of the cohort's page, all kept in the address."""

from enum import StrEnum

import streamlit as st

from reviewer.cohort.filters import Subset
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.cohort.stages import LABELS as STAGES
from reviewer.cohort.stages import Stage
from reviewer.demographics import geography
from reviewer.demographics.questions import COHORT, GENDER, SCHOOLING, Question
from reviewer.figures.registry import FigureChoices
from reviewer.figures.territory import MEASURE_LABELS
from reviewer.web.ui import address
from reviewer.web.ui.choices import choose_option, choose_tab

FILTER_KEYS = ("alcaldia", *(question.key for question in FILTER_QUESTIONS))


class CohortTab(StrEnum):
    """The tabs of the page, by their words in the address."""

    OVERVIEW = "panorama"
    PEOPLE = "personas"
    CROSSING = "cruces"
    FUNNEL = "recorrido"
    TIME = "tiempo"
    JURY = "jurado"
    DOWNLOADS = "llevar"


TAB_LABELS = {
    CohortTab.OVERVIEW: "Panorama",
    CohortTab.PEOPLE: "Personas",
    CohortTab.CROSSING: "Cruces",
    CohortTab.FUNNEL: "Recorrido",
    CohortTab.TIME: "Tiempo",
    CohortTab.JURY: "Jurado",
    CohortTab.DOWNLOADS: "Para llevar",
}


def show_header(slug: str, stages: tuple[Stage, ...], labels: dict[str, tuple[str, ...]]) -> tuple[CohortTab, Subset]:
    """Draws title, tabs and filters; returns the tab and the part of the cohort.

    ``stages`` are the available ones, ``labels`` the groups of each filter.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte", width="content")
        tab = choose_tab(TAB_LABELS, key="vista", label="Vista")
        alcaldias = {alcaldia.code: alcaldia.name for alcaldia in geography.alcaldias()}
        none: list[str] = []
        binding = address.connect("alcaldia", default=none, parse=_parse_alcaldias, text=_alcaldias_text)
        chosen: list[str] = st.multiselect(
            "Alcaldías",
            list(alcaldias),
            format_func=alcaldias.__getitem__,
            placeholder="Todas las alcaldías",
            label_visibility="collapsed",
            width=260,
            **binding,
        )
        stage = choose_option(
            {stage: STAGES[stage] for stage in stages},
            key="ver",
            label="Se cuentan",
            label_visible=False,
            width=160,
        )
        groups = _group_filters(labels)
    return tab, Subset(slug, stage, tuple(chosen), groups)


def _group_filters(labels: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Draws the filters by group, in a popover that shows how many are set."""
    count = sum(question.key in st.query_params for question in FILTER_QUESTIONS)
    with st.popover(f"Más filtros ({count})" if count else "Más filtros"):
        st.caption("Un clic en una barra también filtra. Lo que es sensible no filtra.")
        selections = [(question.key, _group_select(question, labels[question.key])) for question in FILTER_QUESTIONS]
    if count or "alcaldia" in st.query_params:
        st.button("Quitar filtros", on_click=clear_filters, type="tertiary")
    return tuple((key, label) for key, label in selections if label)


def _group_select(question: Question, labels: tuple[str, ...]) -> str:
    options = {label: label for label in labels}
    return choose_option({"": "Todas las respuestas"} | options, key=question.key, label=question.label, words=options)


def clear_filters() -> None:
    """Removes all filters."""
    address.change(dict.fromkeys(FILTER_KEYS))


def set_filter(key: str, values: tuple[str, ...]) -> None:
    """Filters by what was chosen in a figure; the same again takes the filter away."""
    if key == "alcaldia":
        is_same = list(values) == list(st.session_state.get(key, []))
        address.change({key: None if is_same or not values else _alcaldias_text(list(values))})
    elif key in FILTER_KEYS:
        (value,) = values[:1]
        address.change({key: None if st.session_state.get(key) == value else address.slug(value)})


def figure_choices(tab: CohortTab) -> FigureChoices:
    """Draws a tab's own controls, above its figures."""
    if tab is CohortTab.OVERVIEW:
        measure = choose_tab(MEASURE_LABELS, key="lectura", label="El mapa muestra")
        return FigureChoices(map_measure=measure)
    if tab is CohortTab.CROSSING:
        with st.container(horizontal=True):
            row_question = _question_select("Cruzar", "cruce", GENDER)
            column_question = _question_select("con", "con", SCHOOLING)
        return FigureChoices(crossed_questions=(row_question, column_question))
    if tab is CohortTab.FUNNEL:
        return FigureChoices(funnel_question=_question_select("Comparar por", "por", GENDER))
    return FigureChoices()


def _parse_alcaldias(text: str) -> list[str] | None:
    """Returns the codes of alcaldías that an address names, separated by commas; None for an unknown one."""
    by_slug = {address.slug(alcaldia.name): alcaldia.code for alcaldia in geography.alcaldias()}
    codes = [by_slug.get(address.slug(name), name) for name in text.split(",") if name]
    return codes if set(codes) <= geography.by_code().keys() else None


def _alcaldias_text(codes: list[str]) -> str:
    return ",".join(address.slug(geography.by_code()[code].name) for code in codes)


def _question_select(label: str, key: str, default: Question) -> Question:
    labels = {question_key: question.label for question_key, question in COHORT.items()}
    return COHORT[choose_option(labels, key=key, label=label, default=default.key, width=280)]
