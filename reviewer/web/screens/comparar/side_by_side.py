"""Readings of one application side by side."""

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_number
from reviewer.jury.discussion.comparison import ComparedApplication
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.tables import html_table


def show(application: ComparedApplication, spec: CallSpec) -> None:
    """Draws a table: a row for each juror, a column for each criterion, and the total."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(application.folio)}**", width="content")
            st.text(application.title or "Sin título", width="stretch")
            if application.anchor:
                st.badge("Ancla", color="blue")
            summary = (
                f"Promedio {format_number(application.mean)} · diferencia "
                f"{format_number(application.difference)} puntos de 100"
            )
            st.text(summary, width="content")
        html_table(
            ("Persona", *(criterion.label for criterion in spec.criteria), "Total de 100"),
            (
                (
                    f"{reading.juror} (usted)" if reading.is_own else reading.juror,
                    *(str(reading.levels.get(criterion.key, "–")) for criterion in spec.criteria),
                    format_number(reading.points),
                )
                for reading in application.readings
            ),
        )
        _widest_gap(application, spec)


def _widest_gap(application: ComparedApplication, spec: CallSpec) -> None:
    """Draws the criterion in which the jurors differ most."""
    spans = {
        criterion.label: max(levels) - min(levels)
        for criterion in spec.criteria
        if len(
            levels := [
                reading.levels[criterion.key] for reading in application.readings if criterion.key in reading.levels
            ]
        )
        > 1
    }
    widest = max(spans, key=lambda label: spans[label], default=None)
    if widest is not None and spans[widest] > 1:
        st.caption(f"Donde más se separan: {escape_markdown(widest)}, por {spans[widest]} niveles.")
