"""Help: a guide for each role, and one for the first day of a call."""

import streamlit as st

from reviewer.web.auth import pages
from reviewer.web.ui import guides
from reviewer.web.ui.choices import choose_tab

actor = pages.require_access()
_, middle, _ = st.columns([1, 4, 1])
with middle:
    own_guide = guides.BY_ROLE[actor.role] if actor.role else "jurado"
    chosen = choose_tab(guides.GUIDES, key="guia", label="Guía", default=own_guide)
    st.markdown(guides.text(chosen))
