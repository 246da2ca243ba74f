"""How far the jury has come: in all, and by person, with what can be done about it."""

from datetime import datetime, time, timedelta

import streamlit as st

from reviewer import clock, mail
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.errors import Refused
from reviewer.jury import extensions, reminders, window
from reviewer.jury.progress import JurorProgress, Progress
from reviewer.models import Call, Phase
from reviewer.web.lines import table
from reviewer.web.plain import plain, sentence
from reviewer.web.routes import downloads
from reviewer.web.told import told
from reviewer.words import counted, day, day_and_time, listed, number, percent

NAMED = 6
SHOWN = 100  # messages drawn at once


def overall(seen: Progress, spec: CallSpec) -> None:
    """The bar, and the date or why there is none."""
    share = seen.submitted / seen.assigned
    words = f"{number(seen.submitted)} de {number(seen.assigned)} lecturas enviadas · {percent(share)}"
    closing = window.closing_words(spec)
    st.progress(share, text=f"{words} · cierra {closing}" if closing else words)
    st.write(forecast(seen, spec))


def forecast(seen: Progress, spec: CallSpec) -> str:
    """When it may be done, said only as far as the figures carry."""
    if seen.submitted == seen.assigned:
        return "Todo el jurado terminó."
    if seen.stalled:
        names = [each.name for each in seen.stalled[:NAMED]]
        rest = len(seen.stalled) - len(names)
        who = plain(listed([*names, *([counted(rest, "persona más", "personas más")] if rest else [])]))
        others = f" Los demás terminan el {day(spec.local(seen.done_at))}." if seen.done_at else ""
        return f"Sin fecha: tienen pendientes y no han enviado nada en siete días {who}.{others}"
    if seen.done_at is None:
        return "Sin fecha: todavía no hay un ritmo."
    done = (
        f"Al ritmo de los últimos siete días, la última persona termina el {day(spec.local(seen.done_at))}."
    )
    closes = window.deadline(spec)
    late = closes is not None and seen.done_at > closes > clock.now()
    return f"{done} **Es después del cierre.**" if late else done


def by_readings(seen: Progress) -> None:
    """Applications by how many readings came back."""
    st.header("Postulaciones según sus lecturas enviadas")
    with st.container(horizontal=True):
        for readings, count in seen.by_readings.items():
            st.metric(counted(readings, "lectura", "lecturas"), number(count), border=True, width=150)


def by_juror(seen: Progress, spec: CallSpec, call: Call) -> None:
    """The jury, the one with most left first."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.header("Por persona", width="content")
        downloads.link("Descargar CSV", "avance", convocatoria=call.slug)
    st.table([row(each, spec) for each in seen.jurors], hide_index=True, border="horizontal")


def row(each: JurorProgress, spec: CallSpec) -> dict[str, str]:
    """A juror's line."""
    last, done = each.last_activity, each.done_at
    ending = "Terminó" if not each.left else day(spec.local(done)) if done else "Sin ritmo"
    closes = window.last_minute(spec, each.closes) if each.closes else "–"
    return {
        "Persona": plain(each.name),
        "Asignadas": number(each.assigned),
        "Empezadas": number(each.begun),
        "Enviadas": f"{number(each.submitted)} ({percent(each.submitted / each.assigned)})",
        "Última actividad": day_and_time(spec.local(last)) if last else "Todavía ninguna",
        "Por día": number(each.pace) if each.pace else "–",
        "Terminaría": f"{ending} · tarde" if each.late and done else ending,
        "Cierra": closes,
    }


def show_extensions(actor: Actor, call: Call, seen: Progress) -> None:
    """The extensions in force, and the way to give one."""
    spec = spec_of(call)
    st.header("Prórrogas")
    granted = extensions.in_force(actor, call=call.slug)
    for each in granted:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(each.name or "Todo el jurado", width=260)
            st.text(f"hasta {window.last_minute(spec, each.closes_at)}", width=180)
            st.text(each.reason, width="stretch")
            if st.button("Retirar", type="tertiary", key=f"prorroga-{each.id}"):
                with told():
                    extensions.withdraw(actor, call=call.slug, extension_id=each.id)
                    st.rerun()
    if spec.review_closes is None:
        st.caption("La dictaminación no tiene fecha de cierre: no hacen falta prórrogas.")
    elif call.phase in {Phase.DECIDED, Phase.ARCHIVED}:
        st.caption("La convocatoria ya tiene fallo.")
    else:
        if not granted:
            st.caption("Ninguna.")
        if st.button("Dar una prórroga…"):
            _extend(actor, call, seen)


