"""The audit trail: who did what to what, when and from where."""

from datetime import UTC, date, tzinfo

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.audit import queries as audit_queries
from reviewer.audit.labels import ACTION_GROUPS
from reviewer.audit.queries import EventFilter, EventLine
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_count, format_day
from reviewer.models import Call
from reviewer.web.auth import pages as auth_pages
from reviewer.web.routes import downloads
from reviewer.web.screens.bitacora.filters import parse_filters
from reviewer.web.ui.address import connect
from reviewer.web.ui.choices import choose_option
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import PAGE, page_offset

ROWS = 50


def filters(actor: Actor) -> dict[str, str]:
    """Draws the filters; returns their values by the names that they have in the address."""
    people = audit_queries.list_actors(actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about = st.text_input("Folio u objeto", width=150, **connect("sobre", default="", parse=str, resets=(PAGE,)))
        person = choose_option({"": "Cualquiera"} | people, key="quien", label="Quién", width=225)
        groups = {"": "Todo"} | {key: label for key, (label, _) in ACTION_GROUPS.items()}
        group = choose_option(groups, key="que", label="Qué", width=205)
        since, until = _day_input("Desde", "desde"), _day_input("Hasta", "hasta")
    return {"sobre": about, "quien": person, "que": group, "desde": since, "hasta": until}


def _day_input(label: str, key: str) -> str:
    """Draws an input for a day; returns the day as ISO text, or an empty text."""
    day: date | None = st.date_input(
        label,
        None,
        format="DD/MM/YYYY",
        width=142,
        **connect(key, default=None, parse=_parse_day, text=str, resets=(PAGE,)),
    )
    return day.isoformat() if day else ""


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def event_row(line: EventLine, zone: tzinfo) -> dict[str, str]:
    """Returns the cells of one event."""
    at = line.at.astimezone(zone)
    return {
        "Núm.": str(line.number),
        "Momento": f"{format_day(at)} {at:%Y %H:%M:%S}",
        "Quién": escape_markdown(line.actor_name),
        "Qué": line.action_label,
        "Sobre": escape_markdown(line.about),
        "Detalle": escape_markdown(audit_queries.format_facts(line.facts)),
        "Desde": escape_markdown(line.origin),
    }


def show(actor: Actor, search: EventFilter, call: Call | None, chosen: dict[str, str]) -> None:
    """Draws a page of the matching events."""
    total = audit_queries.count_events(actor, filters=search)
    if not total:
        st.info("Nada de lo anotado coincide. Quite un filtro para ver más.")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(format_count(total, "evento", "eventos"), width="content")
        offset = page_offset(total, ROWS)
        downloads.link(
            "Descargar CSV",
            "bitacora",
            convocatoria=call.slug if call else None,
            **{name: value or None for name, value in chosen.items()},
        )
    zone = spec_of(call).zone if call else UTC
    lines = audit_queries.list_events(actor, filters=search, offset=offset, limit=ROWS)
    st.table([event_row(line, zone) for line in lines], hide_index=True, border="horizontal")


actor = auth_pages.require_access(Action.SEE_TRAIL)
st.title("Bitácora")
with show_errors():
    call = auth_pages.current_call(actor)
    chosen = filters(actor)
    show(actor, parse_filters(chosen, spec_of(call).zone if call else UTC), call, chosen)
