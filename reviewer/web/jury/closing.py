"""Ending the reviews, with what that leaves open said first."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.jury import running
from reviewer.models import Call
from reviewer.web.jury import plan_view
from reviewer.web.told import told
from reviewer.words import counted


@st.dialog("Cerrar la dictaminación", width="medium")
def dialog(actor: Actor, call: Call) -> None:
    """What closing leaves, the reason where there are gaps, and the button."""
    with told():
        seen = running.preview_closing(actor, call=call.slug)
        sent = counted(seen.submitted, "dictamen enviado", "dictámenes enviados")
        st.markdown(
            f"La convocatoria pasa a **Deliberación** con {sent}: el jurado deja de calificar y cada persona "
            "ve los puntajes ajenos de lo que envió."
        )
        reason = ""
        if seen.gaps:
            st.warning(
                f"{counted(len(seen.gaps), 'postulación', 'postulaciones')} de {seen.eligible} sin todas sus "
                f"lecturas; {counted(seen.unread, 'sin ninguna', 'sin ninguna')}. Lo empezado sin enviar "
                f"({seen.begun}) no cuenta."
            )
            plan_view.folios(seen.gaps)
            reason = st.text_input(
                "Motivo de cerrar así (queda para el acta)", max_chars=running.LONGEST_REASON
            )
        else:
            st.success("Todas las postulaciones tienen sus lecturas.")
        if st.button(
            "Cerrar la dictaminación", type="primary", disabled=bool(seen.gaps) and not reason.strip()
        ):
            running.close_reviewing(actor, call=call.slug, reason=reason)
            st.rerun()
