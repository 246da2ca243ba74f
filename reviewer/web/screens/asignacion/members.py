"""The call's jury: each juror's limit and alcaldía; leaving and returning."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core import reasons
from reviewer.core.spanish import format_count, format_number
from reviewer.demographics import geography
from reviewer.jury.assignment import members, withdrawal
from reviewer.jury.assignment.members import Member, Terms
from reviewer.jury.assignment.withdrawal import Withdrawal
from reviewer.models import Call
from reviewer.web.screens.asignacion import plan
from reviewer.web.ui.badge import Badge
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown, escape_sentence
from reviewer.web.ui.pager import page_offset

ROWS = 20
HEAD = ("Persona", "Asignadas", "Empezadas", "Enviadas", "Límite", "Vive en", "Estado", "")
WIDTHS = (4, 1.4, 1.4, 1.4, 1.2, 2.4, 1.8, 1.4)


def show(actor: Actor, call: Call) -> None:
    """Draws a page of the jury."""
    jury_members = members.list_members(actor, slug=call.slug)
    if not jury_members:
        st.info("Todavía no hay jurado: quien administra agrega a las personas en Personas.")
        return
    unknown_count = sum(member.alcaldia is None and not member.is_away for member in jury_members)
    if not spec_of(call).review.own_alcaldia and unknown_count:
        missing = format_count(unknown_count, "persona", "personas")
        st.warning(f"Nadie debe leer postulaciones de su propia alcaldía: falta saber dónde vive {missing}.")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("El límite es lo más que alguien lee en esta convocatoria; sin él, la carga es pareja.")
        with st.popover("Mismo límite a todo el jurado"):
            _limit_for_all(actor, call, jury_members)
    offset = page_offset(len(jury_members), ROWS)
    for cell, title in zip(st.columns(WIDTHS), HEAD, strict=True):
        cell.caption(title)
    for member in jury_members[offset : offset + ROWS]:
        _line(actor, call, member, jury_members)


def _line(actor: Actor, call: Call, member: Member, jury_members: list[Member]) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(member.name)
    for cell, value in zip(cells[1:4], (member.assigned, member.begun, member.submitted), strict=True):
        cell.text(format_number(value))
    cells[4].text("–" if member.most is None else format_number(member.most))
    alcaldia = geography.by_code().get(member.alcaldia or "")
    cells[5].text(alcaldia.name if alcaldia else "–")
    with cells[6]:
        _state(member).draw()
    if cells[7].button("Cambiar", type="tertiary", key=f"jurado-{member.person_id}"):
        st.dialog(escape_markdown(member.name), width="medium", on_dismiss="rerun")(_member_dialog)(
            actor, call, member, jury_members
        )


def _state(member: Member) -> Badge:
    if not member.active:
        return Badge("Desactivada", "gray")
    if member.left_at:
        return Badge("Dejó el jurado", "gray")
    if member.most is not None and member.assigned >= member.most:
        return Badge("En su límite", "orange")
    return Badge("Activa", "green")


def _limit_for_all(actor: Actor, call: Call, jury_members: list[Member]) -> None:
    most = st.number_input("Postulaciones, a lo más", min_value=0, value=None, step=1, placeholder="Sin límite")
    active_members = [member for member in jury_members if not member.is_away]
    if st.button(f"Ponerlo a {format_count(len(active_members), 'persona', 'personas')}"):
        with show_errors():
            terms = [Terms(member.person_id, most, member.alcaldia) for member in active_members]
            changed_count = members.set_terms(actor, slug=call.slug, terms=terms)
            st.toast(f"{format_count(changed_count, 'límite cambiado', 'límites cambiados')}.")
            st.rerun()


def _member_dialog(actor: Actor, call: Call, member: Member, jury_members: list[Member]) -> None:
    if member.is_away and member.left_at:
        st.markdown("Dejó el jurado de esta convocatoria. Lo que envió cuenta; lo demás pasó a otras personas.")
        if st.button("Que vuelva al jurado", type="primary"):
            perform(withdrawal.reinstate_juror, actor, slug=call.slug, person_id=member.person_id)
        return
    with st.form("condiciones", border=False):
        most = st.number_input("Lee a lo más", min_value=0, value=member.most, step=1, placeholder="Sin límite")
        codes = [None, *(entry.code for entry in geography.alcaldias())]
        alcaldia = st.selectbox(
            "Vive en",
            codes,
            index=codes.index(member.alcaldia) if member.alcaldia in codes else 0,
            format_func=lambda code: geography.by_code()[code].name if code else "No se sabe, o fuera",
        )
        saved = st.form_submit_button("Guardar", type="primary")
    if saved:
        with show_errors():
            members.set_terms(actor, slug=call.slug, terms=[Terms(member.person_id, most, alcaldia)])
            st.toast("Guardado. Lo ya repartido no se mueve; «Emparejar cargas» lo ajusta.")
            st.rerun()
    st.divider()
    _leaving_form(actor, call, member, jury_members)


def _leaving_form(actor: Actor, call: Call, member: Member, jury_members: list[Member]) -> None:
    st.markdown("**Deja el jurado, o la sustituye alguien**")
    other_names = {
        colleague.person_id: colleague.name
        for colleague in jury_members
        if not colleague.is_away and colleague != member
    }
    successor = st.selectbox(
        "Lo que no ha enviado pasa a",
        [None, *other_names],
        format_func=lambda number: other_names[number] if number else "Todo el jurado, parejo",
    )
    hand_on = False
    if member.begun:
        begun_text = format_count(member.begun, "postulación", "postulaciones")
        hand_on = st.checkbox(f"También lo que ya empezó ({begun_text}); si no, puede terminarlo")
    with show_errors():
        preview = withdrawal.preview_withdrawal(
            actor,
            slug=call.slug,
            person_id=member.person_id,
            hand_on_begun=hand_on,
            successor=successor,
        )
        st.markdown(_leaving_text(preview, hand_on))
        for shortfall in preview.plan.shortages:
            st.warning(escape_sentence(shortfall))
        plan.show_folios(preview.plan.folios)
        reason = st.text_input("Motivo (queda para el acta)", max_chars=reasons.MAX_LENGTH)
        if st.button("Sacar del jurado", disabled=not reason.strip()):
            withdrawal.withdraw_juror(
                actor,
                slug=call.slug,
                person_id=member.person_id,
                hand_on_begun=hand_on,
                successor=successor,
                reason=reason,
            )
            st.rerun()


def _leaving_text(preview: Withdrawal, hand_on: bool) -> str:
    submitted_text = format_count(preview.submitted, "dictamen enviado se conserva", "dictámenes enviados se conservan")
    moved_text = format_count(len(preview.plan.pairs), "lectura pasa", "lecturas pasan")
    begun_text = (
        ""
        if hand_on or not preview.begun
        else f" {format_count(preview.begun, 'empezada sigue siendo suya', 'empezadas siguen siendo suyas')}."
    )
    return f"{submitted_text} y cuentan. {moved_text} a otras personas; nada más se mueve.{begun_text}"
