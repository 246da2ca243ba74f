"""Imports that are under way, or stopped and waiting for a decision."""

from collections.abc import Iterable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_number
from reviewer.intake.batch import queries as batch_queries
from reviewer.jobs import runner
from reviewer.jobs.progress import format_pace
from reviewer.jobs.records import JobView
from reviewer.models import JobStatus
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

REFRESH_SECONDS = 2.0  # seconds
NOTHING_NEW = "lote-sin-novedad"  # the session's key for a batch that was there already, just as it came


def show(viewer: Actor, slug: str) -> bool:
    """Draws every unsettled job; while one works the part refreshes by itself, and ends with its report.

    Returns whether any is at work.
    """
    ids_under_way = _ids_under_way(runner.current(viewer, slug=slug))

    @st.fragment(run_every=REFRESH_SECONDS if ids_under_way else None)
    def panel() -> None:
        current_jobs = runner.current(viewer, slug=slug)
        ended_ids = ids_under_way - _ids_under_way(current_jobs)
        if ended_ids:
            _open_report(viewer, slug, ended_ids)
        for job in current_jobs:
            with st.container(border=True):
                _draw(viewer, job)

    panel()
    return bool(ids_under_way)


def _ids_under_way(current_jobs: Iterable[JobView]) -> set[str]:
    return {job.public_id for job in current_jobs if job.is_under_way}


def _open_report(viewer: Actor, slug: str, ended_ids: set[str]) -> None:
    """What was waited for is there: its report takes the page."""
    for job in runner.recent(viewer, slug=slug):
        key = job.result.get("batch")
        if job.public_id in ended_ids and job.status is JobStatus.DONE and key:
            finished = batch_queries.batch(viewer, slug=slug, key=key).finished_at
            if finished and finished < job.created_at:
                st.session_state[NOTHING_NEW] = key
            st.query_params["lote"] = key
            break
    st.rerun()


def _draw(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        _draw_running(viewer, job)
        return
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
        st.error(
            f"«{escape_markdown(job.label)}»: {escape_markdown(job.error or '')}", icon=":material/error:"
        )
        if job.result.get("status") == "refused":
            st.caption("No se guardó nada. Corrija el lote y vuelva a subirlo.")
    with st.container(horizontal=True):
        button_label = "Continuar" if job.status is JobStatus.INTERRUPTED else "Volver a intentar"
        if job.can_resume and st.button(button_label, type="primary", key=f"seguir-{job.public_id}"):
            with show_errors():
                runner.resume(viewer, job_id=job.public_id)
                st.rerun()
        _stop_button(viewer, job, "Descartar" if job.can_resume else "Entendido")


def _draw_running(viewer: Actor, job: JobView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        if job.total:
            progress_text = f"{format_number(job.done)} de {format_number(job.total)} postulaciones"
            text = f"Importando «{escape_markdown(job.label)}»: {progress_text}{pace_text(job)}"
            st.progress(min(1.0, job.done / job.total), text=text)
        else:
            st.progress(0.0, text=f"Leyendo «{escape_markdown(job.label)}»…")
        if job.cancel_asked:
            st.caption("Deteniendo…", width="content")
        else:
            _stop_button(viewer, job, "Detener")
    starter_text = f" La inició {escape_markdown(job.started_by)}." if job.started_by else ""
    st.caption(f"Puede salir de esta página: la importación sigue y aquí estará su informe.{starter_text}")


def pace_text(job: JobView) -> str:
    """« · 12 por segundo · quedan 3 min»; empty where it is not known."""
    text = format_pace(job.done, job.total, job.rate)
    return f" · {text}" if text else ""


def _stop_button(viewer: Actor, job: JobView, label: str) -> None:
    if st.button(label, key=f"parar-{job.public_id}"):
        with show_errors():
            runner.cancel(viewer, job_id=job.public_id)
            st.rerun()
