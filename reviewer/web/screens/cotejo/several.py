"""Deciding many applications at once that have the same findings."""

from collections.abc import Sequence

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons as reason_texts
from reviewer.models import Verdict
from reviewer.screening import decisions, queue
from reviewer.screening.queue import Line, Part
from reviewer.web.screens.cotejo.labels import reasons_text
from reviewer.web.ui.choices import choose_option
from reviewer.web.ui.errors import perform
from reviewer.web.ui.links import address
from reviewer.web.ui.markdown_escape import escape_markdown

PARTS = (Part.PENDING, Part.INELIGIBLE)
BUTTONS = {Verdict.ELIGIBLE: "Elegibles", Verdict.INELIGIBLE: "No elegibles", Verdict.ASKED: "Pedir algo de nuevo"}


def choose_reasons(viewer: Actor, slug: str, part: Part) -> str:
    """Draws the choice of applications with the same findings; returns their codes, empty for all."""
    counts = queue.reason_counts(viewer, slug=slug, part=part) if part in PARTS else {}
    if not counts:
        return ""
    options = {"": "Todas"} | {codes: f"{reasons_text(codes)}: {count}" for codes, count in counts.items()}
    label = "Con los mismos hallazgos (para decidir varias a la vez)"
    return choose_option(options, key="hallazgos", label=label, width=480)


def decide(actor: Actor, slug: str, lines: Sequence[Line]) -> None:
    """Draws the applications with a box each, a reason, and the decisions on those that are ticked."""
    keys = {line.folio: f"varias-{line.folio}" for line in lines}
    with st.container(horizontal=True):
        for label, value in (("Marcar todas las de esta hoja", True), ("Quitar las marcas", False)):
            if st.button(label):
                st.session_state.update(dict.fromkeys(keys.values(), value))
    with st.form("decidir-varias", border=False):
        ticked = [line.folio for line in lines if st.checkbox(_label(line), key=keys[line.folio])]
        reason = st.text_input(
            "Por qué (queda en cada postulación y en la respuesta a quien postula)",
            max_chars=reason_texts.MAX_LENGTH,
            key="motivo-varias",
        )
        with st.container(horizontal=True):
            chosen = next((verdict for verdict, label in BUTTONS.items() if st.form_submit_button(label)), None)
    if chosen and not ticked:
        st.error("Marque al menos una.")
    elif chosen:
        perform(decisions.screen, actor, slug=slug, folios=ticked, verdict=chosen, reason=reason)


def _label(line: Line) -> str:
    link = address("/cotejo", {"folio": line.folio})
    return f"[{escape_markdown(line.folio)}]({link}) {escape_markdown(line.name)}"
