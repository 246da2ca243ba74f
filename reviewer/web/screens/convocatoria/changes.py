"""The effects of changing the call."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.call.changes import Difference, PhaseChange
from reviewer.core.spanish import format_count, format_date_and_time, format_number, join_words
from reviewer.models import Phase, Role
from reviewer.web.screens.personas.labels import ROLES
from reviewer.web.ui.tables import html_table

ACTIONS = {
    Action.IMPORT_BATCH: "recibir lotes",
    Action.CORRECT: "corregir datos de postulaciones",
    Action.SCREEN: "cotejar",
    Action.ASSIGN: "repartir lecturas",
    Action.SEE_DESK: "ver su mesa",
    Action.REVIEW: "calificar",
    Action.SELECT: "cambiar la selección",
    Action.RUN_JURY: "conducir al jurado",
    Action.CLOSE_REVIEWING: "cerrar la dictaminación",
    Action.DECLARE_CONFLICT: "declarar conflictos de interés",
    Action.SEE_OTHERS_SCORES: "ver los puntajes ajenos de lo que envió",
    Action.COMPARE_ANCHORS: "comparar las anclas abiertas",
    Action.RAISE_FLAG: "avisar a la coordinación",
    Action.RESOLVE_FLAG: "atender los avisos del jurado",
    Action.SEE_DISCUSSION: "leer los comentarios al comité",
    Action.DISCUSS: "responder a los comentarios",
    Action.DELIBERATE: "conducir la deliberación",
    Action.SIGN_ACTA: "firmar el acta",
    Action.CORRECT_ACTA: "corregir un acta firmada",
    Action.FOLLOW_UP: "dar seguimiento a las respuestas",
}
PART_LABELS = {
    "title": "Título",
    "opens_at": "Postulaciones: abre",
    "closes_at": "Postulaciones: cierra",
    "seats": "Lugares",
    "timezone": "Zona horaria",
    "organizers": "Convocantes",
    "eligibility": "Quién puede postular",
    "review.opens_at": "Dictaminación: abre",
    "review.closes_at": "Dictaminación: cierra",
    "review.reviews_per_application": "Lecturas por postulación",
    "review.blind": "A ciegas",
    "review.disagreement": "Desacuerdo que se señala",
    "review.own_alcaldia": "Leer la alcaldía propia",
    "decision": "Decisión",
    "privacy": "Aviso de privacidad",
    "venues": "Sedes",
    "documents": "Documentos",
    "criteria": "Rúbrica",
    "representation": "Representación",
}
VALUE_WORDS = {True: "sí", False: "no", None: "–"}


def show_differences(differences: Sequence[Difference]) -> None:
    """Draws what a file changes: a row for each part, before and after."""
    if not differences:
        st.info("El archivo dice lo mismo que lo que ya está: no cambiaría nada.")
        return
    st.markdown(f"Cambiaría **{format_count(len(differences), 'dato', 'datos')}**:")
    with st.container(height=min(38 * (len(differences) + 1) + 12, 300), border=False):
        html_table(
            ("Qué", "Dice", "Diría"),
            (
                (part_label(difference.part), format_value(difference.before), format_value(difference.after))
                for difference in differences
            ),
        )


def part_label(path: str) -> str:
    """Returns the label of a part of the file: «Rúbrica: escritura · weight»."""
    for length in range(path.count(".") + 1, 0, -1):
        head = ".".join(path.split(".")[:length])
        if head in PART_LABELS:
            rest = path[len(head) + 1 :].replace(".", " · ")
            return f"{PART_LABELS[head]}: {rest}" if rest else PART_LABELS[head]
    return path


def format_value(value: Any) -> str:
    """Returns a value of the file as text."""
    if isinstance(value, bool) or value is None:
        return VALUE_WORDS[value]
    if isinstance(value, datetime):
        return format_date_and_time(value)
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, list | tuple):
        return join_words([format_value(item) for item in value]) or "–"
    return str(value) or "–"


def show_phase_change(phase_change: PhaseChange, phase: Phase) -> None:
    """Draws what each role may do from then on and no longer, and what would be left unfinished."""
    for verb, changes in (("Podrá", phase_change.gained), ("Dejará de", phase_change.lost)):
        for line in _lines(verb, changes):
            st.markdown(f"- {line}")
    for warning in unfinished(phase_change, phase):
        st.warning(warning)


def unfinished(phase_change: PhaseChange, phase: Phase) -> list[str]:
    """Returns a sentence for each kind of work that the phase would leave open."""
    sentences = []
    if phase_change.to_check and phase not in {Phase.INTAKE, Phase.SCREENING}:
        sentences.append(
            f"{format_count(phase_change.to_check, 'postulación sigue', 'postulaciones siguen')} por cotejar."
        )
    if phase_change.unassigned and phase is Phase.REVIEWING:
        count_text = format_count(phase_change.unassigned, "elegible no tiene", "elegibles no tienen")
        sentences.append(f"{count_text} todas sus lecturas repartidas.")
    if phase_change.unsubmitted and phase in {Phase.DELIBERATION, Phase.DECIDED, Phase.ARCHIVED}:
        count_text = format_count(
            phase_change.unsubmitted, "lectura repartida no se ha", "lecturas repartidas no se han"
        )
        sentences.append(f"{count_text} enviado: el jurado ya no podría hacerlo.")
    return sentences


def _lines(verb: str, changes: Mapping[Role, tuple[Action, ...]]) -> list[str]:
    lines = []
    for role, actions in changes.items():
        phrases = [ACTIONS[action] for action in actions if action in ACTIONS]
        if phrases:
            lines.append(f"**{ROLES[role]}** {verb.lower()} {join_words(phrases)}.")
    return lines
