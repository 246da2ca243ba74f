"""Jobs on a page: redrawn while they are under way, with what can be done once they have stopped."""

from collections.abc import Callable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_number
from reviewer.jobs import runner
from reviewer.jobs.progress import format_pace
from reviewer.jobs.records import JobView
from reviewer.models import JobStatus
from reviewer.web.ui.errors import perform
from reviewer.web.ui.markdown_escape import escape_sentence


def show_jobs(
    load: Callable[[], list[JobView]],
    draw: Callable[[JobView], None],
    *,
    refresh_seconds: float = 1.0,
    on_end: Callable[[set[str]], None] | None = None,
) -> list[JobView]:
    """Draws the jobs that ``load`` returns, again every ``refresh_seconds`` while one of them is under way.

    When one has ended, ``on_end`` is called with the public ids of those that have, and the page runs again.
    Returns the jobs.
    """
    jobs = load()
    ids_under_way = _ids_under_way(jobs)

    @st.fragment(run_every=refresh_seconds if ids_under_way else None)
    def panel() -> None:
        latest_jobs = load()
        ended_ids = ids_under_way - _ids_under_way(latest_jobs)
        if ended_ids:
            if on_end is not None:
                on_end(ended_ids)
            st.rerun()
        for job in latest_jobs:
            draw(job)

    panel()
    return jobs


def show_progress(job: JobView, text: str) -> None:
    """Draws how much of a job is done."""
    st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=text)


def counted_text(job: JobView, unit: str) -> str:
    """Returns ": 12 de 60 páginas · 0.5 por segundo · quedan 22 s", or what of it is known."""
    so_far = f": {format_number(job.done)} de {format_number(job.total)} {unit}" if job.total else ""
    pace = format_pace(job.done, job.total, job.rate)
    return f"{so_far} · {pace}" if pace else so_far


def show_failure(job: JobView, subject: str, *, interrupted: str = "se interrumpió") -> None:
    """Says why a job has stopped; ``subject`` names it ("El respaldo")."""
    if job.status is JobStatus.INTERRUPTED:
        st.error(f"{subject} {interrupted}.", icon=":material/error:")
    else:
        st.error(escape_sentence(job.error or f"{subject} no terminó."), icon=":material/error:")


def stop_button(actor: Actor, job: JobView, label: str = "Detener") -> None:
    """Draws a button that stops a job or discards one that has stopped, or says that it is stopping."""
    if job.is_under_way and job.cancel_asked:
        st.caption("Deteniendo…", width="content")
    elif st.button(label, key=f"parar-{job.public_id}"):
        perform(runner.cancel, actor, job_id=job.public_id)


def resume_button(actor: Actor, job: JobView, label: str = "Continuar") -> None:
    """Draws a button that resumes a job which has stopped."""
    if st.button(label, type="primary", key=f"seguir-{job.public_id}"):
        perform(runner.resume, actor, job_id=job.public_id)


def _ids_under_way(jobs: list[JobView]) -> set[str]:
    return {job.public_id for job in jobs if job.is_under_way}
