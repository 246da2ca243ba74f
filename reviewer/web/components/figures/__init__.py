"""Figures that answer: a part of one is pointed at, or chosen by mouse or keyboard."""

from collections.abc import Callable

import streamlit as st

from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_figures",
    html="<div class='figures'>\n</div>",
    css=source("figures/style.css"),
    js=script("figures"),
)


def show(html: str, *, key: str, on_pick: Callable[[], None] | None = None) -> None:
    """Draws HTML with our figures in it, whose words have been escaped (see ``charts.card``)."""
    _render(key=key, data={"html": html}, on_picked_change=on_pick or (lambda: None))


def picked_value(key: str) -> str:
    """Inside ``on_pick``: what was chosen."""
    return str(st.session_state[key].picked)
