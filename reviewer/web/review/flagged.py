"""The coordinators' dialogs about a flag: the document itself, and what is decided."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.jury import flags, reading
from reviewer.jury.flags import FlagRow
from reviewer.web import drawn, single_keys
from reviewer.web.components.reader import ReaderDocument, reader
from reviewer.web.plain import plain
from reviewer.web.told import told


@st.dialog("Documento", width="large")
def look(actor: Actor, flag: FlagRow) -> None:
    """The document as it was handed in, nothing covered."""
    with told():
        found = reading.readable_document(actor, document_id=flag.document or "")
        st.caption(f"{plain(flag.folio)}: así lo envió quien postula, sin nada cubierto.")
        size = drawn.sizes(found)
        shown = ReaderDocument(found.public_id, found.kind, found.label, size, found.rotation)
        reader(key=f"aviso-{flag.public_id}", documents=[shown], below=90, keys=single_keys.are_on(actor))


@st.dialog("Resolver el aviso", width="medium")
def settle(actor: Actor, flag: FlagRow) -> None:
    """What was decided, and whether the jury goes on reading the document."""
    st.text(" · ".join(filter(None, (flag.folio, flag.label))))
    words = st.text_area(
        "Qué se resolvió",
        value=flag.resolution,
        max_chars=flags.LONGEST_WORDS,
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
        with told():
            flags.resolve(actor, flag=flag.public_id, resolution=words, withhold=withhold)
            st.rerun()
