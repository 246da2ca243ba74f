"""The committee's conversation about one application, for jurors and coordinators."""

import secrets
from typing import Literal

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_day_and_time
from reviewer.jury.discussion import comments
from reviewer.jury.discussion.comments import Remark, RemarkKind
from reviewer.models import Call
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

SOURCES = {RemarkKind.COMMENT: "en su dictamen", RemarkKind.PIN: "en una nota", RemarkKind.MESSAGE: ""}
NEW_MESSAGE = 0
Scope = Literal["app", "fragment"]


def conversation(actor: Actor, call: Call, folio: str, *, scope: Scope = "app") -> None:
    """Draws the conversation and, during deliberation, a form for a message.

    ``scope`` is what runs again after a message: the page, or only the dialog that contains the
    conversation.
    """
    remarks = comments.discussion(actor, slug=call.slug, folio=folio)
    if not remarks:
        st.caption("Nadie ha dicho nada todavía de esta postulación.")
    for remark in remarks:
        if remark.answers_to is None:
            _remark(actor, call, folio, remark, scope)
            for answer in remarks:
                if remark.message_id and answer.answers_to == remark.message_id:
                    _remark(actor, call, folio, answer, scope)
    if is_allowed(actor, Action.DISCUSS, call.phase):
        questions = [remark for remark in remarks if remark.message_id and not (remark.answers_to or remark.withdrawn)]
        _message_form(actor, call, folio, questions, scope)


def _remark(actor: Actor, call: Call, folio: str, remark: Remark, scope: Scope) -> None:
    at = format_day_and_time(spec_of(call).local(remark.written_at))
    head = [remark.author, SOURCES[remark.kind], remark.about, at, "corregido" if remark.corrected else ""]
    prefix = "↳ " if remark.answers_to else ""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(prefix + " · ".join(escape_markdown(part) for part in head if part), width="stretch")
            if remark.is_own and remark.message_id is not None and is_allowed(actor, Action.DISCUSS, call.phase):
                _change_popover(actor, call, folio, remark.message_id, scope)
        if remark.withdrawn:
            st.caption("Mensaje retirado por quien lo escribió.")
        else:
            st.text(remark.text)


def _change_popover(actor: Actor, call: Call, folio: str, message: int, scope: Scope) -> None:
    """Draws the person's own message, to be corrected or withdrawn."""
    # After each change the popover has another key, so that it is closed.
    change_count = st.session_state.setdefault(f"cambios-{message}", 0)
    key = f"cambiar-{message}-{change_count}"
    with st.popover("Cambiar", type="tertiary", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        current_text = comments.own_message_text(actor, slug=call.slug, folio=folio, message_id=message)
        text = st.text_area(
            "Su mensaje",
            current_text,
            max_chars=comments.LONGEST_MESSAGE,
            key=f"mensaje-{message}-{hash(current_text)}",
        )
        with st.container(horizontal=True):
            corrected = st.button("Guardar", type="primary", key=f"guardar-{message}")
            withdrawn = st.button("Retirar el mensaje", key=f"retirar-{message}")
        st.caption("La bitácora guarda que lo cambió. Si alguien le respondió, la respuesta se queda.")
    if corrected or withdrawn:
        with show_errors():
            if corrected:
                comments.correct_message(
                    actor,
                    slug=call.slug,
                    folio=folio,
                    message_id=message,
                    text=text,
                    expected_text=current_text,
                )
            else:
                comments.withdraw_message(actor, slug=call.slug, folio=folio, message_id=message)
            st.session_state[f"cambios-{message}"] = change_count + 1
            st.rerun(scope=scope)


def _message_form(actor: Actor, call: Call, folio: str, questions: list[Remark], scope: Scope) -> None:
    """Draws the form; a message that a double click sends twice is stored once."""
    key = st.session_state.setdefault(f"mensaje-{folio}", secrets.token_hex(8))
    labels = {NEW_MESSAGE: "Nuevo mensaje"} | {
        question.message_id or NEW_MESSAGE: f"Respuesta a {question.author}: {question.text[:60]}"
        for question in questions
    }
    with st.form(f"comite-{folio}-{key}", border=False):
        answered_message = st.selectbox("Como", list(labels), format_func=labels.__getitem__)
        text = st.text_area("Mensaje al comité", max_chars=comments.LONGEST_MESSAGE)
        sent = st.form_submit_button("Enviar al comité", type="primary")
    if sent:
        with show_errors():
            comments.post_message(
                actor, slug=call.slug, folio=folio, key=key, text=text, answers_to=answered_message or None
            )
            st.session_state.pop(f"mensaje-{folio}", None)
            st.rerun(scope=scope)
