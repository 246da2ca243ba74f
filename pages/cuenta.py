"""A person's own account: the call shown, sessions, keyboard, password, log-out."""

from datetime import datetime

import streamlit as st

from reviewer.access.permissions import Action, is_allowed
from reviewer.call import spec
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.web.auth import account, pages
from reviewer.web.screens.personas.labels import ROLES
from reviewer.web.ui import keyboard
from reviewer.web.ui.markdown_escape import escape_markdown

actor = pages.require_access()
_, middle, _ = st.columns([1, 1.6, 1])
with middle:
    st.title(escape_markdown(actor.name))
    if actor.role is not None:
        st.caption(ROLES[actor.role])
    account.log_out_button()
    titles = {call.slug: call.title for call in spec.list_calls()}
    call = pages.current_call(actor)
    if call is not None and len(titles) > 1:
        slugs = list(titles)
        chosen = st.selectbox("Convocatoria", slugs, slugs.index(call.slug), format_func=titles.__getitem__)
        st.session_state["call"] = chosen
    if is_allowed(actor, Action.SEE_TRAIL):
        st.page_link(ROOT / "pages" / "bitacora.py", label="Ver la bitácora", icon=":material/history:")
    st.header("Sesiones abiertas")
    account.list_sessions(actor, spec_of(call).local if call else datetime.astimezone)
    st.header("Teclado")
    keyboard.show_toggle(actor)
    st.header("Cambiar la contraseña")
    if account.password_form(actor):
        st.success("Contraseña cambiada. Sus otras sesiones se cerraron.")
