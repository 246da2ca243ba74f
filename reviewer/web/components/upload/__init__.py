"""The place where a batch is dropped: sends it to ``/cargas`` in pieces and tells when it is whole."""

import streamlit as st

from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_upload", html=source("upload/markup.html"), css=source("upload/style.css"), js=script("upload")
)


def upload_batch(*, slug: str, key: str) -> str | None:
    """Draws the upload for a call; the upload's id in the one run after it arrived whole, else None."""
    return _upload(key, slug, slug, ".zip", "Arrastre aquí el .zip del lote")


def upload_document(*, slug: str, place: str, key: str) -> str | None:
    """The same for one PDF; ``place`` says for what, so that two of them are not taken for one."""
    return _upload(key, slug, f"{slug}-{place}", ".pdf", "Arrastre aquí el PDF")


def _upload(key: str, slug: str, place: str, ending: str, invite: str) -> str | None:
    data = {"call": slug, "place": place, "ending": ending, "invite": invite}
    component_key = key.replace("_", "_-")  # Streamlit draws no component with «__» in its key; folios may have it
    upload_id = _render(key=component_key, data=data, on_complete_change=lambda: None).complete
    return str(upload_id) if upload_id else None
