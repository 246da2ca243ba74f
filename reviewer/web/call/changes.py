"""What a change of the call would do, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.call_changes import Difference, Turn
from reviewer.models import Phase, Role
from reviewer.web.lines import table
from reviewer.web.people.words import ROLES
from reviewer.words import MONTHS, counted, listed, number

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
PARTS = {
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
WORDS = {True: "sí", False: "no", None: "–"}


def show_differences(found: Sequence[Difference]) -> None:
    """What a file changes: before and after, a line a part."""
    if not found:
        st.info("El archivo dice lo mismo que lo que ya está: no cambiaría nada.")
        return
    st.markdown(f"Cambiaría **{counted(len(found), 'dato', 'datos')}**:")
    with st.container(height=min(38 * (len(found) + 1) + 12, 300), border=False):
        table(
            ("Qué", "Dice", "Diría"),
            ((part_of(each.part), said(each.before), said(each.after)) for each in found),
        )


def part_of(path: str) -> str:
    """A part of the file as people call it: «Rúbrica: escritura · weight»."""
    for length in range(path.count(".") + 1, 0, -1):
        head = ".".join(path.split(".")[:length])
        if head in PARTS:
            rest = path[len(head) + 1 :].replace(".", " · ")
            return f"{PARTS[head]}: {rest}" if rest else PARTS[head]
    return path


def said(value: Any) -> str:
    """A value of the file."""
    if isinstance(value, bool) or value is None:
        return WORDS[value]
    if isinstance(value, datetime):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}, {value:%H:%M}"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return listed([said(each) for each in value]) or "–"
    return str(value) or "–"


def show_turn(turn: Turn, phase: Phase) -> None:
    """What each role may do from then on and no longer, and what would be left unfinished."""
    for verb, changes in (("Podrá", turn.gained), ("Dejará de", turn.lost)):
        for line in _lines(verb, changes):
            st.markdown(f"- {line}")
    for warning in unfinished(turn, phase):
        st.warning(warning)


def unfinished(turn: Turn, phase: Phase) -> list[str]:
    """What is open that the phase would leave behind."""
    said_of = []
    if turn.to_check and phase not in {Phase.INTAKE, Phase.SCREENING}:
        said_of.append(f"{counted(turn.to_check, 'postulación sigue', 'postulaciones siguen')} por cotejar.")
    if turn.unassigned and phase is Phase.REVIEWING:
        left = counted(turn.unassigned, "elegible no tiene", "elegibles no tienen")
        said_of.append(f"{left} todas sus lecturas repartidas.")
    if turn.unsubmitted and phase in {Phase.DELIBERATION, Phase.DECIDED, Phase.ARCHIVED}:
        left = counted(turn.unsubmitted, "lectura repartida no se ha", "lecturas repartidas no se han")
        said_of.append(f"{left} enviado: el jurado ya no podría hacerlo.")
    return said_of


def _lines(verb: str, changes: Mapping[Role, tuple[Action, ...]]) -> list[str]:
    lines = []
    for role, actions in changes.items():
        known = [ACTIONS[each] for each in actions if each in ACTIONS]
        if known:
            lines.append(f"**{ROLES[role]}** {verb.lower()} {listed(known)}.")
    return lines
