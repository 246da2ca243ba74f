"""Installing a call, or updating the installed one, from a file."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call import changes as call_changes
from reviewer.call import spec as call_spec
from reviewer.call.spec import CallSpec
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count
from reviewer.intake.corrections import call_rules
from reviewer.web.components.text_file import text_file
from reviewer.web.screens.convocatoria import changes as convocatoria_changes
from reviewer.web.screens.convocatoria import preview
from reviewer.web.screens.convocatoria.labels import format_moment
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

MAX_BYTES = 200_000  # bytes; the one that ships has five thousand


def offer_shipped(actor: Actor) -> None:
    """Draws the calls that come with the project, each with a button."""
    for text in call_spec.uninstalled_call_texts():
        spec = call_spec.parse(text)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(spec.title)}**  \n{_summary_line(spec)}", width="stretch")
            if st.button("Instalar", type="primary", key=f"instalar-{spec.slug}"):
                _load(actor, text)


def load_from_file(actor: Actor) -> None:
    """Draws a file picker; the chosen file is previewed, and loaded with a button."""
    with show_errors():
        text = text_file("Elegir archivo .toml…", key=f"archivo-{_load_count()}", accept=".toml", largest=MAX_BYTES)
        if text is None:
            st.caption("De hasta 200 kB. Si ya hay una convocatoria con su clave, se actualiza.")
            return
        try:
            spec = call_spec.parse(text)
        except UserError as refusal:
            st.error("El archivo no se puede tomar todavía. Corrija esto y elíjalo otra vez:")
            st.markdown("\n".join(f"- {escape_markdown(problem)}" for problem in str(refusal).splitlines()))
            return
        differences = call_changes.differences(actor, text=text)
        is_installed = differences is not None
        st.markdown(f"**{escape_markdown(spec.title)}**  \n{_summary_line(spec)}")
        if differences is not None:
            convocatoria_changes.show_differences(differences)
        _preview(spec)
        if st.button("Actualizar" if is_installed else "Instalar", type="primary", key="instalar-archivo"):
            _load(actor, text)


def _preview(spec: CallSpec) -> None:
    """Draws what the jury would see and what would be checked."""
    with st.expander("Verla como la verá el jurado"):
        preview.jury_view(spec, key_prefix="archivo")
    with st.expander("Ver qué se revisará de cada postulación"):
        preview.checks_view(spec)


def _load_count() -> int:
    """Returns how many files were loaded; after each the file picker is a new, empty one."""
    return int(st.session_state.get("archivos-tomados", 0))


def _summary_line(spec: CallSpec) -> str:
    return (
        f"{spec.slug} · {format_moment(spec, spec.opens_at)} a {format_moment(spec, spec.closes_at)} · "
        f"{format_count(spec.seats, 'lugar', 'lugares')}"
    )


def _load(actor: Actor, text: str) -> None:
    with show_errors():
        call = call_rules.load_call(actor, text=text).call
        st.session_state["call"] = call.slug
        st.toast(f"Convocatoria lista: {escape_markdown(call.title)}")
        st.session_state["archivos-tomados"] = _load_count() + 1
        st.rerun()
