"""Plain HTML tables, which screen readers and the browser's search can read."""

import html
from collections.abc import Iterable, Sequence

import streamlit as st


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draws a table of plain texts."""
    table_of_safe_html(head, ([html.escape(cell) for cell in row] for row in rows))


def table_of_safe_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draws a table whose cells are HTML that is already escaped."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    header_cells = "".join(f'<th scope="col">{html.escape(label)}</th>' if label else "<td></td>" for label in head)
    table_head = f"<thead><tr>{header_cells}</tr></thead>" if any(head) else ""
    st.html(f'<table class="lines">{table_head}<tbody>{body}</tbody></table>')
