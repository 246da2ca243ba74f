"""Hands something to one of our routes from the browser, where only an answer can set a cookie."""

from typing import Any

import streamlit as st

from reviewer.web.components import source


def post(address: str, body: dict[str, Any], *, then: str | None = None) -> None:
    """Posts ``body`` as JSON to ``address``, then loads ``then``, or the same page anew."""
    component = st.components.v2.component(
        "dictamen_bridge", html="<p role='status'>\nUn momento…\n</p>", js=source("bridge.js")
    )
    component(key=f"bridge-{address}", data={"address": address, "body": body, "then": then})
