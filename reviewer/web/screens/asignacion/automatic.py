"""Automatic assignment and levelling of loads, each previewed before it is carried out."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count, format_number
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment.plan import Plan
from reviewer.jury.assignment.service import AssignmentSummary
from reviewer.models import Call
from reviewer.web.screens.asignacion import plan as asignacion_plan

_PLAN, _DONE = "plan", "hecho"


def show(actor: Actor, call: Call) -> None:
    """Draws how much is assigned, the buttons of both previews, and the preview that was requested."""
    standing = assignment_service.assignment_summary(actor, slug=call.slug)
    show_figures(standing)
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(done)
    if missing := _missing_text(standing):
        st.info(missing)
        return
    is_unfinished = standing.assigned < standing.eligible and _PLAN not in st.session_state
    with st.container(horizontal=True):
        if st.button("Previsualizar", type="primary" if is_unfinished else "secondary"):
            st.session_state[_PLAN] = None
            with st.spinner("Calculando el reparto…"):
                st.session_state[_PLAN] = ("deal", assignment_service.preview(actor, slug=call.slug))
        if standing.assigned and st.button(
            "Emparejar cargas…",
            help="Mueve solo lo que nadie ha empezado, y lo menos posible: sirve cuando llega alguien nuevo "
            "o cambian los límites.",
        ):
            with st.spinner("Calculando…"):
                st.session_state[_PLAN] = (
                    "even",
                    assignment_service.preview_level_loads(actor, slug=call.slug),
                )
    stored_plan = st.session_state.get(_PLAN)
    if stored_plan and stored_plan[1].slug == call.slug:
        (_show_assignment if stored_plan[0] == "deal" else _show_rebalancing)(actor, stored_plan[1])


def _missing_text(standing: AssignmentSummary) -> str:
    """Returns what is missing before anything can be assigned."""
    if not standing.eligible:
        return "Todavía no hay postulaciones elegibles que repartir: llegan en los lotes y pasan por Cotejo."
    if not standing.jurors and not standing.assigned:
        return "Todavía no hay nadie en el jurado: la administración agrega a su gente en Personas."
    return ""


def show_figures(standing: AssignmentSummary) -> None:
    """Draws how much is assigned."""
    with st.container(horizontal=True):
        for label, value in (
            ("Postulaciones elegibles", standing.eligible),
            ("Con todas sus lecturas repartidas", standing.assigned),
            ("Personas activas en el jurado", standing.jurors),
            ("Lecturas por postulación", standing.reviews),
        ):
            st.metric(label, format_number(value), border=True, width=225)


def _show_assignment(actor: Actor, plan: Plan) -> None:
    if not plan.has_changes and not plan.shortages:
        st.info("No hay nada que repartir: cada postulación elegible tiene ya sus lecturas.")
        return
    summary = (
        f"Se harían **{format_count(len(plan.pairs), 'asignación', 'asignaciones')}**, para que cada una de las "
        f"{format_count(plan.applications, 'postulación', 'postulaciones')} tenga "
        f"{format_count(plan.reviews, 'lectura', 'lecturas')}. Cada persona quedaría con "
        f"{asignacion_plan.load_range(plan)}. "
    )
    if plan.withdrawn:
        moved_text = format_count(len(plan.withdrawn), "lectura sin empezar pasa", "lecturas sin empezar pasan")
        summary += f"{moved_text} de quien ya no está a otras personas; lo demás no se mueve."
    else:
        summary += "Lo ya repartido no se mueve."

    def carry_out() -> None:
        with st.spinner("Repartiendo…"):
            executed_plan = assignment_service.assign(actor, slug=plan.slug, reviews=plan.reviews)
        count_text = format_count(len(executed_plan.pairs), "asignación hecha", "asignaciones hechas")
        _finish(f"{count_text}. Cada persona del jurado ya las ve en su mesa.")

    asignacion_plan.show(plan, summary, "Repartir", carry_out)


def _show_rebalancing(actor: Actor, plan: Plan) -> None:
    if not plan.has_changes:
        st.info("Las cargas ya están tan parejas como se puede sin mover nada empezado.")
        return
    summary = (
        f"Cambiarían de manos **{format_count(len(plan.withdrawn), 'lectura', 'lecturas')}** que nadie ha empezado. "
        f"Cada persona quedaría con {asignacion_plan.load_range(plan)}. Lo empezado y lo enviado no se mueve."
    )

    def carry_out() -> None:
        executed_plan = assignment_service.level_loads(actor, slug=plan.slug)
        _finish(f"{format_count(len(executed_plan.withdrawn), 'lectura cambió', 'lecturas cambiaron')} de manos.")

    asignacion_plan.show(plan, summary, "Emparejar", carry_out)


def _finish(words: str) -> None:
    st.session_state[_DONE] = words
    del st.session_state[_PLAN]
    st.rerun()
