"""The pager and the search box of lists; the address holds the page and the words."""

from math import ceil
from typing import Any

import streamlit as st

from reviewer.web.ui import address

PAGE = "hoja"  # the address's parameter for the page of a screen's only list


def page_offset(total: int, rows: int, *, key: str = PAGE) -> int:
    """Draws a pager where ``total`` rows take more than one page of ``rows``.

    Returns how many rows come before the chosen page. A page beyond the last one is the last one.
    """
    pages = ceil(total / rows)
    if pages < 2:
        return 0
    arguments = _arguments(key)
    st.session_state[key] = min(st.session_state[key], pages)
    return (st.pagination(pages, **arguments) - 1) * rows


def requested_offset(rows: int, *, key: str = PAGE) -> int:
    """Returns how many rows come before the chosen page, for a list whose pager is drawn below it."""
    _arguments(key)
    return (int(st.session_state[key]) - 1) * rows


def search_box(
    placeholder: str,
    *,
    key: str = "buscar",
    resets: str = PAGE,
    label: str = "Buscar",
    label_visible: bool = False,
    width: int | None = None,
) -> str:
    """Draws a search box; a change goes back to the first page of the pager ``resets``. Returns its words."""
    words: str = st.text_input(
        label,
        placeholder=placeholder,
        label_visibility="visible" if label_visible else "collapsed",
        icon=":material/search:",
        width=width or "stretch",
        **address.connect(key, default="", parse=str, resets=(resets,)),
    )
    return words.strip()


def _arguments(key: str) -> dict[str, Any]:
    return address.connect(key, default=1, parse=_page_number)


def _page_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0 else None
