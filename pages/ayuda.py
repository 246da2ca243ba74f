"""Help: how each role does its part, and the first day of a call."""

import streamlit as st

from reviewer.web.auth import pages
from reviewer.web.ui import guides

actor = pages.require_access()
_, middle, _ = st.columns([1, 4, 1])
with middle:
    chosen = st.segmented_control(
        "Guía",
        list(guides.GUIDES),
        format_func=guides.GUIDES.__getitem__,
        default=guides.BY_ROLE[actor.role] if actor.role else "jurado",
        required=True,
        key="guia",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.markdown(guides.text(chosen))
