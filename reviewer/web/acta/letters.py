"""The list to publish and the data of the letters."""

import streamlit as st

from reviewer.calls import CallSpec
from reviewer.decision.outcome.replies import REJECTED, SELECTED, WAITING, FollowUp
from reviewer.web.routes import actas
from reviewer.words import counted

GROUPS = {SELECTED: "Seleccionadas", WAITING: "Lista de espera", REJECTED: "No seleccionadas"}


def show(followed: FollowUp, spec: CallSpec) -> None:
    """Links, each saying what is in it."""
    st.header("Lista para publicar")
    st.write(
        f"{counted(len(followed.people), 'persona', 'personas')} con lugar, por sede y folio. Ya incluye las "
        "sustituciones."
    )
    with st.container(horizontal=True, gap="large"):
        actas.link("Folio y nombre (PDF)", "lista.pdf", convocatoria=spec.slug, nombres="1")
        actas.link("Folio y nombre (CSV)", "lista.csv", convocatoria=spec.slug, nombres="1")
        actas.link("Solo folio (PDF)", "lista.pdf", convocatoria=spec.slug)
        actas.link("Solo folio (CSV)", "lista.csv", convocatoria=spec.slug)
    st.header("Datos para las cartas")
    st.write(
        "Un renglón por persona, con su resultado, su nombre, su correo y lo que la carta necesita: para "
        "combinar correspondencia. Llevan datos personales: cada descarga queda en la bitácora."
    )
    with st.container(horizontal=True, gap="large"):
        actas.link("Todas (XLSX)", "cartas.xlsx", convocatoria=spec.slug)
        actas.link("Todas (CSV)", "cartas.csv", convocatoria=spec.slug)
        for result, label in GROUPS.items():
            of = followed.told[result][1]
            words = f"{label}, {of} (XLSX)"
            actas.link(words, "cartas.xlsx", convocatoria=spec.slug, resultado=result)
