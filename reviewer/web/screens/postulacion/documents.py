"""An application's documents, and replacing one."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, DocumentKind
from reviewer.core.spanish import format_count, format_size
from reviewer.intake.corrections import documents
from reviewer.jury.reviews.readable_documents import ReadableDocument, replaced_since
from reviewer.models import Document
from reviewer.web.components.reader import reader
from reviewer.web.components.upload import upload_document
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.screens.postulacion.form import SAVED_MESSAGE, reason_input
from reviewer.web.screens.revisar.documents import to_reader_document
from reviewer.web.ui import keyboard
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown


def show(actor: Actor, slug: str, spec: CallSpec, folio: str, application_id: int) -> None:
    """Draws every kind of document that the call asks for, with the application's own, and what was read before."""
    application_documents = documents.application_documents(actor, slug=slug, folio=folio)
    for kind in spec.documents:
        kind_documents = [document for document in application_documents if document.kind == kind.key]
        for document in kind_documents:
            _line(actor, slug, folio, kind, document)
        if not kind_documents:
            _line(actor, slug, folio, kind, None)
    if replaced := replaced_since(actor, application_id=application_id):
        st.subheader("Lo que leyó el jurado y ya no está")
        st.caption("Hay dictámenes enviados de estos archivos; después llegaron otros.")
        for read in replaced:
            if st.button(escape_markdown(read.label), key=f"leido-{read.public_id}", icon=":material/history:"):
                _show_replaced(actor, read)


@st.dialog("Lo que leyó el jurado", width="large")
def _show_replaced(actor: Actor, document: ReadableDocument) -> None:
    keys = keyboard.is_enabled(actor)
    reader(key=f"leido-{document.public_id}", documents=[to_reader_document(document)], below=90, keys=keys)


def _line(actor: Actor, slug: str, folio: str, kind: DocumentKind, document: Document | None) -> None:
    label, name, state, action = st.columns([3, 5, 4, 2], vertical_alignment="center")
    label.text(kind.label)
    name.text(document.original_name if document else "—")
    with state:
        if document is None:
            st.badge("Falta" if kind.required else "No se envió", color="red" if kind.required else "gray")
        elif document.refused:
            st.badge(lotes_labels.CODES.get(document.refused, "No se tomó"), color="red")
        else:
            st.text(f"{format_count(document.pages, 'página', 'páginas')} · {format_size(document.size)}")
    position = document.position if document else None
    if action.button("Reemplazar" if document else "Agregar", key=f"poner-{kind.key}-{position}"):
        st.dialog(kind.label, width="medium")(_replace)(actor, slug, folio, kind, document)


def _replace(actor: Actor, slug: str, folio: str, kind: DocumentKind, document: Document | None) -> None:
    key_suffix = f"{folio}-{kind.key}-{document.position if document else ''}"
    if document:
        st.markdown(f"El archivo nuevo toma el lugar de «{escape_markdown(document.original_name)}».")
    session_key = f"archivo-{key_suffix}"
    upload_id = upload_document(slug=slug, place=key_suffix, key=f"carga-{key_suffix}")
    if upload_id:
        st.session_state[session_key] = upload_id
    if session_key not in st.session_state:
        return
    st.success("El archivo llegó. Diga por qué se reemplaza.", icon=":material/check:")
    reason = reason_input(key_suffix)
    if st.button("Poner este documento", type="primary"):
        with show_errors():
            upload = st.session_state[session_key]
            try:
                with st.spinner("Revisando el archivo…"):
                    documents.replace_document(
                        actor,
                        slug=slug,
                        folio=folio,
                        kind=kind.key,
                        position=document.position if document else None,
                        upload=upload,
                        reason=reason,
                    )
            finally:
                if reason.strip():  # the upload is consumed, whether accepted or refused
                    st.session_state.pop(session_key, None)
            st.session_state[SAVED_MESSAGE] = f"{kind.label}: el documento quedó puesto y revisado."
            st.rerun()
