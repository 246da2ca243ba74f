"""Imports that are under way, or stopped and waiting for a decision."""

import streamlit as st

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.jobs import JobView
from reviewer.models import JobStatus
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import number

EVERY = 2.0  # seconds


def show(viewer: Actor, call_slug: str) -> bool:
    """Draws every unsettled job; while one works the part refreshes by itself, and ends with its report.

    Returns whether any is at work.
    """
    under_way = any(each.is_under_way for each in jobs.current(viewer, call_slug=call_slug))

    @st.fragment(run_every=EVERY if under_way else None)
    def panel() -> None:
        found = jobs.current(viewer, call_slug=call_slug)
        if under_way and not any(each.is_under_way for each in found):
            _open_report(viewer, call_slug)
        for each in found:
            with st.container(border=True):
                _draw(viewer, each)

    panel()
    return under_way


def _open_report(viewer: Actor, call_slug: str) -> None:
    """What was waited for is there: its report takes the page."""
    ended = jobs.recent(viewer, call_slug=call_slug, limit=1)
    if ended and ended[0].status is JobStatus.DONE and ended[0].result.get("batch"):
        st.query_params["lote"] = str(ended[0].result["batch"])
    st.rerun()


def _draw(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        _draw_running(viewer, job)
        return
    how_far = f" en la {number(job.done)} de {number(job.total)}" if job.total else ""
    if job.status is JobStatus.INTERRUPTED:
        st.warning(
            f"La importación de «{plain(job.label)}» se interrumpió{how_far}. Lo ya importado se conserva: "
            "al continuar sigue donde quedó.",
            icon=":material/power_off:",
        )
    else:
        st.error(f"«{plain(job.label)}»: {plain(job.error or '')}", icon=":material/error:")
    with st.container(horizontal=True):
        again = "Continuar" if job.status is JobStatus.INTERRUPTED else "Volver a intentar"
        if st.button(again, type="primary", key=f"seguir-{job.public_id}"):
            with told():
                jobs.resume(viewer, job_id=job.public_id)
                st.rerun()
        _stop_button(viewer, job, "Descartar")


def _draw_running(viewer: Actor, job: JobView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        if job.total:
            words = (
                f"Importando «{plain(job.label)}»: {number(job.done)} de {number(job.total)} postulaciones"
            )
            st.progress(min(1.0, job.done / job.total), text=words)
        else:
            st.progress(0.0, text=f"Leyendo «{plain(job.label)}»…")
        if job.cancel_asked:
            st.caption("Deteniendo…", width="content")
        else:
            _stop_button(viewer, job, "Detener")
    by = f" La inició {plain(job.started_by)}." if job.started_by else ""
    st.caption(f"Puede salir de esta página: la importación sigue y aquí estará su informe.{by}")


def _stop_button(viewer: Actor, job: JobView, label: str) -> None:
    if st.button(label, key=f"parar-{job.public_id}"):
        with told():
            jobs.cancel(viewer, job_id=job.public_id)
            st.rerun()
