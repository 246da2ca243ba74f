"""After publishing: dates, who was told, what they answered, and places that fall free."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.acta.signing import Signed
from reviewer.decision.outcome import replacing, replies
from reviewer.decision.outcome.replies import CHANNELS, Followed, FollowUp
from reviewer.models import Answer
from reviewer.web import lines
from reviewer.web.acta.letters import GROUPS
from reviewer.web.routes import actas
from reviewer.web.told import told
from reviewer.words import counted, day_and_time, listed, number

ANSWERS = {Answer.ACCEPTED: "Aceptó", Answer.DECLINED: "Declinó", Answer.SILENT: "Sin respuesta"}
REPLY_DAYS = 5


def show(actor: Actor, followed: FollowUp, spec: CallSpec, amendments: tuple[Signed, ...]) -> None:
    """Everything in the order in which it is done."""
    _dates(actor, followed, spec)
    _telling(actor, followed, spec)
    _replacing(actor, spec)
    _answers(actor, followed, spec)
    if amendments:
        st.header("Adendas")
        for each in amendments:
            with st.container(horizontal=True, vertical_alignment="center"):
                at = day_and_time(spec.local(each.signed_at))
                st.text(f"Adenda {each.version}, firmada por {each.signed_by} el {at}", width="content")
                actas.link("PDF", "firmada.pdf", acta=each.public_id)


def _dates(actor: Actor, followed: FollowUp, spec: CallSpec) -> None:
    if followed.published_at and followed.reply_by:
        until = day_and_time(spec.local(followed.reply_by))
        passed = " (ya pasó)" if followed.reply_by < clock.now() else ""
        st.write(
            f"Resultados publicados el {day_and_time(spec.local(followed.published_at))}. "
            f"Se puede responder hasta el {until}{passed}."
        )
    else:
        st.info("Anote cuándo se publican los resultados y hasta cuándo se puede responder.")
    with st.expander("Fechas", expanded=followed.published_at is None), st.form("fechas", border=False):
        today = spec.local(clock.now()).date()
        left, right = st.columns(2)
        published = left.date_input(
            "Publicación", value=_day(followed.published_at, spec) or today, format="DD/MM/YYYY"
        )
        until_day = right.date_input(
            "Último día para responder",
            value=_day(followed.reply_by, spec) or today + timedelta(days=REPLY_DAYS),
            format="DD/MM/YYYY",
        )
        if st.form_submit_button("Guardar las fechas"):
            with told():
                replies.publish(
                    actor,
                    call=spec.slug,
                    published_at=spec.utc(datetime.combine(published, time())),
                    reply_by=spec.utc(datetime.combine(until_day, time(23, 59))),
                )
                st.rerun()


def _telling(actor: Actor, followed: FollowUp, spec: CallSpec) -> None:
    st.header("Avisos")
    for result, label in GROUPS.items():
        told_, of = followed.told[result]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{label}: {number(told_)} de {number(of)} avisadas", width=330)
            if told_ < of:
                channel = st.selectbox(
                    f"Medio para {label}",
                    list(CHANNELS),
                    format_func=CHANNELS.__getitem__,
                    label_visibility="collapsed",
                    key=f"medio-{result}",
                    width=150,
                )
                words = f"Anotar que hoy se avisó a {counted(of - told_, 'persona', 'personas')}"
                if st.button(words, key=f"avisar-{result}"):
                    with told():
                        everybody = replies.everybody(actor, call=spec.slug, result=result)
                        replies.tell(
                            actor, call=spec.slug, folios=everybody, result=result, channel=channel or ""
                        )
                        st.rerun()


def _answers(actor: Actor, followed: FollowUp, spec: CallSpec) -> None:
    st.header("Respuestas")
    labels = {each.key: each.label for each in spec.venues}
    late = sum(each.late for each in followed.people)
    if late:
        st.warning(f"{counted(late, 'persona no respondió', 'personas no respondieron')} en el plazo.")
    by_folio = {each.folio: each for each in followed.people}
    with st.form("respuesta", border=True, clear_on_submit=True):
        st.markdown("**Anotar una respuesta**")
        left, middle, right = st.columns([2, 1.6, 2])
        folio = left.selectbox(
            "Quién", list(by_folio), format_func=lambda each: f"{each} · {by_folio[each].name}"
        )
        answer = middle.selectbox("Qué", [*ANSWERS, None], format_func=_answer_words)
        note = right.text_input("Nota (opcional)", max_chars=replies.LONGEST_NOTE)
        if st.form_submit_button("Anotar", type="primary"):
            with told():
                replies.answered(actor, call=spec.slug, folio=folio or "", answer=answer, note=note)
                st.rerun()
    rows = [_row(each, labels, spec) for each in followed.people]
    lines.table(("Folio", "Nombre", "Sede", "Avisada", "Respuesta", "Nota"), rows)


def _replacing(actor: Actor, spec: CallSpec) -> None:
    proposed = replacing.proposed(actor, call=spec.slug)
    if not proposed:
        return
    st.header("Lugares que quedaron libres")
    labels = {each.key: each.label for each in spec.venues}
    for each in proposed:
        cause = replacing.CAUSES[each.cause].lower()
        if each.taken_by:
            words = f"{each.freed_by} {cause}: su lugar en {labels[each.venue]} pasa a {each.taken_by}."
        else:
            words = f"{each.freed_by} {cause}: nadie en espera puede tomar su lugar en {labels[each.venue]}."
        if each.passed_over:
            verb = "iba" if len(each.passed_over) == 1 else "iban"
            words += f" Antes {verb} {listed(list(each.passed_over))}: dejaría de cumplirse una regla."
        st.text(words)
    with st.form("adenda", border=True, clear_on_submit=True):
        st.write("La adenda al acta nombra cada sustitución y se firma con su contraseña. No se deshace.")
        left, right = st.columns(2)
        place = left.text_input("Lugar", value="Ciudad de México")
        password = right.text_input("Su contraseña", type="password", autocomplete="current-password")
        if st.form_submit_button("Firmar la adenda", type="primary"):
            with told():
                replacing.amend(actor, call=spec.slug, password=password, place=place, expected=proposed)
                st.rerun()


def _row(each: Followed, labels: dict[str, str], spec: CallSpec) -> tuple[str, ...]:
    told_ = f"{CHANNELS[each.told.channel]}, {day_and_time(spec.local(each.told.at))}" if each.told else "–"
    answer = (
        ANSWERS[each.answer] if each.answer else "No respondió a tiempo" if each.late else "Por responder"
    )
    if each.answer and each.answered_at:
        answer += f", {day_and_time(spec.local(each.answered_at))}"
    instead = f" (en lugar de {each.instead_of})" if each.instead_of else ""
    return each.folio, each.name, labels[each.venue] + instead, told_, answer, each.note


def _answer_words(answer: Answer | None) -> str:
    return ANSWERS[answer] if answer else "Quitar la respuesta"


def _day(moment: datetime | None, spec: CallSpec) -> date | None:
    return spec.local(moment).date() if moment else None
