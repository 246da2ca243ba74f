"""The documents that the machine has yet to read through: how many, how far it is, how to start it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count, format_number
from reviewer.jobs import runner
from reviewer.jobs.progress import format_pace
from reviewer.jobs.records import READ, JobView
from reviewer.jury.monitoring import document_scan
from reviewer.models import Call, JobStatus
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

REFRESH_SECONDS = 2.0  # seconds


def show(actor: Actor, call: Call) -> None:
    """Nothing, where everything was read through; the page is drawn anew when a reading ends."""
    current_jobs = runner.current(actor, slug=call.slug, kind=READ)
    at_work = any(job.is_under_way for job in current_jobs)

    @st.fragment(run_every=REFRESH_SECONDS if at_work else None)
    def panel() -> None:
        latest_jobs = runner.current(actor, slug=call.slug, kind=READ)
        if at_work and not any(job.is_under_way for job in latest_jobs):
            st.rerun()
        for job in latest_jobs[:1]:
            _draw(actor, job)

    if current_jobs:
        panel()
        return
    pending_count = document_scan.count_pending(actor, slug=call.slug)
    if not pending_count:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"El sistema no ha leído {format_count(pending_count, 'documento', 'documentos')} del "
            "jurado: puede haber "
            "páginas en que no se cubre nada, o personas del jurado nombradas.",
            width="stretch",
        )
        if st.button("Leer ahora", icon=":material/find_in_page:", width="content"):
            with show_errors():
                runner.start_for_call(actor, kind=READ, slug=call.slug)
                st.rerun()


def _draw(actor: Actor, job: JobView) -> None:
    if job.is_under_way:
        pace = format_pace(job.done, job.total, job.rate)
        so_far = f": {format_number(job.done)} de {format_number(job.total)}" if job.total else ""
        text = f"Leyendo documentos{so_far}{' · ' if pace else ''}{pace}. Puede salir de esta página."
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=text)
        return
    interrupted_text = (
        "La lectura de los documentos se interrumpió." if job.status is JobStatus.INTERRUPTED else ""
    )
    st.error(interrupted_text or escape_markdown(job.error or "La lectura de los documentos no terminó."))
    if st.button("Continuar", key=f"leer-{job.public_id}"):
        with show_errors():
            runner.resume(actor, job_id=job.public_id)
            st.rerun()
