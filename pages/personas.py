"""People: who may log in, with which role; adding, changing and deactivating them."""

import streamlit as st

from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.core.spanish import format_count
from reviewer.models import Person, Role
from reviewer.web.auth import pages as auth_pages
from reviewer.web.screens.personas import add_dialog, edit_dialog
from reviewer.web.screens.personas.labels import ROLES, state_of
from reviewer.web.ui.address import slug
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.pager import page_offset, search_box

ROWS = 20


def show_list(actor: Actor) -> None:
    """Draws a page of the people that the filters leave."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = search_box("Nombre o correo")
        roles: dict[str, Role | None] = {"todos": None} | {slug(label): role for role, label in ROLES.items()}
        labels = {word: ROLES[role] if role else "Todos" for word, role in roles.items()}
        role = roles[choose_tab(labels, key="papel", label="Papel")]
    total = people.count_people(actor, search=query, role=role)
    if not total:
        st.caption("Nadie coincide con lo que busca.")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(format_count(total, "persona", "personas"), width="content")
        offset = page_offset(total, ROWS)
    with st.container(gap="xxsmall"):
        for person in people.list_people(actor, search=query, role=role, offset=offset, limit=ROWS):
            show_line(actor, person)


def show_line(actor: Actor, person: Person) -> None:
    """Draws one person, with a button that changes them."""
    name, email, role, state, change = st.columns([4, 4, 2, 2, 1.2], vertical_alignment="center")
    name.text(f"{person.name} (usted)" if person.id == actor.person_id else person.name)
    email.text(person.email)
    role.text(ROLES[person.role])
    with state:
        state_of(person).draw()
    if change.button("Cambiar", type="tertiary", key=f"cambiar-{person.public_id}"):
        edit_dialog.open_dialog(actor, person)


actor = auth_pages.require_access(Action.MANAGE_PEOPLE)
with show_errors():
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Personas")
        with st.container(horizontal=True, width="content"):
            if st.button("Agregar una lista", icon=":material/group_add:"):
                add_dialog.open_list_dialog(actor)
            if st.button("Agregar persona", type="primary", icon=":material/person_add:"):
                add_dialog.open_person_dialog(actor)
    show_list(actor)
