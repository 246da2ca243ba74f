"""What changed in applications after their reviews were sent, and ways on: see what was read, reopen."""

from collections.abc import Mapping

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_count
from reviewer.jury.reviews import reviewed_documents, service
from reviewer.jury.reviews.readable_documents import replaced_since
from reviewer.jury.reviews.service import ReviewState
from reviewer.models import Call, ReviewStatus
from reviewer.web.components.reader import reader
from reviewer.web.screens.revisar.documents import to_reader_document
from reviewer.web.ui import keyboard
from reviewer.web.ui.errors import perform
from reviewer.web.ui.markdown_escape import escape_markdown

REVIEW_PAGE = ROOT / "pages" / "revisar.py"
MOST_LINKS = 5


def links(changed: Mapping[str, tuple[str, ...]]) -> None:
    """Draws which sent applications have other documents now."""
    if not changed:
        return
    count = format_count(len(changed), "postulación que ya envió tiene", "postulaciones que ya envió tienen")
    st.warning(
        f"{count} un documento que cambió después. Su dictamen sigue valiendo: ábrala para ver qué cambió y, si hace "
        "falta, reábralo.",
        icon=":material/published_with_changes:",
    )
    for folio, labels in [*changed.items()][:MOST_LINKS]:
        label = f"{escape_markdown(folio)}: {escape_markdown(', '.join(labels))}"
        st.page_link(REVIEW_PAGE, label=label, query_params={"folio": folio})
    if len(changed) > MOST_LINKS:
        st.caption("Las demás llevan «Enviada, cambió» en la lista.")


def notice(actor: Actor, call: Call, state: ReviewState) -> None:
    """Draws which documents of a sent review changed afterwards; nothing where none did."""
    if state.status != ReviewStatus.SUBMITTED:
        return
    labels = reviewed_documents.changed_since_sent(actor, slug=call.slug, folio=state.folio).get(state.folio)
    if not labels:
        return
    st.warning(
        f"Después de que usted envió este dictamen cambió: {', '.join(labels)}. Lo que envió sigue valiendo.",
        icon=":material/published_with_changes:",
    )
    with st.container(horizontal=True):
        if st.button("Ver lo que leí"):
            _show_read(actor, state.application_id)
        if not state.locked and st.button("Reabrir para revisarlo", type="primary"):
            perform(service.reopen, actor, slug=call.slug, folio=state.folio)


@st.dialog("Lo que leyó antes de enviar", width="large")
def _show_read(actor: Actor, application_id: int) -> None:
    documents = [to_reader_document(document) for document in replaced_since(actor, application_id=application_id)]
    if not documents:
        st.info("Nada de lo que leyó se quitó: se agregó un documento que entonces no estaba.")
        return
    reader(key="lo-que-se-leyo", documents=documents, below=90, keys=keyboard.is_enabled(actor))
