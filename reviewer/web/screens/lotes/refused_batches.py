"""Batches that were refused as a whole, and why."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_day_and_time
from reviewer.intake.batch import queries as batch_queries
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.markdown_escape import escape_markdown


def show(actor: Actor, slug: str, spec: CallSpec) -> None:
    """Draws the latest ones; nothing where there is none."""
    refused_batches = batch_queries.refused_batches(actor, slug=slug)
    if not refused_batches:
        return
    badge = lotes_labels.STATUSES["refused"]
    st.header("Lotes que no se pudieron tomar")
    st.caption("De estos no se guardó nada. Se muestran los últimos.")
    with st.container(gap="xxsmall"):
        for batch in refused_batches:
            name, state, when, why = st.columns([5, 1.5, 2, 6], vertical_alignment="center")
            name.text(batch.label)
            with state:
                badge.draw()
            when.text(format_day_and_time(spec.local(batch.at)))
            by = f" Lo trajo {escape_markdown(batch.by)}." if batch.by else ""
            why.markdown(f"{escape_markdown(batch.reason)}{by}")
