"""Assignment: automatic and manual assignment, the jury's limits, conflicts and anchors."""

from collections.abc import Callable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.jury.conflicts import detection
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.screens.asignacion import anchors, automatic, conflicts, manual, members
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.pager import PAGE

SECTIONS: dict[str, tuple[str, Callable[[Actor, Call], None]]] = {
    "reparto": ("Repartir", automatic.show),
    "jurado": ("Jurado", members.show),
    "mano": ("A mano", manual.show),
    "conflictos": ("Conflictos", conflicts.show),
    "anclas": ("Anclas", anchors.show),
}


def tab_labels(actor: Actor) -> dict[str, str]:
    """Returns the sections with how many possible conflicts wait for a decision."""
    labels = {key: label for key, (label, _) in SECTIONS.items()}
    current = pages.current_call(actor)
    waiting = detection.counts(actor, slug=current.slug).undecided if current else 0
    return labels | ({"conflictos": f"{labels['conflictos']} {waiting}"} if waiting else {})


actor = pages.require_access(Action.ASSIGN)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Asignación", width="content")
    chosen = choose_tab(
        tab_labels(actor),
        key="parte",
        label="Parte",
        resets=(PAGE, "hoja-excusas"),
    )
with show_errors():
    call = pages.require_call(actor)
    SECTIONS[chosen][1](actor, call)
