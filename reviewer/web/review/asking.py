"""What a juror asks for beside scoring: to declare a conflict, to flag something, to hear the committee."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.jury import conflicts, flags
from reviewer.models import Call, FlagKind
from reviewer.web import told
from reviewer.web.components.reader import ReaderDocument
from reviewer.web.plain import plain
from reviewer.web.review import committee

WHOLE = "Toda la postulación"


@st.dialog("Tengo conflicto de interés", width="medium")
def conflict(actor: Actor, call: Call, folio: str) -> None:
    """Asks what it is, has it signed, and recuses her from this application."""
    st.write(
        f"La postulación {plain(folio)} saldrá de su mesa y la leerá otra persona. No se puede deshacer."
    )
    kind = st.radio("Motivo", list(conflicts.KINDS), format_func=conflicts.KINDS.__getitem__, index=None)
    statement = st.text_area(
        "Explicación (opcional, salvo en «Otro motivo»)", max_chars=conflicts.LONGEST_STATEMENT
    )
    signed = st.checkbox(conflicts.SWORN)
    st.text(f"Firma: {actor.name}")
    if not st.button("Declarar y dejar esta postulación", type="primary"):
        return
    if not signed:
        st.error("Marque la declaración para firmarla.")
        return
    with told.told():
        following = conflicts.declare_conflict(
            actor, call=call.slug, folio=folio, kind=kind or "", statement=statement
        )
        st.query_params.from_dict({"folio": following} if following else {})
        st.rerun()


@st.dialog("Avisar a la coordinación", width="medium")
def flag(actor: Actor, call: Call, folio: str, documents: Sequence[ReaderDocument]) -> None:
    """Asks what she saw and where; the coordinators read it with her name."""
    st.write(
        f"La coordinación leerá este aviso sobre {plain(folio)} con su nombre. Puede seguir calificando."
    )
    kind = st.radio("Qué vio", list(flags.KINDS), format_func=flags.KINDS.__getitem__, index=None)
    labels = {each.id: each.label for each in documents} | {"": WHOLE}
    document = st.selectbox("En dónde", list(labels), format_func=labels.__getitem__)
    words = st.text_area(
        "En pocas palabras", max_chars=flags.LONGEST_WORDS, placeholder="Por ejemplo: firma con su nombre"
    )
    if st.button("Enviar aviso", type="primary"):
        with told.told():
            if kind is None:
                st.error("Elija qué vio.")
                return
            flags.raise_flag(
                actor, call=call.slug, folio=folio, kind=FlagKind(kind), document=document, words=words
            )
            st.toast("La coordinación recibió su aviso.", icon=":material/flag:")
            st.rerun()


@st.dialog("Lo que dice el comité", width="large")
def talk(actor: Actor, call: Call, folio: str) -> None:
    """The committee's words about this application."""
    with told.told():
        committee.conversation(actor, call, folio, scope="fragment")
