"""The list of applications by how they stand."""

import html
from urllib.parse import quote

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.models import ScreeningState
from reviewer.screening import decisions, queue
from reviewer.screening.queue import Line, Part
from reviewer.web.batches import words
from reviewer.web.lines import table_of_html
from reviewer.web.routes import downloads
from reviewer.web.screening.shown import VERDICTS, badge
from reviewer.web.views import NO_APPLICATIONS
from reviewer.words import number

ROWS = 50
PARTS = {
    Part.PENDING: "Por cotejar",
    Part.ASKED: "Se les pidió algo",
    Part.INELIGIBLE: "No elegibles",
    Part.ELIGIBLE: "Elegibles",
    Part.ALL: "Todas",
}
_NONE = {
    Part.PENDING: "No queda ninguna por cotejar.",
    Part.ASKED: "A nadie se le ha vuelto a pedir nada.",
    Part.INELIGIBLE: "Ninguna es no elegible.",
    Part.ELIGIBLE: "Ninguna es elegible todavía.",
    Part.ALL: NO_APPLICATIONS,
}


def show(viewer: Actor, call: str, part: Part, *, whole: int) -> None:
    """A page of the list, with its search; the ineligible ones can be taken along with their reasons.

    ``whole``: how many applications there are, of whatever part.
    """
    if not whole:
        st.info(_NONE[Part.ALL])
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        sought = st.text_input(
            "Buscar",
            placeholder="Folio, nombre o correo",
            key="buscar-cotejo",
            label_visibility="collapsed",
            icon=":material/search:",
            width=320,
        )
        if part in (Part.INELIGIBLE, Part.ASKED):
            downloads.link("Descargar CSV con correos y motivos", part.value, convocatoria=call)
    total = queue.count_lines(viewer, call=call, part=part, words=sought)
    if not total:
        st.caption("Ninguna coincide con lo que busca." if sought else _NONE[part])
        return
    pages = -(-total // ROWS)
    page = st.pagination(pages, key=f"hoja-cotejo-{part}") if pages > 1 else 1
    found = queue.lines(viewer, call=call, part=part, words=sought, offset=(page - 1) * ROWS, limit=ROWS)
    table_of_html(("Folio", "Nombre", "Estado", "Por qué"), (_cells(each, part) for each in found))
    st.caption(f"{number(total)} en esta lista.")


def undo_last(actor: Actor, call: str) -> None:
    """The way back from one's last decision, where no application is open."""
    last = decisions.last_own(actor, call=call)
    if last and st.button(f"{last.folio} · {VERDICTS[last.verdict]}: deshacer", icon=":material/undo:"):
        decisions.undo(actor, call=call, folio=last.folio)
        st.query_params["folio"] = last.folio
        st.query_params.pop("ver", None)
        st.rerun()


def _cells(line: Line, part: Part) -> list[str]:
    stands = badge(line.eligibility, line.state)
    address = html.escape(f"/cotejo?folio={quote(line.folio)}&parte={part.value}", quote=True)
    return [
        f'<a class="folio" href="{address}" target="_self">{html.escape(line.folio)}</a>',
        html.escape(line.name),
        f'<span class="mark {stands.color}"></span>{html.escape(stands.words)}',
        html.escape(_why(line)),
    ]


def _why(line: Line) -> str:
    """What a person wrote, else the checks' codes in words."""
    if line.state is ScreeningState.DECIDED:
        return line.reasons
    known = (words.CODES.get(each, "") for each in line.reasons.split(";"))
    return ", ".join(each for each in known if each)
