"""Two scenarios side by side: who differs, their rules, the map, the balance, the merit."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.decision.selection import reading
from reviewer.decision.selection.reading import Detail, ScenarioLine
from reviewer.decision.selection.record import Place
from reviewer.models import Call
from reviewer.tables import Table
from reviewer.web.charts import card
from reviewer.web.plain import plain
from reviewer.web.selection import cohort_map, words
from reviewer.words import counted


def show(viewer: Actor, call: Call, lines: list[ScenarioLine]) -> None:
    """Draws it; the two scenarios live in the address."""
    names = {each.public_id: each.name for each in lines if each.merit is not None}
    if len(names) < 2:
        st.info(
            "Para comparar hacen falta dos escenarios con propuesta. Duplique uno en Escenarios, cambie sus "
            "reglas y calcúlelo."
        )
        return
    left, right = st.columns(2)
    first = left.selectbox(
        "Un escenario", list(names), format_func=names.__getitem__, key="uno", bind="query-params"
    )
    others = [each for each in names if each != first]
    second = right.selectbox("Otro", others, format_func=names.__getitem__, key="otro", bind="query-params")
    pair = (reading.detail(viewer, scenario=first), reading.detail(viewer, scenario=second))
    _who_differs(pair, spec_of(call))
    for column, each in zip(st.columns(2), pair, strict=True):
        with column:
            _side(each, pair, call)
    _balance(viewer, call, pair)


def _who_differs(pair: tuple[Detail, Detail], spec: CallSpec) -> None:
    seats = [{each.folio: each.venue for each in one.selection.selected} for one in pair]
    both = seats[0].keys() & seats[1].keys()
    moved = sorted(each for each in both if seats[0][each] != seats[1][each])
    if not moved and len(both) == len(seats[0]) == len(seats[1]):
        st.success("Son la misma cohorte, con las mismas sedes.")
        return
    alone = [len(each) - len(both) for each in seats]
    shared = counted(len(both), "persona", "personas")
    st.markdown(f"Comparten **{shared}**; solo en el primero hay {alone[0]} y solo en el otro, {alone[1]}.")
    if moved:
        rows = tuple(
            (each, words.venue(seats[0][each], spec), words.venue(seats[1][each], spec)) for each in moved
        )
        with st.popover(
            f"{counted(len(moved), 'persona cambia', 'personas cambian')} de sede", type="tertiary"
        ):
            card.show_table(Table("Cambian de sede", ("Folio", "En el primero", "En el otro"), rows))


def _side(one: Detail, pair: tuple[Detail, Detail], call: Call) -> None:
    spec = spec_of(call)
    other = pair[1] if one is pair[0] else pair[0]
    theirs = {each.folio for each in other.selection.selected}
    st.header(plain(one.selection.name), anchor=False)
    with st.container(horizontal=True):
        if one.merit is not None:
            st.metric("Mérito medio, de 100", words.points(one.merit, spec), border=True, width=190)
        states = one.selection.rules
        kept = len(states) - len(one.selection.broken)
        st.metric("Exigencias que se cumplen", f"{kept} de {len(states)}", border=True, width=190)
    alone = tuple(each for each in one.selection.selected if each.folio not in theirs)
    card.show_table(_only(alone, one, spec))
    cohort_map.show(one.by_alcaldia(), heading="Por alcaldía", key=f"mapa-{one.selection.public_id}")
    mine = {each.label: reading.rule_words(each, call) for each in one.rules if each not in other.rules}
    if mine:
        st.markdown("**Reglas que el otro no tiene:**")
        st.markdown("\n".join(f"- {plain(label)}: {plain(said)}" for label, said in mine.items()))


def _only(places: tuple[Place, ...], one: Detail, spec: CallSpec) -> Table:
    rows = tuple(
        (
            each.folio,
            one.people[each.folio].alcaldia if each.folio in one.people else "",
            words.venue(each.venue, spec),
            float(words.points(each.merit, spec)),
        )
        for each in places
    )
    return Table("Solo en este escenario", ("Folio", "Alcaldía", "Sede", "Puntos"), rows)


def _balance(viewer: Actor, call: Call, pair: tuple[Detail, Detail]) -> None:
    first, second = (each.selection for each in pair)
    found = reading.balance(viewer, call=call.slug, first=first.public_id, second=second.public_id)
    rows = tuple((each.field, each.group, each.eligible, each.first, each.second) for each in found)
    columns = ("Por", "Grupo", "Elegibles", first.name, second.name)
    with st.container(border=True):
        card.show_table(Table("Equilibrio", columns, rows))
