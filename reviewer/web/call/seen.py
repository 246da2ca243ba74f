"""The call as its jury will see it, and as the checks will hold applications against it."""

from datetime import date, timedelta

import streamlit as st

from reviewer.calls import CallSpec
from reviewer.web.call.words import moment
from reviewer.web.lines import table
from reviewer.words import day_and_time, listed, number


def by_the_jury(spec: CallSpec, *, place: str) -> None:
    """What a juror has before her, and what she has not; ``place`` tells two of these on a page apart."""
    hidden = [each.label for each in spec.documents if each.audience == "admin"]
    st.markdown(f"Lee, en este orden: **{listed([each.label for each in spec.jury_documents]) or 'nada'}**.")
    if hidden:
        st.markdown(f"Nunca ve: {listed(hidden)}.")
    if spec.review.blind:
        st.markdown("No ve quién postula: nombre, correo, teléfono y CURP van tapados en textos e imágenes.")
    else:
        st.markdown("Ve quién postula: esta convocatoria no es a ciegas.")
    if spec.review_opens or spec.review_closes:
        st.markdown(
            f"Califica del {moment(spec, spec.review.opens_at)} al {moment(spec, spec.review.closes_at)}, "
            "y puede reabrir lo enviado hasta entonces."
        )
    whole = sum(each.weight for each in spec.criteria)
    for each in spec.criteria:
        with st.container(border=True):
            st.markdown(f"**{each.label}** · {number(100 * each.weight / whole)} %")
            levels = list(each.levels)
            chosen = st.segmented_control(
                each.label,
                levels,
                default=levels[-1],
                required=True,
                label_visibility="collapsed",
                key=f"{place}-{each.key}",
            )
            st.caption(each.levels[chosen])


def by_the_checks(spec: CallSpec) -> None:
    """What an application is held against."""
    last = spec.local(spec.closes - timedelta(seconds=1))
    rows = [
        ("Enviada antes de abrir", f"antes del {day_and_time(spec.local(spec.opens))}", "No elegible"),
        ("Enviada tarde", f"después del {day_and_time(last)}:59", "No elegible"),
        ("Menor de edad", f"nació después del {_born(last.date(), spec)}", "No elegible"),
        ("Fuera de la ciudad", "ni alcaldía ni código postal de la Ciudad de México", "No elegible"),
    ]
    for each in spec.documents:
        if each.required:
            rows.append((f"Sin {each.label.lower()}", "ningún archivo de esa clase", "No elegible"))
        if each.max_pages:
            rows.append((f"{each.label}: larga", f"más de {each.max_pages} páginas", "Por cotejar"))
        if each.max_megabytes:
            rows.append((f"{each.label}: pesada", f"más de {number(each.max_megabytes)} MB", "Por cotejar"))
    table(("Revisión", "Cuándo se señala", "Queda"), rows)
    st.caption("La edad se cuenta el día del cierre; quien nació un 29 de febrero la cumple el 1 de marzo.")


def _born(closing: date, spec: CallSpec) -> str:
    year = closing.year - spec.eligibility.minimum_age
    leap = closing.month == 2 and closing.day == 29
    born = date(year, 2, 28) if leap and not _is_leap(year) else closing.replace(year=year)
    return f"{born.day}/{born.month:02d}/{born.year}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
