"""The place where a batch is dropped: sends it to ``/cargas`` in pieces and tells when it is whole."""

import streamlit as st

from reviewer.web.components import source

_render = st.components.v2.component(
    "dictamen_upload", html=source("upload.html"), css=source("upload.css"), js=source("upload.js")
)


def upload_batch(*, call_slug: str, key: str) -> str | None:
    """Draws the upload for a call; the upload's id in the one run after it arrived whole, else None."""
    result = _render(key=key, data={"call": call_slug}, on_complete_change=lambda: None)
    whole = result.complete
    return str(whole) if whole else None
