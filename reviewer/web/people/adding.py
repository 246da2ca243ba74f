"""The dialogs that add people: one, or a pasted list."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.people import Added, ListLine
from reviewer.models import Role
from reviewer.web.lines import table
from reviewer.web.people import given
from reviewer.web.people.words import DUTIES, ROLES
from reviewer.web.told import told
from reviewer.words import counted

_ADDED = "personas-agregadas"


def open_person_dialog(actor: Actor) -> None:
    """Asks for one person."""
    st.session_state.pop(_ADDED, None)
    _person_dialog(actor)


def open_list_dialog(actor: Actor) -> None:
    """Asks for a list."""
    st.session_state.pop(_ADDED, None)
    _list_dialog(actor)


@st.dialog("Agregar persona", on_dismiss="rerun")
def _person_dialog(actor: Actor) -> None:
    if _shown():
        return
    with st.form("persona", border=False):
        name = st.text_input("Nombre y apellidos", autocomplete="off")
        email = st.text_input("Correo", autocomplete="off")
        role = _ask_role()
        sent = st.form_submit_button("Agregar", type="primary")
    if sent:
        with told():
            _keep([people.add_person(actor, email=email, name=name, role=role)])


@st.dialog("Agregar una lista", width="large", on_dismiss="rerun")
def _list_dialog(actor: Actor) -> None:
    if _shown():
        return
    lines = st.text_area(
        "Una persona por línea",
        height=180,
        placeholder="Ana Ñáñez, ana@ejemplo.mx\nLuis Gómez <luis@ejemplo.mx>",
    )
    st.caption("También sirve pegar dos columnas de una hoja de cálculo: nombre y correo.")
    role = _ask_role()
    if not lines.strip():
        st.button("Revisar la lista", type="primary")
        return
    read = people.read_list(actor, lines=lines)
    good = [each for each in read if not each.problem]
    _preview(read)
    label = f"Agregar {counted(len(good), 'persona', 'personas')}"
    # The key names the text that was previewed: a click made before the text changed adds nothing.
    if good and st.button(label, type="primary", key=f"agregar-{hash(lines)}"):
        with told(), st.spinner("Preparando las contraseñas…"):
            _keep(people.add_people(actor, lines="\n".join(each.text for each in good), role=role))


def _preview(read: Sequence[ListLine]) -> None:
    """What was understood, before anybody is added."""
    with st.container(height=min(36 * (len(read) + 1) + 10, 280), border=False):
        table(
            ("Línea", "Nombre", "Correo", "Se agregará"),
            (
                (str(each.number), each.name, each.email, f"No: {each.problem}" if each.problem else "Sí")
                for each in read
            ),
        )
    bad = sum(bool(each.problem) for each in read)
    if bad:
        left_out = counted(bad, "línea queda fuera", "líneas quedan fuera")
        st.caption(f"{left_out}: corríjalas arriba, o siga sin ellas.")


def _ask_role() -> Role:
    captions = [DUTIES[each] for each in Role]
    return st.radio("Papel", list(Role), format_func=ROLES.__getitem__, captions=captions) or Role.JURY


def _keep(added: list[Added]) -> None:
    """Shows the passwords in place of the form."""
    st.session_state[_ADDED] = [
        (each.person.name, each.person.email, each.one_time_password or "") for each in added
    ]
    st.rerun(scope="fragment")


def _shown() -> bool:
    """Whether there are passwords to show; they leave the session as soon as they are on the screen."""
    given.close_when_copied()
    added = st.session_state.pop(_ADDED, None)
    if added:
        given.show(added)
    return bool(added)
