"""The audit trail: who did what to what, when and from where."""

from datetime import UTC, tzinfo

import streamlit as st

from reviewer.access import trail
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.access.trail import Sought, TrailLine
from reviewer.access.trail_words import GROUPS
from reviewer.calls import spec_of
from reviewer.models import Call
from reviewer.web import gate
from reviewer.web.plain import plain
from reviewer.web.routes import downloads
from reviewer.web.told import told
from reviewer.web.trail_filters import sought_in
from reviewer.words import counted, day

ROWS = 50


def filters(actor: Actor) -> dict[str, str]:
    """The controls; all live in the address, so that what was found can be sent to a colleague."""
    people = trail.people(actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about = st.text_input("Folio u objeto", key="sobre", bind="query-params", width=150)
        who = st.selectbox(
            "Quién",
            ["", *people],
            format_func=lambda each: people.get(each, "Cualquiera"),
            key="quien",
            bind="query-params",
            width=225,
        )
        group = st.selectbox(
            "Qué",
            ["", *GROUPS],
            format_func=lambda each: GROUPS[each][0] if each else "Todo",
            key="que",
            bind="query-params",
            width=205,
        )
        since = st.date_input("Desde", None, format="DD/MM/YYYY", key="desde", bind="query-params", width=142)
        until = st.date_input("Hasta", None, format="DD/MM/YYYY", key="hasta", bind="query-params", width=142)
    return {
        "sobre": about,
        "quien": who,
        "que": group,
        "desde": since.isoformat() if since else "",
        "hasta": until.isoformat() if until else "",
    }


def row(line: TrailLine, zone: tzinfo) -> dict[str, str]:
    """One event."""
    at = line.at.astimezone(zone)
    return {
        "Núm.": str(line.number),
        "Momento": f"{day(at)} {at:%Y %H:%M:%S}",
        "Quién": plain(line.who),
        "Qué": line.words,
        "Sobre": plain(line.about),
        "Detalle": plain(trail.said(line.facts)),
        "Desde": plain(line.origin),
    }


def show(actor: Actor, sought: Sought, call: Call | None, chosen: dict[str, str]) -> None:
    """What was found, a page at a time."""
    found = trail.count(actor, sought=sought)
    if not found:
        st.info("Nada de lo anotado coincide. Quite un filtro para ver más.")
        return
    pages = -(-found // ROWS)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(counted(found, "evento", "eventos"), width="content")
        number = st.pagination(pages, key=f"hoja-{sought}") if pages > 1 else 1
        downloads.link(
            "Descargar CSV",
            "bitacora",
            convocatoria=call.slug if call else None,
            **{name: value or None for name, value in chosen.items()},
        )
    zone = spec_of(call).zone if call else UTC
    lines = trail.lines(actor, sought=sought, offset=(number - 1) * ROWS, limit=ROWS)
    st.table([row(each, zone) for each in lines], hide_index=True, border="horizontal")


actor = gate.page(Action.SEE_TRAIL)
st.title("Bitácora")
with told():
    call = gate.current_call(actor)
    chosen = filters(actor)
    show(actor, sought_in(chosen, spec_of(call).zone if call else UTC), call, chosen)
