"""The form of a rule: the group, the bounds, and the venue."""

from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import RepresentationRule, spec_of
from reviewer.decision.selection import queries as selection_queries
from reviewer.decision.selection.optimisation.groups import FIELD_LABELS
from reviewer.models import Call

EACH = "*"
OVERALL = ""


def edit(viewer: Actor, call: Call, rule: RepresentationRule | None, *, key: str) -> dict[str, Any]:
    """Draws the form, filled in from ``rule``; returns its values as in the call's file."""
    group = _group_fields(viewer, call, rule, key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.number_input(
            "Al menos", 0, None, rule.at_least if rule else None, key=f"{key}-min", width=130, placeholder="–"
        )
        most = st.number_input(
            "No más de", 0, None, rule.at_most if rule else None, key=f"{key}-max", width=130, placeholder="–"
        )
        venues = {OVERALL: "En total", EACH: "En cada sede"}
        venues |= spec_of(call).venue_labels
        chosen = list(venues).index(rule.venue or OVERALL) if rule else 0
        venue_key = st.selectbox(
            "Dónde", list(venues), chosen, format_func=venues.__getitem__, key=f"{key}-sede", width=200
        )
        label = st.text_input("Nombre de la regla", rule.label if rule else "", key=f"{key}-nombre", max_chars=120)
    raw: dict[str, Any] = {"label": label, "who": group, "venue": venue_key or None}
    raw |= {"at_least": None if least is None else int(least), "at_most": None if most is None else int(most)}
    return raw


def _group_fields(viewer: Actor, call: Call, rule: RepresentationRule | None, key: str) -> dict[str, str | list[str]]:
    """Draws a line for each field of the rule, and one more to narrow the group down."""
    rule_fields = list(rule.who.items()) if rule else []
    group: dict[str, str | list[str]] = {}
    for number in range(max(1, len(rule_fields)) + 1):
        field, values = rule_fields[number] if number < len(rule_fields) else (None, [])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            options = [name for name in FIELD_LABELS if name not in group]
            field = st.selectbox(
                "Grupo, por su" if number == 0 else "y además, por su",
                options,
                options.index(field) if field in options else None if number else 0,
                format_func=FIELD_LABELS.__getitem__,
                key=f"{key}-campo-{number}",
                placeholder="Nada más",
                width=200,
            )
            if field is not None:
                group[field] = _values(viewer, call, field, values, f"{key}-valores-{number}-{field}")
    return group


def _values(viewer: Actor, call: Call, field: str, chosen_values: str | list[str], key: str) -> str | list[str]:
    known_values = selection_queries.field_values(viewer, slug=call.slug, field=field)
    selected_values = [chosen_values] if isinstance(chosen_values, str) else chosen_values
    options = [EACH, *dict.fromkeys([*known_values, *(value for value in selected_values if value != EACH)])]
    chosen = st.multiselect(
        "Cuáles",
        options,
        [value for value in selected_values if value in options],
        format_func=lambda value: f"Cada {FIELD_LABELS[field]}, por separado" if value == EACH else value,
        key=key,
        placeholder="Elija, o escriba edades como 18-35" if field == "edad" else "Elija uno o varios",
        accept_new_options=field == "edad",
    )
    return EACH if EACH in chosen else list(chosen)
