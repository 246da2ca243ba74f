"""The form of a rule: whom it means, how many of them, and where."""

from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import RepresentationRule, spec_of
from reviewer.decision.selection import reading
from reviewer.decision.selection.groups import FIELDS
from reviewer.models import Call

EACH = "*"
OVERALL = ""


def edit(viewer: Actor, call: Call, rule: RepresentationRule | None, *, key: str) -> dict[str, Any]:
    """Draws the form, filled in from ``rule``; what it says, in the form of the call's file."""
    who = _who(viewer, call, rule, key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.number_input(
            "Al menos", 0, None, rule.at_least if rule else None, key=f"{key}-min", width=130, placeholder="–"
        )
        most = st.number_input(
            "No más de", 0, None, rule.at_most if rule else None, key=f"{key}-max", width=130, placeholder="–"
        )
        venues = {OVERALL: "En total", EACH: "En cada sede"}
        venues |= {each.key: each.label for each in spec_of(call).venues}
        chosen = list(venues).index(rule.venue or OVERALL) if rule else 0
        venue = st.selectbox(
            "Dónde", list(venues), chosen, format_func=venues.__getitem__, key=f"{key}-sede", width=200
        )
        label = st.text_input(
            "Nombre de la regla", rule.label if rule else "", key=f"{key}-nombre", max_chars=120
        )
    raw: dict[str, Any] = {"label": label, "who": who, "venue": venue or None}
    raw |= {"at_least": None if least is None else int(least), "at_most": None if most is None else int(most)}
    return raw


def _who(viewer: Actor, call: Call, rule: RepresentationRule | None, key: str) -> dict[str, str | list[str]]:
    """A line for each field that the rule names, and one more to narrow the group down."""
    given = list(rule.who.items()) if rule else []
    who: dict[str, str | list[str]] = {}
    for number in range(max(1, len(given)) + 1):
        field, values = given[number] if number < len(given) else (None, [])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            options = [each for each in FIELDS if each not in who]
            field = st.selectbox(
                "Grupo, por su" if number == 0 else "y además, por su",
                options,
                options.index(field) if field in options else None if number else 0,
                format_func=FIELDS.__getitem__,
                key=f"{key}-campo-{number}",
                placeholder="Nada más",
                width=200,
            )
            if field is not None:
                who[field] = _values(viewer, call, field, values, f"{key}-valores-{number}-{field}")
    return who


def _values(viewer: Actor, call: Call, field: str, given: str | list[str], key: str) -> str | list[str]:
    known = reading.values(viewer, call=call.slug, field=field)
    named = [given] if isinstance(given, str) else given
    options = [EACH, *dict.fromkeys([*known, *(each for each in named if each != EACH)])]
    chosen = st.multiselect(
        "Cuáles",
        options,
        [each for each in named if each in options],
        format_func=lambda each: f"Cada {FIELDS[field]}, por separado" if each == EACH else each,
        key=key,
        placeholder="Elija, o escriba edades como 18-35" if field == "edad" else "Elija uno o varios",
        accept_new_options=field == "edad",
    )
    return EACH if EACH in chosen else list(chosen)
