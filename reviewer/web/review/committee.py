"""The conversation of the committee about one application, as jurors and coordinators see it."""

import secrets
from typing import Literal

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import spec_of
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
    if not remarks:
        st.caption("Nadie ha dicho nada todavía de esta postulación.")
    for each in remarks:
        if each.answers_to is None:
            _remark(actor, call, folio, each, scope)
            for answer in remarks:
                if each.message and answer.answers_to == each.message:
                    _remark(actor, call, folio, answer, scope)
    if committee.can_say(actor, call=call):
        asked = [each for each in remarks if each.message and not (each.answers_to or each.withdrawn)]
        _write(actor, call, folio, asked, scope)


def _remark(actor: Actor, call: Call, folio: str, each: Remark, scope: Scope) -> None:
    at = day_and_time(spec_of(call).local(each.at))
    head = [each.who, SOURCES[each.kind], each.about, at, "corregido" if each.corrected else ""]
    answer = "↳ " if each.answers_to else ""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(answer + " · ".join(plain(part) for part in head if part), width="stretch")
            if each.own and committee.can_say(actor, call=call):
                _change(actor, call, folio, each.message or 0, scope)
        if each.withdrawn:
            st.caption("Mensaje retirado por quien lo escribió.")
        else:
            st.text(each.text)


def _change(actor: Actor, call: Call, folio: str, message: int, scope: Scope) -> None:
    """Her own message as she wrote it, to be corrected or taken back."""
    turn = st.session_state.setdefault(f"cambios-{message}", 0)  # another popover after each: a closed one
    key = f"cambiar-{message}-{turn}"
    with st.popover("Cambiar", type="tertiary", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        was = committee.own_words(actor, call=call.slug, folio=folio, message=message)
        text = st.text_area(
            "Su mensaje", was, max_chars=committee.LONGEST_MESSAGE, key=f"mensaje-{message}-{hash(was)}"
        )
        with st.container(horizontal=True):
            corrected = st.button("Guardar", type="primary", key=f"guardar-{message}")
            withdrawn = st.button("Retirar el mensaje", key=f"retirar-{message}")
        st.caption("La bitácora guarda que lo cambió. Si alguien le respondió, la respuesta se queda.")
    if corrected or withdrawn:
        with told():
            if corrected:
                committee.correct(actor, call=call.slug, folio=folio, message=message, text=text, was=was)
            else:
                committee.withdraw(actor, call=call.slug, folio=folio, message=message)
            st.session_state[f"cambios-{message}"] = turn + 1
            st.rerun(scope=scope)


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
