"""Review: the documents on the left, the rubric on the right, one application at a time."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed
from reviewer.calls import spec_of
from reviewer.jury import committee, conflicts, desk, pace, reading, reviews
from reviewer.jury.desk import Counts
from reviewer.jury.window import closing_words, deadline
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import drawn, gate, single_keys, told
from reviewer.web.components.reader import ReaderDocument, reader
from reviewer.web.components.rubric import Around, halves, moved_to, rubric
from reviewer.web.review import asking, habits

DESK_PAGE = ROOT / "pages" / "mesa.py"
RUBRIC = "dictamen"
BELOW = 24  # pixels under both halves


def head(call: Call, counts: Counts) -> None:
    """The line over both halves: how far she is and until when."""
    closing = closing_words(spec_of(call), actor)
    words = [f"{counts.submitted} de {counts.total}", f"faltan {counts.left}"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Revisar", width="content")
        st.text(" · ".join(words + ([f"cierra {closing}"] if closing else [])), width="content")


def readable(actor: Actor, application_id: int) -> list[ReaderDocument]:
    """The documents of this application as the reader shows them."""
    return [
        ReaderDocument(each.public_id, each.kind, each.label, drawn.sizes(each), each.rotation)
        for each in reading.readable_documents(actor, application_id=application_id)
    ]


def documents(
    actor: Actor, shown: list[ReaderDocument], following: int | None, *, pins: bool, keys: bool
) -> None:
    """The reader, with the first page of the application after this one fetched ahead."""
    ahead = reading.readable_documents(actor, application_id=following)[:1] if following else ()
    names = [each.public_id for each in ahead]
    reader(key="documentos", documents=shown, prefetch=names, below=BELOW, pins=pins, keys=keys)
    drawn.foresee(ahead)


def go_on() -> None:
    """Takes the address to where the rubric says that she goes on."""
    following = moved_to(RUBRIC)
    if following:
        st.query_params["folio"] = following
    else:
        st.query_params.pop("folio", None)


def around(actor: Actor, call: Call, shown: list[ReaderDocument]) -> Around:
    """Her own use of the scale and her day, and what she may ask for in this phase."""
    spec = spec_of(call)
    day = pace.pace(actor, call=call.slug, spec=spec)
    return Around(
        documents=[(each.id, each.label) for each in shown],
        used=pace.so_far(actor, call=call.slug, spec=spec),
        pace=habits.of_day(day, spec, deadline(spec, actor)),
        rest=habits.rest(day),
        conflicts=allowed(actor, Action.DECLARE_CONFLICT, call.phase),
        flags=allowed(actor, Action.RAISE_FLAG, call.phase),
        committee=committee.is_open(actor, call=call),
        keys=single_keys.are_on(actor),
    )


def review(actor: Actor, call: Call, folio: str) -> None:
    """Both halves of one application."""
    state = reviews.read_review(actor, call=call.slug, folio=folio)
    shown = readable(actor, state.application_id)
    left, right = halves()
    beside = around(actor, call, shown)
    with right:
        asked = rubric(
            key=RUBRIC,
            actor=actor,
            spec=spec_of(call),
            state=state,
            around=beside,
            on_moved=go_on,
            below=BELOW,
        )
    with left:
        following = desk.after(actor, call=call.slug, folio=folio)
        documents(actor, shown, following, pins=not state.locked, keys=beside.keys)
    if asked == "conflict":
        asking.conflict(actor, call, folio)
    elif asked == "flag":
        asking.flag(actor, call, folio, shown)
    elif asked == "committee":
        asking.talk(actor, call, folio)


def done(counts: Counts) -> None:
    """Nothing left."""
    with st.container(horizontal_alignment="center"):
        st.title("Terminó" if counts.total else "Todavía no hay nada que revisar")
        st.write(
            f"Envió los {counts.total} dictámenes que le tocaban. Gracias."
            if counts.total
            else "Cuando la coordinación reparta las postulaciones, las suyas aparecerán en su mesa."
        )
        st.page_link(DESK_PAGE, label="Ir a mi mesa", icon=":material/inbox:")


actor = gate.page(Action.SEE_DESK)
with told.told():
    call = gate.current_call(actor)
    counts = desk.counts(actor, call=call.slug) if call else Counts(0, 0, 0)
    folio = st.query_params.get("folio") or (desk.next_folio(actor, call=call.slug) if call else None)
    if call is None or folio is None:
        done(counts)
    else:
        if conflicts.meets_at_opening(actor, call=call.slug, folio=folio):
            st.query_params.pop("folio", None)
            st.rerun()
        st.query_params["folio"] = folio
        head(call, counts)
        review(actor, call, folio)
