"""The cohort: who applied, from where and when, for coordinators."""

from dataclasses import replace

import streamlit as st

from reviewer import clock, geography
from reviewer.access.permissions import Action
from reviewer.cohort import counts
from reviewer.cohort.counts import Territory, Totals
from reviewer.cohort.part import Part, Stage
from reviewer.web import gate
from reviewer.web.charts import card, cohort, sentences
from reviewer.web.charts.palette import palette_for
from reviewer.web.routes import downloads
from reviewer.web.told import told

STAGES = {Stage.RECEIVED: "Recibidas", Stage.ELIGIBLE: "Elegibles"}
actor = gate.page(Action.SEE_COHORT)
palette = palette_for(st.context.theme.type)


def name_of(code: str | None) -> str:
    """What the filter calls an alcaldía; None is no filter."""
    return "Todas las alcaldías" if code is None else geography.by_code()[code].name


def choose(key: str) -> None:
    """Filters by the alcaldía that was clicked; a second click on it takes the filter away."""
    points = st.session_state[key].selection.points
    if points:
        code = points[0]["customdata"]
        st.session_state["alcaldia"] = None if st.session_state["alcaldia"] == code else code


def filters(slug: str) -> Part:
    """The controls; both live in the address, so that a view can be sent to a colleague."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte")
        alcaldia = st.selectbox(
            "Alcaldía",
            [None, *(each.code for each in geography.alcaldias())],
            format_func=name_of,
            key="alcaldia",
            bind="query-params",
            label_visibility="collapsed",
            width=260,
        )
        stage = st.segmented_control(
            "Se cuentan",
            list(Stage),
            format_func=STAGES.__getitem__,
            default=Stage.RECEIVED,
            required=True,
            key="ver",
            bind="query-params",
            label_visibility="collapsed",
        )
    return Part(slug, Stage(stage or Stage.RECEIVED), alcaldia)


def links(part: Part) -> dict[str, str | None]:
    """What a download's address says of the part."""
    stage = None if part.stage is Stage.RECEIVED else part.stage.value
    return {"convocatoria": part.call_slug, "ver": stage, "alcaldia": part.alcaldia}


def show_totals(totals: Totals, part: Part) -> None:
    """The line of totals."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        card.show_total(totals.received, "recibidas")
        card.show_total(totals.eligible, "elegibles")
        card.show_total(totals.to_check, "por cotejar")
        card.show_total(totals.ineligible, "no elegibles")
        if part.alcaldia is None:
            card.show_total(totals.seats, sentences.about_seats(totals))
        downloads.link("Descargar CSV", "cohorte-totales", **links(part))


def show_territory(shown: card.Card, part: Part, kind: str) -> None:
    """A card of all alcaldías, where a click chooses one."""
    key = f"{kind}-{part.stage}-{part.alcaldia}"  # a new one a choice, so that the same click counts again
    card.show(shown, params=links(replace(part, alcaldia=None)), key=key, on_choose=lambda: choose(key))


def show_people(part: Part) -> None:
    """The four figures that answer «who» and «when»."""
    cards = (
        cohort.by_gender(counts.by_gender(actor, part=part), palette),
        cohort.by_age(counts.by_age(actor, part=part), palette),
        cohort.by_schooling(counts.by_schooling(actor, part=part), palette),
        cohort.by_day(counts.by_day(actor, part=part), palette, now=clock.now()),
    )
    cells = (*st.columns(2), *st.columns(2))
    for cell, each in zip(cells, cards, strict=True):
        with cell:
            card.show(each, params=links(part))


def show(found: Territory, part: Part, nobody: str) -> None:
    """Everything below the totals; ``nobody`` stands in the place of people where there are none."""
    left, right = st.columns([5, 7])
    with left:
        show_territory(cohort.on_the_map(found, palette, chosen=part.alcaldia), part, "mapa")
    with right:
        if nobody:
            st.info(nobody)
        else:
            show_people(part)
    if found.comparable:
        show_territory(cohort.beside_population(found, palette, chosen=part.alcaldia), part, "barras")


with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay una convocatoria. Quien administra la instala en Convocatoria.")
        st.stop()
    part = filters(call.slug)
    totals = counts.totals(actor, part=part)
    found = counts.by_alcaldia(actor, part=replace(part, alcaldia=None))
    nobody = sentences.about_nobody(totals, part)
    if totals.received:
        show_totals(totals, part)
    if nobody and not found.anybody:
        st.info(nobody)
        st.stop()
    show(found, part, nobody)
