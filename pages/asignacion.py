"""Assignment: sharing out, the jury's limits, changes by hand, conflicts and anchors."""

from collections.abc import Callable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.models import Call
from reviewer.web import gate
from reviewer.web.jury import anchors, byhand, conflicts, dealing, members
from reviewer.web.told import told

SECTIONS: dict[str, tuple[str, Callable[[Actor, Call], None]]] = {
    "reparto": ("Repartir", dealing.show),
    "jurado": ("Jurado", members.show),
    "mano": ("A mano", byhand.show),
    "conflictos": ("Conflictos", conflicts.show),
    "anclas": ("Anclas", anchors.show),
}

actor = gate.page(Action.ASSIGN)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Asignación", width="content")
    chosen = st.segmented_control(
        "Parte",
        list(SECTIONS),
        format_func=lambda each: SECTIONS[each][0],
        default="reparto",
        required=True,
        key="parte",
        bind="query-params",
        label_visibility="collapsed",
    )
with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay una convocatoria: quien administra puede instalarla en Convocatoria.")
        st.stop()
    SECTIONS[chosen or "reparto"][1](actor, call)
