"""Possible conflicts that need a decision, and the recusals."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_count, format_day_and_time
from reviewer.jury.conflicts import detection, recusals
from reviewer.jury.conflicts.detection import REASONS, Suggestion
from reviewer.jury.conflicts.recusals import KINDS, ORIGINS
from reviewer.models import Call
from reviewer.web.screens.avance import document_scan
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.pager import page_offset
from reviewer.web.ui.tables import html_table

ROWS = 10
RECUSALS = 20
WIDTHS = (1.3, 3, 2.4, 3, 1.6, 1.4, 1.3)


def show(actor: Actor, call: Call) -> None:
    """Draws both lists."""
    document_scan.show(actor, call)
    _show_suggestions(actor, call)
    _show_recusals(actor, call)


def _show_suggestions(actor: Actor, call: Call) -> None:
    st.header("Posibles conflictos")
    counts = detection.counts(actor, slug=call.slug)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            "El sistema compara apellidos, dominios de correo que no son gratuitos y nombres del jurado en proyectos y "
            "documentos; aquí llega también lo que alguien declaró de antemano y ya tiene. Son indicios: usted decide. "
            f"{format_count(counts.confirmed, 'confirmado', 'confirmados')} y "
            f"{format_count(counts.dismissed, 'descartado', 'descartados')} hasta ahora.",
            width="stretch",
        )
        if st.button("Buscar otra vez" if sum(vars(counts).values()) else "Buscar", width="content"):
            with show_errors(), st.spinner("Comparando…"):
                new_count = detection.search(actor, slug=call.slug)
                st.toast(f"{format_count(new_count, 'indicio nuevo', 'indicios nuevos')}.")
                counts = detection.counts(actor, slug=call.slug)
    if not counts.undecided:
        st.info("No hay indicios por decidir. Busque después de cada lote y cuando cambie el jurado.")
        return
    offset = page_offset(counts.undecided, ROWS)
    for suggestion in detection.list_undecided(actor, slug=call.slug, offset=offset, limit=ROWS):
        _line(actor, call, suggestion)


def _line(actor: Actor, call: Call, suggestion: Suggestion) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    for cell, text in zip(
        cells,
        (suggestion.folio, suggestion.juror, REASONS[suggestion.reason], suggestion.evidence),
        strict=False,
    ):
        cell.text(text)
    if suggestion.reviewed:
        cells[4].badge("Ya la dictaminó", color="red", help="Si confirma, ese dictamen deja de contar.")
    elif suggestion.assigned:
        cells[4].badge("La tiene ahora", color="orange")
    for cell, label, confirm in ((cells[5], "Confirmar", True), (cells[6], "Descartar", False)):
        if cell.button(label, type="tertiary", key=f"{label}-{suggestion.id}"):
            with show_errors():
                detection.decide(actor, slug=call.slug, suggestion_ids=[suggestion.id], confirm=confirm)
                st.toast("La leerá otra persona." if confirm else "Descartado.")
                st.rerun()


def _show_recusals(actor: Actor, call: Call) -> None:
    st.header("Excusas")
    recusal_rows = recusals.list_recusals(actor, slug=call.slug)
    if not recusal_rows:
        st.caption("Nadie se ha excusado todavía. Las excusas aparecen aquí y en el acta.")
        return
    required_readings = spec_of(call).review.reviews_per_application
    offset = page_offset(len(recusal_rows), RECUSALS, key="hoja-excusas")
    html_table(
        ("Folio", "Persona", "Motivo", "Declaración", "Cómo", "Cuándo", "Lecturas"),
        (
            (
                *(
                    recusal.folio,
                    recusal.juror,
                    KINDS[recusal.kind],
                    recusal.statement,
                    ORIGINS[recusal.origin],
                ),
                *(
                    format_day_and_time(spec_of(call).local(recusal.declared_at)),
                    f"{recusal.readers} de {required_readings}",
                ),
            )
            for recusal in recusal_rows[offset : offset + RECUSALS]
        ),
    )
