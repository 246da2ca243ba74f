"""A summary of everything in a call's file."""

import html

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_number
from reviewer.web.screens.convocatoria.labels import format_bounds, format_moment
from reviewer.web.ui.tables import html_table, table_of_safe_html

AUDIENCES = {"admin": "Solo administración", "jury": "Jurado"}


def dates(spec: CallSpec) -> None:
    """Draws when applications and reviewing open and close."""
    st.header("Fechas")
    review = spec.review
    html_table(
        ("", "Abre", "Cierra"),
        (
            ("Postulaciones", format_moment(spec, spec.opens_at), format_moment(spec, spec.closes_at)),
            ("Dictaminación", format_moment(spec, review.opens_at), format_moment(spec, review.closes_at)),
        ),
    )
    st.caption(f"Hora de {spec.timezone}. El minuto del cierre cuenta entero.")


def venues(spec: CallSpec) -> None:
    """Draws the venues with their seats."""
    st.header(f"Sedes: {format_number(spec.seats)} lugares")
    html_table(
        ("Sede", "Lugares", "Alcaldía"),
        ((venue.label, format_number(venue.seats), venue.alcaldia or "") for venue in spec.venues),
    )


def rules(spec: CallSpec) -> None:
    """Draws who may apply, how applications are read, and how they are decided."""
    review, decision = spec.review, spec.decision
    per_application = review.reviews_per_application
    st.header("Reglas")
    rows = [
        ("Edad mínima", f"{spec.eligibility.minimum_age} años cumplidos el día del cierre"),
        ("Residencia", spec.eligibility.residence),
        ("Lecturas", f"{per_application} por postulación, {'a ciegas' if review.blind else 'con nombre'}"),
        ("Desacuerdo", f"se señala desde {format_number(review.disagreement)} puntos de 100"),
        ("Alcaldía propia", "se permite leerla" if review.own_alcaldia else "nadie lee la suya"),
        ("Orden que vale", "calibrado" if decision.ranking == "calibrated" else "promedio"),
        ("Conservación", f"{format_number(decision.retention_days)} días tras el fallo"),
    ]
    if spec.privacy:
        rows.append(("Aviso de privacidad", f"versión {spec.privacy.notice}"))
    html_table(("", ""), rows)


def representation(spec: CallSpec) -> None:
    """Draws the rules that the selection has to meet."""
    if not spec.representation:
        return
    st.header("Representación")
    names = spec.venue_labels
    html_table(("Regla", "Exige"), ((rule.label, format_bounds(rule, names)) for rule in spec.representation))


def documents(spec: CallSpec) -> None:
    """Draws the required documents, and who may open them."""
    st.header("Documentos")
    html_table(
        ("Documento", "Quién lo abre", "Obligatorio", "Límites"),
        (
            (
                document.label,
                AUDIENCES[document.audience],
                "Sí" if document.required else "No",
                _limits(document.max_pages, document.max_megabytes),
            )
            for document in spec.documents
        ),
    )


def rubric(spec: CallSpec) -> None:
    """Draws the criteria with their weights and the meaning of each level."""
    st.header("Rúbrica")
    total_weight = sum(criterion.weight for criterion in spec.criteria)
    levels = list(spec.criteria[0].levels)
    table_of_safe_html(
        ("Criterio", *(str(level) for level in levels)),
        (
            (
                f"<b>{html.escape(criterion.label)}</b><br>{format_number(100 * criterion.weight / total_weight)} %",
                *(html.escape(description) for description in criterion.levels.values()),
            )
            for criterion in spec.criteria
        ),
    )


def _limits(pages: int | None, megabytes: float | None) -> str:
    limits = [f"{pages} páginas"] if pages else []
    limits += [f"{format_number(megabytes)} MB"] if megabytes else []
    return ", ".join(limits) or "sin límite"
