"""The jury's progress, in total and by juror, with extensions and reminders."""

from datetime import datetime, time, timedelta

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock, mail, reasons
from reviewer.core.errors import UserError
from reviewer.core.spanish import (
    format_count,
    format_day,
    format_day_and_time,
    format_number,
    format_percent,
    join_first,
)
from reviewer.jury.monitoring import reminders
from reviewer.jury.monitoring.progress import JurorProgress, Progress
from reviewer.jury.reviews import deadline
from reviewer.models import Call, Phase
from reviewer.web.routes import downloads
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown, escape_sentence
from reviewer.web.ui.tables import html_table

MAX_NAMES = 6
MAX_MESSAGES = 100  # messages drawn at once


def show_overall(progress: Progress, spec: CallSpec) -> None:
    """Draws the progress bar and the forecast."""
    share = progress.submitted / progress.assigned
    summary = (
        f"{format_number(progress.submitted)} de {format_number(progress.assigned)} lecturas enviadas "
        f"· {format_percent(share)}"
    )
    closing = deadline.format_deadline(spec)
    st.progress(share, text=f"{summary} · cierra {closing}" if closing else summary)
    st.write(forecast(progress, spec))


def forecast(progress: Progress, spec: CallSpec) -> str:
    """Returns when reviewing may be finished, or why no date can be given."""
    if progress.submitted == progress.assigned:
        return "Todo el jurado terminó."
    if progress.stalled_jurors:
        names = [juror.name for juror in progress.stalled_jurors]
        stalled_names = escape_markdown(join_first(names, MAX_NAMES, "persona más", "personas más"))
        others_text = f" Los demás terminan el {format_day(spec.local(progress.done_at))}." if progress.done_at else ""
        return f"Sin fecha: tienen pendientes y no han enviado nada en siete días {stalled_names}.{others_text}"
    if progress.done_at is None:
        return "Sin fecha: todavía no hay un ritmo."
    done_text = (
        f"Al ritmo de los últimos siete días, la última persona termina el {format_day(spec.local(progress.done_at))}."
    )
    closes = deadline.deadline_for(spec)
    late = closes is not None and progress.done_at > closes > clock.now()
    return f"{done_text} **Es después del cierre.**" if late else done_text


def show_by_readings(progress: Progress) -> None:
    """Draws how many applications have how many submitted readings."""
    st.header("Postulaciones según sus lecturas enviadas")
    with st.container(horizontal=True):
        for readings, count in progress.by_readings.items():
            st.metric(format_count(readings, "lectura", "lecturas"), format_number(count), border=True, width=150)


