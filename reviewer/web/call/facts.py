"""All that a call's file says, laid out to be checked at a glance."""

import html

import streamlit as st

from reviewer.calls import CallSpec
from reviewer.web.call.words import bounds, moment
from reviewer.web.lines import table, table_of_html
from reviewer.words import number

AUDIENCES = {"admin": "Solo administración", "jury": "Jurado"}


def dates(spec: CallSpec) -> None:
    """When it opens and closes, for applicants and for the jury."""
    st.header("Fechas")
    review = spec.review
    table(
        ("", "Abre", "Cierra"),
        (
            ("Postulaciones", moment(spec, spec.opens_at), moment(spec, spec.closes_at)),
            ("Dictaminación", moment(spec, review.opens_at), moment(spec, review.closes_at)),
        ),
    )
    st.caption(f"Hora de {spec.timezone}. El minuto del cierre cuenta entero.")


def venues(spec: CallSpec) -> None:
    """Where the seats are."""
    st.header(f"Sedes: {number(spec.seats)} lugares")
    table(
        ("Sede", "Lugares", "Alcaldía"),
        ((each.label, number(each.seats), each.alcaldia or "") for each in spec.venues),
    )


def rules(spec: CallSpec) -> None:
    """Who may apply, how it is read, how it is decided."""
    review, decision = spec.review, spec.decision
    per_application = review.reviews_per_application
    st.header("Reglas")
    rows = [
        ("Edad mínima", f"{spec.eligibility.minimum_age} años cumplidos el día del cierre"),
        ("Residencia", spec.eligibility.residence),
        ("Lecturas", f"{per_application} por postulación, {'a ciegas' if review.blind else 'con nombre'}"),
        ("Desacuerdo", f"se señala desde {number(review.disagreement)} puntos de 100"),
        ("Alcaldía propia", "se permite leerla" if review.own_alcaldia else "nadie lee la suya"),
        ("Orden que vale", "calibrado" if decision.ranking == "calibrated" else "promedio"),
        ("Conservación", f"{number(decision.retention_days)} días tras el fallo"),
    ]
    if spec.privacy:
        rows.append(("Aviso de privacidad", f"versión {spec.privacy.notice}"))
    table(("", ""), rows)


def representation(spec: CallSpec) -> None:
    """What the selection has to meet."""
    if not spec.representation:
        return
    st.header("Representación")
    names = {each.key: each.label for each in spec.venues}
    table(("Regla", "Exige"), ((each.label, bounds(each, names)) for each in spec.representation))


def documents(spec: CallSpec) -> None:
    """What is asked for, and who opens it."""
    st.header("Documentos")
    table(
        ("Documento", "Quién lo abre", "Obligatorio", "Límites"),
        (
            (
                each.label,
                AUDIENCES[each.audience],
                "Sí" if each.required else "No",
                _limits(each.max_pages, each.max_megabytes),
            )
            for each in spec.documents
        ),
    )


def rubric(spec: CallSpec) -> None:
    """The criteria with their weights, and what each level means."""
    st.header("Rúbrica")
    whole = sum(each.weight for each in spec.criteria)
    levels = list(spec.criteria[0].levels)
    table_of_html(
        ("Criterio", *(str(each) for each in levels)),
        (
            (
                f"<b>{html.escape(each.label)}</b><br>{number(100 * each.weight / whole)} %",
                *(html.escape(words) for words in each.levels.values()),
            )
            for each in spec.criteria
        ),
    )


def _limits(pages: int | None, megabytes: float | None) -> str:
    said = [f"{pages} páginas"] if pages else []
    said += [f"{number(megabytes)} MB"] if megabytes else []
    return ", ".join(said) or "sin límite"
