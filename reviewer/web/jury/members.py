"""The call's jury: each one's limit and alcaldía, and leaving or coming back."""

import streamlit as st

from reviewer import geography
from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.jury import leaving, panel
from reviewer.jury.leaving import Departure
from reviewer.jury.panel import Member, Terms
from reviewer.models import Call
from reviewer.web.jury import plan_view
from reviewer.web.plain import plain, sentence
from reviewer.web.told import told
from reviewer.words import counted, number

ROWS = 20
HEAD = ("Persona", "Asignadas", "Empezadas", "Enviadas", "Límite", "Vive en", "Estado", "")
WIDTHS = (4, 1.4, 1.4, 1.4, 1.2, 2.4, 1.8, 1.4)


def show(actor: Actor, call: Call) -> None:
    """Everybody, a page at a time."""
    found = panel.members(actor, call=call.slug)
    if not found:
        st.info("Todavía no hay jurado: quien administra agrega a las personas en Personas.")
        return
    unknown = sum(each.alcaldia is None and not each.away for each in found)
    if not spec_of(call).review.own_alcaldia and unknown:
        missing = counted(unknown, "persona", "personas")
        st.warning(f"Nadie debe leer postulaciones de su propia alcaldía: falta saber dónde vive {missing}.")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("El límite es lo más que alguien lee en esta convocatoria; sin él, la carga es pareja.")
        with st.popover("Mismo límite a todo el jurado"):
            _everybody(actor, call, found)
    pages = -(-len(found) // ROWS)
    page = st.pagination(pages, key="hoja-jurado") if pages > 1 else 1
    for cell, words in zip(st.columns(WIDTHS), HEAD, strict=True):
        cell.caption(words)
    for each in found[(page - 1) * ROWS : page * ROWS]:
        _line(actor, call, each, found)


def _line(actor: Actor, call: Call, each: Member, everybody: list[Member]) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].text(each.name)
    for cell, value in zip(cells[1:4], (each.assigned, each.begun, each.submitted), strict=True):
        cell.text(number(value))
    cells[4].text("–" if each.most is None else number(each.most))
    known = geography.by_code().get(each.alcaldia or "")
    cells[5].text(known.name if known else "–")
    words, color = _state(each)
    cells[6].badge(words, color=color)  # type: ignore[arg-type]
    if cells[7].button("Cambiar", type="tertiary", key=f"jurado-{each.person_id}"):
        st.dialog(plain(each.name), width="medium", on_dismiss="rerun")(_change)(actor, call, each, everybody)


def _state(member: Member) -> tuple[str, str]:
    if not member.active:
        return "Desactivada", "gray"
    if member.left_at:
        return "Dejó el jurado", "gray"
    if member.most is not None and member.assigned >= member.most:
        return "En su límite", "orange"
    return "Activa", "green"


def _everybody(actor: Actor, call: Call, found: list[Member]) -> None:
    most = st.number_input(
        "Postulaciones, a lo más", min_value=0, value=None, step=1, placeholder="Sin límite"
    )
    here = [each for each in found if not each.away]
    if st.button(f"Ponerlo a {counted(len(here), 'persona', 'personas')}"):
        with told():
            terms = [Terms(each.person_id, most, each.alcaldia) for each in here]
            changed = panel.set_terms(actor, call=call.slug, terms=terms)
            st.toast(f"{counted(changed, 'límite cambiado', 'límites cambiados')}.")
            st.rerun()


def _change(actor: Actor, call: Call, member: Member, everybody: list[Member]) -> None:
    if member.away and member.left_at:
        st.markdown(
            "Dejó el jurado de esta convocatoria. Lo que envió cuenta; lo demás pasó a otras personas."
        )
        if st.button("Que vuelva al jurado", type="primary"):
            with told():
                leaving.come_back(actor, call=call.slug, person_id=member.person_id)
                st.rerun()
        return
    with st.form("condiciones", border=False):
        most = st.number_input(
            "Lee a lo más", min_value=0, value=member.most, step=1, placeholder="Sin límite"
        )
        codes = [None, *(each.code for each in geography.alcaldias())]
        alcaldia = st.selectbox(
            "Vive en",
            codes,
            index=codes.index(member.alcaldia) if member.alcaldia in codes else 0,
            format_func=lambda code: geography.by_code()[code].name if code else "No se sabe, o fuera",
        )
        saved = st.form_submit_button("Guardar", type="primary")
    if saved:
        with told():
            panel.set_terms(actor, call=call.slug, terms=[Terms(member.person_id, most, alcaldia)])
            st.toast("Guardado. Lo ya repartido no se mueve; «Emparejar cargas» lo ajusta.")
            st.rerun()
    st.divider()
    _leave(actor, call, member, everybody)


def _leave(actor: Actor, call: Call, member: Member, everybody: list[Member]) -> None:
    st.markdown("**Deja el jurado, o la sustituye alguien**")
    others = {each.person_id: each.name for each in everybody if not each.away and each != member}
    successor = st.selectbox(
        "Lo que no ha enviado pasa a",
        [None, *others],
        format_func=lambda number: others[number] if number else "Todo el jurado, parejo",
    )
    hand_on = False
    if member.begun:
        begun = counted(member.begun, "postulación", "postulaciones")
        hand_on = st.checkbox(f"También lo que ya empezó ({begun}); si no, puede terminarlo")
    with told():
        seen = leaving.preview_leaving(
            actor,
            call=call.slug,
            person_id=member.person_id,
            hand_on_begun=hand_on,
            successor=successor,
        )
        st.markdown(_sentence(seen, hand_on))
        for each in seen.plan.short:
            st.warning(sentence(each))
        plan_view.folios(seen.plan.folios)
        reason = st.text_input("Motivo (queda para el acta)", max_chars=500)
        if st.button("Sacar del jurado", disabled=not reason.strip()):
            leaving.leave(
                actor,
                call=call.slug,
                person_id=member.person_id,
                hand_on_begun=hand_on,
                successor=successor,
                reason=reason,
            )
            st.rerun()


def _sentence(seen: Departure, hand_on: bool) -> str:
    kept = counted(seen.submitted, "dictamen enviado se conserva", "dictámenes enviados se conservan")
    moved = counted(len(seen.plan.pairs), "lectura pasa", "lecturas pasan")
    own = (
        ""
        if hand_on or not seen.begun
        else f" {counted(seen.begun, 'empezada sigue siendo suya', 'empezadas siguen siendo suyas')}."
    )
    return f"{kept} y cuentan. {moved} a otras personas; nada más se mueve.{own}"
