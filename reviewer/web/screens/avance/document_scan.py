"""The scan of the jury's documents for names and pages without text: its progress and how to start it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count
from reviewer.jobs import runner
from reviewer.jobs.records import READ, JobView
from reviewer.jury.monitoring import document_scan
from reviewer.models import Call
from reviewer.web.ui.errors import perform
from reviewer.web.ui.job_panel import counted_text, resume_button, show_failure, show_jobs, show_progress


def show(actor: Actor, call: Call) -> None:
    """Draws the scan that is under way or was interrupted, or how to start one; nothing where all is read."""
    if show_jobs(
        lambda: runner.current(actor, slug=call.slug, kind=READ)[:1],
        lambda job: _draw(actor, job),
        refresh_seconds=2.0,
    ):
        return
    pending_count = document_scan.count_pending(actor, slug=call.slug)
    if not pending_count:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"El sistema no ha leído {format_count(pending_count, 'documento', 'documentos')} del jurado: puede haber "
            "páginas en que no se cubre nada, o personas del jurado nombradas.",
            width="stretch",
        )
        if st.button("Leer ahora", icon=":material/find_in_page:", width="content"):
            perform(runner.start_for_call, actor, kind=READ, slug=call.slug)


def _draw(actor: Actor, job: JobView) -> None:
    if job.is_under_way:
        show_progress(job, f"Leyendo documentos{counted_text(job, 'documentos')}. Puede salir de esta página.")
        return
    show_failure(job, "La lectura de los documentos")
    resume_button(actor, job)
