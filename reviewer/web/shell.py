"""The Streamlit script: the log-in gate, the navigation by role, and the page that was asked for."""

import streamlit as st

from reviewer.web import account, gate, login, navigation, theme
from reviewer.web.turns import run_slot

with run_slot():
    st.set_page_config(page_title="Dictamen", page_icon=theme.ICON, layout="wide")
    theme.apply()
    actor = gate.current_actor()
    page = st.navigation(navigation.pages_for(actor), position="hidden" if actor is None else "top")
    if actor is None:
        login.show()
    elif actor.must_change_password:
        account.change_first_password(actor)
    else:
        page.run()
