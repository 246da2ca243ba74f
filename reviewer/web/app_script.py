"""The Streamlit script: the log-in gate, the navigation by role, and the page that was asked for."""

import streamlit as st

from reviewer.web.auth import account, login_form, pages
from reviewer.web.components import prefetch
from reviewer.web.server.run_limiter import run_slot
from reviewer.web.ui import navigation, theme

with run_slot():
    st.set_page_config(page_title="Dictamen", page_icon=theme.ICON, layout="wide")
    theme.apply()
    actor = pages.current_actor()
    page = st.navigation(navigation.pages_for(actor), position="hidden" if actor is None else "top")
    if actor is None:
        login_form.show()
    elif actor.must_change_password:
        account.change_first_password(actor)
    else:
        page.run()
        prefetch.show(actor)