def show_by_juror(progress: Progress, spec: CallSpec, call: Call) -> None:
    """Draws the jury, the one with most left first."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.header("Por persona", width="content")
        downloads.link("Descargar CSV", "avance", convocatoria=call.slug)
    st.table([juror_row(juror, spec) for juror in progress.jurors], hide_index=True, border="horizontal")


def juror_row(juror: JurorProgress, spec: CallSpec) -> dict[str, str]:
    """Returns the cells of a juror."""
    last_activity, done_at = juror.last_activity, juror.done_at
    ending = "Terminó" if not juror.remaining else format_day(spec.local(done_at)) if done_at else "Sin ritmo"
    closes = deadline.format_last_minute(spec, juror.closes) if juror.closes else "–"
    return {
        "Persona": escape_markdown(juror.name),
        "Asignadas": format_number(juror.assigned),
        "Empezadas": format_number(juror.begun),
        "Enviadas": f"{format_number(juror.submitted)} ({format_percent(juror.submitted / juror.assigned)})",
        "Última actividad": format_day_and_time(spec.local(last_activity)) if last_activity else "Todavía ninguna",
        "Por día": format_number(juror.pace) if juror.pace else "–",
        "Terminaría": f"{ending} · tarde" if juror.is_late and done_at else ending,
        "Cierra": closes,
    }


def show_extensions(actor: Actor, call: Call, progress: Progress) -> None:
    """Draws the extensions in force, and the button that grants one."""
    spec = spec_of(call)
    st.header("Prórrogas")
    granted = deadline.active_extensions(actor, slug=call.slug)
    for extension in granted:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(extension.name or "Todo el jurado", width=260)
            st.text(f"hasta {deadline.format_last_minute(spec, extension.closes_at)}", width=180)
            st.text(extension.reason, width="stretch")
            if st.button("Retirar", type="tertiary", key=f"prorroga-{extension.id}"):
                perform(deadline.withdraw_extension, actor, slug=call.slug, extension_id=extension.id)
    if spec.review_closes is None:
        st.caption("La dictaminación no tiene fecha de cierre: no hacen falta prórrogas.")
    elif call.phase in {Phase.DECIDED, Phase.ARCHIVED}:
        st.caption("La convocatoria ya tiene fallo.")
    else:
        if not granted:
            st.caption("Ninguna.")
        if st.button("Dar una prórroga…"):
            _extension_dialog(actor, call, progress)


@st.dialog("Dar una prórroga", width="medium")
def _extension_dialog(actor: Actor, call: Call, progress: Progress) -> None:
    spec = spec_of(call)
    names = {juror.person_id: juror.name for juror in progress.jurors if juror.remaining}
    person_id = st.selectbox(
        "A quién", [None, *names], format_func=lambda option: names[option] if option else "Todo el jurado"
    )
    start = max(filter(None, (deadline.deadline_for(spec), clock.now())))
    local = spec.local(start - deadline.MINUTE)
    left, right = st.columns(2)
    last_day = left.date_input("Hasta el día", value=(local + timedelta(days=2)).date(), format="DD/MM/YYYY")
    hour = right.time_input("A las", value=time(23, 59), step=60)
    reason = st.text_input("Motivo (queda anotado)", max_chars=reasons.MAX_LENGTH)
    recipient = names.get(person_id, "") if person_id else "todo el jurado"
    until = datetime.combine(last_day, hour)
    pending_count = sum(juror.remaining for juror in progress.jurors if person_id in (None, juror.person_id))
    st.markdown(
        f"{escape_markdown(recipient[:1].upper() + recipient[1:])} podrá escribir hasta las {until:%H:%M} del "
        f"{format_day(until)} ({spec.timezone}; el minuto cuenta entero). Quedan "
        f"{format_count(pending_count, 'lectura pendiente', 'lecturas pendientes')}."
    )
    if call.phase is not Phase.REVIEWING:
        st.caption("Solo cuenta mientras la convocatoria esté en dictaminación.")
    if st.button("Dar la prórroga", type="primary"):
        perform(
            deadline.grant_extension,
            actor,
            slug=call.slug,
            last_minute_at=until,
            reason=reason,
            person_id=person_id,
        )


def show_reminders(actor: Actor, call: Call, progress: Progress) -> None:
    """Draws messages to jurors with pending readings: to be copied, or sent by the operator's mail server."""
    st.header("Recordatorios")
    pending_jurors = [juror for juror in progress.jurors if juror.remaining]
    if not pending_jurors:
        st.caption("Nadie tiene pendientes.")
        return
    late_ids = {juror.person_id for juror in progress.late_jurors}
    names = {
        juror.person_id: juror.name + (" · tarde" if juror.person_id in late_ids else "") for juror in pending_jurors
    }
    chosen = st.multiselect(
        "A quién",
        list(names),
        default=[juror.person_id for juror in pending_jurors if juror.is_late or not juror.pace],
        format_func=names.__getitem__,
        placeholder="Elija a quién recordarle",
    )
    st.caption("Nada se envía solo. Ya están elegidas las personas que van tarde o no han enviado nada.")
    if not chosen:
        return
    messages = reminders.write(actor, slug=call.slug, person_ids=chosen)
    with st.expander(f"Ver y copiar {format_count(len(messages), 'mensaje', 'mensajes')}", expanded=len(chosen) == 1):
        for message in messages[:MAX_MESSAGES]:
            st.text(f"{message.name} · {message.email}")
            st.code(f"{message.subject}\n\n{message.body}", language=None, wrap_lines=True)
    _send(actor, call, chosen, names)


def _send(actor: Actor, call: Call, chosen: list[int], names: dict[int, str]) -> None:
    try:
        has_server = mail.configured_server() is not None
    except UserError as refusal:
        st.warning(escape_sentence(refusal))
        return
    if not has_server:
        st.caption("Para enviarlos desde aquí, quien opera el servidor configura su correo (SMTP).")
        return
    last_sent = reminders.last_sent(actor, slug=call.slug)
    spec = spec_of(call)
    earlier_sends = [
        (names[person_id], format_day_and_time(spec.local(last_sent[person_id])))
        for person_id in chosen
        if person_id in last_sent
    ]
    if earlier_sends:
        html_table(("Ya se le envió", "La última vez"), earlier_sends)
    if st.button(f"Enviar {format_count(len(chosen), 'mensaje', 'mensajes')} por correo"):
        with show_errors(), st.spinner("Enviando…"):
            outcome = reminders.send(actor, slug=call.slug, person_ids=chosen)
            st.success(f"{format_count(outcome.sent, 'mensaje enviado', 'mensajes enviados')}.")
            for name, reason in outcome.failed:
                st.warning(f"A {escape_markdown(name)} no se le pudo enviar: {escape_sentence(reason)}.")
