"""Backups in *Sistema*: the last one, a new one with its progress, those that can be taken along."""

from datetime import timedelta, tzinfo

import streamlit as st

from reviewer import clock, jobs
from reviewer.access.actor import Actor
from reviewer.backup import kept
from reviewer.job_rows import BACKUP, JobView
from reviewer.models import JobStatus
from reviewer.system import Standing
from reviewer.web.links import link_to
from reviewer.web.plain import sentence
from reviewer.web.told import told
from reviewer.words import counted, day_and_time, number, size

STALE = timedelta(days=1)  # a call's busiest day is lost with an older backup
EVERY = 1.0  # seconds


def show(viewer: Actor, seen: Standing, zone: tzinfo) -> None:
    """When the last backup was made, a way to make one, and the ones that are there."""
    st.header("Respaldo")
    _last(seen, zone)
    _making(viewer)
    _listing(viewer, zone)


def _last(seen: Standing, zone: tzinfo) -> None:
    last = seen.last_backup
    if last is None:
        st.warning("Nunca se ha hecho un respaldo de esta instalación.", icon=":material/warning:")
        return
    words = f"El último se hizo el {day_and_time(last.at.astimezone(zone))} y ocupa {size(last.size)}."
    if last.missing:
        lacking = counted(last.missing, "documento", "documentos")
        st.error(f"{words} Fue sin {lacking} que faltan o están alterados: compruebe con `verify`.")
    elif clock.now() - last.at > STALE:
        st.warning(f"{words} Tiene más de un día.", icon=":material/warning:")
    else:
        st.success(words, icon=":material/check:")


def _making(viewer: Actor) -> None:
    found = jobs.current(viewer, call_slug="", kind=BACKUP)
    at_work = any(each.is_under_way for each in found)

    @st.fragment(run_every=EVERY if at_work else None)
    def panel() -> None:
        now = jobs.current(viewer, call_slug="", kind=BACKUP)
        if at_work and not any(each.is_under_way for each in now):
            st.rerun()
        for each in now[:1]:
            _draw(viewer, each)

    panel()
    if not found and st.button("Hacer un respaldo ahora", icon=":material/save:"):
        with told():
            kept.start(viewer)
            st.rerun()
    st.caption("Se hace mientras se trabaja y guarda todo: la base y los documentos. Conviene cada noche.")


def _draw(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        among = counted(job.total, "documento", "documentos")
        done = f": {number(job.done)} de {among}" if job.total else "…"
        share = job.done / job.total if job.total else 0.0
        st.progress(min(share, 1.0), text=f"Respaldando{done}. Puede salir de esta página.")
        if job.cancel_asked:
            st.caption("Deteniendo…")
        elif st.button("Detener", key=f"parar-{job.public_id}"):
            with told():
                jobs.cancel(viewer, job_id=job.public_id)
                st.rerun(scope="fragment")
        return
    broke_off = job.status is JobStatus.INTERRUPTED
    stopped = "El respaldo se interrumpió y no dejó nada." if broke_off else job.error
    st.error(sentence(stopped or "El respaldo no terminó."), icon=":material/error:")
    with st.container(horizontal=True):
        if st.button("Volver a intentar", type="primary", key=f"otra-vez-{job.public_id}"):
            with told():
                jobs.resume(viewer, job_id=job.public_id)
                st.rerun()
        if st.button("Entendido", key=f"entendido-{job.public_id}"):
            with told():
                jobs.cancel(viewer, job_id=job.public_id)
                st.rerun()


def _listing(viewer: Actor, zone: tzinfo) -> None:
    found = kept.listing(viewer)
    if not found:
        return
    st.subheader("En el servidor", divider="gray")
    for each in found:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.text(f"{day_and_time(each.at.astimezone(zone))} · {size(each.size)}", width="stretch")
            link_to("Descargar", f"/descargas/respaldo/{each.name}")
    st.caption("Un respaldo contiene datos personales: guárdelo cifrado. Cada descarga queda en la bitácora.")
