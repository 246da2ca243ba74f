"""The form that corrects an application's data, with a reason."""

from collections.abc import Mapping

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons
from reviewer.core.spanish import format_number
from reviewer.demographics.questions import CONSENT, select_questions
from reviewer.intake.corrections import rows
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.tables import html_table

LONG_FIELD = "sinopsis"
_ELSEWHERE = (LONG_FIELD, CONSENT.key)
FIELDS = select_questions(
    lambda question: bool(question.column) and not question.is_sensitive and question.key not in _ELSEWHERE,
    first=("nombre", "apellidos", "curp", "fecha_nacimiento"),
)
"""In the order in which a person reads them. Sensitive traits are not set here; consent only its giver sets."""
HINTS = {"fecha_nacimiento": "AAAA-MM-DD", "enviado_en": "AAAA-MM-DD HH:MM:SS"}
SAVED_MESSAGE = "postulacion-guardada"


def fields(cells: Mapping[str, str], key: str) -> dict[str, str]:
    """Draws an input for each cell; returns the changed ones by canonical name."""
    names = [name for name in FIELDS if name not in ("nombre", "apellidos") or "nombre_completo" not in cells]
    names = names if "nombre_completo" not in cells else ["nombre_completo", *names]
    entered = {}
    for start in range(0, len(names), 3):
        for place, name in zip(st.columns(3), names[start : start + 3], strict=False):
            entered[name] = place.text_input(
                lotes_labels.canonical_label(name),
                cells.get(name, ""),
                placeholder=HINTS.get(name, ""),
                key=f"{key}-{name}",
            )
    entered[LONG_FIELD] = st.text_area(
        lotes_labels.canonical_label(LONG_FIELD),
        cells.get(LONG_FIELD, ""),
        key=f"{key}-{LONG_FIELD}",
        height=100,
    )
    return {name: value for name, value in entered.items() if value != cells.get(name, "")}


def reason_input(key: str) -> str:
    """Draws an input for the reason of a correction."""
    return st.text_input(
        "Por qué se corrige",
        placeholder="Por ejemplo: lo confirmó por teléfono el 2 de octubre",
        max_chars=reasons.MAX_LENGTH,
        key=f"{key}-motivo",
    )


def unclaimed(actor: Actor, slug: str, folio: str) -> None:
    """Draws answers to added questions, and what the row brought in columns that no question claims."""
    if answers := rows.read_added_answers(actor, slug=slug, folio=folio):
        html_table(("Pregunta añadida", "Respuesta"), list(answers.items()))
    if cells := rows.read_unclaimed(actor, slug=slug, folio=folio):
        with st.expander(f"Otras columnas que trajo su fila: {format_number(len(cells))}"):
            st.caption("Como llegaron. Ninguna pregunta de la convocatoria las reclama y el jurado no las ve.")
            html_table(("Columna", "Celda"), list(cells.items()))


def correction_form(actor: Actor, slug: str, folio: str) -> None:
    """Draws the form; saving repeats the checks."""
    cells, version = rows.read_cells(actor, slug=slug, folio=folio)
    with st.form(f"datos-{folio}-{version}", border=False):
        changed = fields(cells, f"{folio}-{version}")
        reason = reason_input(f"{folio}-{version}")
        sent = st.form_submit_button("Guardar la corrección", type="primary")
    st.caption(
        "Lo que llegó en el lote se conserva como llegó; la corrección queda en la historia. Un lote "
        "posterior que repita lo mismo no la deshace, y uno que traiga otra cosa lo señala."
    )
    if sent:
        with show_errors():
            names = rows.correct_application(
                actor, slug=slug, folio=folio, cells=changed, reason=reason, based_on=version
            )
            changed_labels = ", ".join(lotes_labels.canonical_label(name) for name in names)
            st.session_state[SAVED_MESSAGE] = f"Guardado: {changed_labels}. Las comprobaciones se hicieron de nuevo."
            st.rerun()
