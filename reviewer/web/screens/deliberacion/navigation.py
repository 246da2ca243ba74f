"""Navigation through the agenda, which every window of the meeting follows."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision.deliberation import votes
from reviewer.decision.deliberation.queries import MeetingView
from reviewer.web.ui.errors import perform


def show(actor: Actor, slug: str, room: MeetingView) -> None:
    """Draws buttons to the previous and next application, and a list of all."""
    position, last = room.showing, len(room.items)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Anterior", icon=":material/arrow_back:", disabled=position <= 1):
            _go_to(actor, slug, position - 1)
        if st.button("Siguiente", icon=":material/arrow_forward:", disabled=position >= last):
            _go_to(actor, slug, position + 1)
        undecided_positions = [item.position for item in room.undecided if item.position != position]
        if undecided_positions and st.button("Siguiente por decidir"):
            _go_to(
                actor,
                slug,
                next(
                    (candidate for candidate in undecided_positions if candidate > position),
                    undecided_positions[0],
                ),
            )
        chosen = st.selectbox(
            "Ir a",
            range(1, last + 1),
            index=position - 1,
            format_func=lambda option: f"{option} · {room.items[option - 1].folio}",
            key=f"ir-{position}",
            label_visibility="collapsed",
            width=190,
        )
        if chosen != position:
            _go_to(actor, slug, chosen)


def _go_to(actor: Actor, slug: str, position: int) -> None:
    """Shows another application in every window."""
    perform(votes.show_item, actor, slug=slug, position=position)
