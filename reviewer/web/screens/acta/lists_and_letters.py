"""The list for publication and the data for letters."""

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count
from reviewer.decision.outcome.replies import REJECTED, SELECTED, WAITING, FollowUp
from reviewer.web.routes import actas

GROUPS = {SELECTED: "Seleccionadas", WAITING: "Lista de espera", REJECTED: "No seleccionadas"}


def show(follow_up: FollowUp, spec: CallSpec) -> None:
    """Draws the links to both."""
    st.header("Lista para publicar")
    st.write(
        f"{format_count(len(follow_up.people), 'persona', 'personas')} con lugar, por sede y folio. Ya incluye las "
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
            count = follow_up.notified_counts[result][1]
            link_label = f"{label}, {count} (XLSX)"
            actas.link(link_label, "cartas.xlsx", convocatoria=spec.slug, resultado=result)
