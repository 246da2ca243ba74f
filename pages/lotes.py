"""Batches: upload, import, and the report of each."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_day_and_time
from reviewer.intake.batch import queries as batch_queries
from reviewer.models import Batch, Call
from reviewer.web.auth import pages as auth_pages
from reviewer.web.screens.lotes import (
    dry_run,
    guide,
    jobs,
    refused_batches,
    rejected_rows,
    report,
    search,
    upload,
)
from reviewer.web.screens.lotes import (
    labels as lotes_labels,
)
from reviewer.web.ui import address, ocr_panel
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset

ROWS = 20
CALL_PAGE = ROOT / "pages" / "convocatoria.py"


def show_list(actor: Actor, call: Call, spec: CallSpec, *, at_work: bool) -> None:
    """Draws every batch of the call, the latest first."""
    total = batch_queries.count_batches(actor, slug=call.slug)
    if not total:
        refused_batches.show(actor, call.slug, spec)
        if not at_work:
            guide.show_empty(spec)
        return
    search.show(actor, call.slug)
    st.header("Lotes recibidos")
    offset = page_offset(total, ROWS)
    with st.container(key="rows", gap="xxsmall"):
        for batch in batch_queries.batches(actor, slug=call.slug, offset=offset, limit=ROWS):
            show_line(batch, spec, at_work=at_work)
    refused_batches.show(actor, call.slug, spec)
    guide.show_format(spec)


def show_line(batch: Batch, spec: CallSpec, *, at_work: bool) -> None:
    """Draws one batch of the list; its name opens the report."""
    name, state, when, outcome = st.columns([5, 1.5, 2, 6], vertical_alignment="center")
    name.button(
        f":primary[{escape_markdown(batch.source_name)}]",
        type="tertiary",
        key=f"abrir-{batch.key}",
        on_click=open_report,
        args=(batch.key,),
    )
    with state:
        lotes_labels.status(batch.status).draw()
    when.text(format_day_and_time(spec.local(batch.started_at)))
    outcome.text(report.summary(batch, at_work=at_work))


def open_report(key: str | None) -> None:
    """Opens a batch's report, or the list for None."""
    address.change({"lote": key, **dict.fromkeys((*rejected_rows.PARAMETERS, *report.PARAMETERS))})


def show_report(actor: Actor, call: Call, spec: CallSpec, key: str) -> None:
    """Draws one batch's report, with a button back to the list."""
    st.button("Todos los lotes", type="tertiary", icon=":material/arrow_back:", on_click=open_report, args=(None,))
    batch = batch_queries.batch(actor, slug=call.slug, key=key)
    report.head(batch, spec)
    if st.session_state.pop(jobs.NOTHING_NEW, None) == key:
        st.info("Este lote ya se había importado y no trae nada nuevo: todo quedó como estaba.")
    if batch.status == "refused":
        report.refusals(actor, batch)
        st.markdown(report.summary(batch))
        return
    if batch.report:
        report.batch_checks(batch.report)
    st.markdown(report.summary(batch))
    if batch.report:
        report.totals(batch.report)
    rejected_rows.show(actor, call.slug, batch.key)
    report.findings(actor, batch, spec, call.slug)
    report.columns(actor, batch, spec)


actor = auth_pages.require_access(Action.IMPORT_BATCH)
guide.style()
with show_errors():
    call = auth_pages.current_call(actor)
    if call is None:
        st.title("Lotes")
        st.info("Antes de recibir postulaciones instale la convocatoria que las pide.")
        st.page_link(CALL_PAGE, label="Ir a Convocatoria", icon=":material/arrow_forward:")
    elif key := st.query_params.get("ensayo"):
        dry_run.show(actor, call.slug, spec_of(call), key)
    elif key := st.query_params.get("lote"):
        show_report(actor, call, spec_of(call), key)
    else:
        st.title("Lotes")
        upload.show_upload(actor, call)
        upload.show_waiting(actor, call)
        at_work = jobs.show(actor, call.slug)
        ocr_panel.show(actor, call)
        show_list(actor, call, spec_of(call), at_work=at_work)
