"""Links to files of our routes, and to pages."""

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
    """Returns the parameters of a download that the audit trail keeps; free text may name people."""
    return {name: params[name][:_MOST_CHARACTERS] for name in _RECORDED_PARAMS if name in params}


def address(path: str, params: Mapping[str, str | None]) -> str:
    """Returns an address with its parameters; those that are None are left out."""
    return f"{path}?{urlencode({key: value for key, value in params.items() if value is not None})}"


def link_to(label: str, href: str, *, new_tab: bool = False) -> None:
    """Draws a link to a file."""
    st.html(download_link(label, href, new_tab=new_tab), width="content")


def download_link(label: str, href: str, *, new_tab: bool = False, spoken: str = "") -> str:
    """Returns a link to a file, as HTML for a table; ``spoken`` is read aloud where ``label`` needs its row."""
    target = 'target="_blank" rel="noopener"' if new_tab else 'target="_self"'
    name = f' aria-label="{html.escape(spoken)}"' if spoken else ""
    return f'<a class="download" href="{html.escape(href)}" {target}{name}>{html.escape(label)}</a>'


def folio_link(label: str, page: str, **params: str) -> str:
    """Returns a link to a page, as HTML for a table."""
    href = html.escape(address(f"/{page}", params))
    return f'<a class="folio" href="{href}" target="_self">{html.escape(label)}</a>'
