"""Review: the documents on the left, the rubric on the right, one application at a time."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.jury import conflicts, desk, reading, reviews
from reviewer.jury.desk import Counts
from reviewer.jury.window import closing_words
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import drawn, gate, told
from reviewer.web.components.reader import ReaderDocument, reader
from reviewer.web.components.rubric import halves, moved_to, rubric

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


def documents(actor: Actor, application_id: int, following: int | None) -> None:
    """The reader, with the first page of the application after this one fetched ahead."""
    here = reading.readable_documents(actor, application_id=application_id)
    ahead = reading.readable_documents(actor, application_id=following)[:1] if following else ()
    shown = [
        ReaderDocument(each.public_id, each.kind, each.label, drawn.sizes(each), each.rotation)
        for each in here
    ]
    reader(key="documentos", documents=shown, prefetch=[each.public_id for each in ahead], below=BELOW)
    drawn.foresee(ahead)


def go_on() -> None:
    """Takes the address to where the rubric says that she goes on."""
    following = moved_to(RUBRIC)
    if following:
        st.query_params["folio"] = following
    else:
        st.query_params.pop("folio", None)


@st.dialog("Tengo conflicto de interés")
def conflict(actor: Actor, call: Call, folio: str) -> None:
    """Asks what it is and recuses her from this application."""
    st.write(f"La postulación {folio} saldrá de su mesa y la leerá otra persona. No se puede deshacer.")
    kind = st.selectbox("Motivo", list(conflicts.KINDS), format_func=conflicts.KINDS.__getitem__)
    statement = st.text_area("Explicación (opcional, salvo en «Otro motivo»)", max_chars=2000)
    if st.button("Declarar y dejar esta postulación", type="primary"):
        with told.told():
            following = conflicts.declare_conflict(
                actor, call=call.slug, folio=folio, kind=kind, statement=statement
            )
            st.query_params.from_dict({"folio": following} if following else {})
            st.rerun()


def review(actor: Actor, call: Call, folio: str) -> None:
    """Both halves of one application."""
    state = reviews.read_review(actor, call=call.slug, folio=folio)
    left, right = halves()
    with right:
        asked = rubric(key=RUBRIC, actor=actor, spec=spec_of(call), state=state, on_moved=go_on, below=BELOW)
    with left:
        documents(actor, state.application_id, desk.after(actor, call=call.slug, folio=folio))
    if asked:
        conflict(actor, call, folio)


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
        st.query_params["folio"] = folio
        head(call, counts)
        review(actor, call, folio)
