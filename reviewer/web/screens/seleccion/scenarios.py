"""The scenarios of a call: opening, copying, renaming, deleting and creating them."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import RepresentationRule, spec_of
from reviewer.core.spanish import format_count, format_day_and_time
from reviewer.decision.selection import scenarios
from reviewer.decision.selection.queries import ScenarioLine
from reviewer.decision.selection.transaction import MAX_NAME_LENGTH
from reviewer.models import Call
from reviewer.web.screens.seleccion import labels as seleccion_labels
from reviewer.web.ui import address
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

STARTING_RULES = {"convocatoria": "Con las reglas de la convocatoria", "sin": "Sin reglas"}


def show(viewer: Actor, call: Call, lines: list[ScenarioLine]) -> None:
    """Draws the list, and the form of a new scenario."""
    for line in lines:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _line(viewer, call, line)
    with st.container(border=True):
        st.header("Escenario nuevo")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Nombre", key=f"nombre-nuevo-{len(lines)}", max_chars=MAX_NAME_LENGTH, width=320)
            base = st.segmented_control(
                "Reglas de partida",
                list(STARTING_RULES),
                format_func=STARTING_RULES.__getitem__,
                default="convocatoria",
                required=True,
                key="reglas-de-partida",
            )
            if st.button("Crear", icon=":material/add:"):
                rules: list[RepresentationRule] | None = [] if base == "sin" else None
                with show_errors():
                    _open(scenarios.create(viewer, slug=call.slug, name=name, rules=rules))


def _open(scenario: str) -> None:
    address.change({"escenario": scenario})
    st.rerun()


def _line(viewer: Actor, call: Call, line: ScenarioLine) -> None:
    spec = spec_of(call)
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(line.name)}**", width="content")
            if line.in_force:
                st.badge("Firmado" if line.signed else "Vigente", color="green")
        facts = [format_count(line.rules, "regla", "reglas")]
        if line.merit is None:
            facts.append("sin propuesta todavía")
        else:
            facts += [
                format_count(line.selected, "persona", "personas"),
                f"mérito {seleccion_labels.points(line.merit, spec)}",
            ]
            facts.append(f"calculado el {format_day_and_time(spec.local(line.computed_at))}")
        if line.changes:
            facts.append(format_count(line.changes, "cambio a mano", "cambios a mano"))
        st.caption(" · ".join(facts))
    if st.button("Abrir", key=f"abrir-{line.public_id}"):
        _open(line.public_id)
    if st.button("Duplicar", key=f"duplicar-{line.public_id}"):
        with show_errors():
            _open(scenarios.copy(viewer, public_id=line.public_id))
    if line.signed:
        return
    with st.popover("Renombrar"):
        name = st.text_input("Nombre", line.name, key=f"nombre-{line.public_id}")
        if st.button("Guardar", key=f"renombrar-{line.public_id}"):
            perform(scenarios.rename, viewer, public_id=line.public_id, name=name)
    if not line.in_force:
        with st.popover("Borrar"):
            st.write("Se borran sus reglas, su propuesta y sus cambios a mano. No se puede deshacer.")
            if st.button("Borrar el escenario", key=f"borrar-{line.public_id}", type="primary"):
                perform(scenarios.remove, viewer, public_id=line.public_id)
