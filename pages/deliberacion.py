"""The jury's meeting: what it requires, one application at a time on the wall, votes and decisions."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_count
from reviewer.decision.deliberation import meeting, readiness
from reviewer.decision.deliberation import queries as rooms
from reviewer.decision.deliberation.queries import MeetingView
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.screens.deliberacion import agenda, attendance, navigation, opening, wall
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import perform, show_errors

VIEWS = {
    "una": "Una por una",
    "orden": "Orden del día",
    "asistencia": "Asistencia",
    "sala": "Pantalla de sala",
}
REFRESH_SECONDS = 2.0  # how often the projector's screen is redrawn


def show_preparation(call: Call) -> None:
    """Draws what a meeting requires, and the form that opens it where nothing prevents it."""
    needs = readiness.requirements(actor, slug=call.slug)
    st.header("Antes de la sesión")
    opening.show_needs(needs)
    if all(need.met for need in needs if need.is_blocking):
        opening.opening_form(actor, call.slug)
    if readiness.had_meeting(actor, slug=call.slug):
        st.page_link(ROOT / "pages" / "acta.py", label="La última sesión terminó: ir al Acta")


def one_by_one(room: MeetingView, call: Call, spec: CallSpec) -> None:
    """Draws the application under discussion, the votes, and the decision."""
    wall_view = rooms.item_detail(actor, slug=call.slug, position=room.showing)
    if wall_view is None:
        st.info("El orden del día está vacío: agregue postulaciones en Orden del día.")
        return
    navigation.show(actor, call.slug, room)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        wall.show(wall_view, room, spec)
        wall.show_opinions(wall_view)
    with right:
        wall.show_tally(wall_view.item)
        wall.take_votes(actor, call.slug, wall_view)
        wall.decide(actor, call.slug, wall_view, room, spec)


@st.fragment(run_every=REFRESH_SECONDS)
def projector_screen(call: Call, spec: CallSpec) -> None:
    """Draws the screen for the projector: it follows what another window shows, and changes nothing."""
    with show_errors():
        room = rooms.current_meeting(actor, slug=call.slug)
        wall_view = rooms.item_detail(actor, slug=call.slug, position=room.showing) if room else None
        if room is None or wall_view is None:
            st.info("La sesión terminó, o su orden del día está vacío.")
            return
        left, right = st.columns([1.6, 1], gap="large")
        with left:
            wall.show(wall_view, room, spec)
        with right:
            wall.show_tally(wall_view.item)
            wall.show_votes(wall_view.voters)


@st.dialog("Cerrar la sesión")
def close_dialog(room: MeetingView, call: Call) -> None:
    """Says what closing does, and closes the meeting."""
    undecided_count = len(room.undecided)
    st.write(
        f"{format_count(undecided_count, 'postulación queda', 'postulaciones quedan')} sin decidir: siguen como está "
        "la selección. "
        if undecided_count
        else "Todo el orden del día está decidido. ",
        "Después de cerrar ya no se anotan votos ni asistencia; se puede abrir otra sesión.",
    )
    if st.button("Cerrar la sesión", type="primary"):
        perform(meeting.close_meeting, actor, slug=call.slug)


actor = pages.require_access(Action.DELIBERATE)
wall.style()
with show_errors():
    st.title("Deliberación")
    call = pages.require_call(actor)
    room = rooms.current_meeting(actor, slug=call.slug)
    if room is None:
        show_preparation(call)
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first_view = "una" if any(attendee.present for attendee in room.attendees) else "asistencia"
        view = choose_tab(VIEWS, key="vista", label="Vista", default=first_view)
        if st.button("Cerrar la sesión…"):
            close_dialog(room, call)
    spec = spec_of(call)
    if view == "sala":
        projector_screen(call, spec)
    elif view == "orden":
        agenda.show(actor, call.slug, room, spec)
    elif view == "asistencia":
        attendance.show(actor, call.slug, room, spec)
    else:
        one_by_one(room, call, spec)
