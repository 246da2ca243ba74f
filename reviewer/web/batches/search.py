"""Finding one application among all, to look at it or set it right."""

import html
from urllib.parse import quote

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.screening import queue
from reviewer.screening.queue import Line, Part
from reviewer.web.lines import table_of_html
from reviewer.web.screening.shown import badge

MOST = 20


def show(viewer: Actor, call_slug: str) -> None:
    """A search by folio, name or e-mail; each hit leads to its page."""
    sought = st.text_input(
        "Buscar una postulación",
        placeholder="Buscar una postulación: folio, nombre o correo",
        key="buscar-postulacion",
        label_visibility="collapsed",
        icon=":material/search:",
        width=420,
    )
    if not sought.strip():
        return
    found = queue.lines(viewer, call=call_slug, part=Part.ALL, words=sought, limit=MOST + 1)
    if not found:
        st.caption("Ninguna postulación coincide.")
        return
    table_of_html(("Folio", "Nombre", "Estado"), (_cells(each) for each in found[:MOST]))
    if len(found) > MOST:
        st.caption(f"Hay más: escriba algo que distinga. Se muestran {MOST}.")


def _cells(line: Line) -> list[str]:
    stands = badge(line.eligibility, line.state)
    address = html.escape(f"/postulacion?folio={quote(line.folio)}", quote=True)
    return [
        f'<a class="folio" href="{address}" target="_self">{html.escape(line.folio)}</a>',
        html.escape(line.name),
        f'<span class="mark {stands.color}"></span>{html.escape(stands.words)}',
    ]
