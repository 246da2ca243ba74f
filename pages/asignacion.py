"""Assignment: sharing out, the jury's limits, changes by hand, conflicts and anchors."""

from collections.abc import Callable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.models import Call
from reviewer.web import gate
from reviewer.web.jury import anchors, byhand, conflicts, dealing, members
from reviewer.web.told import told
from reviewer.web.views import choose_view

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
    chosen = choose_view({each: label for each, (label, _) in SECTIONS.items()}, key="parte", of="Parte")
with told():
    call = gate.the_call(actor)
    SECTIONS[chosen][1](actor, call)
