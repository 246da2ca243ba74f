"""Choosing anchors, opening them, and the meeting that compares them."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.jury import anchors, byhand, comparison
from reviewer.jury.anchors import Standing
from reviewer.models import Call
from reviewer.web.jury import compared
from reviewer.web.told import told
from reviewer.words import counted

WIDTHS = (1.4, 5, 2, 2, 1.8)


def show(actor: Actor, call: Call) -> None:
    """The anchors there are, how to choose more, and their scores."""
    st.markdown(
        "Unas cuantas postulaciones que **todo el jurado lee primero**. Enlazan las escalas de todas las "
        "personas y, una vez abiertas, quien envió todas compara sus puntajes con los demás."
    )
    found = anchors.chosen(actor, call=call.slug)
    for each in found:
        _line(actor, call, each)
    _choose(actor, call)
    if not found:
        st.caption("Todavía no hay anclas. Bastan de tres a cinco, distintas entre sí.")
        return
    if any(not each.opened for each in found) and st.button("Abrir la comparación al jurado…"):
        _open(actor, call, found)
    together, _ = comparison.compared(actor, call=call.slug, limit=anchors.MOST)
    if together:
        st.header("Cómo las calificó el jurado")
        for application in together:
            compared.show(application, spec_of(call))


def _line(actor: Actor, call: Call, each: Standing) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(each.folio)
    cells[1].text(each.title or "Sin título")
    cells[2].text(f"{each.submitted} de {each.given} enviadas")
    cells[3].badge("Abierta" if each.opened else "Cerrada", color="green" if each.opened else "gray")
    if not each.opened and cells[4].button("Deja de ser ancla", type="tertiary", key=f"ancla-{each.folio}"):
        with told():
            anchors.drop(actor, call=call.slug, folio=each.folio)
            st.rerun()


def _choose(actor: Actor, call: Call) -> None:
    with st.form("anclas", border=False, clear_on_submit=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        text = left.text_input("Agregar anclas", placeholder="GUI-0007, GUI-0031")
        sent = right.form_submit_button("Agregar")
    if sent:
        with told():
            made = anchors.choose(actor, call=call.slug, folios=byhand.read_folios(text, call))
            st.toast(
                f"{counted(made, 'ancla nueva', 'anclas nuevas')}. Con Repartir le llegan a todo el jurado."
            )
            st.rerun()


@st.dialog("Abrir la comparación")
def _open(actor: Actor, call: Call, found: list[Standing]) -> None:
    closed = [each for each in found if not each.opened]
    st.markdown(
        f"Quien haya enviado todas las anclas verá los puntajes de las demás personas, con su nombre, en "
        f"{counted(len(closed), 'ancla', 'anclas')}: {', '.join(each.folio for each in closed)}."
    )
    missing = sum(each.given - each.submitted for each in closed)
    if missing:
        st.warning(f"Faltan {counted(missing, 'lectura', 'lecturas')} por enviar.")
    st.caption("Sus puntajes quedan como están: ya no se reabren. No se puede deshacer.")
    if st.button("Abrir", type="primary"):
        with told():
            anchors.open_comparison(actor, call=call.slug)
            st.rerun()
