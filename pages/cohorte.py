"""The cohort: who applied, from where and when, for coordinators."""

from dataclasses import replace

import streamlit as st

from reviewer import clock, geography
from reviewer.access.permissions import Action
from reviewer.cohort import counts, groups, tables
from reviewer.cohort.part import Part, Stage
from reviewer.web import gate
from reviewer.web.charts import card, people, sentences, territory
from reviewer.web.charts.palette import palette_for
from reviewer.web.routes import downloads
from reviewer.web.told import told

SOURCE = (
    "Población total: INEGI, Censo de Población y Vivienda 2020. Límites: INEGI, Marco Geoestadístico. "
    "Lo que cabe en el azar: intervalos de Wilson al 95 % para las dieciséis alcaldías juntas (Goodman 1965)."
)
STAGES = {Stage.RECEIVED: "Recibidas", Stage.ELIGIBLE: "Elegibles"}
actor = gate.page(Action.SEE_COHORT)
palette = palette_for(st.context.theme.type)


def name_of(code: str | None) -> str:
    """An alcaldía's name; None is the whole city."""
    return "Todas las alcaldías" if code is None else geography.by_code()[code].name


def choose(key: str) -> None:
    """Filters by the alcaldía that was clicked; a second click on it takes the filter away."""
    points = st.session_state[key].selection.points
    if points:
        code = points[0]["customdata"]
        st.session_state["alcaldia"] = None if st.session_state["alcaldia"] == code else code


def filters(slug: str) -> Part:
    """The controls; both live in the address, so that a view can be sent to a colleague."""
    codes = [None, *(each.code for each in geography.alcaldias())]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Cohorte")
        alcaldia = st.selectbox(
            "Alcaldía",
            codes,
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


def show_totals(totals: counts.Totals, part: Part) -> None:
    """The line of totals."""
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        card.show_total(totals.received, "recibidas")
        card.show_total(totals.eligible, "elegibles")
        card.show_total(totals.to_check, "por cotejar")
        card.show_total(totals.ineligible, "no elegibles")
        if part.alcaldia is None:
            card.show_total(totals.seats, sentences.about_seats(totals))
        downloads.link("Descargar CSV", "cohorte-totales", **links(part))


def show_map(found: counts.Territory, part: Part) -> None:
    """The alcaldías as they lie."""
    key = f"mapa-{part.stage}-{part.alcaldia}"
    card.show(
        territory.territory_map(found, palette, chosen=part.alcaldia),
        heading="De dónde son",
        sentence=sentences.about_territory(found, chosen=part.alcaldia),
        table=tables.of_territory(found).only(*tables.MAP_COLUMNS),
        download=("cohorte-alcaldias", {**links(part), "alcaldia": None}),
        note=SOURCE,
        key=key,
        on_choose=lambda: choose(key),
    )


def show_bars(found: counts.Territory, part: Part) -> None:
    """The alcaldías beside one another."""
    key = f"barras-{part.stage}-{part.alcaldia}"
    card.show(
        territory.territory_bars(found, palette, chosen=part.alcaldia),
        heading="Cada alcaldía frente a su población",
        sentence=sentences.ABOUT_BARS,
        table=tables.of_territory(found).only(*tables.BARS_COLUMNS),
        download=("cohorte-alcaldias", {**links(part), "alcaldia": None}),
        note=SOURCE,
        key=key,
        on_choose=lambda: choose(key),
    )


def show_people(part: Part) -> None:
    """The four figures that answer «who» and «when»."""
    arrivals = counts.by_day(actor, part=part)
    ages = counts.by_age(actor, part=part)
    genders = counts.by_gender(actor, part=part)
    schooling = counts.by_schooling(actor, part=part)
    upper, lower = st.columns(2), st.columns(2)
    with upper[0]:
        card.show(
            people.group_bars(genders, palette),
            heading="Género",
            sentence=sentences.about_gender(genders),
            table=tables.of_gender(genders),
            download=("cohorte-genero", links(part)),
            note=groups.GENDER.explained,
        )
    with upper[1]:
        card.show(
            people.age_bars(ages, palette),
            heading="Edad al cierre",
            sentence=sentences.about_ages(ages),
            table=tables.of_ages(ages),
            download=("cohorte-edades", links(part)),
        )
    with lower[0]:
        card.show(
            people.group_bars(schooling, palette),
            heading="Escolaridad",
            sentence=sentences.about_schooling(schooling),
            table=tables.of_schooling(schooling),
            download=("cohorte-escolaridad", links(part)),
            note=groups.SCHOOLING.explained,
        )
    with lower[1]:
        card.show(
            people.arrival_bars(arrivals, palette),
            heading="Llegada por día",
            sentence=sentences.about_days(arrivals, now=clock.now()),
            table=tables.of_arrivals(arrivals),
            download=("cohorte-dias", links(part)),
        )


with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay convocatoria.")
        st.stop()
    part = filters(call.slug)
    found = counts.by_alcaldia(actor, part=replace(part, alcaldia=None))
    show_totals(counts.totals(actor, part=part), part)
    left, right = st.columns([5, 7])
    with left:
        show_map(found, part)
    with right:
        show_people(part)
    show_bars(found, part)
