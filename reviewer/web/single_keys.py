"""Whether single keys act for a person: she may switch them off for every page, as WCAG 2.1.4 asks."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.preferences import prefer, preference

PREFERENCE, OFF, ON = "teclas", "no", "sí"


def are_on(viewer: Actor) -> bool:
    """As she left it; on, while she never chose."""
    return preference(viewer, PREFERENCE) != OFF


def turn(actor: Actor, *, on: bool) -> None:
    """Remembers it for her."""
    prefer(actor, PREFERENCE, ON if on else OFF)


def switch(actor: Actor) -> None:
    """The switch on her own account's page."""
    on = are_on(actor)
    wanted = st.toggle("Atajos de una sola tecla al leer y cotejar", on)
    st.caption("Apáguelos si dicta o si toca teclas sin querer: Ctrl + Entrar, flechas y Tab siguen igual.")
    if wanted != on:
        turn(actor, on=wanted)
