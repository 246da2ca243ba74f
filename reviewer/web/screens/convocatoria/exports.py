"""Links to the call's tables, in every format."""

import streamlit as st

from reviewer.web.ui.links import address, download_link, link_to
from reviewer.web.ui.tables import table_of_safe_html

_ADDRESS = "/descargas/exportacion"
_TABLES = {
    "applications": "Postulaciones, con las respuestas y su grupo",
    "scores": "Puntajes",
    "ranking": "Ranking",
    "selection": "Selección",
}
_FORMATS = {"csv": "CSV", "parquet": "Parquet", "json": "JSON"}


def show(slug: str) -> None:
    """Draws the links."""
    st.caption("Llevan nombres, contacto y datos sensibles: guárdelas con cuidado. Cada descarga queda en la bitácora.")
    link_to("Todo en un libro de Excel", address(f"{_ADDRESS}/tablas.xlsx", {"convocatoria": slug}))
    rows = [(label, *(_link(slug, name, ending) for ending in _FORMATS)) for name, label in _TABLES.items()]
    table_of_safe_html(("Tabla", *_FORMATS.values()), rows)


def _link(slug: str, name: str, ending: str) -> str:
    file_name = f"{name}.{ending}"
    return download_link(file_name, address(f"{_ADDRESS}/{file_name}", {"convocatoria": slug}))
