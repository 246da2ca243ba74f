"""The selection: the cohort that results from the rules, its scenarios, and the one in force."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.decision.selection import queries as selection_queries
from reviewer.decision.selection.queries import ScenarioDetail, ScenarioLine
from reviewer.decision.selection.record import OUT_OF_DATE
from reviewer.decision.selection.scenarios import create, put_in_force
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.screens.seleccion import comparison, proposal, rules, scenarios
from reviewer.web.screens.seleccion import job as seleccion_job
from reviewer.web.ui import address
from reviewer.web.ui.choices import choose_option, choose_tab
from reviewer.web.ui.component_files import source
from reviewer.web.ui.errors import show_errors

VIEWS = {
    "propuesta": "Propuesta",
    "reglas": "Reglas",
    "escenarios": "Escenarios",
    "comparacion": "Comparación",
}


def choose_scenario(lines: list[ScenarioLine]) -> str:
    """Draws the choice of a scenario; returns its public id. The first one is the one in force."""
    names = {line.public_id: line.name + (" (vigente)" if line.in_force else "") for line in lines}
    return choose_option(names, key="escenario", label="Escenario", label_visible=False, width=280)


def show_first_proposal(actor: Actor, call: Call) -> None:
    """Draws how to begin where there is no scenario yet."""
    st.info(
        "Todavía no hay ninguna propuesta. Se calcula con el ranking y las reglas de representación de la "
        "convocatoria; luego puede editarlas y comparar escenarios antes de poner uno en vigor."
    )
    if st.button("Proponer una selección", type="primary", icon=":material/auto_awesome:"):
        with show_errors():
            scenario = create(actor, slug=call.slug)
            address.change({"escenario": scenario})
            seleccion_job.start(actor, scenario)
            st.rerun()


def show_actions(actor: Actor, detail: ScenarioDetail) -> None:
    """Draws what can be done with the chosen scenario, the next step as the primary button."""
    selection = detail.selection
    if selection.signed_at is not None:
        st.badge("Acta firmada: ya no cambia; las sustituciones están en Acta", color="green")
        return
    stale = not detail.is_solved or not detail.is_current
    if st.button("Calcular", type="primary" if stale else "secondary", icon=":material/calculate:"):
        seleccion_job.start(actor, selection.public_id)
        st.rerun()
    if selection.in_force_since is not None:
        st.badge("Vigente", color="green")
    elif detail.has_cohort:
        with st.popover("Poner en vigor", type="secondary" if stale else "primary"):
            st.write(
                "Será la selección vigente: la que muestran el acta, las exportaciones y la deliberación. "
                "Puede cambiarla por otra mientras no se firme el acta."
            )
            if st.button("Poner este escenario en vigor", type="primary"):
                put_in_force(actor, public_id=selection.public_id)
                st.rerun()


def show(actor: Actor, call: Call, lines: list[ScenarioLine], view: str) -> None:
    """Draws the chosen scenario, or the list, or two scenarios side by side."""
    if view == "escenarios":
        scenarios.show(actor, call, lines)
        return
    if view == "comparacion":
        comparison.show(actor, call, lines)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = choose_scenario(lines)
        if seleccion_job.show(chosen):
            return
        detail = selection_queries.scenario_detail(actor, public_id=chosen)
        if is_allowed(actor, Action.SELECT, call.phase):
            show_actions(actor, detail)
    if detail.has_cohort and not detail.is_current:
        st.warning(f"{OUT_OF_DATE} Vuelva a calcular.")
    if view == "reglas":
        rules.show(actor, call, detail)
    else:
        if detail.conflict is not None:
            st.error("Las reglas como están editadas no pueden cumplirse a la vez: vea por qué en Reglas.")
        proposal.show(actor, call, detail)


actor = pages.require_access(Action.SEE_SELECTION)
st.html(f"<style>{source('selection.css')}</style>")
with show_errors():
    call = pages.require_call(actor, title="Selección")
    lines = selection_queries.scenarios(actor, slug=call.slug)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Selección", width="content")
        view = choose_tab(VIEWS) if lines else "propuesta"
    if lines:
        show(actor, call, lines, view)
    else:
        show_first_proposal(actor, call)
