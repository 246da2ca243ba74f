"""Privacy: requests about one's data, one person's data, and how long data is kept."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.web import gate
from reviewer.web.batches import guide
from reviewer.web.privacy import finding, keeping, listing, one
from reviewer.web.told import told
from reviewer.web.views import choose_view

VIEWS = {
    "solicitudes": "Solicitudes ARCO",
    "persona": "Datos de una persona",
    "conservacion": "Bloqueo y supresión",
}

actor = gate.page(Action.KEEP_PRIVACY)
guide.style()
st.title("Privacidad")
with told():
    call = gate.the_call(actor)
    view = choose_view(VIEWS, key="parte", of="Parte")
    asked = st.query_params.get("solicitud")
    if view == "persona":
        finding.show(actor, call)
    elif view == "conservacion":
        keeping.show(actor, call)
    elif asked:
        one.show(actor, call, asked)
    else:
        listing.show(actor, call)
