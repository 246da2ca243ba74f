"""Application by application: who reads it, how much they differ, and drawing one reader more."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.jury import assignment, readings, running
from reviewer.jury.readings import Order, Show, Standing
from reviewer.models import Call, ReviewStatus
from reviewer.web.jury import plan_view
from reviewer.web.plain import plain
from reviewer.web.routes import downloads
from reviewer.web.told import told
from reviewer.web.views import NO_APPLICATIONS
from reviewer.words import counted, number

ROWS = 20
SHOWN = {
    Show.ALL: "Todas",
    Show.DISAGREEING: "En desacuerdo",
    Show.SHORT: "Les faltan lecturas",
    Show.UNASSIGNED: "Sin reparto completo",
}
ORDERS = {Order.FOLIO: "Folio", Order.DISAGREEMENT: "Más diferencia", Order.LEFT: "Menos lecturas"}
WIDTHS = (1.3, 4, 1.6, 1.3, 1.6, 1)
HEAD = ("Folio", "Proyecto", "Enviadas", "Promedio", "Diferencia", "")
STATES = {
    None: "sin empezar",
    ReviewStatus.BEGUN: "empezada",
    ReviewStatus.SUBMITTED: "enviada",
    ReviewStatus.SET_ASIDE: "apartada por conflicto",
}


def show(actor: Actor, call: Call) -> None:
    """The list, filtered and sorted by the database, a page at a time."""
    spec = spec_of(call)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Mostrar",
            list(SHOWN),
            format_func=SHOWN.__getitem__,
            default=Show.ALL,
            required=True,
            key="ver",
            bind="query-params",
            label_visibility="collapsed",
        )
        order = st.selectbox(
            "Ordenar",
            list(ORDERS),
            index=list(ORDERS).index(Order.DISAGREEMENT) if chosen == Show.DISAGREEING else 0,
            format_func=ORDERS.__getitem__,
            key=f"orden-{chosen}",
            label_visibility="collapsed",
            width=190,
        )
        place = st.container(width="content")
    wanted, sorted_by = Show(chosen or Show.ALL), Order(order or Order.FOLIO)
    page_key = f"hoja-{wanted}-{sorted_by}"
    sheet = int(st.session_state.get(page_key, 1))
    page = readings.applications(
        actor, call=call.slug, show=wanted, order=sorted_by, offset=(sheet - 1) * ROWS, limit=ROWS
    )
    limit = number(spec.review.disagreement)
    if not page.count:
        st.info(
            f"Ninguna se separa por más de {limit} puntos de 100."
            if wanted is Show.DISAGREEING
            else NO_APPLICATIONS
            if wanted is Show.ALL
            else "Ninguna está así."
        )
        return
    with place:
        downloads.link("Descargar CSV", "lecturas", convocatoria=call.slug, ver=chosen)
    _count(actor, call, wanted, page.count, limit)
    for cell, words in zip(st.columns(WIDTHS), HEAD, strict=True):
        cell.caption(words)
    for each in page.rows:
        _line(actor, call, each, spec.review.disagreement)
    if page.count > ROWS:
        st.pagination(-(-page.count // ROWS), key=page_key)


def _count(actor: Actor, call: Call, wanted: Show, count: int, limit: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        words = counted(count, "postulación", "postulaciones")
        if wanted is Show.DISAGREEING:
            st.caption(
                f"{words} cuyas lecturas se separan por más de {limit} puntos de 100.", width="content"
            )
            if st.button("Sortear a una persona más para cada una…"):
                folios = readings.applications(actor, call=call.slug, show=wanted, limit=None).rows
                further(actor, call, [each.folio for each in folios])
        else:
            st.caption(words, width="content")


def _line(actor: Actor, call: Call, each: Standing, allowed: float) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(each.folio)
    cells[1].text(each.title or "Sin título")
    cells[2].text(f"{each.submitted} de {each.given}")
    cells[3].text("–" if each.mean is None else number(each.mean))
    if each.difference is None:
        cells[4].text("–")
    elif each.difference > allowed:
        cells[4].badge(f"{number(each.difference)} puntos", color="orange")
    else:
        cells[4].text(f"{number(each.difference)} puntos")
    if cells[5].button("Ver", type="tertiary", key=f"ver-{each.folio}"):
        st.dialog(plain(each.folio), width="medium", on_dismiss="rerun")(_readers)(actor, call, each)


def _readers(actor: Actor, call: Call, each: Standing) -> None:
    st.text(each.title or "Sin título")
    found = running.readers(actor, call=call.slug, folio=each.folio)
    for reader in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(reader.name, width="stretch")
            st.text(STATES[reader.status], width="content")
    sent = {its.person_id: its.name for its in found if its.status is ReviewStatus.SUBMITTED}
    if sent:
        st.divider()
        st.markdown("**Devolver un dictamen enviado**")
        person = st.selectbox("De quién", list(sent), format_func=sent.__getitem__)
        shut = running.shut_for(actor, call=call.slug, person_id=person)
        if shut:
            st.caption(f"{shut} Para que pueda cambiarlo necesita además una prórroga.")
        reason = st.text_input("Motivo (queda para el acta)", max_chars=running.LONGEST_REASON)
        if st.button("Devolverlo", disabled=not reason.strip()):
            with told():
                running.reopen_review(
                    actor, call=call.slug, folio=each.folio, person_id=person, reason=reason
                )
                st.rerun()
    st.divider()
    if st.button("Sortear a una persona más…"):
        st.session_state["sortear"] = each.folio
    if st.session_state.get("sortear") == each.folio:
        _drawn(actor, call, [each.folio])


@st.dialog("Una lectura más", width="medium")
def further(actor: Actor, call: Call, folios: list[str]) -> None:
    """Who would be drawn for each of these, and drawing them."""
    _drawn(actor, call, folios)


def _drawn(actor: Actor, call: Call, folios: list[str]) -> None:
    with told():
        plan = assignment.preview_further(actor, call=call.slug, folios=folios)

        def carry_out() -> None:
            done = assignment.draw_further(actor, call=call.slug, folios=folios)
            st.session_state.pop("sortear", None)
            st.toast(f"{counted(len(done.pairs), 'lectura asignada', 'lecturas asignadas')}.")
            st.rerun()

        more = counted(len(plan.pairs), "lectura más", "lecturas más")
        words = f"Se asignaría **{more}**, a quien menos tiene."
        plan_view.show(plan, words, "Asignar", carry_out)
