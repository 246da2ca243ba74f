"""What stands below a figure, and what the browser can draw: tables that filter, focus, WebGL."""

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
    """Draws HTML whose words are escaped; a click on an element with ``data-pick`` calls ``on_pick``."""
    _render(key=key, data={"html": html}, on_picked_change=on_pick or (lambda: None))


def picked_value(key: str) -> str:
    """Inside ``on_pick``: the ``data-pick`` that was chosen."""
    return str(st.session_state[key].picked)


def watch(*, key: str) -> tuple[bool, bool]:
    """Makes the page's figures reachable by keyboard.

    Returns whether the browser draws with WebGL, and whether its window is narrow. Where it is not as usual
    it says so once, after which the script runs again.
    """
    st.html(f"<style>{source('figures/page.css')}</style>")
    result = _render(
        key=key,
        data={"watch": True},
        on_picked_change=lambda: None,
        on_webgl_change=lambda: None,
        on_narrow_change=lambda: None,
    )
    return getattr(result, "webgl", None) is not False, getattr(result, "narrow", None) is True
