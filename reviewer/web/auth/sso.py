"""Single sign-on by Streamlit's own OpenID Connect, where the operator set it up (``[auth]`` in its secrets).

Streamlit's cookie serves once, to learn who came: a session of ours takes its place, which can be ended.
"""

import streamlit as st

from reviewer.access import sessions, sso_accounts
from reviewer.core.errors import UserError
from reviewer.web.components import bridge
from reviewer.web.ui.markdown_escape import escape_sentence


def is_offered() -> bool:
    """Whether the operator set a provider up."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def show() -> None:
    """Draws the button, or takes in who comes back from the provider."""
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
    # Loaded anew: this line of Streamlit's goes on knowing her by the provider's cookie.
    bridge.post("/sesion", {"ticket": sessions.make_ticket(person)}, then="/")
