"""Which column is which: how each header was read, with samples, to be changed by hand."""

import html
from collections import Counter

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.errors import Refused
from reviewer.intake import rehearsals
from reviewer.intake.columns import Strength
from reviewer.intake.rehearsals import RehearsalView
from reviewer.web.batches import words
from reviewer.web.told import told

UNUSED = ""
HOW = {
    Strength.CANONICAL: "nombre exacto",
    Strength.ALIAS: "nombre conocido",
    Strength.LIKENESS: "por parecido",
    Strength.MAPPED: "elegida a mano",
}
_SPLIT = "apellidos"  # the one name that two columns may share


def edit(actor: Actor, call_slug: str, spec: CallSpec, view: RehearsalView) -> None:
    """Every column with what it is taken for; a change is read anew and rehearsed."""
    names = rehearsals.names_of(call_slug)
    head = st.columns([3, 3, 3, 2])
    for place, title in zip(head, ("En el archivo", "Ejemplos", "Se lee como", "Cómo se supo"), strict=True):
        place.markdown(f"**{title}**")
    with st.form(f"columnas-{view.public_id}", border=False):
        chosen = {
            number: _line(
                spec, view, number, names, place=st.columns([3, 3, 3, 2], vertical_alignment="center")
            )
            for number in _order(view)
        }
        sent = st.form_submit_button("Leer las columnas así y ensayar", type="primary")
    if sent:
        with told():
            mapping = _mapping(view, spec, chosen)
            with st.spinner("Leyendo la tabla…"):
                rehearsals.remap(actor, call_slug=call_slug, public_id=view.public_id, mapping=mapping)
            st.rerun()


def _order(view: RehearsalView) -> list[int]:
    """Those that ask for a decision first, then those that nobody knew, then as in the file."""

    def rank(number: int) -> int:
        column = view.columns[number]
        return 0 if view.refusal.get("field") in column["alternatives"] else 1 if not column["name"] else 2

    return sorted(range(len(view.columns)), key=rank)


def _line(spec: CallSpec, view: RehearsalView, number: int, names: list[str], place: list) -> str:  # type: ignore[type-arg]
    column = view.columns[number]
    known = column["name"] or UNUSED
    likely = [each for each in column["alternatives"] if each in names]
    options = list(dict.fromkeys([UNUSED, *([known] if known else []), *likely, *names]))
    header, samples, choice, how = place
    header.html(f'<span class="header">{html.escape(column["label"])}</span>')
    samples.html(f'<span class="samples">{html.escape(" · ".join(column["samples"]) or "vacía")}</span>')
    chosen: str = choice.selectbox(
        column["label"],
        options,
        index=options.index(known),
        format_func=lambda each: words.column(each, spec) if each else "No usar",
        key=f"columna-{view.public_id}-{number}-{known}",
        label_visibility="collapsed",
    )
    how.caption(_how(view, column, spec))
    return chosen


def _how(view: RehearsalView, column: dict, spec: CallSpec) -> str:  # type: ignore[type-arg]
    if column["strength"]:
        return HOW[Strength(column["strength"])]
    others = [words.column(each, spec) for each in column["alternatives"]]
    if view.refusal.get("field") in column["alternatives"]:
        return f"ambigua: ¿es {others[0]}?"
    return f"¿{' o '.join(others[:2])}?" if others else "no se reconoce"


def _mapping(view: RehearsalView, spec: CallSpec, chosen: dict[int, str]) -> dict[str, str]:
    """What to tell the reading of columns, beyond what it finds by itself. Refused where two are one."""
    said = Counter(name for name in chosen.values() if name)
    mapping = dict(view.mapping)
    for name in {*said, *(each["name"] for each in view.columns if each["name"])}:
        before = [each["label"] for each in view.columns if each["name"] == name]
        after = [view.columns[number]["label"] for number, each in chosen.items() if each == name]
        if before == after:
            continue
        if len(after) > 1:
            twice = " y ".join(f"«{each}»" for each in after)
            raise Refused(f"Dos columnas no pueden ser «{words.column(name, spec)}»: {twice}. Deje una.")
        mapping[name] = after[0] if after else UNUSED
    contested = view.refusal.get("field")
    if contested and contested not in said and view.refusal.get("code") == "ambiguous_column":
        mapping[contested] = UNUSED
    return mapping
