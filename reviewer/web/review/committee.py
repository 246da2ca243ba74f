"""The conversation of the committee about one application, as jurors and coordinators see it."""

import secrets
from typing import Literal

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.jury import committee
from reviewer.jury.committee import Remark, RemarkKind
from reviewer.models import Call
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import day_and_time

SOURCES = {RemarkKind.COMMENT: "en su dictamen", RemarkKind.PIN: "en una nota", RemarkKind.MESSAGE: ""}
NOBODY = 0
Scope = Literal["app", "fragment"]


def conversation(actor: Actor, call: Call, folio: str, *, scope: Scope = "app") -> None:
    """What was said of it, and, while the committee deliberates, room to say more.

    ``scope`` is what runs again after a message: the page, or only the dialog that this is drawn in.
    """
    remarks = committee.discussion(actor, call=call.slug, folio=folio)
    spec = spec_of(call)
    if not remarks:
        st.caption("Nadie ha dicho nada todavía de esta postulación.")
    for each in remarks:
        if each.answers_to is None:
            _remark(each, spec)
            for answer in remarks:
                if each.message and answer.answers_to == each.message:
                    _remark(answer, spec)
    if committee.can_say(actor, call=call):
        _write(
            actor, call, folio, [each for each in remarks if each.message and each.answers_to is None], scope
        )


def _remark(each: Remark, spec: CallSpec) -> None:
    head = [each.who, SOURCES[each.kind], each.about, day_and_time(spec.local(each.at))]
    answer = "↳ " if each.answers_to else ""
    with st.container(border=True):
        st.caption(answer + " · ".join(plain(part) for part in head if part))
        st.text(each.text)


def _write(actor: Actor, call: Call, folio: str, questions: list[Remark], scope: Scope) -> None:
    """The form; what a double click sends twice is kept once."""
    key = st.session_state.setdefault(f"mensaje-{folio}", secrets.token_hex(8))
    labels = {NOBODY: "Nuevo mensaje"} | {
        each.message or NOBODY: f"Respuesta a {each.who}: {each.text[:60]}" for each in questions
    }
    with st.form(f"comite-{folio}-{key}", border=False):
        answered = st.selectbox("Como", list(labels), format_func=labels.__getitem__)
        text = st.text_area("Mensaje al comité", max_chars=committee.LONGEST_MESSAGE)
        sent = st.form_submit_button("Enviar al comité", type="primary")
    if sent:
        with told():
            committee.say(actor, call=call.slug, folio=folio, key=key, text=text, answers_to=answered or None)
            st.session_state.pop(f"mensaje-{folio}", None)
            st.rerun(scope=scope)
