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
from reviewer.web.screens.cohorte.territory_cards import MapMeasure


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


def alcaldia_label(code: str | None) -> str:
    """What the filter calls an alcaldía; None is no filter."""
    return "Todas las alcaldías" if code is None else geography.by_code()[code].name


def show_header(
    slug: str, stages: tuple[Stage, ...], labels: dict[str, tuple[str, ...]]
) -> tuple[CohortTab, Subset]:
    """Title, tabs and filters; ``stages`` are those there are, ``labels`` the groups of each filter."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte", width="content")
        tab = st.segmented_control(
            "Vista",
            list(CohortTab),
            format_func=TAB_LABELS.__getitem__,
            default=CohortTab.OVERVIEW,
            required=True,
            key="vista",
            bind="query-params",
            label_visibility="collapsed",
        )
        alcaldia = st.selectbox(
            "Alcaldía",
            [None, *(alcaldia.code for alcaldia in geography.alcaldias())],
            format_func=alcaldia_label,
            key="alcaldia",
            bind="query-params",
            label_visibility="collapsed",
            width=215,
        )
        stage = st.selectbox(
            "Se cuentan",
            stages,
            format_func=STAGES.__getitem__,
            key="ver",
            bind="query-params",
            label_visibility="collapsed",
            width=160,
        )
        groups = _group_filters(labels)
    subset = Subset(slug, Stage(stage or Stage.RECEIVED), alcaldia, groups)
    return CohortTab(tab or CohortTab.OVERVIEW), subset


def _group_filters(labels: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """The filters by group, behind one button that says how many are set."""
    # On a page just opened the address says more than the session does.
    chosen = [
        st.session_state.get(question.key, st.query_params.get(question.key)) for question in FILTER_QUESTIONS
    ]
    count = sum(value is not None for value in chosen)
    with st.popover(f"Más filtros ({count})" if count else "Más filtros"):
        st.caption("Un clic en una barra también filtra. Lo que es sensible no filtra.")
        selections = [
            (question.key, _group_select(question, labels[question.key])) for question in FILTER_QUESTIONS
        ]
    if count or st.session_state.get("alcaldia"):
        st.button("Quitar filtros", on_click=clear_filters, type="tertiary")
    return tuple((key, label) for key, label in selections if label is not None)


def _group_select(question: Question, labels: tuple[str, ...]) -> str | None:
    return st.selectbox(
        question.label,
        [None, *labels],
        format_func=lambda label: "Todas las respuestas" if label is None else label,
        key=question.key,
        bind="query-params",
    )


def clear_filters() -> None:
    """Takes all filters away."""
    for key in ("alcaldia", *(question.key for question in FILTER_QUESTIONS)):
        st.session_state[key] = None


def toggle_filter(pick: str) -> None:
    """Filters by what was picked in a figure (``genero=Mujer``); the same again takes the filter away."""
    key, _, value = pick.partition("=")
    if key in ("alcaldia", *(question.key for question in FILTER_QUESTIONS)):
        st.session_state[key] = None if st.session_state.get(key) == value else value


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
        measure = st.segmented_control(
            "Lectura del mapa",
            list(MapMeasure),
            format_func=READINGS.__getitem__,
            default=MapMeasure.SHARE,
            required=True,
            key="lectura",
            bind="query-params",
            label_visibility="collapsed",
        )
        tiles = st.toggle("Cuadros iguales", key="mosaico", bind="query-params")
    return FigureChoices(MapMeasure(measure or MapMeasure.SHARE), bool(tiles), palette=defaults.palette)


def _question_select(label: str, key: str, default: Question) -> Question:
    keys = list(COHORT)
    chosen = st.selectbox(
        label,
        keys,
        index=keys.index(default.key),
        format_func=lambda question_key: COHORT[question_key].label,
        key=key,
        bind="query-params",
        width=280,
    )
    return COHORT[chosen]
