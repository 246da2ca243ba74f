"""Progress by application: its readers, how much they differ, and assigning another reader."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core import reasons
from reviewer.core.spanish import format_count, format_number
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.monitoring import closing, coverage
from reviewer.jury.monitoring.coverage import ApplicationCoverage, CoverageFilter, CoverageOrder
from reviewer.models import Call, ReviewStatus
from reviewer.web.routes import downloads
from reviewer.web.screens.asignacion import plan as asignacion_plan
from reviewer.web.screens.cotejo.labels import NO_APPLICATIONS
from reviewer.web.ui.choices import choose_option, choose_tab
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import PAGE, page_offset, requested_offset

ROWS = 20
FILTERS = {
    CoverageFilter.ALL: "Todas",
    CoverageFilter.DISAGREEING: "En desacuerdo",
    CoverageFilter.SHORT: "Les faltan lecturas",
    CoverageFilter.UNASSIGNED: "Sin reparto completo",
}
ORDERS = {
    CoverageOrder.FOLIO: "Folio",
    CoverageOrder.DISAGREEMENT: "Más diferencia",
    CoverageOrder.LEFT: "Menos lecturas",
}
WIDTHS = (1.3, 4, 1.6, 1.3, 1.6, 1)
HEAD = ("Folio", "Proyecto", "Enviadas", "Promedio", "Diferencia", "")
STATES = {
    None: "sin empezar",
    ReviewStatus.BEGUN: "empezada",
    ReviewStatus.SUBMITTED: "enviada",
    ReviewStatus.SET_ASIDE: "apartada por conflicto",
}


def show(actor: Actor, call: Call) -> None:
    """Draws a page of the list, filtered and sorted by the database."""
    spec = spec_of(call)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row_filter = choose_tab(FILTERS, label="Mostrar", words=FILTERS, resets=(PAGE, "orden"))
        row_order = choose_option(
            ORDERS,
            key="orden",
            label="Ordenar",
            default=CoverageOrder.DISAGREEMENT if row_filter is CoverageFilter.DISAGREEING else None,
            words=ORDERS,
            label_visible=False,
            width=190,
        )
        place = st.container(width="content")
    page = coverage.application_coverage(
        actor, slug=call.slug, show=row_filter, order=row_order, offset=requested_offset(ROWS), limit=ROWS
    )
    limit = format_number(spec.review.disagreement)
    if not page.count:
        st.info(
            f"Ninguna se separa por más de {limit} puntos de 100."
            if row_filter is CoverageFilter.DISAGREEING
            else NO_APPLICATIONS
            if row_filter is CoverageFilter.ALL
            else "Ninguna está así."
        )
        return
    with place:
        downloads.link("Descargar CSV", "lecturas", convocatoria=call.slug, ver=row_filter)
    _show_count(actor, call, row_filter, page.count, limit)
    for cell, title in zip(st.columns(WIDTHS), HEAD, strict=True):
        cell.caption(title)
    for row in page.rows:
        _line(actor, call, row, spec.review.disagreement)
    page_offset(page.count, ROWS)


def _show_count(actor: Actor, call: Call, row_filter: CoverageFilter, count: int, limit: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        count_text = format_count(count, "postulación", "postulaciones")
        if row_filter is CoverageFilter.DISAGREEING:
            st.caption(f"{count_text} cuyas lecturas se separan por más de {limit} puntos de 100.", width="content")
            if st.button("Sortear a una persona más para cada una…"):
                rows = coverage.application_coverage(actor, slug=call.slug, show=row_filter, limit=None).rows
                further_dialog(actor, call, [row.folio for row in rows])
        else:
            st.caption(count_text, width="content")


def _line(actor: Actor, call: Call, row: ApplicationCoverage, max_difference: float) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(row.folio)
    cells[1].text(row.title or "Sin título")
    cells[2].text(f"{row.submitted} de {row.assigned}")
    cells[3].text("–" if row.mean is None else format_number(row.mean))
    if row.difference is None:
        cells[4].text("–")
    elif row.difference > max_difference:
        cells[4].badge(f"{format_number(row.difference)} puntos", color="orange")
    else:
        cells[4].text(f"{format_number(row.difference)} puntos")
    if cells[5].button("Ver", type="tertiary", key=f"ver-{row.folio}"):
        st.dialog(escape_markdown(row.folio), width="medium", on_dismiss="rerun")(_readers_dialog)(actor, call, row)


def _readers_dialog(actor: Actor, call: Call, row: ApplicationCoverage) -> None:
    st.text(row.title or "Sin título")
    readers = closing.list_readers(actor, slug=call.slug, folio=row.folio)
    for reader in readers:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(reader.name, width="stretch")
            st.text(STATES[reader.status], width="content")
    submitted_names = {reader.person_id: reader.name for reader in readers if reader.status is ReviewStatus.SUBMITTED}
    if submitted_names:
        st.divider()
        st.markdown("**Devolver un dictamen enviado**")
        person_id = st.selectbox("De quién", list(submitted_names), format_func=submitted_names.__getitem__)
        closed_reason = closing.closed_reason_for(actor, slug=call.slug, person_id=person_id)
        if closed_reason:
            st.caption(f"{closed_reason} Para que pueda cambiarlo necesita además una prórroga.")
        reason = st.text_input("Motivo (queda para el acta)", max_chars=reasons.MAX_LENGTH)
        if st.button("Devolverlo", disabled=not reason.strip()):
            perform(
                closing.reopen_review,
                actor,
                slug=call.slug,
                folio=row.folio,
                person_id=person_id,
                reason=reason,
            )
    st.divider()
    if st.button("Sortear a una persona más…"):
        st.session_state["sortear"] = row.folio
    if st.session_state.get("sortear") == row.folio:
        _draw_preview(actor, call, [row.folio])


@st.dialog("Una lectura más", width="medium")
def further_dialog(actor: Actor, call: Call, folios: list[str]) -> None:
    """Draws who would be assigned to each of these folios, and assigns them."""
    _draw_preview(actor, call, folios)


def _draw_preview(actor: Actor, call: Call, folios: list[str]) -> None:
    with show_errors():
        plan = assignment_service.preview_additional(actor, slug=call.slug, folios=folios)

        def carry_out() -> None:
            executed_plan = assignment_service.assign_additional(actor, slug=call.slug, folios=folios)
            st.session_state.pop("sortear", None)
            st.toast(f"{format_count(len(executed_plan.pairs), 'lectura asignada', 'lecturas asignadas')}.")
            st.rerun()

        count_text = format_count(len(plan.pairs), "lectura más", "lecturas más")
        summary = f"Se asignaría **{count_text}**, a quien menos tiene."
        asignacion_plan.show(plan, summary, "Asignar", carry_out)
