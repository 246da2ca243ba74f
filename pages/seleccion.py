"""The selection: the cohort that the rules give, its scenarios, and which one is in force."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed
from reviewer.decision.selection import reading
from reviewer.decision.selection.reading import Detail, ScenarioLine
from reviewer.decision.selection.record import OUT_OF_DATE
from reviewer.decision.selection.scenarios import create, put_in_force
from reviewer.models import Call
from reviewer.web import gate
from reviewer.web.components import source
from reviewer.web.selection import comparison, proposal, rules, running, scenarios
from reviewer.web.told import told
from reviewer.web.views import choose_view

VIEWS = {
    "propuesta": "Propuesta",
    "reglas": "Reglas",
    "escenarios": "Escenarios",
    "comparacion": "Comparación",
}


def choose_scenario(lines: list[ScenarioLine]) -> str:
    """The scenario in view: the one in force until another is chosen."""
    names = {each.public_id: each.name + (" (vigente)" if each.in_force else "") for each in lines}
    wanted = st.session_state.pop(scenarios.OPEN_NEXT, None)
    if wanted in names:
        st.session_state["escenario"] = wanted
    elif st.session_state.get("escenario") not in names:
        st.session_state.pop("escenario", None)
    return st.selectbox(
        "Escenario",
        list(names),
        format_func=names.__getitem__,
        key="escenario",
        bind="query-params",
        label_visibility="collapsed",
        width=280,
    )


def first(actor: Actor, call: Call) -> None:
    """What to do where there is no scenario yet."""
    st.info(
        "Todavía no hay ninguna propuesta. Se calcula con el ranking y las reglas de representación de la "
        "convocatoria; luego puede editarlas y comparar escenarios antes de poner uno en vigor."
    )
    if st.button("Proponer una selección", type="primary", icon=":material/auto_awesome:"):
        with told():
            made = create(actor, call=call.slug)
            st.session_state[scenarios.OPEN_NEXT] = made
            running.start(actor, made)
            st.rerun()


def actions(actor: Actor, shown: Detail) -> None:
    """What can be done with the scenario in view, the next step foremost."""
    selection = shown.selection
    if selection.signed_at is not None:
        st.badge("Acta firmada: ya no cambia; las sustituciones están en Acta", color="green")
        return
    stale = not shown.solved or not shown.current
    if st.button("Calcular", type="primary" if stale else "secondary", icon=":material/calculate:"):
        running.start(actor, selection.public_id)
        st.rerun()
    if selection.in_force_since is not None:
        st.badge("Vigente", color="green")
    elif shown.has_cohort:
        with st.popover("Poner en vigor", type="secondary" if stale else "primary"):
            st.write(
                "Será la selección vigente: la que muestran el acta, las exportaciones y la deliberación. "
                "Puede cambiarla por otra mientras no se firme el acta."
            )
            if st.button("Poner este escenario en vigor", type="primary"):
                put_in_force(actor, scenario=selection.public_id)
                st.rerun()


def show(actor: Actor, call: Call, lines: list[ScenarioLine], view: str) -> None:
    """The scenario in view, or the list, or two side by side."""
    if view == "escenarios":
        scenarios.show(actor, call, lines)
        return
    if view == "comparacion":
        comparison.show(actor, call, lines)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = choose_scenario(lines)
        if running.show(chosen):
            return
        shown = reading.detail(actor, scenario=chosen)
        if allowed(actor, Action.SELECT, call.phase):
            actions(actor, shown)
    if shown.has_cohort and not shown.current:
        st.warning(f"{OUT_OF_DATE} Vuelva a calcular.")
    if view == "reglas":
        rules.show(actor, call, shown)
    else:
        if shown.conflict is not None:
            st.error("Las reglas como están editadas no pueden cumplirse a la vez: vea por qué en Reglas.")
        proposal.show(actor, call, shown)


actor = gate.page(Action.SEE_SELECTION)
st.html(f"<style>{source('selection.css')}</style>")
with told():
    call = gate.the_call(actor, title="Selección")
    lines = reading.scenarios(actor, call=call.slug)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Selección", width="content")
        view = choose_view(VIEWS) if lines else "propuesta"
    if lines:
        show(actor, call, lines, view)
    else:
        first(actor, call)
