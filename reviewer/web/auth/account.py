"""A person's own account: the password, the open sessions and log-out."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from reviewer.access import open_sessions as sessions
from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.passwords import MIN_LENGTH
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_day_and_time
from reviewer.web.components import bridge
from reviewer.web.ui.errors import perform
from reviewer.web.ui.markdown_escape import escape_markdown, escape_sentence


def change_first_password(actor: Actor) -> None:
    """Draws the only screen of a person whose one-time password somebody else has seen."""
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle:
        st.title("Elija su contraseña")
        st.write(f"{escape_markdown(actor.name)}: la que recibió sirve una sola vez. Elija una que solo usted conozca.")
        if password_form(actor, old_label="Contraseña de un solo uso"):
            st.rerun()
        log_out_button()


def password_form(actor: Actor, *, old_label: str = "Contraseña actual") -> bool:
    """Draws a form that changes the password; returns whether it has just been changed."""
    with st.form("contraseña", enter_to_submit=True):
        old = st.text_input(old_label, type="password", autocomplete="current-password")
        new = st.text_input(
            f"Contraseña nueva (al menos {MIN_LENGTH} caracteres)",
            type="password",
            autocomplete="new-password",
        )
        again = st.text_input("Contraseña nueva, otra vez", type="password", autocomplete="new-password")
        if not st.form_submit_button("Guardar", type="primary"):
            return False
    try:
        if new != again:
            raise UserError("Las dos contraseñas nuevas no son iguales.")
        people.change_password(actor, old=old, new=new)
    except UserError as error:
        st.error(escape_sentence(error))
        return False
    return True


def list_sessions(actor: Actor, local: Callable[[datetime], datetime]) -> None:
    """Draws where the person is logged in; other sessions can be ended. ``local`` converts to a time zone."""
    login_sessions = sessions.list_own(actor)
    for login_session in login_sessions:
        text_column, button_column = st.columns([5, 1], vertical_alignment="center")
        started, last_used = (
            format_day_and_time(local(login_session.started_at)),
            format_day_and_time(local(login_session.last_seen_at)),
        )
        with text_column, st.container(gap=None):
            st.text(login_session.origin or "un navegador")
            st.caption(f"desde {started} · último uso {last_used}")
        with button_column:
            if login_session.is_current:
                st.badge("Esta", color="green")
            elif st.button("Cerrar", key=f"sesion-{login_session.id}"):
                perform(sessions.end_own, actor, session_id=login_session.id)
    if len(login_sessions) > 1 and st.button("Cerrar todas las demás"):
        perform(sessions.end_others, actor)


def log_out_button() -> None:
    """Draws the button that ends the session."""
    if st.button("Salir", icon=":material/logout:"):
        bridge.post("/salir", {}, then="/")
