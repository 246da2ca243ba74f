"""Whether single keys act for a person: she may switch them off for every page, as WCAG 2.1.4 asks."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.preferences import get_preference, set_preference

PREFERENCE, OFF, ON = "teclas", "no", "sí"


def is_enabled(viewer: Actor) -> bool:
    """As she left it; on, while she never chose."""
    return get_preference(viewer, PREFERENCE) != OFF


def set_enabled(actor: Actor, *, on: bool) -> None:
    """Remembers it for her."""
    set_preference(actor, PREFERENCE, ON if on else OFF)


def show_toggle(actor: Actor) -> None:
    """The switch on her own account's page."""
    was_on = is_enabled(actor)
    chosen = st.toggle("Atajos de una sola tecla al leer y cotejar", was_on)
    st.caption("Apáguelos si dicta o si toca teclas sin querer: Ctrl + Entrar, flechas y Tab siguen igual.")
    if chosen != was_on:
        set_enabled(actor, on=chosen)
