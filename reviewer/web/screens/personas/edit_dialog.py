"""The dialog that changes a person: role, password, sessions, and whether they may log in."""

import streamlit as st

from reviewer.access import open_sessions, people
from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count
from reviewer.models import Person, Role, require_id
from reviewer.web.screens.personas import one_time_passwords
from reviewer.web.screens.personas.labels import DUTIES, ROLES
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

_GENERATED = "contraseña-nueva"


def open_dialog(actor: Actor, person: Person) -> None:
    """Opens the dialog."""
    st.session_state.pop(_GENERATED, None)
    st.dialog(escape_markdown(person.name), width="medium", on_dismiss="rerun")(_draw)(actor, person)


def _draw(actor: Actor, person: Person) -> None:
    one_time_passwords.close_when_copied()
    password = st.session_state.pop(_GENERATED, None)
    if password:
        one_time_passwords.show([(person.name, person.email, password)])
        return
    st.text(person.email)
    if not person.active:
        _reactivation(actor, person)
        return
    _role(actor, person)
    st.divider()
    _password(actor, person)
    _sessions(actor, person)
    if person.id != actor.person_id:
        st.divider()
        _deactivation(actor, person)


def _role(actor: Actor, person: Person) -> None:
    role = st.radio(
        "Papel",
        list(Role),
        index=list(Role).index(person.role),
        format_func=ROLES.__getitem__,
        captions=[DUTIES[role] for role in Role],
    )
    if role is None or role is person.role:
        return
    st.caption("Al cambiar de papel se cierran sus sesiones: entra otra vez, con la misma contraseña.")
    if st.button(f"Dar el papel de {ROLES[role]}", type="primary"):
        perform(people.set_role, actor, person_id=require_id(person), role=role)


def _password(actor: Actor, person: Person) -> None:
    st.markdown("**Contraseña**")
    st.caption("Si la olvidó, se le da otra de un solo uso. La anterior deja de servir y sus sesiones se cierran.")
    if st.button("Dar otra contraseña"):
        with show_errors():
            st.session_state[_GENERATED] = people.reset_password(actor, person_id=require_id(person))
            st.rerun(scope="fragment")


def _sessions(actor: Actor, person: Person) -> None:
    count = open_sessions.count_open(actor, person_id=require_id(person))
    if not count or person.id == actor.person_id:
        return
    st.divider()
    st.markdown(f"**{format_count(count, 'sesión abierta', 'sesiones abiertas')}**")
    st.caption("Si perdió el equipo o lo prestó, se cierran todas; entra otra vez con su contraseña.")
    if st.button("Cerrar sus sesiones"):
        perform(open_sessions.end_all, actor, person_id=require_id(person))


def _deactivation(actor: Actor, person: Person) -> None:
    st.markdown("**Desactivar**")
    st.caption(
        "Sale en este momento de todas partes y no puede volver a entrar. Lo que hizo se conserva, y lo que "
        "tiene asignado sigue a su nombre hasta que la coordinación lo reparta. Se puede deshacer."
    )
    if st.button("Desactivar"):
        perform(people.set_active, actor, person_id=require_id(person), active=False)


def _reactivation(actor: Actor, person: Person) -> None:
    st.markdown("Está desactivada: no puede entrar. Lo que hizo se conserva.")
    st.caption("Al reactivarla entra con la contraseña que tenía; si no la recuerda, dele otra después.")
    if st.button("Reactivar", type="primary"):
        perform(people.set_active, actor, person_id=require_id(person), active=True)
