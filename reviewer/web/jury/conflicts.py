"""Possible conflicts to decide on, and the recusals there are."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.jury import conflicts, suggestions
from reviewer.jury.conflicts import KINDS, ORIGINS
from reviewer.jury.suggestions import REASONS, Suggestion
from reviewer.models import Call
from reviewer.web.jury import texts
from reviewer.web.lines import table
from reviewer.web.told import told
from reviewer.words import counted, day_and_time

ROWS = 10
RECUSALS = 20
WIDTHS = (1.3, 3, 2.4, 3, 1.6, 1.4, 1.3)


def show(actor: Actor, call: Call) -> None:
    """Both lists."""
    texts.show(actor, call)
    _suggested(actor, call)
    _recused(actor, call)


def _suggested(actor: Actor, call: Call) -> None:
    st.header("Posibles conflictos")
    counts = suggestions.counts(actor, call=call.slug)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            "El sistema compara apellidos, dominios de correo que no son gratuitos y nombres del jurado en "
            "proyectos y documentos. Son indicios: usted decide. "
            f"{counted(counts.confirmed, 'confirmado', 'confirmados')} y "
            f"{counted(counts.dismissed, 'descartado', 'descartados')} hasta ahora.",
            width="stretch",
        )
        if st.button("Buscar otra vez" if sum(vars(counts).values()) else "Buscar", width="content"):
            with told(), st.spinner("Comparando…"):
                found = suggestions.search(actor, call=call.slug)
                st.toast(f"{counted(found, 'indicio nuevo', 'indicios nuevos')}.")
                counts = suggestions.counts(actor, call=call.slug)
    if not counts.waiting:
        st.info("No hay indicios por decidir. Busque después de cada lote y cuando cambie el jurado.")
        return
    pages = -(-counts.waiting // ROWS)
    page = st.pagination(pages, key="hoja-indicios") if pages > 1 else 1
    for each in suggestions.waiting(actor, call=call.slug, offset=(page - 1) * ROWS, limit=ROWS):
        _line(actor, call, each)


def _line(actor: Actor, call: Call, each: Suggestion) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    for cell, words in zip(
        cells, (each.folio, each.juror, REASONS[each.reason], each.evidence), strict=False
    ):
        cell.text(words)
    if each.assigned:
        cells[4].badge("La tiene ahora", color="orange")
    for cell, label, confirm in ((cells[5], "Confirmar", True), (cells[6], "Descartar", False)):
        if cell.button(label, type="tertiary", key=f"{label}-{each.id}"):
            with told():
                suggestions.decide(actor, call=call.slug, suggestion_ids=[each.id], confirm=confirm)
                st.toast("La leerá otra persona." if confirm else "Descartado.")
                st.rerun()


def _recused(actor: Actor, call: Call) -> None:
    st.header("Excusas")
    found = conflicts.recusals(actor, call=call.slug)
    if not found:
        st.caption("Nadie se ha excusado todavía. Las excusas aparecen aquí y en el acta.")
        return
    wanted = spec_of(call).review.reviews_per_application
    pages = -(-len(found) // RECUSALS)
    page = st.pagination(pages, key="hoja-excusas") if pages > 1 else 1
    table(
        ("Folio", "Persona", "Motivo", "Declaración", "Cómo", "Cuándo", "Lecturas"),
        (
            (
                *(each.folio, each.juror, KINDS[each.kind], each.statement, ORIGINS[each.origin]),
                *(day_and_time(spec_of(call).local(each.at)), f"{each.readers} de {wanted}"),
            )
            for each in found[(page - 1) * RECUSALS : page * RECUSALS]
        ),
    )
