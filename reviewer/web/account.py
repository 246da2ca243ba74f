"""One's own account: the password and the way out."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from reviewer.access import open_sessions as sessions
from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.passwords import SHORTEST
from reviewer.errors import Refused
from reviewer.web.components import bridge
from reviewer.web.plain import plain, sentence
from reviewer.web.told import told
from reviewer.words import day_and_time


def change_first_password(actor: Actor) -> None:
    """The one screen of a person whose password somebody else knows."""
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle:
        st.title("Elija su contraseña")
        st.write(f"{plain(actor.name)}: la que recibió sirve una sola vez. Elija una que solo usted conozca.")
        if password_form(actor, old_label="Contraseña de un solo uso"):
            st.rerun()
        leave_button()


def password_form(actor: Actor, *, old_label: str = "Contraseña actual") -> bool:
    """A form to change one's password; whether it was changed just now."""
    with st.form("contraseña", enter_to_submit=True):
        old = st.text_input(old_label, type="password", autocomplete="current-password")
        new = st.text_input(
            f"Contraseña nueva (al menos {SHORTEST} caracteres)", type="password", autocomplete="new-password"
        )
        again = st.text_input("Contraseña nueva, otra vez", type="password", autocomplete="new-password")
        if not st.form_submit_button("Guardar", type="primary"):
            return False
    try:
        if new != again:
            raise Refused("Las dos contraseñas nuevas no son iguales.")
        people.change_password(actor, old=old, new=new)
    except Refused as error:
        st.error(sentence(error))
        return False
    return True


def open_sessions(actor: Actor, local: Callable[[datetime], datetime]) -> None:
    """Where one is logged in, with the way to end what one does not recognise; ``local`` gives the zone."""
    found = sessions.own(actor)
    for each in found:
        words, way = st.columns([5, 1], vertical_alignment="center")
        began, seen = day_and_time(local(each.started_at)), day_and_time(local(each.last_seen_at))
        with words, st.container(gap=None):
            st.text(each.origin or "un navegador")
            st.caption(f"desde {began} · último uso {seen}")
        with way:
            if each.is_this_one:
                st.badge("Esta", color="green")
            elif st.button("Cerrar", key=f"sesion-{each.id}"):
                with told():
                    sessions.end(actor, session_id=each.id)
                    st.rerun()
    if len(found) > 1 and st.button("Cerrar todas las demás"):
        with told():
            sessions.end_others(actor)
            st.rerun()


def leave_button() -> None:
    """Ends the session everywhere at once."""
    if st.button("Salir", icon=":material/logout:"):
        bridge.post("/salir", {}, then="/")
