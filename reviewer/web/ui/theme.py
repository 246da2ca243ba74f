"""What the theme's file can't configure: density, and Streamlit's own texts that have no setting."""

import streamlit as st

from reviewer.core.paths import PACKAGE
from reviewer.web.ui.component_files import source

ICON = PACKAGE / "web" / "components" / "icon.png"  # Streamlit loads its own symbols from another host


def apply() -> None:
    """Adds our style sheet to the page."""
    st.html(f"<style>{source('theme.css')}</style>")
