"""The job that computes the ranking: started when scores have changed, with its progress."""

from datetime import timedelta

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core import clock
from reviewer.core.spanish import format_day_and_time, format_percent
from reviewer.decision.ranking.queries import Overview
from reviewer.jobs import runner
from reviewer.jobs.records import RANK, JobView
from reviewer.web.ui.job_panel import resume_button, show_failure, show_jobs, show_progress

MIN_INTERVAL = timedelta(minutes=1)  # while the jury is scoring, it is not computed anew at every click


def show(viewer: Actor, slug: str, spec: CallSpec, overview: Overview | None) -> None:
    """Draws how old the ranking is; starts a new one where it is due, and draws its progress."""
    due = overview is None or (not overview.is_current and abs(clock.now() - overview.computed_at) > MIN_INTERVAL)
    current_jobs = runner.current(viewer, slug=slug, kind=RANK)
    if due and not current_jobs:
        runner.start_for_call(viewer, kind=RANK, slug=slug)
        current_jobs = runner.current(viewer, slug=slug, kind=RANK)
    if current_jobs:
        show_jobs(lambda: runner.current(viewer, slug=slug, kind=RANK)[:1], lambda job: _draw(viewer, job, overview))
    elif overview is not None and not overview.is_current:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"Hay puntajes nuevos desde el cálculo del {_computed_at_text(overview, spec)}.",
                width="content",
            )
            if st.button("Poner al día", icon=":material/refresh:"):
                runner.start_for_call(viewer, kind=RANK, slug=slug)
                st.rerun()
    elif overview is not None:
        st.caption(
            f"Al día: calculado el {_computed_at_text(overview, spec)}; se vuelve a calcular cuando cambia un puntaje."
        )


def _computed_at_text(overview: Overview, spec: CallSpec) -> str:
    return format_day_and_time(spec.local(overview.computed_at))


def _draw(viewer: Actor, job: JobView, overview: Overview | None) -> None:
    if job.is_under_way:
        share = format_percent(job.done / job.total if job.total else 0.0)
        show_progress(job, f"Calculando el ranking: {share}. Puede salir de esta página.")
        if overview is not None:
            st.caption("Mientras, abajo está el anterior.")
        return
    show_failure(job, "El cálculo del ranking")
    resume_button(viewer, job, "Volver a intentar")
