"""Computing the ranking: started when scores have changed, off the script's thread, its progress shown."""

from datetime import timedelta

import streamlit as st

from reviewer import clock, jobs
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.standings import Overview
from reviewer.job_rows import RANK, JobView
from reviewer.models import JobStatus
from reviewer.web.plain import sentence
from reviewer.web.told import told
from reviewer.words import day_and_time, percent

EVERY = 1.0  # seconds
REST = timedelta(minutes=1)  # while the jury is scoring, it is not computed anew at every click


def show(viewer: Actor, call_slug: str, spec: CallSpec, seen: Overview | None) -> None:
    """Says how old the ranking is; starts a new one where it is due, and shows how far that has come."""
    due = seen is None or (not seen.fresh and abs(clock.now() - seen.computed_at) > REST)
    found = jobs.current(viewer, call_slug=call_slug, kind=RANK)
    if due and not found:
        jobs.start_for_call(viewer, kind=RANK, call_slug=call_slug)
        found = jobs.current(viewer, call_slug=call_slug, kind=RANK)
    at_work = any(each.is_under_way for each in found)

    @st.fragment(run_every=EVERY if at_work else None)
    def panel() -> None:
        now = jobs.current(viewer, call_slug=call_slug, kind=RANK)
        if at_work and not any(each.is_under_way for each in now):
            st.rerun()
        for each in now[:1]:
            _draw(viewer, each, seen)

    if found:
        panel()
    elif seen is not None and not seen.fresh:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Hay puntajes nuevos desde el cálculo del {_at(seen, spec)}.", width="content")
            if st.button("Poner al día", icon=":material/refresh:"):
                jobs.start_for_call(viewer, kind=RANK, call_slug=call_slug)
                st.rerun()
    elif seen is not None:
        st.caption(f"Al día: calculado el {_at(seen, spec)}; se vuelve a calcular cuando cambia un puntaje.")


def _at(seen: Overview, spec: CallSpec) -> str:
    return day_and_time(spec.local(seen.computed_at))


def _draw(viewer: Actor, job: JobView, seen: Overview | None) -> None:
    if job.is_under_way:
        share = job.done / job.total if job.total else 0.0
        st.progress(share, text=f"Calculando el ranking: {percent(share)}. Puede salir de esta página.")
        if seen is not None:
            st.caption("Mientras, abajo está el anterior.")
        return
    stopped = "El cálculo del ranking se interrumpió." if job.status is JobStatus.INTERRUPTED else job.error
    st.error(sentence(stopped or "El cálculo del ranking no terminó."))
    if st.button("Volver a intentar", key=f"calcular-{job.public_id}"):
        with told():
            jobs.resume(viewer, job_id=job.public_id)
            st.rerun()
