"""The end of reviewing, with a preview of what it leaves open."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons
from reviewer.core.spanish import format_count
from reviewer.jury.monitoring import closing
from reviewer.models import Call
from reviewer.web.screens.asignacion import plan
from reviewer.web.ui.errors import show_errors


@st.dialog("Cerrar la dictaminación", width="medium")
def dialog(actor: Actor, call: Call) -> None:
    """Draws what closing leaves open, asks for a reason where there are gaps, and closes."""
    with show_errors():
        preview = closing.preview_closing(actor, slug=call.slug)
        sent_text = format_count(preview.submitted, "dictamen enviado", "dictámenes enviados")
        st.markdown(
            f"La convocatoria pasa a **Deliberación** con {sent_text}: el jurado deja de calificar y cada persona ve "
            "los puntajes ajenos de lo que envió."
        )
        reason = ""
        if preview.gaps:
            st.warning(
                f"{format_count(len(preview.gaps), 'postulación', 'postulaciones')} de {preview.eligible} sin todas "
                f"sus lecturas; {format_count(preview.unread, 'sin ninguna', 'sin ninguna')}. Lo empezado sin enviar "
                f"({preview.begun}) no cuenta."
            )
            plan.show_folios(preview.gaps)
            reason = st.text_input("Motivo de cerrar así (queda para el acta)", max_chars=reasons.MAX_LENGTH)
        else:
            st.success("Todas las postulaciones tienen sus lecturas.")
        if st.button("Cerrar la dictaminación", type="primary", disabled=bool(preview.gaps) and not reason.strip()):
            closing.close_reviewing(actor, slug=call.slug, reason=reason)
            st.rerun()
