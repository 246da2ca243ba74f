"""Privacy: requests about one's data, one person's data, and how long data is kept."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.web import gate
from reviewer.web.batches import guide
from reviewer.web.privacy import finding, keeping, listing, one
from reviewer.web.told import show_errors
from reviewer.web.views import choose_tab

VIEWS = {
    "solicitudes": "Solicitudes ARCO",
    "persona": "Datos de una persona",
    "conservacion": "Bloqueo y supresión",
}

actor = gate.require_access(Action.KEEP_PRIVACY)
guide.style()
st.title("Privacidad")
with show_errors():
    call = gate.require_call(actor)
    view = choose_tab(VIEWS, key="parte", label="Parte")
    request_id = st.query_params.get("solicitud")
    if view == "persona":
        finding.show(actor, call)
    elif view == "conservacion":
        keeping.show(actor, call)
    elif request_id:
        one.show(actor, call, request_id)
    else:
        listing.show(actor, call)
