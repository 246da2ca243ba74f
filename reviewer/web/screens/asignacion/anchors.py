"""Anchors: choosing them, opening their comparison, and their scores side by side."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.folios import parse_folios
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_count
from reviewer.jury.discussion import anchors, comparison
from reviewer.jury.discussion.anchors import AnchorProgress
from reviewer.models import Call
from reviewer.web.screens.comparar import side_by_side
from reviewer.web.ui.errors import perform, show_errors

WIDTHS = (1.4, 5, 2, 2, 1.8)


def show(actor: Actor, call: Call) -> None:
    """Draws the anchors, a form for more, and their scores."""
    st.markdown(
        "Unas cuantas postulaciones que **todo el jurado lee primero**. Enlazan las escalas de todas las "
        "personas y, una vez abiertas, quien envió todas compara sus puntajes con los demás."
    )
    chosen_anchors = anchors.list_anchors(actor, slug=call.slug)
    for anchor in chosen_anchors:
        _line(actor, call, anchor)
    _choose(actor, call)
    if not chosen_anchors:
        st.caption("Todavía no hay anclas. Bastan de tres a cinco, distintas entre sí.")
        return
    if any(not anchor.opened for anchor in chosen_anchors) and st.button("Abrir la comparación al jurado…"):
        _open(actor, call, chosen_anchors)
    compared_applications, _ = comparison.compared_applications(actor, slug=call.slug, limit=anchors.MAX_ANCHORS)
    if compared_applications:
        st.header("Cómo las calificó el jurado")
        for application in compared_applications:
            side_by_side.show(application, spec_of(call))


def _line(actor: Actor, call: Call, anchor: AnchorProgress) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(anchor.folio)
    cells[1].text(anchor.title or "Sin título")
    cells[2].text(f"{anchor.submitted} de {anchor.assigned} enviadas")
    cells[3].badge("Abierta" if anchor.opened else "Cerrada", color="green" if anchor.opened else "gray")
    if not anchor.opened and cells[4].button("Deja de ser ancla", type="tertiary", key=f"ancla-{anchor.folio}"):
        perform(anchors.drop, actor, slug=call.slug, folio=anchor.folio)


def _choose(actor: Actor, call: Call) -> None:
    with st.form("anclas", border=False, clear_on_submit=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        text = left.text_input("Agregar anclas", placeholder="GUI-0007, GUI-0031")
        sent = right.form_submit_button("Agregar")
    if sent:
        with show_errors():
            new_count = anchors.choose(actor, slug=call.slug, folios=parse_folios(text, call))
            st.toast(
                f"{format_count(new_count, 'ancla nueva', 'anclas nuevas')}. Con Repartir le llegan a todo el jurado."
            )
            st.rerun()


@st.dialog("Abrir la comparación")
def _open(actor: Actor, call: Call, chosen_anchors: list[AnchorProgress]) -> None:
    closed_anchors = [anchor for anchor in chosen_anchors if not anchor.opened]
    st.markdown(
        f"Quien haya enviado todas las anclas verá los puntajes de las demás personas, con su nombre, en "
        f"{format_count(len(closed_anchors), 'ancla', 'anclas')}: "
        f"{', '.join(anchor.folio for anchor in closed_anchors)}."
    )
    missing_count = sum(anchor.assigned - anchor.submitted for anchor in closed_anchors)
    if missing_count:
        st.warning(f"Faltan {format_count(missing_count, 'lectura', 'lecturas')} por enviar.")
    st.caption("Sus puntajes quedan como están: ya no se reabren. No se puede deshacer.")
    if st.button("Abrir", type="primary"):
        perform(anchors.open_comparison, actor, slug=call.slug)
