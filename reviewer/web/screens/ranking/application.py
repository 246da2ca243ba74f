"""One application: the steps from its mean to its estimate, its readings and comments."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_number, join_words
from reviewer.decision.ranking.application_detail import ApplicationDetail, SubmittedReading, application_detail
from reviewer.web.screens.ranking import labels as ranking_labels
from reviewer.web.ui import tables
from reviewer.web.ui.markdown_escape import escape_markdown

_STEPS = (
    (
        "Lecturas que no ordenan",
        "Son de quien da casi lo mismo a todo: se muestran y no entran en el estimado.",
    ),
    (
        "Severidad de quienes la leyeron",
        "Si la leyó gente más exigente que el resto del jurado, sube; si más generosa, baja.",
    ),
    (
        "Amplitud y consistencia",
        "Hay quien usa toda la escala y quien casi no se mueve: se llevan a una misma amplitud, y pesa más "
        "quien suele acertar.",
    ),
    (
        "Prudencia",
        "Con pocas lecturas un puntaje muy alto o muy bajo pudo ser suerte: el estimado se acerca al centro.",
    ),
    (
        "Extremos de la escala",
        "El nivel más alto no distingue lo bueno de lo excelente, ni el más bajo lo flojo de lo pésimo.",
    ),
)


def show(viewer: Actor, slug: str, spec: CallSpec, folio: str) -> None:
    """Draws the application, with a button back to the list."""
    st.button("Todo el ranking", type="tertiary", icon=":material/arrow_back:", on_click=_back)
    detail = application_detail(viewer, slug=slug, folio=folio)
    _head(detail)
    left, right = st.columns([5, 7], gap="large")
    with left:
        _steps_table(detail)
    with right:
        _readings(detail, spec)
        _comments(detail)


def _back() -> None:
    st.query_params.pop("folio", None)


def _head(detail: ApplicationDetail) -> None:
    line = detail.line
    st.html(f"<h2 class='card'>{html.escape(line.folio)} · {html.escape(line.title or 'Sin título')}</h2>")
    st.markdown(
        f"Lugar **{format_number(line.rank)}** · probabilidad de lugar **{ranking_labels.chance(line.chance)}** · "
        f"lugar posible {ranking_labels.interval(line.rank_from, line.rank_to)} · "
        f"{ranking_labels.BANDS[line.band].lower()}"
    )
    if line.marks:
        st.markdown(" ".join(f":gray-badge[{ranking_labels.MARKS[mark]}]" for mark in line.marks))


def _steps_table(detail: ApplicationDetail) -> None:
    """Draws the steps from the mean to the estimate; the rounded figures add up."""
    line = detail.line
    start, steps, end = ranking_labels.round_to_sum(line.mean, detail.steps, line.estimate)
    rows = [
        (
            f"Media simple de {format_count(line.readings, 'lectura', 'lecturas')}",
            ranking_labels.points(start),
            "",
        )
    ]
    rows += [
        (name, ranking_labels.signed_points(step), explanation)
        for (name, explanation), step in zip(_STEPS, steps, strict=True)
        if step or name != _STEPS[0][0]
    ]
    rows.append(
        (
            "Estimado",
            ranking_labels.points(end),
            f"Puede variar ± {ranking_labels.points(line.error)} puntos.",
        )
    )
    st.subheader("De la media al estimado")
    st.caption("En puntos de 100; los renglones de en medio se suman o restan.")
    body = "".join(
        f"<tr><td>{html.escape(name)}<br><span style='font-size: .85rem; opacity: "
        f".85'>{html.escape(explanation)}</span></td><td class='n'>{size}</td></tr>"
        for name, size, explanation in rows
    )
    st.html(f"<table class='numbers'><tbody>{body}</tbody></table>")


def _readings(detail: ApplicationDetail, spec: CallSpec) -> None:
    st.subheader("Quién la leyó")
    head = ["Persona", *(criterion.label for criterion in spec.criteria), "Total", "Su escala"]
    tables.table_of_safe_html(head, [_reading(reading, spec) for reading in detail.readings])
    if detail.pending_jurors:
        st.caption(f"Falta la lectura de {escape_markdown(join_words(list(detail.pending_jurors)))}.")


def _reading(reading: SubmittedReading, spec: CallSpec) -> list[str]:
    scores = [str(reading.scores.get(criterion.key, "–")) for criterion in spec.criteria]
    scale = ranking_labels.severity(reading.juror) if reading.juror else "Sin calcular"
    total = f"<span style='white-space: nowrap'>{ranking_labels.points(reading.points)}</span>"
    return [html.escape(reading.name), *scores, total, html.escape(scale)]


def _comments(detail: ApplicationDetail) -> None:
    """Draws comments and messages to the committee. Private notes are not read."""
    comments = [
        (reading.name, text)
        for reading in detail.readings
        for text in (reading.comment, *reading.notes)
        if text.strip()
    ]
    st.subheader("Comentarios al comité")
    for name, text in (*comments, *detail.messages):
        with st.container(border=True, gap=None):
            st.caption(escape_markdown(name))
            st.text(text)
    if not comments and not detail.messages:
        st.caption("Nadie dejó comentarios. Las notas privadas son de quien las escribió y no se muestran.")
