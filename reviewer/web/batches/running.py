"""Imports that are under way, or stopped and waiting for a decision."""

from collections.abc import Iterable

import streamlit as st

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.intake import history
from reviewer.job_rows import JobView
from reviewer.models import JobStatus
from reviewer.pace import in_words
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import number

EVERY = 2.0  # seconds
NOTHING_NEW = "lote-sin-novedad"  # the session's key for a batch that was there already, just as it came


def show(viewer: Actor, call_slug: str) -> bool:
    """Draws every unsettled job; while one works the part refreshes by itself, and ends with its report.

    Returns whether any is at work.
    """
    at_work = _at_work(jobs.current(viewer, call_slug=call_slug))

    @st.fragment(run_every=EVERY if at_work else None)
    def panel() -> None:
        found = jobs.current(viewer, call_slug=call_slug)
        ended = at_work - _at_work(found)
        if ended:
            _open_report(viewer, call_slug, ended)
        for each in found:
            with st.container(border=True):
                _draw(viewer, each)

    panel()
    return bool(at_work)


def _at_work(found: Iterable[JobView]) -> set[str]:
    return {each.public_id for each in found if each.is_under_way}


def _open_report(viewer: Actor, call_slug: str, ended: set[str]) -> None:
    """What was waited for is there: its report takes the page."""
    for job in jobs.recent(viewer, call_slug=call_slug):
        key = job.result.get("batch")
        if job.public_id in ended and job.status is JobStatus.DONE and key:
            finished = history.batch(viewer, call_slug=call_slug, key=key).finished_at
            if finished and finished < job.created_at:
                st.session_state[NOTHING_NEW] = key
            st.query_params["lote"] = key
            break
    st.rerun()


def _draw(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        _draw_running(viewer, job)
        return
    how_far = f" en la {number(job.done)} de {number(job.total)}" if job.total else ""
    if job.status is JobStatus.INTERRUPTED:
        way_on = "al continuar sigue" if job.can_resume else "suba otra vez el mismo lote y seguirá"
        st.warning(
            f"La importación de «{plain(job.label)}» se interrumpió{how_far}. Lo ya importado se conserva: "
            f"{way_on} donde quedó.",
            icon=":material/power_off:",
        )
    else:
        st.error(f"«{plain(job.label)}»: {plain(job.error or '')}", icon=":material/error:")
        if job.result.get("status") == "refused":
            st.caption("No se guardó nada. Corrija el lote y vuelva a subirlo.")
    with st.container(horizontal=True):
        again = "Continuar" if job.status is JobStatus.INTERRUPTED else "Volver a intentar"
        if job.can_resume and st.button(again, type="primary", key=f"seguir-{job.public_id}"):
            with told():
                jobs.resume(viewer, job_id=job.public_id)
                st.rerun()
        _stop_button(viewer, job, "Descartar" if job.can_resume else "Entendido")


def _draw_running(viewer: Actor, job: JobView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        if job.total:
            counted = f"{number(job.done)} de {number(job.total)} postulaciones"
            words = f"Importando «{plain(job.label)}»: {counted}{pace(job)}"
            st.progress(min(1.0, job.done / job.total), text=words)
        else:
            st.progress(0.0, text=f"Leyendo «{plain(job.label)}»…")
        if job.cancel_asked:
            st.caption("Deteniendo…", width="content")
        else:
            _stop_button(viewer, job, "Detener")
    by = f" La inició {plain(job.started_by)}." if job.started_by else ""
    st.caption(f"Puede salir de esta página: la importación sigue y aquí estará su informe.{by}")


def pace(job: JobView) -> str:
    """« · 12 por segundo · quedan 3 min»; empty where it is not known."""
    words = in_words(job.done, job.total, job.rate)
    return f" · {words}" if words else ""


def _stop_button(viewer: Actor, job: JobView, label: str) -> None:
    if st.button(label, key=f"parar-{job.public_id}"):
        with told():
            jobs.cancel(viewer, job_id=job.public_id)
            st.rerun()
