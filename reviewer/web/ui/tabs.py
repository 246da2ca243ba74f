"""What pages share: the parts of one, shown in turn by the address, and what stands where nothing is yet."""

from collections.abc import Mapping

import streamlit as st

NO_APPLICATIONS = "Todavía no hay postulaciones: llegan en los lotes que sube la administración."


def choose_tab(tabs: Mapping[str, str], *, key: str = "ver", label: str = "Ver", default: str = "") -> str:
    """The chosen one of ``tabs`` (labels by name), at first ``default`` or else the first of them.

    ``label`` names the choice for screen readers.
    """
    default_tab = default or next(iter(tabs))
    chosen = st.segmented_control(
        label,
        list(tabs),
        format_func=tabs.__getitem__,
        default=default_tab,
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen or default_tab
