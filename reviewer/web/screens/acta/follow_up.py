"""After publication: dates, notifications, answers, and substitutions for free places."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core import clock
from reviewer.core.spanish import format_count, format_day_and_time, format_number, join_words
from reviewer.decision.acta.signing import SignedVersion
from reviewer.decision.outcome import replies, substitutions
from reviewer.decision.outcome.replies import CHANNEL_LABELS, FollowUp, SeatHolderStatus
from reviewer.models import Answer
from reviewer.web.routes import actas
from reviewer.web.screens.acta.lists_and_letters import GROUPS
from reviewer.web.ui import tables
from reviewer.web.ui.errors import perform, show_errors

ANSWERS = {Answer.ACCEPTED: "Aceptó", Answer.DECLINED: "Declinó", Answer.SILENT: "Sin respuesta"}
REPLY_DAYS = 5


def show(actor: Actor, follow_up: FollowUp, spec: CallSpec, amendments: tuple[SignedVersion, ...]) -> None:
    """Draws each part, in the order in which it is done."""
    _dates(actor, follow_up, spec)
    _notifications(actor, follow_up, spec)
    _substitutions(actor, spec)
    _answers(actor, follow_up, spec)
    if amendments:
        st.header("Adendas")
        for amendment in amendments:
            with st.container(horizontal=True, vertical_alignment="center"):
                at = format_day_and_time(spec.local(amendment.signed_at))
                st.text(f"Adenda {amendment.version}, firmada por {amendment.signed_by} el {at}", width="content")
                actas.link("PDF", "firmada.pdf", acta=amendment.public_id)


def _dates(actor: Actor, follow_up: FollowUp, spec: CallSpec) -> None:
    if follow_up.published_at and follow_up.reply_by:
        until = format_day_and_time(spec.local(follow_up.reply_by))
        passed_text = " (ya pasó)" if follow_up.reply_by < clock.now() else ""
        st.write(
            f"Resultados publicados el {format_day_and_time(spec.local(follow_up.published_at))}. "
            f"Se puede responder hasta el {until}{passed_text}."
        )
    else:
        st.info("Anote cuándo se publican los resultados y hasta cuándo se puede responder.")
    with st.expander("Fechas", expanded=follow_up.published_at is None), st.form("fechas", border=False):
        today = spec.local(clock.now()).date()
        left, right = st.columns(2)
        publication_day = left.date_input(
            "Publicación", value=_day(follow_up.published_at, spec) or today, format="DD/MM/YYYY"
        )
        until_day = right.date_input(
            "Último día para responder",
            value=_day(follow_up.reply_by, spec) or today + timedelta(days=REPLY_DAYS),
            format="DD/MM/YYYY",
        )
        if st.form_submit_button("Guardar las fechas"):
            perform(
                replies.publish,
                actor,
                slug=spec.slug,
                published_at=spec.utc(datetime.combine(publication_day, time())),
                reply_by=spec.utc(datetime.combine(until_day, time(23, 59))),
            )


def _notifications(actor: Actor, follow_up: FollowUp, spec: CallSpec) -> None:
    st.header("Avisos")
    for result, label in GROUPS.items():
        notified, total = follow_up.notified_counts[result]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{label}: {format_number(notified)} de {format_number(total)} avisadas", width=330)
            if notified < total:
                channel = st.selectbox(
                    f"Medio para {label}",
                    list(CHANNEL_LABELS),
                    format_func=CHANNEL_LABELS.__getitem__,
                    label_visibility="collapsed",
                    key=f"medio-{result}",
                    width=150,
                )
                button_label = f"Anotar que hoy se avisó a {format_count(total - notified, 'persona', 'personas')}"
                if st.button(button_label, key=f"avisar-{result}"):
                    with show_errors():
                        recipients = replies.folios_with_result(actor, slug=spec.slug, result=result)
                        replies.record_notifications(
                            actor, slug=spec.slug, folios=recipients, result=result, channel=channel or ""
                        )
                        st.rerun()


def _answers(actor: Actor, follow_up: FollowUp, spec: CallSpec) -> None:
    st.header("Respuestas")
    labels = spec.venue_labels
    late_count = sum(person.is_late for person in follow_up.people)
    if late_count:
        st.warning(f"{format_count(late_count, 'persona no respondió', 'personas no respondieron')} en el plazo.")
    by_folio = {person.folio: person for person in follow_up.people}
    with st.form("respuesta", border=True, clear_on_submit=True):
        st.markdown("**Anotar una respuesta**")
        left, middle, right = st.columns([2, 1.6, 2])
        folio = left.selectbox("Quién", list(by_folio), format_func=lambda folio: f"{folio} · {by_folio[folio].name}")
        answer = middle.selectbox("Qué", [*ANSWERS, None], format_func=_answer_label)
        note = right.text_input("Nota (opcional)", max_chars=replies.LONGEST_NOTE)
        if st.form_submit_button("Anotar", type="primary"):
            perform(replies.record_answer, actor, slug=spec.slug, folio=folio or "", answer=answer, note=note)
    rows = [_row(person, labels, spec) for person in follow_up.people]
    tables.html_table(("Folio", "Nombre", "Sede", "Avisada", "Respuesta", "Nota"), rows)


def _substitutions(actor: Actor, spec: CallSpec) -> None:
    proposed_substitutions = substitutions.proposed_replacements(actor, slug=spec.slug)
    if not proposed_substitutions:
        return
    st.header("Lugares que quedaron libres")
    labels = spec.venue_labels
    for substitution in proposed_substitutions:
        cause = substitutions.CAUSE_LABELS[substitution.cause].lower()
        if substitution.taken_by:
            text = (
                f"{substitution.freed_by} {cause}: su lugar en {labels[substitution.venue]} pasa a "
                f"{substitution.taken_by}."
            )
        else:
            text = (
                f"{substitution.freed_by} {cause}: nadie en espera puede tomar su lugar en "
                f"{labels[substitution.venue]}."
            )
        if substitution.passed_over:
            verb = "iba" if len(substitution.passed_over) == 1 else "iban"
            text += f" Antes {verb} {join_words(list(substitution.passed_over))}: dejaría de cumplirse una regla."
        st.text(text)
    with st.form("adenda", border=True, clear_on_submit=True):
        st.write("La adenda al acta nombra cada sustitución y se firma con su contraseña. No se deshace.")
        left, right = st.columns(2)
        place = left.text_input("Lugar", value="Ciudad de México")
        password = right.text_input("Su contraseña", type="password", autocomplete="current-password")
        if st.form_submit_button("Firmar la adenda", type="primary"):
            perform(
                substitutions.sign_amendment,
                actor,
                slug=spec.slug,
                password=password,
                place=place,
                expected=proposed_substitutions,
            )


def _row(person: SeatHolderStatus, labels: dict[str, str], spec: CallSpec) -> tuple[str, ...]:
    notified = (
        f"{CHANNEL_LABELS[person.notification.channel]}, {format_day_and_time(spec.local(person.notification.at))}"
        if person.notification
        else "–"
    )
    answer = ANSWERS[person.answer] if person.answer else "No respondió a tiempo" if person.is_late else "Por responder"
    if person.answer and person.answered_at:
        answer += f", {format_day_and_time(spec.local(person.answered_at))}"
    replaced_text = f" (en lugar de {person.instead_of})" if person.instead_of else ""
    return person.folio, person.name, labels[person.venue] + replaced_text, notified, answer, person.note


def _answer_label(answer: Answer | None) -> str:
    return ANSWERS[answer] if answer else "Quitar la respuesta"


def _day(moment: datetime | None, spec: CallSpec) -> date | None:
    return spec.local(moment).date() if moment else None
