"""Backups in *Sistema*: the last one, a new one with its progress, those that can be taken along."""

from datetime import timedelta, tzinfo

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.backup import on_disk
from reviewer.core import clock
from reviewer.core.spanish import format_count, format_day_and_time, format_number, format_size
from reviewer.jobs import runner
from reviewer.jobs.records import BACKUP, JobView
from reviewer.models import JobStatus
from reviewer.operations.status import InstallationStatus
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.links import link_to
from reviewer.web.ui.markdown_escape import escape_sentence

OUTDATED_AFTER = timedelta(days=1)  # a call's busiest day is lost with an older backup
REFRESH_SECONDS = 1.0  # seconds


def show(viewer: Actor, status: InstallationStatus, zone: tzinfo) -> None:
    """When the last backup was made, a way to make one, and the ones that are there."""
    st.header("Respaldo")
    _show_last(status, zone)
    _show_current(viewer)
    _show_list(viewer, zone)


def _show_last(status: InstallationStatus, zone: tzinfo) -> None:
    last = status.last_backup
    if last is None:
        st.warning("Nunca se ha hecho un respaldo de esta instalación.", icon=":material/warning:")
        return
    summary = (
        f"El último se hizo el {format_day_and_time(last.at.astimezone(zone))} y ocupa "
        f"{format_size(last.size)}."
    )
    if last.missing:
        missing_text = format_count(last.missing, "documento", "documentos")
        st.error(f"{summary} Fue sin {missing_text} que faltan o están alterados: compruebe con `verify`.")
    elif clock.now() - last.at > OUTDATED_AFTER:
        st.warning(f"{summary} Tiene más de un día.", icon=":material/warning:")
    else:
        st.success(summary, icon=":material/check:")


def _show_current(viewer: Actor) -> None:
    current_jobs = runner.current(viewer, slug="", kind=BACKUP)
    is_running = any(job.is_under_way for job in current_jobs)

    @st.fragment(run_every=REFRESH_SECONDS if is_running else None)
    def panel() -> None:
        latest_jobs = runner.current(viewer, slug="", kind=BACKUP)
        if is_running and not any(job.is_under_way for job in latest_jobs):
            st.rerun()
        for job in latest_jobs[:1]:
            _show_job(viewer, job)

    panel()
    if not current_jobs and st.button("Hacer un respaldo ahora", icon=":material/save:"):
        with show_errors():
            on_disk.start_backup(viewer)
            st.rerun()
    st.caption("Se hace mientras se trabaja y guarda todo: la base y los documentos. Conviene cada noche.")


def _show_job(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        total = format_count(job.total, "documento", "documentos")
        done = f": {format_number(job.done)} de {total}" if job.total else "…"
        share = job.done / job.total if job.total else 0.0
        st.progress(min(share, 1.0), text=f"Respaldando{done}. Puede salir de esta página.")
        if job.cancel_asked:
            st.caption("Deteniendo…")
        elif st.button("Detener", key=f"parar-{job.public_id}"):
            with show_errors():
                runner.cancel(viewer, job_id=job.public_id)
                st.rerun(scope="fragment")
        return
    is_interrupted = job.status is JobStatus.INTERRUPTED
    message = "El respaldo se interrumpió y no dejó nada." if is_interrupted else job.error
    st.error(escape_sentence(message or "El respaldo no terminó."), icon=":material/error:")
    with st.container(horizontal=True):
        if st.button("Volver a intentar", type="primary", key=f"otra-vez-{job.public_id}"):
            with show_errors():
                runner.resume(viewer, job_id=job.public_id)
                st.rerun()
        if st.button("Entendido", key=f"entendido-{job.public_id}"):
            with show_errors():
                runner.cancel(viewer, job_id=job.public_id)
                st.rerun()


def _show_list(viewer: Actor, zone: tzinfo) -> None:
    backups = on_disk.list_backups(viewer)
    if not backups:
        return
    st.subheader("En el servidor", divider="gray")
    for backup in backups:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.text(
                f"{format_day_and_time(backup.at.astimezone(zone))} · {format_size(backup.size)}",
                width="stretch",
            )
            link_to("Descargar", f"/descargas/respaldo/{backup.name}")
    st.caption("Un respaldo contiene datos personales: guárdelo cifrado. Cada descarga queda en la bitácora.")
