"""A scenario's rules: whether they are met, what they cost, and editing them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, RepresentationRule, spec_of
from reviewer.core.spanish import format_count
from reviewer.decision.selection import queries as selection_queries
from reviewer.decision.selection.optimisation.infeasibility import Explanation, relax
from reviewer.decision.selection.optimisation.rules import parse_rule, to_dict
from reviewer.decision.selection.queries import ScenarioDetail
from reviewer.decision.selection.record import RuleState
from reviewer.decision.selection.scenarios import set_rules
from reviewer.models import Call
from reviewer.tables.csv_files import Table
from reviewer.web.charts import card
from reviewer.web.screens.seleccion import job as seleccion_job
from reviewer.web.screens.seleccion import labels as seleccion_labels
from reviewer.web.screens.seleccion.rule_form import edit
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown

EDITED_RULE = "regla-en-edicion"  # the session's key for the rule that is being edited; -1 is a new one
NEW_RULE = -1


def show(viewer: Actor, call: Call, detail: ScenarioDetail) -> None:
    """Draws the rules."""
    frozen = detail.selection.signed_at is not None
    if detail.conflict is not None:
        _conflict(viewer, detail, detail.conflict)
    elif not detail.is_solved:
        st.info("Las reglas ya no son las de la propuesta: vuelva a calcular para verla con ellas.")
    if not detail.rules:
        st.write("Este escenario no tiene reglas: entran las mejores, por mérito y, en empates, por sorteo.")
    for number in range(len(detail.rules)):
        if st.session_state.get(EDITED_RULE) == number and not frozen:
            _editor(viewer, call, detail, number)
        else:
            _rule(viewer, call, detail, number, frozen=frozen)
    if frozen:
        return
    if st.session_state.get(EDITED_RULE) == NEW_RULE:
        _editor(viewer, call, detail, NEW_RULE)
    elif st.button("Añadir una regla", icon=":material/add:"):
        st.session_state[EDITED_RULE] = NEW_RULE
        st.rerun()


def _rule(viewer: Actor, call: Call, detail: ScenarioDetail, number: int, *, frozen: bool) -> None:
    rule, spec = detail.rules[number], spec_of(call)
    states = [state for state in detail.selection.rules if state.rule == number] if detail.is_solved else []
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(rule.label)}**")
            _badge(states)
            if states:
                with st.popover(format_count(len(states), "grupo", "grupos"), type="tertiary"):
                    card.show_table(_groups(rule.label, states, spec))
            if not frozen:
                if st.button("Editar", key=f"editar-{number}"):
                    st.session_state[EDITED_RULE] = number
                    st.rerun()
                if st.button("Quitar", key=f"quitar-{number}"):
                    _save_rules(
                        viewer,
                        detail,
                        [other_rule for index, other_rule in enumerate(detail.rules) if index != number],
                    )
        st.markdown(escape_markdown(selection_queries.rule_text(rule, call)))
        for cost in detail.selection.costs if detail.is_solved else ():
            if cost.rule == number:
                st.caption(seleccion_labels.cost(cost, spec))
                if cost.enters:
                    enter_verb, leave_verb = ("Entra", "Sale") if cost.count == 1 else ("Entran", "Salen")
                    st.caption(f"{enter_verb} {', '.join(cost.enters)}. {leave_verb} {', '.join(cost.leaves)}.")


def _badge(states: Sequence[RuleState]) -> None:
    broken = [state for state in states if not state.met]
    if not states:
        st.badge("Sin calcular", color="gray")
    elif broken:
        st.badge(f"No se cumple en {format_count(len(broken), 'grupo', 'grupos')}", color="red")
    else:
        st.badge("Se cumple", color="green")


def _groups(title: str, states: Sequence[RuleState], spec: CallSpec) -> Table:
    rows = []
    for state in states:
        demand_text = seleccion_labels.demand(state)
        lowered_text = f" (pedía {state.lowered_from}: no hay más)" if state.lowered_from is not None else ""
        name = " · ".join(part for part in (state.group, seleccion_labels.venue(state.venue, spec)) if part)
        rows.append((name, demand_text + lowered_text, state.count, "sí" if state.met else "no"))
    return Table(title, ("Grupo", "Pide", "Hay", "Se cumple"), tuple(rows))


def _conflict(viewer: Actor, detail: ScenarioDetail, explanation: Explanation) -> None:
    with st.container(border=True):
        st.error("Las reglas no pueden cumplirse a la vez. La propuesta sigue como estaba.")
        left, right = st.columns(2)
        with left:
            st.markdown("**Chocan entre sí** (sin una cualquiera, las otras de esta lista caben):")
            st.markdown("\n".join(f"- {escape_markdown(label)}" for label in explanation.core))
        with right:
            st.markdown("**El menor cambio que las libera:**")
            st.markdown(
                "\n".join(
                    f"- {escape_markdown(change.text[:1].upper() + change.text[1:])}" for change in explanation.changes
                )
            )
            if st.button("Aplicar ese cambio y calcular", type="primary", icon=":material/build:"):
                _save_rules(viewer, detail, relax(detail.rules, explanation), then_compute=True)


def _editor(viewer: Actor, call: Call, detail: ScenarioDetail, number: int) -> None:
    rule = None if number == NEW_RULE else detail.rules[number]
    with st.container(border=True):
        st.header("Regla nueva" if rule is None else "Editar la regla")
        raw = edit(viewer, call, rule, key=f"{detail.selection.public_id}-{number}")
        with st.container(horizontal=True):
            if st.button("Guardar la regla", type="primary"):
                with show_errors():
                    _save_rule(viewer, call, detail, number, raw)
            if st.button("Cancelar"):
                del st.session_state[EDITED_RULE]
                st.rerun()


def _save_rules(
    viewer: Actor, detail: ScenarioDetail, rules: Sequence[RepresentationRule], *, then_compute: bool = False
) -> None:
    with show_errors():
        set_rules(
            viewer,
            public_id=detail.selection.public_id,
            rules=[to_dict(rule) for rule in rules],
            version=detail.selection.version,
        )
        if then_compute:
            seleccion_job.start(viewer, detail.selection.public_id)
        st.rerun()


def _save_rule(viewer: Actor, call: Call, detail: ScenarioDetail, number: int, raw: dict[str, Any]) -> None:
    """Saves an edited or a new rule; one without a name is named after what it asks."""
    labelled = raw if raw["label"].strip() else raw | {"label": "-"}
    rule = parse_rule(labelled, spec_of(call))
    if labelled is not raw:
        rule = rule.model_copy(update={"label": selection_queries.rule_text(rule, call)})
    rules = list(detail.rules)
    if number == NEW_RULE:
        rules.append(rule)
    else:
        rules[number] = rule
    del st.session_state[EDITED_RULE]
    _save_rules(viewer, detail, rules)
