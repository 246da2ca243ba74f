"""Before a meeting: what it needs, and the form that opens it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation.readiness import Need
from reviewer.models import Ordering
from reviewer.web.told import told

ORDERINGS = {
    Ordering.RANKING: "Por ranking",
    Ordering.LOTTERY: "Por sorteo, con la semilla publicada",
    Ordering.FOLIO: "Por folio",
}
AROUND = 10
MOST_AROUND = 100


def show_needs(needs: tuple[Need, ...]) -> None:
    """A line for each need: met, missing, or missing without stopping anybody."""
    for each in needs:
        icon = ":material/check_circle:" if each.met else ":material/block:" if each.stops else None
        mark = icon or ":material/info:"
        color = "green" if each.met else "red" if each.stops else "orange"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":{color}[{mark}]", width="content")
            st.text(each.words, width="stretch")


def open_form(actor: Actor, call: str) -> None:
    """Place, order, and how many applications on each side of the cut line."""
    with st.form("abrir", border=True):
        st.subheader("Abrir una sesión")
        place = st.text_input("Lugar", placeholder="Sala de juntas, Centro Cultural…, Ciudad de México")
        left, right = st.columns(2)
        ordering = left.selectbox(
            "Orden en que se habla de ellas", list(ORDERINGS), format_func=ORDERINGS.__getitem__
        )
        around = right.number_input(
            "Postulaciones a cada lado del corte", min_value=0, max_value=MOST_AROUND, value=AROUND, step=1
        )
        st.caption("El orden queda fijo al abrir. Después se puede agregar cualquier otra postulación.")
        if st.form_submit_button("Abrir la sesión", type="primary"):
            with told():
                meeting.open_meeting(
                    actor, call=call, place=place, ordering=ordering or Ordering.RANKING, around=int(around)
                )
                st.rerun()
