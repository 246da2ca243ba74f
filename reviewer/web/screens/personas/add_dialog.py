"""The dialogs that add people: one, or a pasted list."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.people import NewPerson, PastedLine
from reviewer.core.spanish import format_count
from reviewer.models import Role
from reviewer.web.screens.personas import one_time_passwords
from reviewer.web.screens.personas.labels import DUTIES, ROLES
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.tables import html_table

_ADDED = "personas-agregadas"


def open_person_dialog(actor: Actor) -> None:
    """Opens the dialog that adds one person."""
    st.session_state.pop(_ADDED, None)
    _person_dialog(actor)


def open_list_dialog(actor: Actor) -> None:
    """Opens the dialog that adds a list."""
    st.session_state.pop(_ADDED, None)
    _list_dialog(actor)


@st.dialog("Agregar persona", on_dismiss="rerun")
def _person_dialog(actor: Actor) -> None:
    if _show_passwords():
        return
    with st.form("persona", border=False):
        name = st.text_input("Nombre y apellidos", autocomplete="off")
        email = st.text_input("Correo", autocomplete="off")
        role = _ask_role()
        sent = st.form_submit_button("Agregar", type="primary")
    if sent:
        with show_errors():
            _store_passwords([people.add_person(actor, email=email, name=name, role=role)])


@st.dialog("Agregar una lista", width="large", on_dismiss="rerun")
def _list_dialog(actor: Actor) -> None:
    if _show_passwords():
        return
    pasted_text = st.text_area(
        "Una persona por línea",
        height=180,
        placeholder="Ana Ñáñez, ana@ejemplo.mx\nLuis Gómez <luis@ejemplo.mx>",
    )
    st.caption("También sirve pegar dos columnas de una hoja de cálculo: nombre y correo.")
    role = _ask_role()
    if not pasted_text.strip():
        st.button("Revisar la lista", type="primary")
        return
    list_lines = people.parse_list(actor, lines=pasted_text)
    valid_lines = [line for line in list_lines if not line.problem]
    _preview(list_lines)
    label = f"Agregar {format_count(len(valid_lines), 'persona', 'personas')}"
    # The key names the text that was previewed: a click made before the text changed adds nothing.
    if valid_lines and st.button(label, type="primary", key=f"agregar-{hash(pasted_text)}"):
        with show_errors(), st.spinner("Preparando las contraseñas…"):
            _store_passwords(people.add_people(actor, lines="\n".join(line.text for line in valid_lines), role=role))


def _preview(list_lines: Sequence[PastedLine]) -> None:
    """Draws how the list was understood, before anybody is added."""
    with st.container(height=min(36 * (len(list_lines) + 1) + 10, 280), border=False):
        html_table(
            ("Línea", "Nombre", "Correo", "Se agregará"),
            (
                (str(line.number), line.name, line.email, f"No: {line.problem}" if line.problem else "Sí")
                for line in list_lines
            ),
        )
    invalid_count = sum(bool(line.problem) for line in list_lines)
    if invalid_count:
        invalid_text = format_count(invalid_count, "línea queda fuera", "líneas quedan fuera")
        st.caption(f"{invalid_text}: corríjalas arriba, o siga sin ellas.")


def _ask_role() -> Role:
    captions = [DUTIES[role] for role in Role]
    return st.radio("Papel", list(Role), format_func=ROLES.__getitem__, captions=captions) or Role.JURY


def _store_passwords(added: list[NewPerson]) -> None:
    """Replaces the form by the passwords."""
    st.session_state[_ADDED] = [
        (entry.person.name, entry.person.email, entry.one_time_password or "") for entry in added
    ]
    st.rerun(scope="fragment")


def _show_passwords() -> bool:
    """Draws the passwords, if there are any; returns whether there are. They are removed from the session."""
    one_time_passwords.close_when_copied()
    added = st.session_state.pop(_ADDED, None)
    if added:
        one_time_passwords.show(added)
    return bool(added)
