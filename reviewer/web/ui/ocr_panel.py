"""The reading of scans by machine: how far it is, and how to start, stop or resume it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.core.spanish import format_count
from reviewer.jobs import runner
from reviewer.jobs.records import OCR, JobView
from reviewer.models import Call
from reviewer.ocr import service
from reviewer.web.ui.errors import perform
from reviewer.web.ui.job_panel import counted_text, resume_button, show_failure, show_jobs, show_progress, stop_button


def show(actor: Actor, call: Call) -> None:
    """Draws the reading that is under way or stopped, or how to start one; nothing where all is read."""
    if not is_allowed(actor, Action.READ_SCANS, call.phase):
        return
    if show_jobs(
        lambda: runner.current(actor, slug=call.slug, kind=OCR)[:1], lambda job: _draw(actor, job), refresh_seconds=2.0
    ):
        return
    counts = service.counts(actor, slug=call.slug)
    if not (counts.documents or counts.pending):
        return
    documents = format_count(counts.documents, "documento sin leer por máquina", "documentos sin leer por máquina")
    pages = format_count(counts.pending, "página sin leer", "páginas sin leer")
    what = " y ".join([*([documents] if counts.documents else []), *([pages] if counts.pending else [])])
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"Hay {what}. Lo que es imagen (identificaciones, escaneos) se lee para poder buscar en ello y cubrir "
            "lo que identifica.",
            width="stretch",
        )
        if st.button("Leer escaneos", icon=":material/document_scanner:", width="content"):
            perform(runner.start_for_call, actor, kind=OCR, slug=call.slug)


def _draw(actor: Actor, job: JobView) -> None:
    with st.container(border=True):
        if not job.is_under_way:
            show_failure(job, "La lectura de escaneos")
            with st.container(horizontal=True):
                resume_button(actor, job)
                stop_button(actor, job, "Dejar así")
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="large"):
            show_progress(job, f"Leyendo escaneos{counted_text(job, 'páginas') or '…'}")
            stop_button(actor, job)
        st.caption("Puede salir de esta página: la lectura sigue. Si la detiene, lo leído se conserva.")
