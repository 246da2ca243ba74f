"""The list of applications by their state in screening."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_number
from reviewer.models import ScreeningState
from reviewer.screening import decisions, queue
from reviewer.screening.queue import Line, Part
from reviewer.web.routes import downloads
from reviewer.web.screens.cotejo import several
from reviewer.web.screens.cotejo.labels import NO_APPLICATIONS, VERDICTS, badge, reasons_text
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.links import folio_link
from reviewer.web.ui.pager import page_offset, search_box
from reviewer.web.ui.tables import table_of_safe_html

ROWS = 50
PARTS = {
    Part.PENDING: "Por cotejar",
    Part.ASKED: "Se les pidió algo",
    Part.INELIGIBLE: "No elegibles",
    Part.ELIGIBLE: "Elegibles",
    Part.WITHDRAWN: "Retiradas",
    Part.ALL: "Todas",
}
_EMPTY_TEXTS = {
    Part.PENDING: "No queda ninguna por cotejar.",
    Part.ASKED: "A nadie se le ha vuelto a pedir nada.",
    Part.INELIGIBLE: "Ninguna es no elegible.",
    Part.ELIGIBLE: "Ninguna es elegible todavía.",
    Part.WITHDRAWN: "Nadie ha retirado su postulación.",
    Part.ALL: NO_APPLICATIONS,
}


def show(viewer: Actor, slug: str, part: Part, *, total_count: int) -> None:
    """Draws a page of the list with its search; some parts can be downloaded with e-mails and reasons.

    ``total_count`` is the number of applications in all parts.
    """
    if not total_count:
        st.info(_EMPTY_TEXTS[Part.ALL])
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        query = search_box("Folio, nombre o correo", width=320)
        if part in (Part.INELIGIBLE, Part.ASKED):
            downloads.link("Descargar CSV con correos y motivos", part.value, convocatoria=slug)
    reasons = several.choose_reasons(viewer, slug, part)
    total = queue.count_lines(viewer, slug=slug, part=part, search=query, reasons=reasons)
    if not total:
        st.caption("Ninguna coincide con lo que busca." if query else _EMPTY_TEXTS[part])
        return
    offset = page_offset(total, ROWS)
    lines = queue.lines(viewer, slug=slug, part=part, search=query, reasons=reasons, offset=offset, limit=ROWS)
    if reasons:
        several.decide(viewer, slug, lines)
    else:
        table_of_safe_html(("Folio", "Nombre", "Estado", "Por qué"), (_cells(line, part) for line in lines))
    st.caption(f"{format_number(total)} en esta lista.")


def undo_last(actor: Actor, slug: str) -> None:
    """Draws a button that undoes the person's last decision, for when no application is open."""
    last = decisions.last_own_decision(actor, slug=slug)
    if last is None:
        return
    about = last.folios[0] if len(last.folios) == 1 else f"{len(last.folios)} a la vez"
    if st.button(f"{about} · {VERDICTS[last.verdict]}: deshacer", icon=":material/undo:"):
        with show_errors():
            decisions.undo_several(actor, slug=slug, folios=last.folios)
            if len(last.folios) == 1:
                st.query_params["folio"] = last.folios[0]
                st.query_params.pop("ver", None)
            st.rerun()


def _cells(line: Line, part: Part) -> list[str]:
    return [
        folio_link(line.folio, "cotejo", folio=line.folio, parte=part.value),
        html.escape(line.name),
        badge(line.eligibility, line.state).html(),
        html.escape(_reason_text(line)),
    ]


def _reason_text(line: Line) -> str:
    """Returns what a person wrote, otherwise the codes of the checks in words."""
    return line.reasons if line.state is ScreeningState.DECIDED else reasons_text(line.reasons)
