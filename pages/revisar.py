"""Review: the documents on the left, the rubric on the right, one application at a time."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.jury.conflicts import advance
from reviewer.jury.reviews import juror_statistics, queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import deadline_for, format_deadline
from reviewer.jury.reviews.queue import QueueCounts
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.components.reader import ReaderDocument
from reviewer.web.components.rubric import RubricContext, moved_to, rubric, two_columns
from reviewer.web.screens.revisar import changed, day_summary, dialogs, documents
from reviewer.web.ui import errors, keyboard

DESK_PAGE = ROOT / "pages" / "mesa.py"
RUBRIC = "dictamen"


def head(call: Call, counts: QueueCounts) -> None:
    """Draws the line over both halves: how many are submitted, and the deadline."""
    closing_text = format_deadline(spec_of(call), actor)
    parts = [f"{counts.submitted} de {counts.total}", f"faltan {counts.remaining}"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Revisar", width="content")
        st.text(" · ".join(parts + ([f"cierra {closing_text}"] if closing_text else [])), width="content")


def open_next() -> None:
    """Sets the address to the application that the rubric names as the next one."""
    next_folio = moved_to(RUBRIC)
    if next_folio:
        st.query_params["folio"] = next_folio
    else:
        st.query_params.pop("folio", None)


def rubric_context(actor: Actor, call: Call, reader_documents: list[ReaderDocument]) -> RubricContext:
    """Returns the juror's own use of the scale and pace, and what this phase allows."""
    spec = spec_of(call)
    juror_pace = juror_statistics.reading_pace(actor, slug=call.slug, spec=spec)
    return RubricContext(
        documents=[(document.id, document.label) for document in reader_documents],
        scale_use=juror_statistics.scale_use(actor, slug=call.slug, spec=spec),
        pace=day_summary.day_text(juror_pace, spec, deadline_for(spec, actor)),
        rest=day_summary.rest_text(juror_pace),
        can_declare_conflict=is_allowed(actor, Action.DECLARE_CONFLICT, call.phase),
        can_flag=is_allowed(actor, Action.RAISE_FLAG, call.phase),
        can_comment=is_allowed(actor, Action.SEE_DISCUSSION, call.phase),
        keys_enabled=keyboard.is_enabled(actor),
    )


def show_review(actor: Actor, call: Call, folio: str) -> None:
    """Draws both halves of one application."""
    state = reviews_service.read_review(actor, slug=call.slug, folio=folio)
    reader_documents = documents.load(actor, state.application_id)
    left, right = two_columns()
    context = rubric_context(actor, call, reader_documents)
    with right:
        dialog = rubric(
            key=RUBRIC,
            actor=actor,
            spec=spec_of(call),
            state=state,
            context=context,
            on_moved=open_next,
            below=documents.BELOW,
        )
    with left:
        changed.notice(actor, call, state)
        next_application_id = queue.next_application_id(actor, slug=call.slug, folio=folio)
        documents.show(
            actor,
            reader_documents,
            next_application_id,
            keys=context.keys_enabled,
            pins=not state.locked,
            flags=context.can_flag,
        )
    if dialog == "conflict":
        dialogs.conflict(actor, call, folio)
    elif dialog == "flag":
        dialogs.flag(actor, call, folio, reader_documents)
    elif dialog == "committee":
        dialogs.discussion(actor, call, folio)


def show_finished(counts: QueueCounts) -> None:
    """Draws the page where nothing is left to review."""
    with st.container(horizontal_alignment="center"):
        st.title("Terminó" if counts.total else "Todavía no hay nada que revisar")
        st.write(
            f"Envió los {counts.total} dictámenes que le tocaban. Gracias."
            if counts.total
            else "Cuando la coordinación reparta las postulaciones, las suyas aparecerán en su mesa."
        )
        st.page_link(DESK_PAGE, label="Ir a mi mesa", icon=":material/inbox:")


actor = pages.require_access(Action.SEE_DESK)
with errors.show_errors():
    call = pages.current_call(actor)
    counts = queue.counts(actor, slug=call.slug) if call else QueueCounts(0, 0, 0)
    folio = st.query_params.get("folio") or (queue.next_folio(actor, slug=call.slug) if call else None)
    if call is None or folio is None:
        show_finished(counts)
    else:
        advance.ask_if_declared(actor, slug=call.slug, folio=folio)
        st.query_params["folio"] = folio
        head(call, counts)
        show_review(actor, call, folio)
