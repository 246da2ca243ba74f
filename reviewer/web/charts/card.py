"""A figure as pages show it: what is to be seen in it, the figure, its table and its CSV."""

import html
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from reviewer.tables import Cell, Table
from reviewer.web.routes import downloads
from reviewer.words import day, number

# Plotly's toolbar has no Spanish here, and nothing in it is needed.
CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}


def show(
    figure: go.Figure,
    *,
    heading: str,
    sentence: str,
    table: Table,
    download: tuple[str, dict[str, str | None]],
    note: str = "",
    key: str | None = None,
    on_choose: Callable[[], None] | None = None,
) -> None:
    """Draws a card. ``download`` is a name of ``downloads.TABLES`` and its parameters.

    ``on_choose`` is called after a click on a point of the figure, which the session state holds at ``key``.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.html(f'<h2 class="card">{html.escape(heading)}</h2>')
        st.markdown(sentence)
        st.plotly_chart(
            figure,
            key=key,
            config=CONFIG,
            alt=f"{heading}. {sentence}",
            on_select=on_choose or "ignore",
            selection_mode="points",
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.popover("Ver tabla", type="tertiary"):
                show_table(table)
                if note:
                    st.caption(note)
            name, params = download
            downloads.link("Descargar CSV", name, **params)


def show_total(count: int, words: str) -> None:
    """Draws a number with what it counts."""
    st.html(f'<p class="total"><b>{number(count)}</b> {html.escape(words)}</p>', width="content")


def show_table(table: Table) -> None:
    """Draws a table as plain HTML: read by screen readers, without a toolbar of Streamlit's."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in table.columns)
    body = "".join(f"<tr>{''.join(_cell(each) for each in row)}</tr>" for row in table.rows)
    st.html(
        f'<table class="numbers"><caption>{html.escape(table.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: Cell) -> str:
    if isinstance(value, int | float):
        return f'<td class="n">{number(value) if isinstance(value, int) else f"{value:,.1f}"}</td>'
    return f"<td>{html.escape(_words(value))}</td>"


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else day(value)
