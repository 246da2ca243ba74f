"""The jury's meeting: what it needs, one application at a time on the wall, votes by hand, decisions."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.calls import CallSpec, spec_of
from reviewer.decision.deliberation import meeting, readiness
from reviewer.decision.deliberation import room as rooms
from reviewer.decision.deliberation.room import Room
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.deliberation import agenda, attendance, opening, steps, wall
from reviewer.web.told import told
from reviewer.web.views import choose_view
from reviewer.words import counted

VIEWS = {
    "una": "Una por una",
    "orden": "Orden del día",
    "asistencia": "Asistencia",
    "sala": "Pantalla de sala",
}
FOLLOWING = 2.0  # seconds after which the room's screen looks where the meeting is


def before(call: Call) -> None:
    """No meeting is open: what one needs, and the form where nothing stops it."""
    needs = readiness.needs(actor, call=call.slug)
    st.header("Antes de la sesión")
    opening.show_needs(needs)
    if all(each.met for each in needs if each.stops):
        opening.open_form(actor, call.slug)
    if readiness.had_meeting(actor, call=call.slug):
        st.page_link(ROOT / "pages" / "acta.py", label="La última sesión terminó: ir al Acta")


def one_by_one(room: Room, call: Call, spec: CallSpec) -> None:
    """The application that is spoken of, the hands, and the decision."""
    seen = rooms.on_the_wall(actor, call=call.slug, position=room.showing)
    if seen is None:
        st.info("El orden del día está vacío: agregue postulaciones en Orden del día.")
        return
    steps.show(actor, call.slug, room)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        wall.show(seen, room, spec)
        wall.show_opinions(seen)
    with right:
        wall.show_tally(seen.item)
        wall.take_votes(actor, call.slug, seen)
        wall.decide(actor, call.slug, seen, room, spec)


@st.fragment(run_every=FOLLOWING)
def room_screen(call: Call, spec: CallSpec) -> None:
    """For the projector: follows what another window shows, and touches nothing."""
    with told():
        room = rooms.room(actor, call=call.slug)
        seen = rooms.on_the_wall(actor, call=call.slug, position=room.showing) if room else None
        if room is None or seen is None:
            st.info("La sesión terminó, o su orden del día está vacío.")
            return
        left, right = st.columns([1.6, 1], gap="large")
        with left:
            wall.show(seen, room, spec)
        with right:
            wall.show_tally(seen.item)
            wall.show_hands(seen.voters)


@st.dialog("Cerrar la sesión")
def close(room: Room, call: Call) -> None:
    """What closing does, before it is done."""
    left = len(room.undecided)
    st.write(
        f"{counted(left, 'postulación queda', 'postulaciones quedan')} sin decidir: siguen como está la "
        "selección. "
        if left
        else "Todo el orden del día está decidido. ",
        "Después de cerrar ya no se anotan votos ni asistencia; se puede abrir otra sesión.",
    )
    if st.button("Cerrar la sesión", type="primary"):
        with told():
            meeting.close_meeting(actor, call=call.slug)
            st.rerun()


actor = gate.page(Action.DELIBERATE)
wall.style()
with told():
    st.title("Deliberación")
    call = gate.the_call(actor)
    room = rooms.room(actor, call=call.slug)
    if room is None:
        before(call)
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first = "una" if any(each.present for each in room.attendees) else "asistencia"
        view = choose_view(VIEWS, key="vista", of="Vista", first=first)
        if st.button("Cerrar la sesión…"):
            close(room, call)
    spec = spec_of(call)
    if view == "sala":
        room_screen(call, spec)
    elif view == "orden":
        agenda.show(actor, call.slug, room, spec)
    elif view == "asistencia":
        attendance.show(actor, call.slug, room, spec)
    else:
        one_by_one(room, call, spec)
