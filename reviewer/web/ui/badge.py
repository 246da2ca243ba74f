"""A word or two in a colour."""

import html
from typing import Literal, NamedTuple

import streamlit as st

Color = Literal["green", "orange", "red", "blue", "gray"]


class Badge(NamedTuple):
    """A text and its colour."""

    text: str
    color: Color

    def draw(self, *, width: int | Literal["content"] = "content") -> None:
        """Draws the badge."""
        st.badge(self.text, color=self.color, width=width)

    def html(self) -> str:
        """Returns the text after a dot in the colour, for a table (see ``components/batches.css``)."""
        return f'<span class="mark {self.color}"></span>{html.escape(self.text)}'
