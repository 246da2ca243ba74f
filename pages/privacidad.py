"""Privacy: requests about personal data, one person's data, and blocking and deletion."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.web.auth import pages
from reviewer.web.screens.lotes import guide
from reviewer.web.screens.privacidad import request, requests, retention, search
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors

VIEWS = {
    "solicitudes": "Solicitudes ARCO",
    "persona": "Datos de una persona",
    "conservacion": "Bloqueo y supresión",
}

actor = pages.require_access(Action.KEEP_PRIVACY)
guide.style()
st.title("Privacidad")
with show_errors():
    call = pages.require_call(actor)
    view = choose_tab(VIEWS, key="parte", label="Parte")
    request_id = st.query_params.get("solicitud")
    if view == "persona":
        search.show(actor, call)
    elif view == "conservacion":
        retention.show(actor, call)
    elif request_id:
        request.show(actor, call, request_id)
    else:
        requests.show(actor, call)
