"""Links to files of ours, which our guarded routes hand out."""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

_RECORDED_PARAMS = (
    *("convocatoria", "ver", "lote", "escenario", "acta", "nombres", "resultado"),
    *("que", "desde", "hasta"),
)
_MOST_CHARACTERS = 80  # characters; the longest real one is a call's short name


def recorded_params(params: Mapping[str, str]) -> dict[str, str]:
    """What the trail keeps of a download's parameters; what was typed freely may name people."""
    return {name: params[name][:_MOST_CHARACTERS] for name in _RECORDED_PARAMS if name in params}


def address(path: str, params: Mapping[str, str | None]) -> str:
    """The address of a file; parameters that are None are left out."""
    return f"{path}?{urlencode({key: value for key, value in params.items() if value is not None})}"


def link_to(label: str, href: str) -> None:
    """Draws a link to a file."""
    escaped_label, escaped_href = html.escape(label), html.escape(href)
    st.html(f'<a class="download" href="{escaped_href}" target="_self">{escaped_label}</a>', width="content")
