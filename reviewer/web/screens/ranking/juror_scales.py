"""The jury's scales: how each juror scores, with the margin of each figure."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_number
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.web.screens.ranking import labels as ranking_labels
from reviewer.web.ui import tables


def show(viewer: Actor, slug: str) -> None:
    """Draws a row for each juror."""
    st.markdown(
        "Cada persona tiene su escala, y ninguna es la correcta: **el estimado ya la compensa**, así que nadie tiene "
        "que cambiar su manera de calificar. Sirve para entender un lugar que sorprende, no para evaluar al jurado."
    )
    tables.html_table(
        ("Persona", "Lecturas", "Severidad", "Amplitud", "Sus lecturas quedan", "A tener en cuenta"),
        [
            (
                juror.name,
                format_number(juror.reviews),
                ranking_labels.severity(juror),
                ranking_labels.spread(juror),
                ranking_labels.consistency(juror),
                ". ".join(ranking_labels.FLAGS[flag] for flag in juror.flags),
            )
            for juror in ranking_queries.jurors(viewer, slug=slug)
        ],
    )
    st.caption(
        "Severidad: puntos de 100 por encima o por debajo de lo que daría el resto a lo mismo. Amplitud: "
        "cuánto separa lo bueno de lo flojo. La quinta columna: qué tan lejos suelen quedar de lo que dice "
        "el jurado entero. Los ± son el margen de cada cifra; lo que cabe en dos márgenes no se nombra."
    )
