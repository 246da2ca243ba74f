"""What pages share: the parts of one, shown in turn by the address, and what stands where nothing is yet."""

from collections.abc import Mapping

import streamlit as st

NO_APPLICATIONS = "Todavía no hay postulaciones: llegan en los lotes que sube la administración."


def choose_view(views: Mapping[str, str], *, key: str = "ver", of: str = "Ver", first: str = "") -> str:
    """The chosen one of ``views`` (labels by name), at first ``first`` or else the first of them.

    ``of`` names the choice for screen readers.
    """
    start = first or next(iter(views))
    chosen = st.segmented_control(
        of,
        list(views),
        format_func=views.__getitem__,
        default=start,
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen or start
