"""Resolving several flags of a kind at once, and undoing it."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons
from reviewer.core.spanish import format_count
from reviewer.jury.discussion import flags
from reviewer.jury.discussion.flags import FlagRow
from reviewer.web.ui.errors import perform, show_errors

_LAST_RESOLVED = "avisos-resueltos"


def tick(flag: FlagRow) -> None:
    """Draws the box that marks a flag to be resolved with others."""
    st.checkbox(f"Marcar el aviso de la {flag.folio}", key=_key(flag), label_visibility="collapsed", width=28)


def resolve(actor: Actor, rows: Sequence[FlagRow]) -> None:
    """Draws the resolution of the ticked flags of this page."""
    ticked = [flag.public_id for flag in rows if st.session_state.get(_key(flag))]
    if not ticked:
        st.caption("Marque varios para resolverlos juntos con las mismas palabras.")
        return
    with st.form("resolver-varios"):
        st.markdown(f"**{format_count(len(ticked), 'aviso marcado', 'avisos marcados')}**")
        resolution = st.text_input("Qué se resolvió en todos", max_chars=reasons.MAX_LENGTH)
        sent = st.form_submit_button("Resolver los marcados", type="primary")
    if sent:
        with show_errors():
            flags.resolve_several(actor, flag_ids=ticked, resolution=resolution)
            st.session_state[_LAST_RESOLVED] = ticked
            st.rerun()


def undo_last(actor: Actor) -> None:
    """Draws a button that opens again what was just resolved together."""
    last = st.session_state.get(_LAST_RESOLVED)
    if last and st.button(
        f"{format_count(len(last), 'resuelto', 'resueltos')} a la vez: deshacer", icon=":material/undo:"
    ):
        st.session_state.pop(_LAST_RESOLVED)
        perform(flags.open_again, actor, flag_ids=last)


def _key(flag: FlagRow) -> str:
    return f"marcar-{flag.public_id}"
