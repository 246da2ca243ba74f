"""Fetches Plotly's script ahead, so that the first figure need not wait for its megabytes."""

from functools import cache
from pathlib import Path

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.web.ui.component_files import script

_DONE = "plotly_is_prefetched"


def show(actor: Actor) -> None:
    """Lets the browser of somebody who sees the cohort fetch the script in a quiet moment, once a session."""
    if st.session_state.get(_DONE) or not is_allowed(actor, Action.SEE_COHORT):
        return
    st.session_state[_DONE] = True
    component = st.components.v2.component("dictamen_prefetch", html="<span hidden>\n</span>", js=script("prefetch"))
    component(key="prefetch", data={"files": _plotly_files()})


@cache
def _plotly_files() -> list[str]:
    """Returns the addresses of Plotly's script: its name holds a hash of Streamlit's version."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [f"/static/js/{path.name}" for path in sorted(folder.glob("PlotlyChart.*.js"))]
