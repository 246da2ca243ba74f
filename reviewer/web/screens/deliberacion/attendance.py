"""Attendance at the meeting: a switch for each person, and guests by name."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation.queries import Attendee, MeetingView
from reviewer.web.ui.errors import perform


def show(actor: Actor, slug: str, room: MeetingView, spec: CallSpec) -> None:
    """Draws everybody who may attend; each change is stored at once."""
    present_count = sum(attendee.present for attendee in room.attendees)
    voting = sum(attendee.can_vote for attendee in room.attendees)
    st.caption(f"{format_count(present_count, 'persona presente', 'personas presentes')}, {voting} con voto.")
    for attendee in room.attendees:
        with st.container(horizontal=True, vertical_alignment="center"):
            _line(actor, slug, attendee, spec)
    with st.form("invitada", clear_on_submit=True):
        st.markdown("**Alguien más que asiste** (sin voto)")
        left, right = st.columns(2)
        name = left.text_input("Nombre y apellidos")
        capacity = right.text_input("En qué calidad", placeholder="Observadora, Netflix México")
        if st.form_submit_button("Anotar"):
            perform(meeting.add_guest, actor, slug=slug, name=name, capacity=capacity)


def _line(actor: Actor, slug: str, attendee: Attendee, spec: CallSpec) -> None:
    if attendee.person_id is None:
        st.text(attendee.name, width=320)
        st.text(attendee.capacity, width=260)
        attendance_id = attendee.attendance_id
        if attendance_id is not None and st.button("Quitar", type="tertiary", key=f"quitar-{attendance_id}"):
            perform(meeting.remove_guest, actor, slug=slug, attendance_id=attendance_id)
        return
    present = st.toggle(
        f"{attendee.name} está presente",
        value=attendee.present,
        key=f"asiste-{attendee.person_id}-{attendee.present}",
        label_visibility="collapsed",
        width=60,
    )
    st.text(attendee.name, width=300)
    st.text(attendee.capacity, width=140)
    st.text(_hours(attendee, spec), width=260)
    if present != attendee.present:
        perform(meeting.set_present, actor, slug=slug, person_id=attendee.person_id, present=present)


def _hours(attendee: Attendee, spec: CallSpec) -> str:
    if attendee.arrived_at is None:
        return ""
    text = f"llegó {spec.local(attendee.arrived_at):%H:%M}"
    return f"{text}, salió {spec.local(attendee.left_at):%H:%M}" if attendee.left_at else text
