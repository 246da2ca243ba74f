"""Before a meeting: its requirements, and the form that opens it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation.readiness import Requirement
from reviewer.models import Ordering
from reviewer.web.ui.errors import perform

ORDERINGS = {
    Ordering.RANKING: "Por ranking",
    Ordering.LOTTERY: "Por sorteo, con la semilla publicada",
    Ordering.FOLIO: "Por folio",
}
DEFAULT_PER_SIDE = 10
MAX_PER_SIDE = 100


def show_needs(needs: tuple[Requirement, ...]) -> None:
    """Draws a line for each requirement: met, missing, or missing without preventing the meeting."""
    for need in needs:
        icon = ":material/check_circle:" if need.met else ":material/block:" if need.is_blocking else None
        mark = icon or ":material/info:"
        color = "green" if need.met else "red" if need.is_blocking else "orange"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":{color}[{mark}]", width="content")
            st.text(need.text, width="stretch")


def opening_form(actor: Actor, slug: str) -> None:
    """Draws the form: place, order, and how many applications on each side of the cut."""
    with st.form("abrir", border=True):
        st.subheader("Abrir una sesión")
        place = st.text_input("Lugar", placeholder="Sala de juntas, Centro Cultural…, Ciudad de México")
        left, right = st.columns(2)
        ordering = left.selectbox("Orden en que se habla de ellas", list(ORDERINGS), format_func=ORDERINGS.__getitem__)
        per_side = right.number_input(
            "Postulaciones a cada lado del corte",
            min_value=0,
            max_value=MAX_PER_SIDE,
            value=DEFAULT_PER_SIDE,
            step=1,
        )
        st.caption("El orden queda fijo al abrir. Después se puede agregar cualquier otra postulación.")
        if st.form_submit_button("Abrir la sesión", type="primary"):
            perform(
                meeting.open_meeting,
                actor,
                slug=slug,
                place=place,
                ordering=ordering or Ordering.RANKING,
                per_side=int(per_side),
            )
