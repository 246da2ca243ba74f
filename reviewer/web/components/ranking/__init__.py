"""The ranking's table: its headers sort and its folios open, both on the server."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import streamlit as st

from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_ranking",
    html=source("ranking/markup.html"),
    css=source("ranking/style.css"),
    js=script("ranking"),
)


class Column(TypedDict):
    """A column: the key of its cells, its header and what that means; ``order`` "" can't be sorted by."""

    key: str
    label: str
    help: str
    order: str
    number: bool


class Click(NamedTuple):
    """What was clicked in the one run after it: a header's order, or a folio."""

    sort: str | None
    open: str | None


def ranking_table(
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    *,
    order: str,
    descending: bool,
    cut: str,
    key: str,
) -> Click:
    """Draws the rows. A row has a text a column, its ``share`` for the chance's bar, ``marks`` as a list, and
    ``cut`` where the last seat ends below it (``cut`` says so in words).
    """
    result = _render(
        key=key,
        data={
            "columns": list(columns),
            "rows": list(rows),
            "order": order,
            "descending": descending,
            "cut": cut,
        },
        on_sort_change=lambda: None,
        on_open_change=lambda: None,
    )
    return Click(result.sort, result.open)
