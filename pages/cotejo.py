"""Screening: the documents that say who somebody is and where she lives, beside what her row says."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.jury import reading
from reviewer.models import Call
from reviewer.screening import cases, decisions, holds, queue
from reviewer.screening.queue import Counts, Part
from reviewer.web import drawn, gate, single_keys, told
from reviewer.web.batches import guide
from reviewer.web.components.reader import ReaderDocument, reader
from reviewer.web.components.rubric import halves
from reviewer.web.components.screening import moved_to, screening
from reviewer.web.screening import lists
from reviewer.web.screening.shown import shown
from reviewer.words import number

PANEL = "cotejo"
BELOW = 24  # pixels under both halves
LIST = "lista"


def part_asked() -> Part:
    """Which applications one goes through, by the address."""
    wanted = st.query_params.get("parte", Part.PENDING.value)
    return Part(wanted) if wanted in [each.value for each in Part] else Part.PENDING


def go_to_part() -> None:
    """Another part was chosen: its first application, or its list."""
    st.query_params["parte"] = Part(st.session_state["parte"]).value
    st.query_params.pop("folio", None)


def go_to_view() -> None:
    """One by one, or the list."""
    if st.session_state["vista"] == "Lista":
        st.query_params["ver"] = LIST
    else:
        st.query_params.pop("ver", None)


def go_on() -> None:
    """Takes the address to where the panel says that she goes on."""
    following = moved_to(PANEL)
    if following:
        st.query_params["folio"] = following
    else:
        st.query_params.pop("folio", None)


def head(counts: Counts, part: Part) -> None:
    """The line over everything: how far one is, which ones are shown, one by one or as a list."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Cotejo", width="content")
        words = f"{number(counts.done)} de {number(counts.whole)} cotejadas · faltan {number(counts.pending)}"
        if not counts.whole:
            words = "Ninguna necesita cotejo" if counts.total else ""
        if counts.changed:
            words += f" · {number(counts.changed)} cambiaron después de decidir"
        st.text(words, width="stretch")
        st.selectbox(
            "Ver",
            list(lists.PARTS),
            index=list(lists.PARTS).index(part),
            format_func=lists.PARTS.__getitem__,
            key="parte",
            on_change=go_to_part,
            label_visibility="collapsed",
            width=220,
        )
        view = "Lista" if st.query_params.get("ver") == LIST else "Una por una"
        st.segmented_control(
            "Vista",
            ["Una por una", "Lista"],
            default=view,
            required=True,
            key="vista",
            on_change=go_to_view,
            label_visibility="collapsed",
        )


def documents(actor: Actor, application_id: int, following: int | None, *, keys: bool) -> None:
    """The reader, with the first page of the application after this one fetched ahead."""
    here = reading.readable_documents(actor, application_id=application_id)
    ahead = reading.readable_documents(actor, application_id=following)[:1] if following else ()
    papers = [
        ReaderDocument(each.public_id, each.kind, each.label, drawn.sizes(each), each.rotation)
        for each in here
    ]
    names = [each.public_id for each in ahead]
    reader(key="documentos", documents=papers, prefetch=names, below=BELOW, keys=keys)
    drawn.foresee(ahead)


def one(actor: Actor, call: Call, folio: str, part: Part) -> None:
    """Both halves of one application."""
    held = holds.hold(actor, call=call.slug, folio=folio)
    case = cases.read_case(actor, call=call.slug, folio=folio)
    following = queue.next_folio(actor, call=call.slug, part=part, after=folio)
    last = decisions.last_own(actor, call=call.slug)
    words = st.session_state.pop("cotejo-dicho", "")
    keys = single_keys.are_on(actor)
    left, right = halves()
    with right:
        data = shown(case, spec_of(call), held=held, last=last, told=words)
        asked = screening(
            key=PANEL,
            actor=actor,
            call=call.slug,
            folio=folio,
            data={**data, "next": following, "part": part.value, "keys": keys},
            on_moved=go_on,
            below=BELOW,
        )
    with left:
        ahead = cases.application_id(actor, call=call.slug, folio=following) if following else None
        documents(actor, case.application_id, ahead, keys=keys)
    if asked.stale:
        st.session_state["cotejo-dicho"] = asked.stale
        st.rerun()
    if asked.take_over:
        holds.hold(actor, call=call.slug, folio=folio, take_over=True)
        st.rerun()


actor = gate.page(Action.SCREEN)
guide.style()
with told.told():
    call = gate.the_call(actor, title="Cotejo")
    part, counts = part_asked(), queue.counts(actor, call=call.slug)
    folio = st.query_params.get("folio") or queue.next_folio(actor, call=call.slug, part=part)
    head(counts, part)
    if folio is None or st.query_params.get("ver") == LIST:
        lists.undo_last(actor, call.slug)
        lists.show(actor, call.slug, part, whole=counts.total)
    else:
        st.query_params["folio"] = folio
        one(actor, call, folio, part)
