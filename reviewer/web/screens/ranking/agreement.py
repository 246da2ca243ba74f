"""Agreement of the jury: each figure with its meaning and what to do about it."""

from typing import Any

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_number, format_percent
from reviewer.web.ui import tables

# Krippendorff (2004): .667 is the least for cautious conclusions. Bornmann, Mutz and Daniel (2010) report a
# mean of .34 for the reliability of peer review.
HIGH, FAIR, LOW = 0.667, 0.34, 0.15


def show(agreement: dict[str, Any], spec: CallSpec) -> None:
    """Draws reliability, agreement by criterion, and the sources of variance."""
    _reliability(agreement)
    _criteria(agreement["alpha"], spec)
    _shares(agreement["shares"])


def _reliability(agreement: dict[str, Any]) -> None:
    st.header("Una lectura y varias")
    single, mean, readings = agreement["single"], agreement["mean"], agreement["readings"]
    if single is None:
        st.info("Todavía ninguna postulación tiene dos lecturas: no se puede medir el acuerdo.")
        return
    single, mean = max(single, 0.0), max(mean, 0.0)
    with st.container(horizontal=True):
        st.metric("Fiabilidad de una sola lectura (ICC)", f"{single:.2f}", border=True, width=300)
        st.metric(f"De la media de {format_number(readings)} lecturas", f"{mean:.2f}", border=True, width=300)
    st.markdown(
        f"Si otro jurado igual leyera lo mismo, el parecido entre sus medias y las de éste sería de "
        f"**{mean:.2f}**, donde 0 es ninguno y 1 es total. {_advice(mean)}"
    )


def _advice(mean: float) -> str:
    if mean >= HIGH:
        return "Basta para separar lo alto de lo bajo; cerca del corte sigue contando cada lectura."
    return "Lo que más ayuda son más lecturas cerca del corte: vea «Más lecturas»."


def _criteria(alpha: list[float | None], spec: CallSpec) -> None:
    st.header("Por criterio")
    rows = []
    for criterion, value in zip(spec.criteria, alpha, strict=True):
        figure = "–" if value is None else f"{value:.2f}"
        rows.append((criterion.label, figure, *_interpret_alpha(value)))
    tables.html_table(("Criterio", "Alfa", "Qué dice", "Qué hacer"), rows)
    st.caption(
        "Alfa de Krippendorff para niveles ordenados: 1 es acuerdo perfecto, 0 el que daría el azar. En la "
        "revisión entre colegas de la ciencia lo usual es .34."
    )


def _interpret_alpha(alpha: float | None) -> tuple[str, str]:
    if alpha is None:
        return "Aún no se puede medir", "Espere a que haya postulaciones con dos lecturas"
    if alpha >= HIGH:
        return "El jurado ve lo mismo", "Nada"
    if alpha >= FAIR:
        return (
            "Acuerdo como el de quien juzga textos con oficio",
            "Nada; confíe en la media, no en una lectura",
        )
    if alpha >= LOW:
        return (
            "Acuerdo débil: cada quien mira algo distinto",
            "Comenten entre todos dos o tres postulaciones y qué separa un nivel del siguiente",
        )
    return (
        "Casi sin acuerdo: el puntaje depende de quién lee",
        "Reescriban los niveles de este criterio antes de la próxima convocatoria; en ésta, que pese poco en "
        "la deliberación",
    )


def _shares(shares: list[float] | None) -> None:
    st.header("De qué dependen los puntajes")
    if shares is None:
        st.info("Hacen falta postulaciones con dos lecturas, de personas distintas, para separarlo.")
        return
    merit, juror, rest = shares
    with st.container(horizontal=True):
        for label, share in (
            ("De la postulación", merit),
            ("De la escala de quien lee", juror),
            ("Del gusto y del momento", rest),
        ):
            st.metric(label, format_percent(share), border=True, width=240)
    st.markdown(
        f"De lo que varía un puntaje, {format_percent(merit)} se debe a la postulación. El {format_percent(juror)} que "
        "se debe a la severidad de cada quien **ya está descontado en el estimado**; el resto solo lo bajan más "
        "lecturas."
    )
