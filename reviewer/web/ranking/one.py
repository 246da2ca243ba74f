"""One application: the way from its mean to its estimate, and what each juror said of it."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.dossier import Dossier, ReadBy, dossier
from reviewer.web import lines
from reviewer.web.plain import plain
from reviewer.web.ranking import words
from reviewer.words import counted, listed, number

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


def show(viewer: Actor, call_slug: str, spec: CallSpec, folio: str) -> None:
    """Draws it, with the way back to the list."""
    st.button("Todo el ranking", type="tertiary", icon=":material/arrow_back:", on_click=_back)
    found = dossier(viewer, call=call_slug, folio=folio)
    _head(found)
    left, right = st.columns([5, 7], gap="large")
    with left:
        _way(found)
    with right:
        _readings(found, spec)
        _words(found)


def _back() -> None:
    st.query_params.pop("folio", None)


def _head(found: Dossier) -> None:
    line = found.line
    st.html(f"<h2 class='card'>{html.escape(line.folio)} · {html.escape(line.title or 'Sin título')}</h2>")
    st.markdown(
        f"Lugar **{number(line.rank)}** · probabilidad de lugar **{words.chance(line.chance)}** · "
        f"lugar posible {words.interval(line.rank_from, line.rank_to)} · {words.BANDS[line.band].lower()}"
    )
    if line.marks:
        st.markdown(" ".join(f":gray-badge[{words.MARKS[each]}]" for each in line.marks))


def _way(found: Dossier) -> None:
    """From the mean to the estimate, in figures that add up as they are written."""
    line = found.line
    start, steps, end = words.adding_up(line.mean, found.steps, line.estimate)
    rows = [(f"Media simple de {counted(line.readings, 'lectura', 'lecturas')}", words.points(start), "")]
    rows += [
        (name, words.change(step), explained)
        for (name, explained), step in zip(_STEPS, steps, strict=True)
        if step or name != _STEPS[0][0]
    ]
    rows.append(("Estimado", words.points(end), f"Puede variar ± {words.points(line.error)} puntos."))
    st.subheader("De la media al estimado")
    st.caption("En puntos de 100; los renglones de en medio se suman o restan.")
    body = "".join(
        f"<tr><td>{html.escape(name)}<br>"
        f"<span style='font-size: .85rem; opacity: .85'>{html.escape(told)}</span></td>"
        f"<td class='n'>{size}</td></tr>"
        for name, size, told in rows
    )
    st.html(f"<table class='numbers'><tbody>{body}</tbody></table>")


def _readings(found: Dossier, spec: CallSpec) -> None:
    st.subheader("Quién la leyó")
    head = ["Persona", *(each.label for each in spec.criteria), "Total", "Su escala"]
    lines.table_of_html(head, [_reading(each, spec) for each in found.readings])
    if found.awaited:
        st.caption(f"Falta la lectura de {plain(listed(list(found.awaited)))}.")


def _reading(read: ReadBy, spec: CallSpec) -> list[str]:
    scores = [str(read.scores.get(each.key, "–")) for each in spec.criteria]
    scale = words.severity(read.known) if read.known else "Sin calcular"
    total = f"<span style='white-space: nowrap'>{words.points(read.points)}</span>"
    return [html.escape(read.name), *scores, total, html.escape(scale)]


def _words(found: Dossier) -> None:
    """Comments, notes shared with the committee, and what was said among it. Private notes are not read."""
    said = [
        (read.name, text) for read in found.readings for text in (read.comment, *read.notes) if text.strip()
    ]
    st.subheader("Comentarios al comité")
    for name, text in (*said, *found.messages):
        with st.container(border=True, gap=None):
            st.caption(plain(name))
            st.text(text)
    if not said and not found.messages:
        st.caption("Nadie dejó comentarios. Las notas privadas son de quien las escribió y no se muestran.")
