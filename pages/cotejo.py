"""Screening: an applicant's identity and address documents beside the row of the batch."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_number
from reviewer.models import Call
from reviewer.screening import cases, decisions, holds, queue
from reviewer.screening.queue import Counts, Part
from reviewer.web.auth import pages
from reviewer.web.components.rubric import two_columns
from reviewer.web.components.screening import moved_to, screening
from reviewer.web.screens.cotejo import duplicates
from reviewer.web.screens.cotejo import list as cotejo_list
from reviewer.web.screens.cotejo.labels import case_data
from reviewer.web.screens.lotes import guide
from reviewer.web.screens.revisar import documents
from reviewer.web.ui import errors, keyboard, ocr_panel
from reviewer.web.ui.choices import choose_option, choose_tab
from reviewer.web.ui.pager import PAGE

PANEL = "cotejo"
LIST = "lista"
VIEWS = {"una": "Una por una", LIST: "Lista"}


def open_next() -> None:
    """Sets the address to the application that the panel names as the next one."""
    next_folio = moved_to(PANEL)
    if next_folio:
        st.query_params["folio"] = next_folio
    else:
        st.query_params.pop("folio", None)
    st.query_params.pop(duplicates.OTHER, None)


def head(counts: Counts) -> tuple[Part, str]:
    """Draws the page's first line: progress, the part of the list, and whether to show it as a list.

    Returns the part and the view, one of ``VIEWS``. Another part begins at its first application.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Cotejo", width="content")
        summary = (
            f"{format_number(counts.done)} de {format_number(counts.needing_decision)} cotejadas · "
            f"faltan {format_number(counts.pending)}"
        )
        if not counts.needing_decision:
            summary = "Ninguna necesita cotejo" if counts.total else ""
        if counts.changed:
            summary += f" · {format_number(counts.changed)} cambiaron después de decidir"
        st.text(summary, width="stretch")
        part = choose_option(
            cotejo_list.PARTS,
            key="parte",
            label="Ver",
            resets=(PAGE, "buscar", "folio", duplicates.OTHER),
            label_visible=False,
            width=220,
        )
        return part, choose_tab(VIEWS, label="Vista")


def show_application(actor: Actor, call: Call, folio: str, part: Part) -> None:
    """Draws both halves of one application."""
    holder = holds.hold(actor, slug=call.slug, folio=folio)
    case = cases.read_case(actor, slug=call.slug, folio=folio)
    next_folio = queue.next_folio(actor, slug=call.slug, part=part, after=folio)
    last_decision = decisions.last_own_decision(actor, slug=call.slug)
    message = st.session_state.pop("cotejo-dicho", "")
    keys = keyboard.is_enabled(actor)
    duplicates.notice(actor, call.slug, folio)
    left, right = two_columns()
    with right:
        data = case_data(case, spec_of(call), holder=holder, last_decision=last_decision, message=message)
        panel_event = screening(
            key=PANEL,
            actor=actor,
            slug=call.slug,
            folio=folio,
            data={**data, "next": next_folio, "part": part.value, "keys": keys},
            on_moved=open_next,
            below=documents.BELOW,
        )
    with left:
        next_application_id = cases.application_id(actor, slug=call.slug, folio=next_folio) if next_folio else None
        case_documents = documents.load(actor, case.application_id)
        may_cover = spec_of(call).review.blind and is_allowed(actor, Action.COVER, call.phase)
        documents.show(actor, case_documents, next_application_id, keys=keys, covers=may_cover)
    if panel_event.stale_message:
        st.session_state["cotejo-dicho"] = panel_event.stale_message
        st.rerun()
    if panel_event.take_over:
        holds.hold(actor, slug=call.slug, folio=folio, take_over=True)
        st.rerun()


actor = pages.require_access(Action.SCREEN)
guide.style()
with errors.show_errors():
    call = pages.require_call(actor, title="Cotejo")
    counts = queue.counts(actor, slug=call.slug)
    part, view = head(counts)
    folio = st.query_params.get("folio") or queue.next_folio(actor, slug=call.slug, part=part)
    if folio is None or view == LIST:
        ocr_panel.show(actor, call)
        cotejo_list.undo_last(actor, call.slug)
        duplicates.show_decisions(actor, call)
        cotejo_list.show(actor, call.slug, part, total_count=counts.total)
    elif other := st.query_params.get(duplicates.OTHER):
        duplicates.show(actor, call, folio, other)
    else:
        st.query_params["folio"] = folio
        show_application(actor, call, folio, part)
