"""Chooses a small text file: Streamlit's own uploader speaks English and keeps what it was given."""

import streamlit as st

from reviewer.core.errors import UserError
from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_text_file",
    html=source("text_file/markup.html"),
    css=source("text_file/style.css"),
    js=script("text_file"),
)


def text_file(label: str, *, key: str, accept: str, largest: int) -> str | None:
    """Draws a button; the text of the file that was chosen, as long as ``key`` stays the same, or None.

    ``accept`` is a file ending, ``largest`` in bytes. Refused where a file is larger or not UTF-8.
    """
    chosen = _render(
        key=key,
        data={"label": label, "accept": accept, "largest": largest},
        default={"file": None},
        on_file_change=lambda: None,
    ).file
    if not chosen:
        return None
    if chosen.get("fault") == "large":
        raise UserError(f"«{chosen['name']}» pasa de {largest // 1000} kB: no parece el de una convocatoria.")
    if chosen.get("fault") or len(chosen["text"]) > largest:
        raise UserError(f"«{chosen['name']}» no está en UTF-8: guárdelo con esa codificación.")
    return str(chosen["text"])
