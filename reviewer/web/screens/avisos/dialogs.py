"""Dialogs of coordinators about a flag: the document, and the resolution."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core import reasons
from reviewer.jury.discussion import flags
from reviewer.jury.discussion.flags import FlagRow
from reviewer.jury.reviews import readable_documents
from reviewer.models import Call
from reviewer.web.components.reader import reader
from reviewer.web.screens.revisar.documents import to_reader_document
from reviewer.web.ui import keyboard
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown


@st.dialog("Documento", width="large")
def show_document(actor: Actor, call: Call, flag: FlagRow) -> None:
    """Draws the document as it was submitted, without covers."""
    with show_errors():
        document = readable_documents.readable_document(actor, document_id=flag.document or "")
        st.caption(f"{escape_markdown(flag.folio)}: así lo envió quien postula, sin nada cubierto.")
        reader(
            key=f"aviso-{flag.public_id}",
            documents=[to_reader_document(document)],
            below=90,
            covers=spec_of(call).review.blind and is_allowed(actor, Action.COVER, call.phase),
            keys=keyboard.is_enabled(actor),
        )


@st.dialog("Resolver el aviso", width="medium")
def resolve(actor: Actor, flag: FlagRow) -> None:
    """Asks for the resolution, and whether the document is withheld from the jury."""
    st.text(" · ".join(filter(None, (flag.folio, flag.label))))
    resolution = st.text_area(
        "Qué se resolvió",
        value=flag.resolution,
        max_chars=reasons.MAX_LENGTH,
        placeholder="Por ejemplo: el nombre de la firma no es de quien postula",
    )
    withhold = False
    if flag.document:
        withhold = st.checkbox(
            "Retirar este documento de la vista del jurado",
            value=flag.withheld,
            help="El jurado deja de verlo desde su próxima página. Se puede devolver aquí mismo, "
            "y vuelve solo si un lote corregido lo reemplaza.",
        )
    if st.button("Guardar", type="primary"):
        perform(flags.resolve, actor, flag_id=flag.public_id, resolution=resolution, withhold=withhold)
