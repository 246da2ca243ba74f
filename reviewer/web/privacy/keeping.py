"""Blocking and deletion of those not selected: whose turn it is, a rehearsal, the job, the certificates."""

from datetime import date, timedelta

import streamlit as st

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.errors import Refused
from reviewer.job_rows import BLOCK, DELETE, JobView
from reviewer.models import Call, Deletion, JobStatus
from reviewer.privacy import deletion, retention
from reviewer.privacy.retention import Pieces, Standing
from reviewer.web.lines import table
from reviewer.web.plain import sentence
from reviewer.web.privacy.words import BLOCK_TIME, in_full
from reviewer.web.routes import privacy as files
from reviewer.web.told import told
from reviewer.words import NBSP, counted, day_and_time, number, percent

EVERY = 1.0  # seconds
STAYS = (
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
    """What is done next stands first."""
    if _work(actor, call):
        return
    seen = retention.standing(actor, call=call.slug)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("1. Bloquear")
        _blocking(actor, call, seen)
    with right:
        st.subheader("2. Suprimir")
        _deleting(actor, call, seen)
    _certificates(actor, call)


def _work(actor: Actor, call: Call) -> bool:
    """Draws the job under way, or the one that was broken off; whether there is one."""
    kinds = (BLOCK, DELETE)
    found = [(kind, each) for kind in kinds for each in jobs.current(actor, call_slug=call.slug, kind=kind)]
    if not found:
        return False
    at_work = any(each.is_under_way for _, each in found)

    @st.fragment(run_every=EVERY if at_work else None)
    def panel() -> None:
        now = [(kind, each) for kind in kinds for each in jobs.current(actor, call_slug=call.slug, kind=kind)]
        if at_work and not any(each.is_under_way for _, each in now):
            st.rerun()
        for kind, each in now[:1]:
            _draw(actor, kind, each)

    panel()
    return True


def _draw(actor: Actor, kind: str, job: JobView) -> None:
    doing, done = ("Bloqueando", "El bloqueo") if kind == BLOCK else ("Suprimiendo", "La supresión")
    if job.is_under_way:
        share = job.done / job.total if job.total else 0.0
        of = (
            f"{number(job.done)} de {number(job.total)} registros, {percent(share)}"
            if job.total
            else "empieza"
        )
        st.progress(share, text=f"{doing}: {of}. Puede salir de esta página.")
        if st.button("Detener"):
            jobs.cancel(actor, job_id=job.public_id)
            st.rerun()
        return
    broken = job.status is JobStatus.INTERRUPTED or not job.error
    st.error(f"{done} se interrumpió." if broken else sentence(job.error))
    st.caption("Lo hecho hasta ahí queda hecho; al continuar sigue donde quedó.")
    with st.container(horizontal=True):
        if job.can_resume and st.button("Continuar", type="primary"):
            with told():
                jobs.resume(actor, job_id=job.public_id)
                st.rerun()
        if st.button("Dejarlo para después"):
            jobs.cancel(actor, job_id=job.public_id)
            st.rerun()


def _blocking(actor: Actor, call: Call, seen: Standing) -> None:
    days = spec_of(call).decision.retention_days
    if seen.keeps_until is None or call.phase not in retention.DECIDED:
        st.info(
            f"Todavía no hay fallo. Los datos de quienes no queden se conservan {days} días desde el acta "
            "firmada; después se bloquean aquí."
        )
        return
    ends = "terminó" if seen.is_due else "termina"
    st.write(f"El plazo de conservación ({days} días desde el acta) {ends} el {in_full(seen.keeps_until)}.")
    if not seen.to_block.applications and not seen.to_block.rows:
        st.success("No queda nada por bloquear.", icon=":material/check:")
        return
    table(("Se bloquearía", ""), _rows(seen.to_block))
    st.caption(f"No se tocan {counted(seen.kept, 'postulación', 'postulaciones')} con lugar en la selección.")
    if not seen.is_due:
        st.info("Hasta entonces no se bloquea nada, salvo a petición de la persona.")
    elif st.button("Bloquear…", type="primary"):
        _confirm_blocking(actor, call, seen)


@st.dialog("Bloquear a quienes no quedaron")
def _confirm_blocking(actor: Actor, call: Call, seen: Standing) -> None:
    people = counted(seen.to_block.applications, "postulación", "postulaciones")
    st.write(
        f"Los datos y documentos de {people} dejan de verse en listas, cotejo, cohorte, exportaciones e "
        "imágenes. Solo se pueden reunir para responder una solicitud de la propia persona. Las figuras de "
        "la cohorte los contarán como «sin respuesta»: si las necesita, descárguelas antes."
    )
    until = st.date_input(
        "Podrán suprimirse desde el",
        seen.today + timedelta(days=spec_of(call).decision.retention_days),
        min_value=seen.today,
        format="DD/MM/YYYY",
    )
    st.caption(BLOCK_TIME)
    if st.button(f"Bloquear {people}", type="primary"):
        with told():
            if not isinstance(until, date):
                raise Refused("Elija un día.")
            jobs.start_for_call(actor, kind=BLOCK, call_slug=call.slug, until=until.isoformat())
            st.rerun()


def _deleting(actor: Actor, call: Call, seen: Standing) -> None:
    if not seen.blocked.applications and not seen.blocked.rows and not seen.unfinished:
        st.info("No hay datos bloqueados. Lo que se bloquea puede suprimirse al terminar su plazo.")
        return
    if seen.blocked.applications or seen.blocked.rows:
        table(("Bloqueado", ""), _rows(seen.blocked))
    if seen.waiting:
        kept = counted(seen.waiting, "registro vencido no se suprime", "registros vencidos no se suprimen")
        st.caption(f"{kept}: se retienen por un motivo, o tienen una solicitud abierta.")
    if seen.to_delete.applications or seen.to_delete.rows or seen.unfinished:
        label = "Continuar la supresión…" if seen.unfinished else "Ensayar la supresión…"
        if st.button(label, type="primary"):
            _confirm_deletion(actor, call)
    elif seen.next_on:
        st.info(f"El primer plazo de bloqueo termina el {in_full(seen.next_on)}.")


@st.dialog("Suprimir para siempre", width="large")
def _confirm_deletion(actor: Actor, call: Call) -> None:
    foreseen = deletion.rehearse(actor, call=call.slug)
    left, right = st.columns(2, gap="medium")
    with left:
        table(("Se suprime", ""), _rows(foreseen.pieces))
        if foreseen.shared:
            stay = counted(foreseen.shared, "documento se queda", "documentos se quedan")
            st.caption(f"{stay}: otra persona entregó el mismo archivo.")
        if foreseen.forgotten:
            more = counted(foreseen.forgotten, "archivo sin dueño", "archivos sin dueño")
            st.caption(f"Además, {more}: versiones reemplazadas, o de una importación interrumpida.")
    with right:
        table(("Se conserva", "Por qué"), STAYS)
    st.warning(
        "No se puede deshacer. Los respaldos anteriores todavía contienen estos datos: destrúyalos al vencer "
        "su plazo, y si restaura uno, repita la supresión.",
        icon=":material/warning:",
    )
    count = foreseen.pieces.applications + foreseen.pieces.rows
    typed = st.text_input(f"Para confirmar, escriba cuántos registros se suprimen ({count})", width=420)
    if st.button("Suprimir", type="primary", disabled=typed.strip() != str(count)):
        with told():
            deletion.begin(actor, call=call.slug)
            jobs.start_for_call(actor, kind=DELETE, call_slug=call.slug)
            st.rerun()


def _certificates(actor: Actor, call: Call) -> None:
    made = deletion.certificates(actor, call=call.slug)
    if not made:
        return
    st.subheader("Certificados de supresión")
    for each in made:
        _certificate(call, each)


def _certificate(call: Call, made: Deletion) -> None:
    at = day_and_time(spec_of(call).local(made.finished_at or made.began_at))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"Supresión del **{at}** · {counted(made.cells, 'dato', 'datos')}", width="content")
        st.space("stretch")
        files.link("Certificado (PDF)", "certificado.pdf", clave=made.public_id)
        files.link("Lista con huellas", "lista.txt", clave=made.public_id)


def _rows(pieces: Pieces) -> list[tuple[str, str]]:
    rows = [
        ("Postulaciones", number(pieces.applications)),
        ("Filas que nunca fueron postulación", number(pieces.rows)),
        ("Documentos", f"{number(pieces.documents)} ({number(pieces.size / 1e6)}{NBSP}MB)"),
    ]
    return [*rows, ("Datos personales", number(pieces.cells))] if pieces.cells else rows
