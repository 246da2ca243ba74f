"""Giving, taking and handing over by hand, seen before it is done."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.jury import byhand, panel
from reviewer.jury.byhand import Change, Foreseen
from reviewer.models import Call
from reviewer.web.jury import plan_view
from reviewer.web.lines import table
from reviewer.web.told import told
from reviewer.words import counted

_SEEN = "cambio-visto"
_ROWS = 50


def show(actor: Actor, call: Call) -> None:
    """Who gives, who takes, which folios; and what that would do."""
    here = panel.members(actor, call=call.slug)
    names = {each.person_id: each.name for each in here}
    takers = [each.person_id for each in here if not each.away]
    st.caption(
        "Elija a quién se le quitan, a quién se le dan, o las dos cosas. Lo empezado o enviado no se mueve."
    )
    left, right = st.columns(2)
    giver = left.selectbox(
        "De", [None, *names], format_func=lambda each: names[each] if each else "Nadie: solo dar"
    )
    taker = right.selectbox(
        "A", [None, *takers], format_func=lambda each: names[each] if each else "Nadie: solo quitar"
    )
    if giver is not None and left.button("Poner todo lo que no ha empezado", type="tertiary"):
        pending = byhand.pending_of(actor, call=call.slug, person_id=giver)
        st.session_state["folios-a-mano"] = ", ".join(pending)
    text = left.text_area(
        "Folios", key="folios-a-mano", placeholder="GUI-0003, GUI-0010 a GUI-0020", height=110
    )
    back = ""
    if giver is not None and taker is not None:
        back = right.text_area(
            "A cambio, de la segunda a la primera (opcional)", key="folios-a-cambio", height=110
        )
    with told():
        change = Change(byhand.read_folios(text, call), giver, taker, byhand.read_folios(back, call))
        if st.button("Ver qué cambiaría", disabled=not change.folios):
            byhand.preview_change(actor, call=call.slug, change=change)
            st.session_state[_SEEN] = change
        if st.session_state.get(_SEEN) == change and change.folios:
            _foreseen(actor, call, change)
    done = st.session_state.pop("a-mano-hecho", None)
    if done:
        st.success(done)


def _foreseen(actor: Actor, call: Call, change: Change) -> None:
    seen = byhand.preview_change(actor, call=call.slug, change=change)
    if seen.count:
        st.markdown(f"Cambian **{counted(seen.count, 'lectura', 'lecturas')}**; nada más se mueve.")
    plan_view.folios((*seen.good, *seen.back))
    if seen.thin:
        fewer = counted(len(seen.thin), "postulación queda", "postulaciones quedan")
        st.warning(f"{fewer} con menos lecturas de las prometidas: «Repartir» las completa.")
    if seen.over:
        st.warning(
            f"Quien recibe pasa de su límite por {counted(seen.over, 'postulación', 'postulaciones')}."
        )
    if not seen.count:
        st.info("No hay nada que cambiar.")
    elif st.button(f"Hacer {counted(seen.count, 'cambio', 'cambios')}", type="primary"):
        done = byhand.carry_out(actor, call=call.slug, change=change)
        st.session_state["a-mano-hecho"] = f"{counted(done.count, 'cambio hecho', 'cambios hechos')}."
        del st.session_state[_SEEN]
        st.rerun()
    _bad(seen)


def _bad(seen: Foreseen) -> None:
    if seen.bad:
        st.markdown(f"**{counted(len(seen.bad), 'folio no se mueve', 'folios no se mueven')}**")
        table(("Folio", "Por qué"), seen.bad[:_ROWS])
