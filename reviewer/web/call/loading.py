"""Installing a call, or updating the one there is, from a file."""

import streamlit as st

from reviewer import call_changes, calls
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.errors import Refused
from reviewer.web.call import changes, seen
from reviewer.web.call.words import moment
from reviewer.web.components.text_file import text_file
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted

LARGEST = 200_000  # bytes; the one that ships has five thousand


def offer_shipped(actor: Actor) -> None:
    """The calls that come with the project, each with a button."""
    for text in calls.shipped():
        spec = calls.parse(text)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(spec.title)}**  \n{_brief(spec)}", width="stretch")
            if st.button("Instalar", type="primary", key=f"instalar-{spec.slug}"):
                _load(actor, text)


def from_file(actor: Actor) -> None:
    """A file of one's own: read, shown, and loaded when asked."""
    with told():
        text = text_file("Elegir archivo .toml…", key=f"archivo-{_turn()}", accept=".toml", largest=LARGEST)
        if text is None:
            st.caption("De hasta 200 kB. Si ya hay una convocatoria con su clave, se actualiza.")
            return
        try:
            spec = calls.parse(text)
        except Refused as refusal:
            st.error("El archivo no se puede tomar todavía. Corrija esto y elíjalo otra vez:")
            st.markdown("\n".join(f"- {plain(each)}" for each in str(refusal).splitlines()))
            return
        differences = call_changes.differences(actor, text=text)
        known = differences is not None
        st.markdown(f"**{plain(spec.title)}**  \n{_brief(spec)}")
        if differences is not None:
            changes.show_differences(differences)
        _preview(spec)
        if st.button("Actualizar" if known else "Instalar", type="primary", key="instalar-archivo"):
            _load(actor, text)


def _preview(spec: CallSpec) -> None:
    """The file as it would work, before it is taken."""
    with st.expander("Verla como la verá el jurado"):
        seen.by_the_jury(spec, place="archivo")
    with st.expander("Ver qué se revisará de cada postulación"):
        seen.by_the_checks(spec)


def _turn() -> int:
    """Counts the files taken, so that each leaves an empty place behind it."""
    return int(st.session_state.get("archivos-tomados", 0))


def _brief(spec: CallSpec) -> str:
    return (
        f"{spec.slug} · {moment(spec, spec.opens_at)} a {moment(spec, spec.closes_at)} · "
        f"{counted(spec.seats, 'lugar', 'lugares')}"
    )


def _load(actor: Actor, text: str) -> None:
    with told():
        call = calls.load_call(actor, text=text)
        st.session_state["call"] = call.slug
        st.toast(f"Convocatoria lista: {plain(call.title)}")
        st.session_state["archivos-tomados"] = _turn() + 1
        st.rerun()
