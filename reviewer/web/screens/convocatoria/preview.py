"""The call as its jury will see it, and the checks that its applications will undergo."""

from datetime import date, timedelta

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_day_and_time, format_number, join_words
from reviewer.web.screens.convocatoria.labels import format_moment
from reviewer.web.ui.tables import html_table


def jury_view(spec: CallSpec, *, key_prefix: str) -> None:
    """Draws what a juror sees and what is hidden; ``key_prefix`` keeps two of these on a page apart."""
    hidden_labels = [document.label for document in spec.documents if document.audience == "admin"]
    st.markdown(
        f"Lee, en este orden: **{join_words([document.label for document in spec.jury_documents]) or 'nada'}**."
    )
    if hidden_labels:
        st.markdown(f"Nunca ve: {join_words(hidden_labels)}.")
    if spec.review.blind:
        st.markdown("No ve quién postula: nombre, correo, teléfono y CURP van tapados en textos e imágenes.")
    else:
        st.markdown("Ve quién postula: esta convocatoria no es a ciegas.")
    if spec.review_opens or spec.review_closes:
        st.markdown(
            f"Califica del {format_moment(spec, spec.review.opens_at)} al "
            f"{format_moment(spec, spec.review.closes_at)}, y puede reabrir lo enviado hasta entonces."
        )
    total_weight = sum(criterion.weight for criterion in spec.criteria)
    for criterion in spec.criteria:
        with st.container(border=True):
            st.markdown(f"**{criterion.label}** · {format_number(100 * criterion.weight / total_weight)} %")
            levels = list(criterion.levels)
            chosen = st.segmented_control(
                criterion.label,
                levels,
                default=levels[-1],
                required=True,
                label_visibility="collapsed",
                key=f"{key_prefix}-{criterion.key}",
            )
            st.caption(criterion.levels[chosen])


def checks_view(spec: CallSpec) -> None:
    """Draws the checks of an application."""
    last_minute = spec.local(spec.closes - timedelta(seconds=1))
    rows = [
        ("Enviada antes de abrir", f"antes del {format_day_and_time(spec.local(spec.opens))}", "No elegible"),
        ("Enviada tarde", f"después del {format_day_and_time(last_minute)}:59", "No elegible"),
        ("Menor de edad", f"nació después del {_latest_birth_date(last_minute.date(), spec)}", "No elegible"),
        ("Fuera de la ciudad", "ni alcaldía ni código postal de la Ciudad de México", "No elegible"),
    ]
    for document in spec.documents:
        if document.required:
            rows.append((f"Sin {document.label.lower()}", "ningún archivo de esa clase", "No elegible"))
        if document.max_pages:
            rows.append((f"{document.label}: larga", f"más de {document.max_pages} páginas", "Por cotejar"))
        if document.max_megabytes:
            rows.append(
                (
                    f"{document.label}: pesada",
                    f"más de {format_number(document.max_megabytes)} MB",
                    "Por cotejar",
                )
            )
    html_table(("Revisión", "Cuándo se señala", "Queda"), rows)
    st.caption("La edad se cuenta el día del cierre; quien nació un 29 de febrero la cumple el 1 de marzo.")


def _latest_birth_date(closing: date, spec: CallSpec) -> str:
    year = closing.year - spec.eligibility.minimum_age
    leap = closing.month == 2 and closing.day == 29
    birth_date = date(year, 2, 28) if leap and not _is_leap(year) else closing.replace(year=year)
    return f"{birth_date.day}/{birth_date.month:02d}/{birth_date.year}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
