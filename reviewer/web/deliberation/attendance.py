"""Who is at the meeting: one switch a person, and guests by name."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation.room import Attendee, Room
from reviewer.web.told import told
from reviewer.words import counted


def show(actor: Actor, call: str, room: Room, spec: CallSpec) -> None:
    """Everybody who may come; each change is kept at once."""
    here = sum(each.present for each in room.attendees)
    voting = sum(each.votes for each in room.attendees)
    st.caption(f"{counted(here, 'persona presente', 'personas presentes')}, {voting} con voto.")
    for each in room.attendees:
        with st.container(horizontal=True, vertical_alignment="center"):
            _line(actor, call, each, spec)
    with st.form("invitada", clear_on_submit=True):
        st.markdown("**Alguien más que asiste** (sin voto)")
        left, right = st.columns(2)
        name = left.text_input("Nombre y apellidos")
        capacity = right.text_input("En qué calidad", placeholder="Observadora, Netflix México")
        if st.form_submit_button("Anotar"):
            with told():
                meeting.add_guest(actor, call=call, name=name, capacity=capacity)
                st.rerun()


def _line(actor: Actor, call: str, each: Attendee, spec: CallSpec) -> None:
    if each.person_id is None:
        st.text(each.name, width=320)
        st.text(each.capacity, width=260)
        if st.button("Quitar", type="tertiary", key=f"quitar-{each.attendance_id}"):
            with told():
                meeting.remove_guest(actor, call=call, attendance_id=each.attendance_id or 0)
                st.rerun()
        return
    present = st.toggle(
        f"{each.name} está presente",
        value=each.present,
        key=f"asiste-{each.person_id}-{each.present}",
        label_visibility="collapsed",
        width=60,
    )
    st.text(each.name, width=300)
    st.text(each.capacity, width=140)
    st.text(_hours(each, spec), width=260)
    if present != each.present:
        with told():
            meeting.set_present(actor, call=call, person_id=each.person_id, present=present)
            st.rerun()


def _hours(each: Attendee, spec: CallSpec) -> str:
    if each.arrived_at is None:
        return ""
    words = f"llegó {spec.local(each.arrived_at):%H:%M}"
    return f"{words}, salió {spec.local(each.left_at):%H:%M}" if each.left_at else words
