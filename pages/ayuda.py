"""Help: how each role does its part."""

import streamlit as st

from reviewer.models import Role
from reviewer.paths import ROOT
from reviewer.web import gate

GUIDES = {Role.JURY: "jurado", Role.COORDINATOR: "coordinacion", Role.ADMIN: "administracion"}

actor = gate.page()
if actor.role is not None:
    guide = ROOT / "docs" / "guia" / f"{GUIDES[actor.role]}.md"
    _, middle, _ = st.columns([1, 4, 1])
    middle.markdown(guide.read_text(encoding="utf-8"))
