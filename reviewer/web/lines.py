"""Plain tables of words: read by screen readers and by the browser's own search."""

import html
from collections.abc import Iterable, Sequence

import streamlit as st


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draws a table of texts, given as they are."""
    table_of_html(head, ([html.escape(cell) for cell in row] for row in rows))


def table_of_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draws a table whose cells are HTML that was made safe already."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    names = "".join(f'<th scope="col">{html.escape(each)}</th>' if each else "<td></td>" for each in head)
    top = f"<thead><tr>{names}</tr></thead>" if any(head) else ""
    st.html(f'<table class="lines">{top}<tbody>{body}</tbody></table>')
