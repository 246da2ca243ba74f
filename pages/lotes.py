"""Batches: bring one in, watch it being imported, read what came of each."""

from pathlib import Path

import streamlit as st

from reviewer import jobs, uploads
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import CallSpec, spec_of
from reviewer.intake import history
from reviewer.intake.history import BatchLine
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.batches import guide, report, running, words
from reviewer.web.components.upload import upload_batch
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import day_and_time

ROWS = 20
CALL_PAGE = ROOT / "pages" / "convocatoria.py"


def begin(actor: Actor, call: Call, *, upload: str | None = None, source: Path | None = None) -> None:
    """Starts an import and shows it at work."""
    with told():
        jobs.start_import(actor, call_slug=call.slug, upload=upload, source=source)
        st.rerun()


def bring_in(actor: Actor, call: Call) -> None:
    """The ways in: from one's own machine, or from a folder of the server."""
    arrived = upload_batch(call_slug=call.slug, key=f"carga-{call.slug}")
    if arrived:
        begin(actor, call, upload=arrived)
    folders = uploads.server_folders()
    if folders:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox("O un lote que ya está en el servidor", folders, format_func=str)
            if st.button("Importar", key="importar-carpeta"):
                begin(actor, call, source=chosen)


def left_waiting(actor: Actor, call: Call) -> None:
    """Uploads that arrived whole and that nothing was done with, as when the tab was closed just then."""
    taken = {each.upload for each in jobs.current(actor, call_slug=call.slug)}
    for each in uploads.waiting(actor, call_slug=call.slug):
        if each.public_id in taken:
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            size = uploads.spoken_size(each.size)
            st.markdown(f"«{plain(each.name)}» ({size}) llegó completo y no se ha importado.")
            if st.button("Importar", type="primary", key=f"importar-{each.public_id}"):
                begin(actor, call, upload=each.public_id)
            if st.button("Descartar", key=f"descartar-{each.public_id}"):
                uploads.discard(actor, public_id=each.public_id)
                st.rerun()


def show_list(actor: Actor, call: Call, spec: CallSpec, *, at_work: bool) -> None:
    """Every batch of the call, the latest first."""
    total = history.count_batches(actor, call_slug=call.slug)
    if not total:
        if not at_work:
            guide.first_batch(spec)
        return
    st.header("Lotes recibidos")
    pages = -(-total // ROWS)
    page = st.pagination(pages, key="hoja-lotes") if pages > 1 else 1
    with st.container(gap="xxsmall"):
        for each in history.batches(actor, call_slug=call.slug, offset=(page - 1) * ROWS, limit=ROWS):
            show_line(each, spec, at_work=at_work)
    guide.what_a_batch_is(spec)


def show_line(batch: BatchLine, spec: CallSpec, *, at_work: bool) -> None:
    """One batch of the list: its name opens the report."""
    badge = words.status(batch.status)
    name, state, when, what = st.columns([5, 1.5, 2, 6], vertical_alignment="center")
    name.button(
        f":primary[{plain(batch.source_name)}]",
        type="tertiary",
        key=f"abrir-{batch.key}",
        on_click=open_report,
        args=(batch.key,),
    )
    state.badge(badge.words, color=badge.color)
    when.text(day_and_time(spec.local(batch.started_at)))
    what.text(report.sentence(batch, at_work=at_work))


def open_report(key: str | None) -> None:
    """Goes to a batch's report, or back to the list; the address says where one is."""
    if key:
        st.query_params["lote"] = key
    else:
        st.query_params.pop("lote", None)


def show_report(actor: Actor, call: Call, spec: CallSpec, key: str) -> None:
    """One batch's report, with the way back."""
    st.button(
        "Todos los lotes", type="tertiary", icon=":material/arrow_back:", on_click=open_report, args=(None,)
    )
    batch = history.batch(actor, call_slug=call.slug, key=key)
    report.head(batch, spec)
    if st.session_state.pop(running.NOTHING_NEW, None) == key:
        st.info("Este lote ya se había importado y no trae nada nuevo: todo quedó como estaba.")
    if batch.status == "refused":
        report.refusals(actor, batch)
        st.markdown(report.sentence(batch))
        return
    st.markdown(report.sentence(batch))
    if batch.report:
        report.totals(batch)
    report.findings(actor, batch, spec, call.slug)
    report.columns(batch, spec)


actor = gate.page(Action.IMPORT_BATCH)
guide.style()
with told():
    call = gate.current_call(actor)
    if call is None:
        st.title("Lotes")
        st.info("Antes de recibir postulaciones instale la convocatoria que las pide.")
        st.page_link(CALL_PAGE, label="Ir a Convocatoria", icon=":material/arrow_forward:")
    elif key := st.query_params.get("lote"):
        show_report(actor, call, spec_of(call), key)
    else:
        st.title("Lotes")
        bring_in(actor, call)
        left_waiting(actor, call)
        at_work = running.show(actor, call.slug)
        show_list(actor, call, spec_of(call), at_work=at_work)
