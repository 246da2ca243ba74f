"""Privacy: requests about one's data, one person's data, and how long data is kept."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.web import gate
from reviewer.web.batches import guide
from reviewer.web.privacy import finding, keeping, listing, one
from reviewer.web.told import told

VIEWS = {
    "solicitudes": "Solicitudes ARCO",
    "persona": "Datos de una persona",
    "conservacion": "Bloqueo y supresión",
}

actor = gate.page(Action.KEEP_PRIVACY)
guide.style()
st.title("Privacidad")
with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay una convocatoria: instálela en Convocatoria.")
        st.stop()
    view = st.segmented_control(
        "Parte",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        default="solicitudes",
        required=True,
        key="parte",
        bind="query-params",
        label_visibility="collapsed",
    )
    asked = st.query_params.get("solicitud")
    if view == "persona":
        finding.show(actor, call)
    elif view == "conservacion":
        keeping.show(actor, call)
    elif asked:
        one.show(actor, call, asked)
    else:
        listing.show(actor, call)
