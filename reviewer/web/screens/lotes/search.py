"""A search for one application among all."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.screening import queue
from reviewer.screening.queue import Line, Part
from reviewer.web.screens.cotejo.labels import badge
from reviewer.web.ui.links import folio_link
from reviewer.web.ui.pager import search_box
from reviewer.web.ui.tables import table_of_safe_html

MAX_RESULTS = 20


def show(viewer: Actor, slug: str) -> None:
    """Draws a search by folio, name or e-mail; each result links to its page."""
    query = search_box(
        "Buscar una postulación: folio, nombre o correo",
        label="Buscar una postulación",
        key="postulacion",
        width=420,
    )
    if not query:
        return
    lines = queue.lines(viewer, slug=slug, part=Part.ALL, search=query, limit=MAX_RESULTS + 1)
    if not lines:
        st.caption("Ninguna postulación coincide.")
        return
    table_of_safe_html(("Folio", "Nombre", "Estado"), (_cells(line) for line in lines[:MAX_RESULTS]))
    if len(lines) > MAX_RESULTS:
        st.caption(f"Hay más: escriba algo que distinga. Se muestran {MAX_RESULTS}.")


def _cells(line: Line) -> list[str]:
    return [
        folio_link(line.folio, "postulacion", folio=line.folio),
        html.escape(line.name),
        badge(line.eligibility, line.state).html(),
    ]
