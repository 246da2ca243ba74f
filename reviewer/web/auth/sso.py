"""Single sign-on with Streamlit's OpenID Connect, where the operator has configured it (``[auth]``).

Streamlit's cookie is read once, to identify the person; a session of ours, which can be ended, replaces it.
"""

import streamlit as st

from reviewer.access import sessions, sso_accounts
from reviewer.core.errors import UserError
from reviewer.web.components import bridge
from reviewer.web.ui.markdown_escape import escape_sentence


def is_offered() -> bool:
    """Returns whether the operator has configured a provider."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def show() -> None:
    """Draws the button, or logs in a person who comes back from the provider."""
    if not st.user.is_logged_in:
        if st.button("Entrar con la cuenta de la institución", icon=":material/badge:", width="stretch"):
            st.login()
        return
    try:
        person = sso_accounts.person_from_claims(st.user.to_dict())
    except UserError as error:
        st.error(escape_sentence(error))
        if st.button("Usar otra cuenta"):
            bridge.post("/salir", {}, then="/")
        return
    # The page is loaded anew: this websocket still identifies the person by the provider's cookie.
    bridge.post("/sesion", {"ticket": sessions.make_ticket(person)}, then="/")