@st.dialog("Dar una prórroga", width="medium")
def _extend(actor: Actor, call: Call, seen: Progress) -> None:
    spec = spec_of(call)
    names = {each.person_id: each.name for each in seen.jurors if each.left}
    juror = st.selectbox(
        "A quién", [None, *names], format_func=lambda each: names[each] if each else "Todo el jurado"
    )
    present = max(filter(None, (window.deadline(spec), clock.now())))
    local = spec.local(present - window.MINUTE)
    left, right = st.columns(2)
    day_chosen = left.date_input(
        "Hasta el día", value=(local + timedelta(days=2)).date(), format="DD/MM/YYYY"
    )
    hour = right.time_input("A las", value=time(23, 59), step=60)
    reason = st.text_input("Motivo (queda anotado)", max_chars=extensions.LONGEST_REASON)
    whom = names.get(juror, "") if juror else "todo el jurado"
    until = datetime.combine(day_chosen, hour)
    left_over = sum(each.left for each in seen.jurors if juror in (None, each.person_id))
    st.markdown(
        f"{plain(whom[:1].upper() + whom[1:])} podrá escribir hasta las {until:%H:%M} del {day(until)} "
        f"({spec.timezone}; el minuto cuenta entero). "
        f"Quedan {counted(left_over, 'lectura pendiente', 'lecturas pendientes')}."
    )
    if call.phase is not Phase.REVIEWING:
        st.caption("Solo cuenta mientras la convocatoria esté en dictaminación.")
    if st.button("Dar la prórroga", type="primary"):
        with told():
            extensions.grant(actor, call=call.slug, last_minute_at=until, reason=reason, person_id=juror)
            st.rerun()


def show_reminders(actor: Actor, call: Call, seen: Progress) -> None:
    """Messages to whom something is left: copied, or sent by the operator's own server."""
    st.header("Recordatorios")
    left = [each for each in seen.jurors if each.left]
    if not left:
        st.caption("Nadie tiene pendientes.")
        return
    late = {each.person_id for each in seen.late}
    names = {each.person_id: each.name + (" · tarde" if each.person_id in late else "") for each in left}
    chosen = st.multiselect(
        "A quién",
        list(names),
        default=[each.person_id for each in left if each.late or not each.pace],
        format_func=names.__getitem__,
        placeholder="Elija a quién recordarle",
    )
    st.caption("Nada se envía solo. Ya están elegidas las personas que van tarde o no han enviado nada.")
    if not chosen:
        return
    messages = reminders.write(actor, call=call.slug, person_ids=chosen)
    with st.expander(
        f"Ver y copiar {counted(len(messages), 'mensaje', 'mensajes')}", expanded=len(chosen) == 1
    ):
        for each in messages[:SHOWN]:
            st.text(f"{each.name} · {each.email}")
            st.code(f"{each.subject}\n\n{each.body}", language=None, wrap_lines=True)
    _send(actor, call, chosen, names)


def _send(actor: Actor, call: Call, chosen: list[int], names: dict[int, str]) -> None:
    try:
        ready = mail.server() is not None
    except Refused as refusal:
        st.warning(sentence(refusal))
        return
    if not ready:
        st.caption("Para enviarlos desde aquí, quien opera el servidor configura su correo (SMTP).")
        return
    sent_before = reminders.last_sent(actor, call=call.slug)
    spec = spec_of(call)
    told_before = [
        (names[each], day_and_time(spec.local(sent_before[each]))) for each in chosen if each in sent_before
    ]
    if told_before:
        table(("Ya se le envió", "La última vez"), told_before)
    if st.button(f"Enviar {counted(len(chosen), 'mensaje', 'mensajes')} por correo"):
        with told(), st.spinner("Enviando…"):
            done = reminders.send(actor, call=call.slug, person_ids=chosen)
            st.success(f"{counted(done.sent, 'mensaje enviado', 'mensajes enviados')}.")
            for name, why in done.failed:
                st.warning(f"A {plain(name)} no se le pudo enviar: {sentence(why)}.")
