"""A scenario's cohort: seats, selected and waiting applicants, where they live, and the rules."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.spanish import format_count, format_number
from reviewer.decision.selection.queries import ScenarioDetail
from reviewer.decision.selection.record import Place
from reviewer.decision.selection.serialise import broken_rule_text
from reviewer.models import Call
from reviewer.tables.csv_files import Table
from reviewer.web.charts import card
from reviewer.web.routes import downloads
from reviewer.web.screens.seleccion import cohort_map, manual
from reviewer.web.screens.seleccion import labels as seleccion_labels
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.markdown_escape import escape_markdown

METHOD = """
- **Quién entra**: la cohorte de mayor mérito (el orden que la convocatoria declara) entre todas las que
  cumplen las reglas. Es un óptimo exacto, no una búsqueda a ojo.
- **Empates**: por sorteo que cualquiera puede repetir. El número de cada folio son los primeros ocho bytes
  de SHA-256 de la semilla, una barra vertical y el folio; el mayor va primero. Semilla publicada: «{seed}».
- **Sedes**: primero la que cada quien pidió, luego el menor traslado desde su alcaldía, siempre con las
  reglas de cada sede.
- **Lista de espera**: quienes pueden tomar una plaza de esa sede sin romper ninguna regla, por mérito.
"""
LISTS = {"seleccion": "Seleccionadas", "espera": "En espera por sede", "general": "Orden general de espera"}


def show(viewer: Actor, call: Call, detail: ScenarioDetail) -> None:
    """Draws the cohort."""
    spec = spec_of(call)
    if not detail.has_cohort:
        st.info("Este escenario todavía no tiene una propuesta. Revise sus reglas y calcúlela.")
        return
    _figures(detail, spec)
    for warning in (
        *detail.selection.warnings,
        *(broken_rule_text(state) for state in detail.selection.broken_rules),
    ):
        st.warning(escape_markdown(warning))
    for tie in detail.selection.ties:
        st.caption(seleccion_labels.tie(tie))
    _lists(detail, spec)
    manual.show(viewer, call, detail)
    left, right = st.columns([6, 5])
    with left:
        cohort_map.show(detail.by_alcaldia(), heading="De dónde son las personas seleccionadas", key="mapa")
    with right:
        _rules(detail, spec)


def _figures(detail: ScenarioDetail, spec: CallSpec) -> None:
    selected = detail.selection.selected
    met_count = len(detail.selection.rules) - len(detail.selection.broken_rules)
    figures = [("Plazas", f"{len(selected)} de {spec.seats}")]
    for venue in spec.venues:
        seats_taken = sum(place.venue == venue.key for place in selected)
        figures.append((venue.label, f"{seats_taken} de {venue.seats}"))
    if detail.selection.rules:
        figures.append(("Exigencias que se cumplen", f"{met_count} de {len(detail.selection.rules)}"))
    if detail.merit is not None:
        figures.append(("Mérito medio, de 100", seleccion_labels.points(detail.merit, spec)))
    with st.container(horizontal=True):
        for label, value in figures:
            st.metric(label, value, border=True, width=190)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_preferences(detail, spec), width="content")
        with st.popover("Cómo se calcula", type="tertiary", icon=":material/help:"):
            st.markdown(METHOD.format(seed=escape_markdown(detail.selection.seed)))


def _preferences(detail: ScenarioDetail, spec: CallSpec) -> str:
    known_places = [place for place in detail.selection.selected if place.folio in detail.people]
    preferences = [(place.venue, detail.people[place.folio].preferred_venue) for place in known_places]
    preferences = [(venue, label) for venue, label in preferences if label]
    if not preferences:
        return "Nadie pidió una sede en particular: cada quien va a la que le queda más cerca."
    met = sum(label == seleccion_labels.venue(venue, spec) for venue, label in preferences)
    return (
        f"{format_number(met)} de {format_count(len(preferences), 'persona que pidió', 'personas que pidieron')} una "
        "sede quedan en ella; las demás van a la que les queda más cerca."
    )


def _lists(detail: ScenarioDetail, spec: CallSpec) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = choose_tab(LISTS, key="lista", label="Lista")
        downloads.link("Descargar CSV", "seleccion", escenario=detail.selection.public_id)
    if chosen == "general":
        st.caption("Quienes siguen en el ranking, sin distinguir sede: tantas personas como plazas.")
        card.show_table(_table("Orden general", detail.selection.general, detail, spec))
        return
    places = detail.selection.waiting if chosen == "espera" else detail.selection.selected
    if chosen == "espera":
        st.caption(
            "De cada sede, quienes pueden tomar una de sus plazas sin romper reglas, con las demás en su "
            "lugar. Una persona puede esperar en varias sedes."
        )
    for column, venue in zip(st.columns(len(spec.venues)), spec.venues, strict=True):
        with column:
            rows = tuple(place for place in places if place.venue == venue.key)
            card.show_table(_table(venue.label, rows, detail, spec))


def _table(title: str, places: tuple[Place, ...], detail: ScenarioDetail, spec: CallSpec) -> Table:
    rows = []
    for place in places:
        person = detail.people.get(place.folio)
        manual_mark = " · a mano" if place.by_hand else ""
        merit = float(seleccion_labels.points(place.merit, spec))
        rows.append((str(place.position), f"{place.folio}{manual_mark}", person.alcaldia if person else "", merit))
    return Table(title, ("Lugar", "Folio", "Alcaldía", "Puntos"), tuple(rows))


def _rules(detail: ScenarioDetail, spec: CallSpec) -> None:
    with st.container(border=True, gap="xsmall"):
        st.header("Reglas")
        if not detail.selection.rules:
            st.write("Este escenario no tiene reglas: entran las mejores, por mérito.")
        for rule_number, label in _labels(detail):
            states = [state for state in detail.selection.rules if state.rule == rule_number]
            broken = [state for state in states if not state.met]
            mark = ":material/cancel:" if broken else ":material/check_circle:"
            st.markdown(f"{mark} {escape_markdown(label)}")
            costs = [cost for cost in detail.selection.costs if cost.rule == rule_number]
            for cost in costs:
                st.caption(seleccion_labels.cost(cost, spec))


def _labels(detail: ScenarioDetail) -> list[tuple[int, str]]:
    return list(dict.fromkeys((state.rule, state.label) for state in detail.selection.rules))
