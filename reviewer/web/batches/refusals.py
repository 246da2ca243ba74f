"""Batches that were refused whole: what they were called, when, who brought them, and why."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.intake import history
from reviewer.web.batches import words
from reviewer.web.plain import plain
from reviewer.words import day_and_time


def show(actor: Actor, call_slug: str, spec: CallSpec) -> None:
    """The latest ones; nothing where there is none."""
    found = history.refused(actor, call_slug=call_slug)
    if not found:
        return
    badge = words.STATUSES["refused"]
    st.header("Lotes que no se pudieron tomar")
    st.caption("De estos no se guardó nada. Se muestran los últimos.")
    with st.container(gap="xxsmall"):
        for each in found:
            name, state, when, why = st.columns([5, 1.5, 2, 6], vertical_alignment="center")
            name.text(each.label)
            state.badge(badge.words, color=badge.color)
            when.text(day_and_time(spec.local(each.at)))
            by = f" Lo trajo {plain(each.by)}." if each.by else ""
            why.markdown(f"{plain(each.reason)}{by}")
