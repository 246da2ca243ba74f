"""Whether single keys act as shortcuts for a person, who may switch them off (WCAG 2.1.4)."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.preferences import get_preference, set_preference

PREFERENCE, OFF, ON = "teclas", "no", "sí"


def is_enabled(viewer: Actor) -> bool:
    """Returns the person's choice; true where they never chose."""
    return get_preference(viewer, PREFERENCE) != OFF


def set_enabled(actor: Actor, *, on: bool) -> None:
    """Stores the person's choice."""
    set_preference(actor, PREFERENCE, ON if on else OFF)


def show_toggle(actor: Actor) -> None:
    """Draws the switch on the person's account page."""
    was_on = is_enabled(actor)
    chosen = st.toggle("Atajos de una sola tecla al leer y cotejar", was_on)
    st.caption("Apáguelos si dicta o si toca teclas sin querer: Ctrl + Entrar, flechas y Tab siguen igual.")
    if chosen != was_on:
        set_enabled(actor, on=chosen)
