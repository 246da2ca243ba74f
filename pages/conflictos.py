"""Conflicts declared in advance: a juror names people or folios that she must never be given."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.jury import conflicts, foreseen
from reviewer.jury.conflicts import KINDS, SWORN
from reviewer.models import Call
from reviewer.web import gate
from reviewer.web.lines import table
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted, day_and_time

_DONE = "conflictos-declarados"


def form(actor: Actor, call: Call) -> None:
    """What she declares, signed by sending it."""
    with st.form("conflictos", border=False, clear_on_submit=False):
        entries = st.text_area(
            "Nombres o folios, uno por línea",
            height=130,
            placeholder=f"Ana María Zamora Ríos\n{spec_of(call).folio_prefix}-0042",
        )
        kind = st.selectbox("Motivo", list(KINDS), format_func=KINDS.__getitem__)
        statement = st.text_area(
            "Explicación (opcional, salvo en «Otro motivo»)", max_chars=conflicts.LONGEST_STATEMENT, height=80
        )
        st.caption(SWORN)
        sent = st.form_submit_button(f"Firmar como {plain(actor.name)}", type="primary")
    if sent:
        with told():
            kept = conflicts.declare_in_advance(
                actor, call=call.slug, entries=entries, kind=kind or "", statement=statement
            )
            st.session_state[_DONE] = kept
            st.rerun()


actor = gate.page(Action.DECLARE_CONFLICT)
st.title("Conflictos")
with told():
    call = gate.the_call(actor)
    st.markdown(
        "Escriba a quién no debe leer: parientes, pareja, amistades, alumnado, colegas. Si postuló o llega a "
        "postular, no le tocará. No se dice si alguien coincide, ni aquí ni en ninguna parte."
    )
    done = st.session_state.pop(_DONE, None)
    if done:
        kept = counted(done, "entrada quedó", "entradas quedaron")
        st.success(f"{kept} en su declaración. Vale para lo que ya llegó y para lo que llegue.")
    form(actor, call)
    hers = foreseen.declared(actor, call=call.slug)
    if hers:
        st.header("Lo que ha declarado")
        table(
            ("Nombre o folio", "Motivo", "Cuándo"),
            ((each.entry, KINDS[each.kind], day_and_time(spec_of(call).local(each.at))) for each in hers),
        )
