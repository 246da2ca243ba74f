"""A juror's dialogs beside scoring: declaring a conflict, raising a flag, the committee's comments."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons
from reviewer.jury.conflicts import recusals
from reviewer.jury.discussion import flags
from reviewer.models import Call, FlagKind
from reviewer.web.components.reader import ReaderDocument
from reviewer.web.screens.revisar import comments
from reviewer.web.ui import errors
from reviewer.web.ui.markdown_escape import escape_markdown

WHOLE_APPLICATION = "Toda la postulación"


@st.dialog("Tengo conflicto de interés", width="medium")
def conflict(actor: Actor, call: Call, folio: str) -> None:
    """Asks for the conflict and its signature, and recuses the juror from this application."""
    st.write(
        f"La postulación {escape_markdown(folio)} saldrá de su mesa y la leerá otra persona. No se puede deshacer."
    )
    kind = st.radio("Motivo", list(recusals.KINDS), format_func=recusals.KINDS.__getitem__, index=None)
    statement = st.text_area("Explicación (opcional, salvo en «Otro motivo»)", max_chars=reasons.MAX_LENGTH)
    signed = st.checkbox(recusals.DECLARATION_TEXT)
    st.text(f"Firma: {actor.name}")
    if not st.button("Declarar y dejar esta postulación", type="primary"):
        return
    if not signed:
        st.error("Marque la declaración para firmarla.")
        return
    with errors.show_errors():
        next_folio = recusals.declare_conflict(actor, slug=call.slug, folio=folio, kind=kind or "", statement=statement)
        st.query_params.from_dict({"folio": next_folio} if next_folio else {})
        st.rerun()


@st.dialog("Avisar a la coordinación", width="medium")
def flag(actor: Actor, call: Call, folio: str, documents: Sequence[ReaderDocument]) -> None:
    """Asks what the juror saw and where; the coordinators read it with the juror's name."""
    st.write(
        f"La coordinación leerá este aviso sobre {escape_markdown(folio)} con su nombre. Puede seguir calificando."
    )
    kind = st.radio("Qué vio", list(flags.JUROR_KINDS), format_func=flags.JUROR_KINDS.__getitem__, index=None)
    labels = {document.id: document.label for document in documents} | {"": WHOLE_APPLICATION}
    document_id = st.selectbox("En dónde", list(labels), format_func=labels.__getitem__)
    message = st.text_area(
        "En pocas palabras", max_chars=reasons.MAX_LENGTH, placeholder="Por ejemplo: firma con su nombre"
    )
    if st.button("Enviar aviso", type="primary"):
        with errors.show_errors():
            if kind is None:
                st.error("Elija qué vio.")
                return
            flags.raise_flag(
                actor, slug=call.slug, folio=folio, kind=FlagKind(kind), document=document_id, words=message
            )
            st.toast("La coordinación recibió su aviso.", icon=":material/flag:")
            st.rerun()


@st.dialog("Lo que dice el comité", width="large")
def discussion(actor: Actor, call: Call, folio: str) -> None:
    """Draws the committee's comments about this application."""
    with errors.show_errors():
        comments.conversation(actor, call, folio, scope="fragment")
