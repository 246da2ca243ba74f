"""Blocking and deletion of applicants without a seat: preview, job and certificates."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core.spanish import (
    NBSP,
    format_count,
    format_day_and_time,
    format_day_and_year,
    format_number,
    format_percent,
)
from reviewer.jobs import runner
from reviewer.jobs.records import BLOCK, DELETE, JobView
from reviewer.models import Call, Deletion
from reviewer.privacy import deletion, retention
from reviewer.privacy.retention import DataAmounts, RetentionStatus
from reviewer.web.routes import privacy as files
from reviewer.web.screens.privacidad.inputs import deletion_day_input, require_day
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.job_panel import resume_button, show_failure, show_jobs, show_progress, stop_button
from reviewer.web.ui.tables import html_table

SUBJECTS = {BLOCK: ("El bloqueo", "Bloqueando"), DELETE: ("La supresión", "Suprimiendo")}
RETAINED_DATA = (
    ("Folio, estado y resultado", "Con ellos se lee el acta."),
    ("Puntajes, votos y lugares, por folio", "De ellos se vuelve a calcular la huella del acta."),
    (
        "Acta y adendas firmadas",
        "Quedan como se firmaron, con el nombre de quienes obtuvieron lugar o lista de espera.",
    ),
    ("Motivos de la deliberación y de los cambios a mano", "El acta los cita."),
    ("Solicitudes ARCO", "Con el nombre de quien las hizo: prueban que se atendieron."),
    ("Bitácora", "Dice qué se hizo y cuándo. De los datos tenía resúmenes con sal, que ya no dicen nada."),
)


def show(actor: Actor, call: Call) -> None:
    """Draws the job under way, or both steps and the certificates."""
    if _show_job(actor, call):
        return
    status = retention.status(actor, slug=call.slug)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("1. Bloquear")
        _show_blocking(actor, call, status)
    with right:
        st.subheader("2. Suprimir")
        _show_deletion(actor, call, status)
    _certificates(actor, call)


def _show_job(actor: Actor, call: Call) -> bool:
    """Draws the job that is under way or was interrupted; returns whether there is one."""

    def load() -> list[JobView]:
        """Returns the first job: blocking and deletion never run at the same time."""
        jobs = (runner.current(actor, slug=call.slug, kind=kind) for kind in SUBJECTS)
        return [job for jobs_of_kind in jobs for job in jobs_of_kind][:1]

    return bool(show_jobs(load, lambda job: _draw(actor, job)))


def _draw(actor: Actor, job: JobView) -> None:
    subject, doing = SUBJECTS[job.kind]
    if job.is_under_way:
        amount = (
            f"{format_number(job.done)} de {format_number(job.total)} registros, {format_percent(job.done / job.total)}"
            if job.total
            else "empieza"
        )
        show_progress(job, f"{doing}: {amount}. Puede salir de esta página.")
        stop_button(actor, job)
        return
    show_failure(job, subject)
    st.caption("Lo hecho hasta ahí queda hecho; al continuar sigue donde quedó.")
    with st.container(horizontal=True):
        if job.can_resume:
            resume_button(actor, job)
        stop_button(actor, job, "Dejarlo para después")


def _show_blocking(actor: Actor, call: Call, status: RetentionStatus) -> None:
    days = spec_of(call).decision.retention_days
    if status.retention_end is None or call.phase not in retention.DECIDED_PHASES:
        st.info(
            f"Todavía no hay fallo. Los datos de quienes no queden se conservan {days} días desde el acta "
            "firmada; después se bloquean aquí."
        )
        return
    ends = "terminó" if status.is_due else "termina"
    st.write(
        f"El plazo de conservación ({days} días desde el acta) {ends} el {format_day_and_year(status.retention_end)}."
    )
    if not status.to_block.applications and not status.to_block.rows:
        st.success("No queda nada por bloquear.", icon=":material/check:")
        return
    html_table(("Se bloquearía", ""), _rows(status.to_block))
    st.caption(f"No se tocan {format_count(status.seated, 'postulación', 'postulaciones')} con lugar en la selección.")
    if not status.is_due:
        st.info("Hasta entonces no se bloquea nada, salvo a petición de la persona.")
    elif st.button("Bloquear…", type="primary"):
        _confirm_blocking(actor, call, status)


@st.dialog("Bloquear a quienes no quedaron")
def _confirm_blocking(actor: Actor, call: Call, status: RetentionStatus) -> None:
    count_text = format_count(status.to_block.applications, "postulación", "postulaciones")
    st.write(
        f"Los datos y documentos de {count_text} dejan de verse en listas, cotejo, cohorte, exportaciones e "
        "imágenes. Solo se pueden reunir para responder una solicitud de la propia persona. Las figuras de "
        "la cohorte los contarán como «sin respuesta»: si las necesita, descárguelas antes."
    )
    until = deletion_day_input(status.today, spec_of(call).decision.retention_days)
    if st.button(f"Bloquear {count_text}", type="primary"):
        with show_errors():
            arguments = {"until": require_day(until).isoformat()}
            runner.start_for_call(actor, kind=BLOCK, slug=call.slug, arguments=arguments)
            st.rerun()


def _show_deletion(actor: Actor, call: Call, status: RetentionStatus) -> None:
    if not status.blocked.applications and not status.blocked.rows and not status.unfinished_deletion:
        st.info("No hay datos bloqueados. Lo que se bloquea puede suprimirse al terminar su plazo.")
        return
    if status.blocked.applications or status.blocked.rows:
        html_table(("Bloqueado", ""), _rows(status.blocked))
    if status.on_hold:
        waiting_text = format_count(
            status.on_hold, "registro vencido no se suprime", "registros vencidos no se suprimen"
        )
        st.caption(f"{waiting_text}: se retienen por un motivo, o tienen una solicitud abierta.")
    if status.to_delete.applications or status.to_delete.rows or status.unfinished_deletion:
        label = "Continuar la supresión…" if status.unfinished_deletion else "Ensayar la supresión…"
        if st.button(label, type="primary"):
            _confirm_deletion(actor, call)
    elif status.next_deletion_on:
        st.info(f"El primer plazo de bloqueo termina el {format_day_and_year(status.next_deletion_on)}.")


@st.dialog("Suprimir para siempre", width="large")
def _confirm_deletion(actor: Actor, call: Call) -> None:
    preview = deletion.dry_run(actor, slug=call.slug)
    left, right = st.columns(2, gap="medium")
    with left:
        html_table(("Se suprime", ""), _rows(preview.amounts))
        if preview.shared:
            shared_text = format_count(preview.shared, "documento se queda", "documentos se quedan")
            st.caption(f"{shared_text}: otra persona entregó el mismo archivo.")
        if preview.orphans:
            unowned_text = format_count(preview.orphans, "archivo sin dueño", "archivos sin dueño")
            st.caption(f"Además, {unowned_text}: versiones reemplazadas, o de una importación interrumpida.")
    with right:
        html_table(("Se conserva", "Por qué"), RETAINED_DATA)
    st.warning(
        "No se puede deshacer. Los respaldos anteriores todavía contienen estos datos: destrúyalos al vencer "
        "su plazo, y si restaura uno, repita la supresión.",
        icon=":material/warning:",
    )
    count = preview.amounts.applications + preview.amounts.rows
    typed_count = st.text_input(f"Para confirmar, escriba cuántos registros se suprimen ({count})", width=420)
    if st.button("Suprimir", type="primary", disabled=typed_count.strip() != str(count)):
        with show_errors():
            deletion.begin(actor, slug=call.slug)
            runner.start_for_call(actor, kind=DELETE, slug=call.slug)
            st.rerun()


def _certificates(actor: Actor, call: Call) -> None:
    certificates = deletion.certificates(actor, slug=call.slug)
    if not certificates:
        return
    st.subheader("Certificados de supresión")
    for certificate in certificates:
        _certificate(call, certificate)


def _certificate(call: Call, certificate: Deletion) -> None:
    at = format_day_and_time(spec_of(call).local(certificate.finished_at or certificate.began_at))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"Supresión del **{at}** · {format_count(certificate.cells, 'dato', 'datos')}", width="content")
        st.space("stretch")
        files.link("Certificado (PDF)", "certificado.pdf", clave=certificate.public_id)
        files.link("Lista con huellas", "lista.txt", clave=certificate.public_id)


def _rows(pieces: DataAmounts) -> list[tuple[str, str]]:
    rows = [
        ("Postulaciones", format_number(pieces.applications)),
        ("Filas que nunca fueron postulación", format_number(pieces.rows)),
        ("Documentos", f"{format_number(pieces.documents)} ({format_number(pieces.size / 1e6)}{NBSP}MB)"),
    ]
    return [*rows, ("Datos personales", format_number(pieces.cells))] if pieces.cells else rows
