"""Widgets whose value is kept in the page's address, so that a reload, the back button and a link keep it.

Streamlit's own ``bind="query-params"`` writes the labels of choices into the address, and ignores unknown
values without telling the person.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from reviewer.core.text import fold
from reviewer.web.ui.markdown_escape import escape_markdown

T = TypeVar("T")
MAX_QUOTED = 40  # characters of an unknown value that the page repeats


def slug(text: str) -> str:
    """Returns a text as an address holds it: «Línea de comandos» becomes ``linea-de-comandos``."""
    return fold(text).replace(" ", "-")


def connect(
    key: str,
    *,
    default: T,
    parse: Callable[[str], T | None],
    text: Callable[[T], str] = str,
    resets: tuple[str, ...] = (),
    omit_default: bool = True,
) -> dict[str, Any]:
    """Ties a widget to the parameter ``key`` of the address; returns the widget's arguments.

    The widget takes its value from the address when the page is opened and when a person goes back or forward
    in the browser. ``parse`` returns None for a text that stands for no value: the page then says so, and the
    widget has the value ``default``. A change of the widget is written to the address and removes the
    parameters ``resets`` (mostly of pagers). With ``omit_default`` the address never holds the default value.
    """
    requested = st.query_params.get(key)
    known = None if requested is None else parse(requested)
    if key not in st.session_state or _is_history_navigation():
        if requested is not None and known is None:
            _warn_of_unknown(key, requested)
        st.session_state[key] = default if known is None else known
    elif st.session_state[key] != (default if known is None else known):
        # The browser sent this change before it received the address that an earlier change led to.
        _write({key: _text(key, default, text, omit_default)})
    return {"key": key, "on_change": _note_change, "args": (key, default, text, resets, omit_default)}


def change(params: Mapping[str, str | None]) -> None:
    """Sets parameters of the address, or removes those that are None; their widgets take the new values."""
    for key in params:
        st.session_state.pop(key, None)
    _write(params)


def _note_change(key: str, default: T, text: Callable[[T], str], resets: tuple[str, ...], omit_default: bool) -> None:
    for pager in resets:
        st.session_state.pop(pager, None)
    _write({key: _text(key, default, text, omit_default), **dict.fromkeys(resets)})


def _text(key: str, default: T, text: Callable[[T], str], omit_default: bool) -> str | None:
    value = st.session_state[key]
    return None if value is None or (omit_default and value == default) else text(value)


def _write(params: Mapping[str, str | None]) -> None:
    """Writes all changes at once, so that they make one entry of the browser's history."""
    before = st.query_params.to_dict()
    after = {key: value for key, value in {**before, **params}.items() if value is not None}
    if after != before:
        st.query_params.from_dict(after)


def _warn_of_unknown(key: str, requested: str) -> None:
    quoted = escape_markdown(f"{key}={requested[:MAX_QUOTED]}")
    st.warning(f"La dirección pide «{quoted}», que aquí no existe: la página se muestra como al abrirla.")


def _is_history_navigation() -> bool:
    """Whether the script runs because a person went back or forward in the browser."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
