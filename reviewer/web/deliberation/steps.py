"""The way through the agenda: every window of the meeting follows it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision.deliberation import votes
from reviewer.decision.deliberation.room import Room
from reviewer.web.told import told


def show(actor: Actor, call: str, room: Room) -> None:
    """Back, on, and to any other of the agenda."""
    position, last = room.showing, len(room.items)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Anterior", icon=":material/arrow_back:", disabled=position <= 1):
            _go(actor, call, position - 1)
        if st.button("Siguiente", icon=":material/arrow_forward:", disabled=position >= last):
            _go(actor, call, position + 1)
        waiting = [each.position for each in room.undecided if each.position != position]
        if waiting and st.button("Siguiente por decidir"):
            _go(actor, call, next((each for each in waiting if each > position), waiting[0]))
        chosen = st.selectbox(
            "Ir a",
            range(1, last + 1),
            index=position - 1,
            format_func=lambda each: f"{each} · {room.items[each - 1].folio}",
            key=f"ir-{position}",
            label_visibility="collapsed",
            width=190,
        )
        if chosen != position:
            _go(actor, call, chosen)


def _go(actor: Actor, call: str, position: int) -> None:
    """Puts another application on the wall, in every window."""
    with told():
        votes.show(actor, call=call, position=position)
        st.rerun()
