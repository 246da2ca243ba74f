"""Hands something to one of our routes from the browser, where only an answer can set a cookie."""

import json
from typing import Any

import streamlit as st

from reviewer.web.ui.component_files import script


def post(address: str, body: dict[str, Any], *, then: str | None = None) -> None:
    """Posts ``body`` as JSON to ``address``, then loads ``then``, or runs the script again."""
    component = st.components.v2.component(
        "dictamen_bridge", html="<p role='status'>\nUn momento…\n</p>", js=script("bridge")
    )
    # The body as text: in a dictionary Streamlit looks for tables, and loads pandas to do so.
    component(
        key=f"bridge-{address}",
        data={"address": address, "body": json.dumps(body), "then": then},
        on_done_change=lambda: None,
    )
