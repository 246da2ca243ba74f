"""The agenda as a table: what is decided, what is left."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_percent, join_words
from reviewer.decision.deliberation import meeting, votes
from reviewer.decision.deliberation.queries import Item, MeetingView
from reviewer.models import VoteChoice
from reviewer.web.screens.deliberacion.wall import RESOLUTIONS, standing_text
from reviewer.web.ui import tables
from reviewer.web.ui.errors import show_errors

HEAD = (
    *("Núm.", "Folio", "Proyecto", "Lugar", "Calibrado", "Promedio", "Probabilidad"),
    *("En la selección", "Votos", "Decisión y motivo"),
)


def show(actor: Actor, slug: str, room: MeetingView, spec: CallSpec) -> None:
    """Draws the table, and a form that adds an application."""
    undecided_count = len(room.undecided)
    st.caption(
        f"{format_count(len(room.items), 'postulación', 'postulaciones')} en el orden del día; "
        + (
            f"{format_count(undecided_count, 'queda', 'quedan')} por decidir."
            if undecided_count
            else "todas están decididas."
        )
    )
    if room.items:
        tables.html_table(HEAD, [_row(item, spec) for item in room.items])
    with st.form("agregar", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        folio = st.text_input("Agregar otra postulación", placeholder="Folio", width=260)
        add = st.form_submit_button("Agregar al final")
    if add:
        with show_errors():
            position = meeting.add_to_agenda(actor, slug=slug, folio=folio)
            votes.show_item(actor, slug=slug, position=position)
            st.rerun()


def _row(item: Item, spec: CallSpec) -> tuple[str, ...]:
    decision_text = f"{RESOLUTIONS[item.verdict]}. {item.reason}" if item.verdict else "Por decidir."
    recusal_text = f" Se excusa: {join_words(list(item.recused))}." if item.recused else ""
    return (
        str(item.position),
        item.folio,
        item.title,
        str(item.rank),
        f"{item.estimate:.2f}",
        f"{item.raw_mean:.2f}",
        format_percent(item.p_selected),
        _standing_label(item, spec),
        " / ".join(str(item.tally.get(choice, 0)) for choice in VoteChoice),
        decision_text + recusal_text,
    )


def _standing_label(item: Item, spec: CallSpec) -> str:
    text = standing_text(item, spec).removeprefix("Hoy está ")
    return text[:1].upper() + text[1:]
