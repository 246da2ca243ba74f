"""An application's documents, and the way to replace one."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, DocumentKind
from reviewer.intake import replacing
from reviewer.intake.replacing import Paper
from reviewer.uploads import spoken_size
from reviewer.web.batches import words
from reviewer.web.components.upload import upload_document
from reviewer.web.dossier.data import SAVED, reason_input
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted


def show(actor: Actor, call_slug: str, spec: CallSpec, folio: str) -> None:
    """Every kind that the call asks for, with what there is of it."""
    papers = replacing.papers_of(actor, call_slug=call_slug, folio=folio)
    for kind in spec.documents:
        own = [each for each in papers if each.kind == kind.key]
        for paper in own:
            _line(actor, call_slug, folio, kind, paper)
        if not own:
            _line(actor, call_slug, folio, kind, None)


def _line(actor: Actor, call_slug: str, folio: str, kind: DocumentKind, paper: Paper | None) -> None:
    label, name, state, action = st.columns([3, 5, 4, 2], vertical_alignment="center")
    label.text(kind.label)
    name.text(paper.name if paper else "—")
    with state:
        if paper is None:
            st.badge("Falta" if kind.required else "No se envió", color="red" if kind.required else "gray")
        elif paper.refused:
            st.badge(words.CODES.get(paper.refused, "No se tomó"), color="red")
        else:
            st.text(f"{counted(paper.pages, 'página', 'páginas')} · {spoken_size(paper.size)}")
    position = paper.position if paper else None
    if action.button("Reemplazar" if paper else "Agregar", key=f"poner-{kind.key}-{position}"):
        st.dialog(kind.label, width="medium")(_replace)(actor, call_slug, folio, kind, paper)


def _replace(actor: Actor, call_slug: str, folio: str, kind: DocumentKind, paper: Paper | None) -> None:
    place = f"{folio}-{kind.key}-{paper.position if paper else ''}"
    if paper:
        st.markdown(f"El archivo nuevo toma el lugar de «{plain(paper.name)}».")
    held = f"archivo-{place}"
    arrived = upload_document(call_slug=call_slug, place=place, key=f"carga-{place}")
    if arrived:
        st.session_state[held] = arrived
    if held not in st.session_state:
        return
    st.success("El archivo llegó. Diga por qué se reemplaza.", icon=":material/check:")
    reason = reason_input(place)
    if st.button("Poner este documento", type="primary"):
        with told():
            upload = st.session_state[held]
            try:
                with st.spinner("Revisando el archivo…"):
                    replacing.replace_document(
                        actor,
                        call_slug=call_slug,
                        folio=folio,
                        kind=kind.key,
                        position=paper.position if paper else None,
                        upload=upload,
                        reason=reason,
                    )
            finally:
                if reason.strip():  # taken or refused: either way it is gone
                    st.session_state.pop(held, None)
            st.session_state[SAVED] = f"{kind.label}: el documento quedó puesto y revisado."
            st.rerun()
