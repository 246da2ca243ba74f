"""Sharing out: what it would make, and evening the loads out."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.jury import assignment
from reviewer.jury.assignment import Standing
from reviewer.jury.plans import Plan
from reviewer.models import Call
from reviewer.web.jury import plan_view
from reviewer.words import counted, number

_PLAN, _DONE = "plan", "hecho"


def show(actor: Actor, call: Call) -> None:
    """How far it has come, the two previews, and the one that was asked for."""
    standing = assignment.standing(actor, call=call.slug)
    figures(standing)
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(done)
    if missing := _missing(standing):
        st.info(missing)
        return
    waiting = standing.assigned < standing.eligible and _PLAN not in st.session_state
    with st.container(horizontal=True):
        if st.button("Previsualizar", type="primary" if waiting else "secondary"):
            st.session_state[_PLAN] = None
            with st.spinner("Calculando el reparto…"):
                st.session_state[_PLAN] = ("deal", assignment.preview(actor, call=call.slug))
        if standing.assigned and st.button(
            "Emparejar cargas…",
            help="Mueve solo lo que nadie ha empezado, y lo menos posible: sirve cuando llega alguien nuevo "
            "o cambian los límites.",
        ):
            with st.spinner("Calculando…"):
                st.session_state[_PLAN] = ("even", assignment.preview_levelling(actor, call=call.slug))
    kept = st.session_state.get(_PLAN)
    if kept and kept[1].call == call.slug:
        (_deal if kept[0] == "deal" else _even)(actor, kept[1])


def _missing(standing: Standing) -> str:
    """What has to be there before anything can be shared out."""
    if not standing.eligible:
        return "Todavía no hay postulaciones elegibles que repartir: llegan en los lotes y pasan por Cotejo."
    if not standing.jurors and not standing.assigned:
        return "Todavía no hay nadie en el jurado: la administración agrega a su gente en Personas."
    return ""


def figures(standing: Standing) -> None:
    """How far the sharing out has come."""
    with st.container(horizontal=True):
        for label, value in (
            ("Postulaciones elegibles", standing.eligible),
            ("Con todas sus lecturas repartidas", standing.assigned),
            ("Personas activas en el jurado", standing.jurors),
            ("Lecturas por postulación", standing.reviews),
        ):
            st.metric(label, number(value), border=True, width=225)


def _deal(actor: Actor, plan: Plan) -> None:
    if not plan.changes and not plan.short:
        st.info("No hay nada que repartir: cada postulación elegible tiene ya sus lecturas.")
        return
    words = (
        f"Se harían **{counted(len(plan.pairs), 'asignación', 'asignaciones')}**, para que cada una de las "
        f"{counted(plan.applications, 'postulación', 'postulaciones')} tenga "
        f"{counted(plan.reviews, 'lectura', 'lecturas')}. "
        f"Cada persona quedaría con {plan_view.extent(plan)}. "
    )
    if plan.taken:
        left = counted(len(plan.taken), "lectura sin empezar pasa", "lecturas sin empezar pasan")
        words += f"{left} de quien ya no está a otras personas; lo demás no se mueve."
    else:
        words += "Lo ya repartido no se mueve."

    def carry_out() -> None:
        with st.spinner("Repartiendo…"):
            dealt = assignment.assign(actor, call=plan.call, reviews=plan.reviews)
        made = counted(len(dealt.pairs), "asignación hecha", "asignaciones hechas")
        _done(f"{made}. Cada persona del jurado ya las ve en su mesa.")

    plan_view.show(plan, words, "Repartir", carry_out)


def _even(actor: Actor, plan: Plan) -> None:
    if not plan.changes:
        st.info("Las cargas ya están tan parejas como se puede sin mover nada empezado.")
        return
    words = (
        f"Cambiarían de manos **{counted(len(plan.taken), 'lectura', 'lecturas')}** que nadie ha empezado. "
        f"Cada persona quedaría con {plan_view.extent(plan)}. Lo empezado y lo enviado no se mueve."
    )

    def carry_out() -> None:
        moved = assignment.even_out(actor, call=plan.call)
        _done(f"{counted(len(moved.taken), 'lectura cambió', 'lecturas cambiaron')} de manos.")

    plan_view.show(plan, words, "Emparejar", carry_out)


def _done(words: str) -> None:
    st.session_state[_DONE] = words
    del st.session_state[_PLAN]
    st.rerun()
