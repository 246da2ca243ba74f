"""Assigning, withdrawing and exchanging by hand, previewed before it is carried out."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.folios import parse_folios
from reviewer.core.spanish import format_count
from reviewer.jury.assignment import manual, members
from reviewer.jury.assignment.manual import Change, ChangePreview
from reviewer.models import Call
from reviewer.web.screens.asignacion import plan
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.tables import html_table

_PREVIEWED_CHANGE = "cambio-visto"
_ROWS = 50


def show(actor: Actor, call: Call) -> None:
    """Draws who gives, who receives, which folios, and what that would change."""
    jury_members = members.list_members(actor, slug=call.slug)
    names = {member.person_id: member.name for member in jury_members}
    takers = [member.person_id for member in jury_members if not member.is_away]
    st.caption("Elija a quién se le quitan, a quién se le dan, o las dos cosas. Lo empezado o enviado no se mueve.")
    left, right = st.columns(2)
    giver = left.selectbox(
        "De",
        [None, *names],
        format_func=lambda person_id: names[person_id] if person_id else "Nadie: solo dar",
    )
    taker = right.selectbox(
        "A",
        [None, *takers],
        format_func=lambda person_id: names[person_id] if person_id else "Nadie: solo quitar",
    )
    if giver is not None and left.button("Poner todo lo que no ha empezado", type="tertiary"):
        pending = manual.pending_folios(actor, slug=call.slug, person_id=giver)
        st.session_state["folios-a-mano"] = ", ".join(pending)
    text = left.text_area("Folios", key="folios-a-mano", placeholder="GUI-0003, GUI-0010 a GUI-0020", height=110)
    exchange_text = ""
    if giver is not None and taker is not None:
        exchange_text = right.text_area(
            "A cambio, de la segunda a la primera (opcional)", key="folios-a-cambio", height=110
        )
    with show_errors():
        change = Change(parse_folios(text, call), giver, taker, parse_folios(exchange_text, call))
        if st.button("Ver qué cambiaría", disabled=not change.folios):
            manual.preview_change(actor, slug=call.slug, change=change)
            st.session_state[_PREVIEWED_CHANGE] = change
        if st.session_state.get(_PREVIEWED_CHANGE) == change and change.folios:
            _preview(actor, call, change)
    done = st.session_state.pop("a-mano-hecho", None)
    if done:
        st.success(done)


def _preview(actor: Actor, call: Call, change: Change) -> None:
    preview = manual.preview_change(actor, slug=call.slug, change=change)
    if preview.count:
        st.markdown(f"Cambian **{format_count(preview.count, 'lectura', 'lecturas')}**; nada más se mueve.")
    plan.show_folios((*preview.movable, *preview.exchanged))
    if preview.understaffed:
        fewer_text = format_count(len(preview.understaffed), "postulación queda", "postulaciones quedan")
        st.warning(f"{fewer_text} con menos lecturas de las prometidas: «Repartir» las completa.")
    if preview.above_limit:
        st.warning(
            f"Quien recibe pasa de su límite por {format_count(preview.above_limit, 'postulación', 'postulaciones')}."
        )
    if not preview.count:
        st.info("No hay nada que cambiar.")
    elif st.button(f"Hacer {format_count(preview.count, 'cambio', 'cambios')}", type="primary"):
        done = manual.carry_out(actor, slug=call.slug, change=change)
        st.session_state["a-mano-hecho"] = f"{format_count(done.count, 'cambio hecho', 'cambios hechos')}."
        del st.session_state[_PREVIEWED_CHANGE]
        st.rerun()
    _rejected_folios(preview)


def _rejected_folios(preview: ChangePreview) -> None:
    if preview.rejected:
        st.markdown(f"**{format_count(len(preview.rejected), 'folio no se mueve', 'folios no se mueven')}**")
        html_table(("Folio", "Por qué"), preview.rejected[:_ROWS])
