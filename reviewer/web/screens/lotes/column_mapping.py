"""The mapping of columns: how each header was read, with samples, and changing it."""

import html
from collections import Counter

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.errors import UserError
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch.dry_runs import DryRunView
from reviewer.intake.parse.columns import MatchStrength
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.errors import show_errors

UNUSED = ""
STRENGTH_LABELS = {
    MatchStrength.CANONICAL: "nombre exacto",
    MatchStrength.ALIAS: "nombre conocido",
    MatchStrength.SIMILARITY: "por parecido",
    MatchStrength.MAPPED: "elegida a mano",
}


def edit(actor: Actor, slug: str, spec: CallSpec, view: DryRunView) -> None:
    """Draws every column with the name that it was mapped to; a changed mapping starts a new dry run."""
    names = dry_runs.column_names(slug)
    head = st.columns([3, 3, 3, 2])
    for place, title in zip(head, ("En el archivo", "Ejemplos", "Se lee como", "Cómo se supo"), strict=True):
        place.markdown(f"**{title}**")
    with st.form(f"columnas-{view.public_id}", border=False):
        chosen = {
            number: _line(spec, view, number, names, place=st.columns([3, 3, 3, 2], vertical_alignment="center"))
            for number in _order(view)
        }
        sent = st.form_submit_button("Leer las columnas así y ensayar", type="primary")
    if sent:
        with show_errors():
            mapping = _mapping(view, spec, chosen)
            with st.spinner("Leyendo la tabla…"):
                dry_runs.remap(actor, slug=slug, public_id=view.public_id, mapping=mapping)
            st.rerun()


def _order(view: DryRunView) -> list[int]:
    """Returns the columns' numbers: those that need a decision, then unknown ones, then as in the file."""

    def rank(number: int) -> int:
        column = view.columns[number]
        return 0 if view.refusal.get("field") in column["alternatives"] else 1 if not column["name"] else 2

    return sorted(range(len(view.columns)), key=rank)


def _line(spec: CallSpec, view: DryRunView, number: int, names: list[str], place: list) -> str:  # type: ignore[type-arg]
    column = view.columns[number]
    current_name = column["name"] or UNUSED
    likely_names = [name for name in column["alternatives"] if name in names]
    options = list(dict.fromkeys([UNUSED, *([current_name] if current_name else []), *likely_names, *names]))
    header, samples, choice, how = place
    header.html(f'<span class="header">{html.escape(column["label"])}</span>')
    samples.html(f'<span class="samples">{html.escape(" · ".join(column["samples"]) or "vacía")}</span>')
    chosen: str = choice.selectbox(
        column["label"],
        options,
        index=options.index(current_name),
        format_func=lambda name: lotes_labels.column_label(name, spec) if name else "Solo conservarla",
        key=f"columna-{view.public_id}-{number}-{current_name}",
        label_visibility="collapsed",
    )
    how.caption(_strength_text(view, column, spec))
    return chosen


def _strength_text(view: DryRunView, column: dict, spec: CallSpec) -> str:  # type: ignore[type-arg]
    if column["strength"]:
        return STRENGTH_LABELS[MatchStrength(column["strength"])]
    alternatives = [lotes_labels.column_label(name, spec) for name in column["alternatives"]]
    if view.refusal.get("field") in column["alternatives"]:
        return f"ambigua: ¿es {alternatives[0]}?"
    return f"¿{' o '.join(alternatives[:2])}?" if alternatives else "no se reconoce"


def _mapping(view: DryRunView, spec: CallSpec, chosen: dict[int, str]) -> dict[str, str]:
    """Returns the chosen mapping where it differs from the automatic one.

    Raises ``UserError`` where two columns have one name.
    """
    name_counts = Counter(name for name in chosen.values() if name)
    mapping = dict(view.mapping)
    for name in {*name_counts, *(column["name"] for column in view.columns if column["name"])}:
        before = [column["label"] for column in view.columns if column["name"] == name]
        after = [view.columns[number]["label"] for number, chosen_name in chosen.items() if chosen_name == name]
        if before == after:
            continue
        if len(after) > 1:
            column_labels = " y ".join(f"«{label}»" for label in after)
            raise UserError(
                f"Dos columnas no pueden ser «{lotes_labels.column_label(name, spec)}»: {column_labels}. Deje una."
            )
        mapping[name] = after[0] if after else UNUSED
    contested = view.refusal.get("field")
    if contested and contested not in name_counts and view.refusal.get("code") == "ambiguous_column":
        mapping[contested] = UNUSED
    return mapping
