"""The whole agenda in a table: what was decided, what is left, and the way to any of it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.deliberation import meeting, votes
from reviewer.decision.deliberation.room import Item, Room
from reviewer.models import VoteChoice
from reviewer.web import lines
from reviewer.web.deliberation.wall import RESOLUTIONS, standing_words
from reviewer.web.told import told
from reviewer.words import counted, listed, percent

HEAD = (
    *("Núm.", "Folio", "Proyecto", "Lugar", "Calibrado", "Promedio", "Probabilidad"),
    *("En la selección", "Votos", "Decisión y motivo"),
)


def show(actor: Actor, call: str, room: Room, spec: CallSpec) -> None:
    """The table, with how to go to a line and how to add one."""
    left = len(room.undecided)
    st.caption(
        f"{counted(len(room.items), 'postulación', 'postulaciones')} en el orden del día; "
        + (f"{counted(left, 'queda', 'quedan')} por decidir." if left else "todas están decididas.")
    )
    if room.items:
        lines.table(HEAD, [_row(each, spec) for each in room.items])
    with st.form("agregar", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        folio = st.text_input("Agregar otra postulación", placeholder="Folio", width=260)
        add = st.form_submit_button("Agregar al final")
    if add:
        with told():
            position = meeting.add_to_agenda(actor, call=call, folio=folio)
            votes.show(actor, call=call, position=position)
            st.rerun()


def _row(item: Item, spec: CallSpec) -> tuple[str, ...]:
    decided = f"{RESOLUTIONS[item.verdict]}. {item.reason}" if item.verdict else "Por decidir."
    recused = f" Se excusa: {listed(list(item.recused))}." if item.recused else ""
    return (
        str(item.position),
        item.folio,
        item.title,
        str(item.rank),
        f"{item.estimate:.2f}",
        f"{item.raw_mean:.2f}",
        percent(item.p_selected),
        _standing(item, spec),
        " / ".join(str(item.tally.get(choice, 0)) for choice in VoteChoice),
        decided + recused,
    )


def _standing(item: Item, spec: CallSpec) -> str:
    words = standing_words(item, spec).removeprefix("Hoy está ")
    return words[:1].upper() + words[1:]
