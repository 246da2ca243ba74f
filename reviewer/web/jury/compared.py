"""Readings of one application side by side."""

import streamlit as st

from reviewer.calls import CallSpec
from reviewer.jury.comparison import Compared
from reviewer.web.lines import table
from reviewer.web.plain import plain
from reviewer.words import number


def show(each: Compared, spec: CallSpec) -> None:
    """A table: a juror a line, a criterion a column, and what their scores come to."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(each.folio)}**", width="content")
            st.text(each.title or "Sin título", width="stretch")
            if each.anchor:
                st.badge("Ancla", color="blue")
            words = f"Promedio {number(each.mean)} · diferencia {number(each.difference)} puntos de 100"
            st.text(words, width="content")
        table(
            ("Persona", *(criterion.label for criterion in spec.criteria), "Total de 100"),
            (
                (
                    f"{reading.juror} (usted)" if reading.hers else reading.juror,
                    *(str(reading.levels.get(criterion.key, "–")) for criterion in spec.criteria),
                    number(reading.points),
                )
                for reading in each.readings
            ),
        )
        _apart(each, spec)


def _apart(each: Compared, spec: CallSpec) -> None:
    """Where they differ most: what a meeting would talk about first."""
    spans = {
        criterion.label: max(levels) - min(levels)
        for criterion in spec.criteria
        if len(levels := [its.levels[criterion.key] for its in each.readings if criterion.key in its.levels])
        > 1
    }
    widest = max(spans, key=lambda label: spans[label], default=None)
    if widest is not None and spans[widest] > 1:
        st.caption(f"Donde más se separan: {plain(widest)}, por {spans[widest]} niveles.")
