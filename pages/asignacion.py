"""Assignment: what sharing out would make, seen before it is carried out."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.jury import assignment
from reviewer.jury.assignment import Standing
from reviewer.jury.plans import Load, Plan
from reviewer.web import gate
from reviewer.web.told import told
from reviewer.words import counted, number


def figures(standing: Standing) -> None:
    """How far the sharing out has come."""
    with st.container(horizontal=True):
        for label, value in (
            ("Postulaciones elegibles", standing.eligible),
            ("Con todas sus lecturas repartidas", standing.assigned),
            ("Personas activas en el jurado", standing.jurors),
            ("Lecturas por postulación", standing.reviews),
        ):
            st.metric(label, number(value), border=True, width=240)


def look(plan: Plan) -> None:
    """What would be made."""
    if not plan.pairs:
        st.info("No hay nada que repartir: cada postulación elegible tiene ya sus lecturas.")
        return
    totals = [each.total for each in plan.loads]
    st.write(
        f"Se harían **{counted(len(plan.pairs), 'asignación', 'asignaciones')}**, para que cada una de las "
        f"{counted(plan.applications, 'postulación', 'postulaciones')} tenga "
        f"{counted(plan.reviews, 'lectura', 'lecturas')}. "
        f"Cada persona quedaría con {extent(min(totals), max(totals))}. Lo ya repartido no se mueve."
    )
    for each in plan.warnings:
        st.warning(each)
    if st.button("Repartir", type="primary", icon=":material/check:"):
        st.session_state["dealt"] = assignment.assign(actor, call=plan.call, reviews=plan.reviews)
        del st.session_state["plan"]
        st.rerun()
    st.table([row(each) for each in plan.loads], hide_index=True, border="horizontal")


def extent(low: int, high: int) -> str:
    """«50» or «50 o 51», or a range."""
    if low == high:
        return number(low)
    return f"{number(low)} {'o' if high == low + 1 else 'a'} {number(high)}"


def row(load: Load) -> dict[str, str]:
    """A juror's line."""
    return {
        "Persona": load.name,
        "Tiene": number(load.before),
        "Recibiría": number(load.added),
        "Quedaría con": number(load.total),
    }


actor = gate.page(Action.ASSIGN)
st.title("Asignación")
with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay una convocatoria: quien administra puede instalarla en Convocatoria.")
        st.stop()
    standing = assignment.standing(actor, call=call.slug)
    figures(standing)
    dealt: Plan | None = st.session_state.pop("dealt", None)
    if dealt is not None:
        made = counted(len(dealt.pairs), "asignación hecha", "asignaciones hechas")
        st.success(f"{made}. Cada persona del jurado ya las ve en su mesa.")
    waiting = standing.assigned < standing.eligible and "plan" not in st.session_state
    if st.button("Previsualizar", type="primary" if waiting else "secondary"):
        st.session_state.pop("plan", None)
        st.session_state["plan"] = assignment.preview(actor, call=call.slug)
    if "plan" in st.session_state and st.session_state["plan"].call == call.slug:
        look(st.session_state["plan"])
