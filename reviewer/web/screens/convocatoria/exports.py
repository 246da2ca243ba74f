"""Links to the call's tables, in every format."""

import streamlit as st

from reviewer.web.ui.links import address, download_link, link_to
from reviewer.web.ui.tables import table_of_safe_html

_ADDRESS = "/descargas/exportacion"
_TABLES = {
    "applications": "Postulaciones",
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
    table_of_safe_html(("Tabla", *("" for _ in _FORMATS)), rows)


def _link(slug: str, name: str, ending: str) -> str:
    href = address(f"{_ADDRESS}/{name}.{ending}", {"convocatoria": slug})
    return download_link(_FORMATS[ending], href, spoken=f"{_TABLES[name]}, {_FORMATS[ending]}")
