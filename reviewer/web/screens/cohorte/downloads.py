"""Downloads: the report of all figures as PDF, and the figures that may be published."""

import html
from collections.abc import Mapping

import streamlit as st

from reviewer.cohort import publication
from reviewer.cohort.filters import CohortSession
from reviewer.figures.published import PUBLIC_FIGURES
from reviewer.figures.registry import FigureChoices
from reviewer.web.charts import card
from reviewer.web.screens.cohorte.address import ADDRESS, to_params
from reviewer.web.ui import links


def show(cohort: CohortSession, choices: FigureChoices) -> None:
    """Draws the links to both reports and to the public figures."""
    params = to_params(cohort.subset, choices)
    st.header("Informe para la coordinación")
    st.markdown(
        "Todas las figuras con los filtros puestos, en pocas páginas para imprimir. Muestra todas las "
        "cuentas: no lo publique."
    )
    links.link_to("Descargar informe (PDF)", links.address(f"{ADDRESS}/informe.pdf", params))
    st.header("Para publicar")
    if publication.is_call_open(cohort):
        st.info(
            "Habrá cifras para publicar cuando cierre la recepción de postulaciones: antes, dos versiones "
            "restadas dirían quién llegó entre ellas."
        )
        return
    st.markdown(
        "De la cohorte entera, sin filtros ni cruces. Se reservan las cuentas menores de cinco, y otras más "
        "para que ninguna se pueda obtener restando. Publique una sola vez por etapa: dos versiones de días "
        "distintos, o con otras reglas de los grupos, restadas, dicen qué cambió entre ellas."
    )
    public: dict[str, str | None] = {"convocatoria": cohort.subset.call_slug, "publico": "1"}
    links.link_to("Descargar informe público (PDF)", links.address(f"{ADDRESS}/informe.pdf", public))
    rows = "".join(
        f"<tr><td>{html.escape(heading)}</td><td>{_links(name, f'{heading}, pública', public)}</td></tr>"
        for name, heading in PUBLIC_FIGURES.items()
    )
    st.html(
        '<table class="lines takes"><thead><tr><th scope="col">Figura pública</th>'
        f'<th scope="col">Descargar</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _links(name: str, heading: str, params: Mapping[str, str | None]) -> str:
    return card.download_links(name, address=ADDRESS, params=params, heading=heading)
