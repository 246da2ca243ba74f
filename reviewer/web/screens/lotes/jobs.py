"""Imports that are under way, or have stopped and wait for a decision."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_number
from reviewer.intake.batch import queries as batch_queries
from reviewer.jobs import runner
from reviewer.jobs.records import JobView
from reviewer.models import JobStatus
from reviewer.web.ui.job_panel import counted_text, resume_button, show_jobs, show_progress, stop_button
from reviewer.web.ui.markdown_escape import escape_markdown

NOTHING_NEW = "lote-sin-novedad"  # the session's key for a batch that had been imported before


def show(viewer: Actor, slug: str) -> bool:
    """Draws every import that is not settled; one that ends opens its report.

    Returns whether any is under way.
    """
    jobs = show_jobs(
        lambda: runner.current(viewer, slug=slug),
        lambda job: _draw(viewer, job),
        refresh_seconds=2.0,
        on_end=lambda ended_ids: _open_report(viewer, slug, ended_ids),
    )
    return any(job.is_under_way for job in jobs)


def _open_report(viewer: Actor, slug: str, ended_ids: set[str]) -> None:
    """Opens the report of an import that has just ended."""
    for job in runner.recent(viewer, slug=slug):
        key = job.result.get("batch")
        if job.public_id in ended_ids and job.status is JobStatus.DONE and key:
            finished = batch_queries.batch(viewer, slug=slug, key=key).finished_at
            if finished and finished < job.created_at:
                st.session_state[NOTHING_NEW] = key
            st.query_params["lote"] = key
            break


def _draw(viewer: Actor, job: JobView) -> None:
    with st.container(border=True):
        if job.is_under_way:
            _draw_running(viewer, job)
        else:
            _draw_stopped(viewer, job)


def _draw_stopped(viewer: Actor, job: JobView) -> None:
    progress_text = f" en la {format_number(job.done)} de {format_number(job.total)}" if job.total else ""
    if job.status is JobStatus.INTERRUPTED:
        resume_text = "al continuar sigue" if job.can_resume else "suba otra vez el mismo lote y seguirá"
        st.warning(
            f"La importación de «{escape_markdown(job.label)}» se interrumpió{progress_text}. Lo ya "
            "importado se conserva: "
            f"{resume_text} donde quedó.",
            icon=":material/power_off:",
        )
    else:
        st.error(f"«{escape_markdown(job.label)}»: {escape_markdown(job.error or '')}", icon=":material/error:")
        if job.result.get("status") == "refused":
            st.caption("No se guardó nada. Corrija el lote y vuelva a subirlo.")
    with st.container(horizontal=True):
        button_label = "Continuar" if job.status is JobStatus.INTERRUPTED else "Volver a intentar"
        if job.can_resume:
            resume_button(viewer, job, button_label)
        stop_button(viewer, job, "Descartar" if job.can_resume else "Entendido")


def _draw_running(viewer: Actor, job: JobView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        if job.total:
            text = f"Importando «{escape_markdown(job.label)}»{counted_text(job, 'postulaciones')}"
        else:
            text = f"Leyendo «{escape_markdown(job.label)}»…"
        show_progress(job, text)
        stop_button(viewer, job)
    starter_text = f" La inició {escape_markdown(job.started_by)}." if job.started_by else ""
    st.caption(f"Puede salir de esta página: la importación sigue y aquí estará su informe.{starter_text}")
