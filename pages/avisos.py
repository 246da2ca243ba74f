"""What the coordinators have to look at: flags of the jury and the machine, and the committee's words."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.jury import committee, flags
from reviewer.jury.flags import FlagRow
from reviewer.models import Call, FlagKind
from reviewer.web import gate, told
from reviewer.web.jury import texts
from reviewer.web.plain import plain
from reviewer.web.review import flagged
from reviewer.web.review.committee import conversation
from reviewer.words import counted, day_and_time

ROWS = 10
KINDS = {**flags.KINDS, **flags.FOUND}
ALL = "all"


def listing(actor: Actor, call: Call) -> None:
    """A page of what is open, of one kind or of all."""
    counts = flags.counts(actor, call=call.slug)
    total = sum(counts.values())
    if not total:
        st.info(
            "No hay avisos por resolver. Cuando alguien del jurado avise de algo, o el sistema encuentre un "
            "documento sin texto en una lectura ciega, aparecerá aquí."
        )
        return
    labels = {ALL: f"Todos {total}"} | {
        kind.value: f"{words} {counts[kind]}" for kind, words in KINDS.items() if counts.get(kind)
    }
    chosen = st.segmented_control(
        "Mostrar",
        list(labels),
        default=ALL,
        format_func=labels.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    kind = None if chosen == ALL else FlagKind(chosen)
    pages = -(-(counts[kind] if kind else total) // ROWS)
    page = st.pagination(pages, key=f"hoja-{kind}") if pages > 1 else 1
    for each in flags.rows(actor, call=call, kind=kind, offset=(page - 1) * ROWS, limit=ROWS):
        one(actor, call, each)


def resolved(actor: Actor, call: Call) -> None:
    """What was resolved, the last first."""
    number = flags.resolved_number(actor, call=call.slug)
    if not number:
        st.info("Todavía no se resuelve ninguno.")
    pages = -(-number // ROWS)
    page = st.pagination(pages, key="hoja-resueltos") if pages > 1 else 1
    for each in flags.rows(actor, call=call, resolved=True, offset=(page - 1) * ROWS, limit=ROWS):
        one(actor, call, each)


def one(actor: Actor, call: Call, each: FlagRow) -> None:
    """A flag: what, where, who, and what is made of it."""
    spec = spec_of(call)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(KINDS[each.kind], color="gray" if each.resolved_at else "orange")
            who = each.who or "El sistema"
            about = [each.folio, each.label, who, day_and_time(spec.local(each.raised_at))]
            st.text(" · ".join(filter(None, about)), width="stretch")
            if each.withheld:
                st.badge("Retirado del jurado", color="red")
        st.text(each.words)
        if each.resolved_at:
            at = day_and_time(spec.local(each.resolved_at))
            st.caption(f"Resuelto el {at} por {plain(each.resolved_by or 'la operación')}")
            st.text(each.resolution)
        with st.container(horizontal=True):
            if each.document and st.button("Ver el documento", key=f"ver-{each.public_id}"):
                flagged.look(actor, each)
            label = "Cambiar la resolución" if each.resolved_at else "Resolver"
            if st.button(label, key=f"resolver-{each.public_id}", type="primary"):
                flagged.settle(actor, each)


def talk(actor: Actor, call: Call) -> None:
    """The committee's words, an application at a time."""
    if not committee.is_open(actor, call=call):
        st.info("El comité conversa desde que empieza la deliberación. Entonces se leerá aquí.")
        return
    said = committee.talked_about(actor, call=call.slug)
    wanted = st.selectbox(
        f"Postulación ({counted(len(said), 'tiene', 'tienen')} comentarios)",
        list(said),
        format_func=lambda folio: f"{folio} · {said[folio]}",
        placeholder="Elija o escriba un folio",
        accept_new_options=True,
        index=None,
        key="folio-comite",
    )
    if wanted:
        with told.told():
            conversation(actor, call, wanted.strip().upper())


actor = gate.page(Action.RESOLVE_FLAG)
st.title("Avisos")
with told.told():
    call = gate.the_call(actor)
    flags.find_without_text(actor, call=call.slug)
    texts.show(actor, call)
    first, second, third = st.tabs(["Por resolver", "Resueltos", "Comité"])
    with first:
        listing(actor, call)
    with second:
        resolved(actor, call)
    with third:
        talk(actor, call)
