"""A figure as pages show it: what is to be seen in it, the figure, its table and its CSV."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from reviewer.tables import Cell, Table
from reviewer.web.routes import downloads
from reviewer.words import day, number

# Plotly's toolbar has no Spanish here, and nothing in it is needed.
CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}


@dataclass(frozen=True)
class Card:
    """What belongs together. ``name`` is that of its CSV in ``downloads.TABLES``."""

    name: str
    heading: str
    sentence: str
    figure: go.Figure
    table: Table
    note: str = ""


def show(
    card: Card,
    *,
    params: Mapping[str, str | None],
    key: str | None = None,
    on_choose: Callable[[], None] | None = None,
) -> None:
    """Draws a card; ``params`` are its download's.

    ``on_choose`` is called after a click on a point of the figure, which the session state holds at ``key``.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.html(f'<h2 class="card">{html.escape(card.heading)}</h2>')
        st.markdown(card.sentence)
        st.plotly_chart(
            card.figure,
            key=key,
            config=CONFIG,
            alt=f"{card.heading}. {card.sentence}",
            on_select=on_choose or "ignore",
            selection_mode="points",
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.popover("Ver tabla", type="tertiary"):
                show_table(card.table)
                if card.note:
                    st.caption(card.note)
            downloads.link("Descargar CSV", card.name, **params)


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
    if isinstance(value, float):
        return f'<td class="n">{value:,.1f}</td>'
    if isinstance(value, int):
        return f'<td class="n">{number(value)}</td>'
    return f"<td>{html.escape('' if value is None else value if isinstance(value, str) else day(value))}</td>"
