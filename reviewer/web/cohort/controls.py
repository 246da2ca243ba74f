"""What a reader of the cohort chooses; it lives in the address, so that a view can be sent to a colleague."""

from enum import StrEnum

import streamlit as st

from reviewer import geography
from reviewer.cohort.part import Part
from reviewer.cohort.stages import LABELS as STAGES
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import FILTERS, GENDER, SCHOOLING, TRAITS, Trait
from reviewer.web.charts.palette import palette_for
from reviewer.web.cohort.figures import Choices
from reviewer.web.cohort.territory import LABELS as READINGS
from reviewer.web.cohort.territory import Reading

GROUPS = tuple(each for each in FILTERS if each.key != "alcaldia")


class View(StrEnum):
    """The tabs of the page. The values are the words of its address."""

    OVERVIEW = "panorama"
    PEOPLE = "personas"
    CROSSING = "cruces"
    WAY = "recorrido"
    TIME = "tiempo"
    FILES = "llevar"


VIEWS = {
    View.OVERVIEW: "Panorama",
    View.PEOPLE: "Personas",
    View.CROSSING: "Cruces",
    View.WAY: "Recorrido",
    View.TIME: "Tiempo",
    View.FILES: "Para llevar",
}


def name_of(code: str | None) -> str:
    """What the filter calls an alcaldía; None is no filter."""
    return "Todas las alcaldías" if code is None else geography.by_code()[code].name


def head(slug: str, stages: tuple[Stage, ...], labels: dict[str, tuple[str, ...]]) -> tuple[View, Part]:
    """Title, tabs and filters; ``stages`` are those there are, ``labels`` the groups of each filter."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte", width="content")
        view = st.segmented_control(
            "Vista",
            list(View),
            format_func=VIEWS.__getitem__,
            default=View.OVERVIEW,
            required=True,
            key="vista",
            bind="query-params",
            label_visibility="collapsed",
        )
        alcaldia = st.selectbox(
            "Alcaldía",
            [None, *(each.code for each in geography.alcaldias())],
            format_func=name_of,
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
        groups = _groups(labels)
    part = Part(slug, Stage(stage or Stage.RECEIVED), alcaldia, groups)
    return View(view or View.OVERVIEW), part


def _groups(labels: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """The filters by group, behind one button that says how many are set."""
    # On a page just opened the address says more than the session does.
    chosen = [st.session_state.get(each.key, st.query_params.get(each.key)) for each in GROUPS]
    count = sum(value is not None for value in chosen)
    with st.popover(f"Más filtros ({count})" if count else "Más filtros"):
        st.caption("Un clic en una barra también filtra. Lo que es sensible no filtra.")
        found = [(trait.key, _group(trait, labels[trait.key])) for trait in GROUPS]
    if count or st.session_state.get("alcaldia"):
        st.button("Quitar filtros", on_click=clear, type="tertiary")
    return tuple((key, label) for key, label in found if label is not None)


def _group(trait: Trait, labels: tuple[str, ...]) -> str | None:
    return st.selectbox(
        trait.label,
        [None, *labels],
        format_func=lambda label: "Todas las respuestas" if label is None else label,
        key=trait.key,
        bind="query-params",
    )


def clear() -> None:
    """Takes all filters away."""
    for key in ("alcaldia", *(each.key for each in GROUPS)):
        st.session_state[key] = None


def choose(pick: str) -> None:
    """Filters by what was picked in a figure (``genero=Mujer``); the same again takes the filter away."""
    key, _, value = pick.partition("=")
    if key in ("alcaldia", *(each.key for each in GROUPS)):
        st.session_state[key] = None if st.session_state.get(key) == value else value


def choices(view: View) -> Choices:
    """How the figures of a view are drawn."""
    palette = palette_for(st.context.theme.type)
    if view is View.OVERVIEW:
        return _of_map(Choices(palette=palette))
    if view is View.CROSSING:
        with st.container(horizontal=True):
            one = _trait("Cruzar", "cruce", GENDER)
            other = _trait("con", "con", SCHOOLING)
        return Choices(palette=palette, crossed=(one, other))
    if view is View.WAY:
        return Choices(palette=palette, way_of=_trait("Comparar por", "por", GENDER))
    return Choices(palette=palette)


def _of_map(plain: Choices) -> Choices:
    with st.container(horizontal=True, vertical_alignment="center"):
        reading = st.segmented_control(
            "Lectura del mapa",
            list(Reading),
            format_func=READINGS.__getitem__,
            default=Reading.SHARE,
            required=True,
            key="lectura",
            bind="query-params",
            label_visibility="collapsed",
        )
        tiles = st.toggle("Cuadros iguales", key="mosaico", bind="query-params")
    return Choices(Reading(reading or Reading.SHARE), bool(tiles), palette=plain.palette)


def _trait(label: str, key: str, usual: Trait) -> Trait:
    keys = list(TRAITS)
    chosen = st.selectbox(
        label,
        keys,
        index=keys.index(usual.key),
        format_func=lambda each: TRAITS[each].label,
        key=key,
        bind="query-params",
        width=280,
    )
    return TRAITS[chosen]
