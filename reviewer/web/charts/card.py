"""A figure as pages show it: what is to be seen in it, the figure, its table and its CSV."""

import html
from collections.abc import Callable, Iterable, Mapping
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
    classes = [' class="n"' if _is_of_numbers(place, table) else "" for place in range(len(table.columns))]
    head = _row(
        (f"<th scope='col'{each}>", column) for each, column in zip(classes, table.columns, strict=True)
    )
    body = "".join(
        _row((f"<td{each}>", cell) for each, cell in zip(classes, row, strict=True)) for row in table.rows
    )
    st.html(
        f'<table class="numbers"><caption>{html.escape(table.title)}</caption>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def _is_of_numbers(place: int, table: Table) -> bool:
    """Whether a column stands to the right. The first one holds names, even where they are ages."""
    return place > 0 and any(isinstance(row[place], int | float) for row in table.rows)


def _row(cells: Iterable[tuple[str, Cell]]) -> str:
    return f"<tr>{''.join(f'{opening}{_written(cell)}' for opening, cell in cells)}</tr>"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    if isinstance(cell, int):
        return number(cell)
    return html.escape(cell if isinstance(cell, str) else day(cell))
