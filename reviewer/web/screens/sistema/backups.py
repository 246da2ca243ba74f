"""Backups: the last one, making one, and downloading those on the server."""

from datetime import timedelta, tzinfo

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.backup import on_disk
from reviewer.core import clock
from reviewer.core.spanish import format_count, format_day_and_time, format_number, format_size
from reviewer.jobs import runner
from reviewer.jobs.records import BACKUP, JobView
from reviewer.operations.status import InstallationStatus
from reviewer.web.ui.errors import perform
from reviewer.web.ui.job_panel import resume_button, show_failure, show_jobs, show_progress, stop_button
from reviewer.web.ui.links import link_to

OUTDATED_AFTER = timedelta(days=1)  # a call's busiest day is lost with an older backup


def show(viewer: Actor, status: InstallationStatus, zone: tzinfo) -> None:
    """Draws when the last backup was made, a button that makes one, and the list."""
    st.header("Respaldo")
    _show_last(status, zone)
    _show_current(viewer)
    _show_list(viewer, zone)


def _show_last(status: InstallationStatus, zone: tzinfo) -> None:
    last = status.last_backup
    if last is None:
        st.warning("Nunca se ha hecho un respaldo de esta instalación.", icon=":material/warning:")
        return
    summary = f"El último se hizo el {format_day_and_time(last.at.astimezone(zone))} y ocupa {format_size(last.size)}."
    if last.missing:
        missing_text = format_count(last.missing, "documento", "documentos")
        st.error(f"{summary} Fue sin {missing_text} que faltan o están alterados: compruebe con `verify`.")
    elif clock.now() - last.at > OUTDATED_AFTER:
        st.warning(f"{summary} Tiene más de un día.", icon=":material/warning:")
    else:
        st.success(summary, icon=":material/check:")


def _show_current(viewer: Actor) -> None:
    jobs = show_jobs(lambda: runner.current(viewer, slug="", kind=BACKUP)[:1], lambda job: _show_job(viewer, job))
    if not jobs and st.button("Hacer un respaldo ahora", icon=":material/save:"):
        perform(on_disk.start_backup, viewer)
    st.caption("Se hace mientras se trabaja y guarda todo: la base y los documentos. Conviene cada noche.")


def _show_job(viewer: Actor, job: JobView) -> None:
    if job.is_under_way:
        total = format_count(job.total, "documento", "documentos")
        done = f": {format_number(job.done)} de {total}" if job.total else "…"
        show_progress(job, f"Respaldando{done}. Puede salir de esta página.")
        stop_button(viewer, job)
        return
    show_failure(job, "El respaldo", interrupted="se interrumpió y no dejó nada")
    with st.container(horizontal=True):
        resume_button(viewer, job, "Volver a intentar")
        stop_button(viewer, job, "Entendido")


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
