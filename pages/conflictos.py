"""Conflicts declared in advance: people or folios that a juror must not be assigned."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.call.spec import spec_of
from reviewer.core import reasons
from reviewer.core.spanish import format_count, format_day_and_time
from reviewer.jury.conflicts import advance, declarations
from reviewer.jury.conflicts.recusals import DECLARATION_TEXT, KINDS
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.tables import html_table

_ENTRY_COUNT = "conflictos-declarados"


def declaration_form(actor: Actor, call: Call) -> None:
    """Draws the form of a declaration; submitting it signs it."""
    with st.form("conflictos", border=False, clear_on_submit=False):
        entries = st.text_area(
            "Nombres o folios, uno por línea",
            height=130,
            placeholder=f"Ana María Zamora Ríos\n{spec_of(call).folio_prefix}-0042",
        )
        kind = st.selectbox("Motivo", list(KINDS), format_func=KINDS.__getitem__)
        statement = st.text_area(
            "Explicación (opcional, salvo en «Otro motivo»)", max_chars=reasons.MAX_LENGTH, height=80
        )
        st.caption(DECLARATION_TEXT)
        sent = st.form_submit_button(f"Firmar como {escape_markdown(actor.name)}", type="primary")
    if sent:
        with show_errors():
            entry_count = advance.declare_in_advance(
                actor, slug=call.slug, entries=entries, kind=kind or "", statement=statement
            )
            st.session_state[_ENTRY_COUNT] = entry_count
            st.rerun()


actor = pages.require_access(Action.DECLARE_CONFLICT)
st.title("Conflictos")
with show_errors():
    call = pages.require_call(actor)
    st.markdown(
        "Escriba a quién no debe leer: parientes, pareja, amistades, alumnado, colegas. Si postuló o llega a "
        "postular, no le tocará; si ya la tiene, la coordinación decide. No se dice si alguien coincide, ni aquí ni en "
        f"ninguna parte. Caben {advance.MOST_ENTRIES} entradas."
    )
    declared_count = st.session_state.pop(_ENTRY_COUNT, None)
    if declared_count:
        entries_text = format_count(declared_count, "entrada quedó", "entradas quedaron")
        st.success(f"{entries_text} en su declaración. Vale para lo que ya llegó y para lo que llegue.")
    declaration_form(actor, call)
    declared_entries = declarations.list_declarations(actor, slug=call.slug)
    if declared_entries:
        st.header("Lo que ha declarado")
        html_table(
            ("Nombre o folio", "Motivo", "Cuándo"),
            (
                (
                    declaration.entry,
                    KINDS[declaration.kind],
                    format_day_and_time(spec_of(call).local(declaration.declared_at)),
                )
                for declaration in declared_entries
            ),
        )
