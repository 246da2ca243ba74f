"""The jury's scales: how each person scores, and how sure that is."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision import standings
from reviewer.web import lines
from reviewer.web.ranking import words
from reviewer.words import format_number


def show(viewer: Actor, slug: str) -> None:
    """Draws a line a juror."""
    st.markdown(
        "Cada persona tiene su escala, y ninguna es la correcta: **el estimado ya la compensa**, así que "
        "nadie tiene que cambiar su manera de calificar. Sirve para entender un lugar que sorprende, no para "
        "evaluar al jurado."
    )
    lines.html_table(
        ("Persona", "Lecturas", "Severidad", "Amplitud", "Sus lecturas quedan", "A tener en cuenta"),
        [
            (
                juror.name,
                format_number(juror.reviews),
                words.severity(juror),
                words.spread(juror),
                words.consistency(juror),
                ". ".join(words.FLAGS[flag] for flag in juror.flags),
            )
            for juror in standings.jurors(viewer, slug=slug)
        ],
    )
    st.caption(
        "Severidad: puntos de 100 por encima o por debajo de lo que daría el resto a lo mismo. Amplitud: "
        "cuánto separa lo bueno de lo flojo. La quinta columna: qué tan lejos suelen quedar de lo que dice "
        "el jurado entero. Los ± son el margen de cada cifra; lo que cabe en dos márgenes no se nombra."
    )
