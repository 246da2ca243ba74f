"""A scenario's rules: what became of each, what it costs, and editing them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, RepresentationRule, spec_of
from reviewer.decision.selection import reading
from reviewer.decision.selection.explanation import Explanation, relaxed
from reviewer.decision.selection.reading import Detail
from reviewer.decision.selection.record import RuleState
from reviewer.decision.selection.rules import parse_rule, to_raw
from reviewer.decision.selection.scenarios import set_rules
from reviewer.models import Call
from reviewer.tables import Table
from reviewer.web.charts import card
from reviewer.web.plain import plain
from reviewer.web.selection import running, words
from reviewer.web.selection.rule_form import edit
from reviewer.web.told import told
from reviewer.words import counted

EDITED = "regla-en-edicion"  # the session's key for the rule that is being edited; -1 is a new one
NEW = -1


def show(viewer: Actor, call: Call, shown: Detail) -> None:
    """Draws them."""
    frozen = shown.selection.signed_at is not None
    if shown.conflict is not None:
        _conflict(viewer, shown, shown.conflict)
    elif not shown.solved:
        st.info("Las reglas ya no son las de la propuesta: vuelva a calcular para verla con ellas.")
    if not shown.rules:
        st.write("Este escenario no tiene reglas: entran las mejores, por mérito y, en empates, por sorteo.")
    for number in range(len(shown.rules)):
        if st.session_state.get(EDITED) == number and not frozen:
            _editor(viewer, call, shown, number)
        else:
            _rule(viewer, call, shown, number, frozen=frozen)
    if frozen:
        return
    if st.session_state.get(EDITED) == NEW:
        _editor(viewer, call, shown, NEW)
    elif st.button("Añadir una regla", icon=":material/add:"):
        st.session_state[EDITED] = NEW
        st.rerun()


def _rule(viewer: Actor, call: Call, shown: Detail, number: int, *, frozen: bool) -> None:
    rule, spec = shown.rules[number], spec_of(call)
    states = [each for each in shown.selection.rules if each.rule == number] if shown.solved else []
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(rule.label)}**")
            _badge(states)
            if states:
                with st.popover(counted(len(states), "grupo", "grupos"), type="tertiary"):
                    card.show_table(_groups(rule.label, states, spec))
            if not frozen:
                if st.button("Editar", key=f"editar-{number}"):
                    st.session_state[EDITED] = number
                    st.rerun()
                if st.button("Quitar", key=f"quitar-{number}"):
                    _save(viewer, shown, [each for at, each in enumerate(shown.rules) if at != number])
        st.markdown(plain(reading.rule_words(rule, call)))
        for each in shown.selection.costs if shown.solved else ():
            if each.rule == number:
                st.caption(words.cost(each, spec))
                if each.enters:
                    comes, goes = ("Entra", "Sale") if each.count == 1 else ("Entran", "Salen")
                    st.caption(f"{comes} {', '.join(each.enters)}. {goes} {', '.join(each.leaves)}.")


def _badge(states: Sequence[RuleState]) -> None:
    broken = [each for each in states if not each.met]
    if not states:
        st.badge("Sin calcular", color="gray")
    elif broken:
        st.badge(f"No se cumple en {counted(len(broken), 'grupo', 'grupos')}", color="red")
    else:
        st.badge("Se cumple", color="green")


def _groups(title: str, states: Sequence[RuleState], spec: CallSpec) -> Table:
    rows = []
    for each in states:
        asks = words.demand(each)
        lowered = f" (pedía {each.lowered_from}: no hay más)" if each.lowered_from is not None else ""
        name = " · ".join(part for part in (each.group, words.venue(each.venue, spec)) if part)
        rows.append((name, asks + lowered, each.count, "sí" if each.met else "no"))
    return Table(title, ("Grupo", "Pide", "Hay", "Se cumple"), tuple(rows))


def _conflict(viewer: Actor, shown: Detail, why: Explanation) -> None:
    with st.container(border=True):
        st.error("Las reglas no pueden cumplirse a la vez. La propuesta sigue como estaba.")
        left, right = st.columns(2)
        with left:
            st.markdown("**Chocan entre sí** (sin una cualquiera, las otras de esta lista caben):")
            st.markdown("\n".join(f"- {plain(each)}" for each in why.core))
        with right:
            st.markdown("**El menor cambio que las libera:**")
            st.markdown(
                "\n".join(f"- {plain(each.words[:1].upper() + each.words[1:])}" for each in why.changes)
            )
            if st.button("Aplicar ese cambio y calcular", type="primary", icon=":material/build:"):
                _save(viewer, shown, relaxed(shown.rules, why), then_compute=True)


def _editor(viewer: Actor, call: Call, shown: Detail, number: int) -> None:
    rule = None if number == NEW else shown.rules[number]
    with st.container(border=True):
        st.header("Regla nueva" if rule is None else "Editar la regla")
        raw = edit(viewer, call, rule, key=f"{shown.selection.public_id}-{number}")
        with st.container(horizontal=True):
            if st.button("Guardar la regla", type="primary"):
                with told():
                    _keep(viewer, call, shown, number, raw)
            if st.button("Cancelar"):
                del st.session_state[EDITED]
                st.rerun()


def _save(
    viewer: Actor, shown: Detail, rules: Sequence[RepresentationRule], *, then_compute: bool = False
) -> None:
    with told():
        set_rules(
            viewer,
            scenario=shown.selection.public_id,
            rules=[to_raw(each) for each in rules],
            version=shown.selection.version,
        )
        if then_compute:
            running.start(viewer, shown.selection.public_id)
        st.rerun()


def _keep(viewer: Actor, call: Call, shown: Detail, number: int, raw: dict[str, Any]) -> None:
    """Saves an edited or a new rule; one without a name is called by what it asks."""
    named = raw if raw["label"].strip() else raw | {"label": "-"}
    rule = parse_rule(named, spec_of(call))
    if named is not raw:
        rule = rule.model_copy(update={"label": reading.rule_words(rule, call)})
    rules = list(shown.rules)
    if number == NEW:
        rules.append(rule)
    else:
        rules[number] = rule
    del st.session_state[EDITED]
    _save(viewer, shown, rules)
