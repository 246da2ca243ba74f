"""Two scenarios side by side: who differs, their rules, the map, the balance, the merit."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.spanish import format_count
from reviewer.decision.selection import queries as selection_queries
from reviewer.decision.selection.queries import ScenarioDetail, ScenarioLine
from reviewer.decision.selection.record import Place
from reviewer.models import Call
from reviewer.tables.csv_files import Table
from reviewer.web.charts import card
from reviewer.web.screens.seleccion import cohort_map
from reviewer.web.screens.seleccion import labels as seleccion_labels
from reviewer.web.ui.choices import choose_option
from reviewer.web.ui.markdown_escape import escape_markdown


def show(viewer: Actor, call: Call, lines: list[ScenarioLine]) -> None:
    """Draws the comparison; the address holds the two scenarios."""
    names = {line.public_id: line.name for line in lines if line.merit is not None}
    if len(names) < 2:
        st.info(
            "Para comparar hacen falta dos escenarios con propuesta. Duplique uno en Escenarios, cambie sus "
            "reglas y calcúlelo."
        )
        return
    left, right = st.columns(2)
    with left:
        first = choose_option(names, key="uno", label="Un escenario")
    others = {public_id: name for public_id, name in names.items() if public_id != first}
    with right:
        second = choose_option(others, key="otro", label="Otro")
    pair = (
        selection_queries.scenario_detail(viewer, public_id=first),
        selection_queries.scenario_detail(viewer, public_id=second),
    )
    _differences(pair, spec_of(call))
    for column, detail in zip(st.columns(2), pair, strict=True):
        with column:
            _side(detail, pair, call)
    _balance(viewer, call, pair)


def _differences(pair: tuple[ScenarioDetail, ScenarioDetail], spec: CallSpec) -> None:
    venues_by_folio = [{place.folio: place.venue for place in detail.selection.selected} for detail in pair]
    shared_folios = venues_by_folio[0].keys() & venues_by_folio[1].keys()
    moved = sorted(folio for folio in shared_folios if venues_by_folio[0][folio] != venues_by_folio[1][folio])
    if not moved and len(shared_folios) == len(venues_by_folio[0]) == len(venues_by_folio[1]):
        st.success("Son la misma cohorte, con las mismas sedes.")
        return
    exclusive_counts = [len(venues) - len(shared_folios) for venues in venues_by_folio]
    shared = format_count(len(shared_folios), "persona", "personas")
    st.markdown(
        f"Comparten **{shared}**; solo en el primero hay {exclusive_counts[0]} y solo en el otro, "
        f"{exclusive_counts[1]}."
    )
    if moved:
        rows = tuple(
            (
                folio,
                seleccion_labels.venue(venues_by_folio[0][folio], spec),
                seleccion_labels.venue(venues_by_folio[1][folio], spec),
            )
            for folio in moved
        )
        with st.popover(f"{format_count(len(moved), 'persona cambia', 'personas cambian')} de sede", type="tertiary"):
            card.show_table(Table("Cambian de sede", ("Folio", "En el primero", "En el otro"), rows))


def _side(detail: ScenarioDetail, pair: tuple[ScenarioDetail, ScenarioDetail], call: Call) -> None:
    spec = spec_of(call)
    other_detail = pair[1] if detail is pair[0] else pair[0]
    other_folios = {place.folio for place in other_detail.selection.selected}
    st.header(escape_markdown(detail.selection.name), anchor=False)
    with st.container(horizontal=True):
        if detail.merit is not None:
            st.metric("Mérito medio, de 100", seleccion_labels.points(detail.merit, spec), border=True, width=190)
        states = detail.selection.rules
        met_count = len(states) - len(detail.selection.broken_rules)
        st.metric("Exigencias que se cumplen", f"{met_count} de {len(states)}", border=True, width=190)
    exclusive_places = tuple(place for place in detail.selection.selected if place.folio not in other_folios)
    card.show_table(_distinct_places(exclusive_places, detail, spec))
    cohort_map.show(detail.by_alcaldia(), heading="Por alcaldía", key=f"mapa-{detail.selection.public_id}")
    distinct_rules = {
        rule.label: selection_queries.rule_text(rule, call) for rule in detail.rules if rule not in other_detail.rules
    }
    if distinct_rules:
        st.markdown("**Reglas que el otro no tiene:**")
        st.markdown(
            "\n".join(
                f"- {escape_markdown(label)}: {escape_markdown(description)}"
                for label, description in distinct_rules.items()
            )
        )


def _distinct_places(places: tuple[Place, ...], detail: ScenarioDetail, spec: CallSpec) -> Table:
    rows = tuple(
        (
            place.folio,
            detail.people[place.folio].alcaldia if place.folio in detail.people else "",
            seleccion_labels.venue(place.venue, spec),
            float(seleccion_labels.points(place.merit, spec)),
        )
        for place in places
    )
    return Table("Solo en este escenario", ("Folio", "Alcaldía", "Sede", "Puntos"), rows)


def _balance(viewer: Actor, call: Call, pair: tuple[ScenarioDetail, ScenarioDetail]) -> None:
    first, second = (detail.selection for detail in pair)
    balance_lines = selection_queries.balance(viewer, slug=call.slug, first=first.public_id, second=second.public_id)
    rows = tuple((line.field, line.group, line.eligible, line.first, line.second) for line in balance_lines)
    columns = ("Por", "Grupo", "Elegibles", first.name, second.name)
    with st.container(border=True):
        card.show_table(Table("Equilibrio", columns, rows))
