"""A juror's desk: the assigned applications, how many are submitted, and the next one."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.access.preferences import get_preference, set_preference
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_count
from reviewer.jury.reviews import juror_statistics, queue, reviewed_documents
from reviewer.jury.reviews.deadline import closed_reason, deadline_for, format_deadline
from reviewer.jury.reviews.queue import QueueCounts, QueueRow
from reviewer.models import Call
from reviewer.web.auth import pages as auth_pages
from reviewer.web.screens.revisar import changed as changed_documents
from reviewer.web.screens.revisar import day_summary
from reviewer.web.ui import errors
from reviewer.web.ui.address import slug
from reviewer.web.ui.badge import Badge
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset, search_box

ROWS = 20
PREFERENCE = "mesa.estado"
REVIEW_PAGE = ROOT / "pages" / "revisar.py"
ALL = "todas"
FILTERS = {ALL: "Todas", "pendientes": "Pendientes", "empezadas": "Empezadas", "enviadas": "Enviadas"}
STATES = {"pendientes": "pending", "empezadas": "begun", "enviadas": "submitted"}
CHANGED = Badge("Enviada, cambió", "orange")
BADGES = {
    "pending": Badge("Pendiente", "gray"),
    "begun": Badge("Empezada", "orange"),
    "submitted": Badge("Enviada", "green"),
}


def head(actor: Actor, call: Call, counts: QueueCounts) -> None:
    """Draws how many are submitted and left, the deadline, and the button that opens the next one."""
    spec = spec_of(call)
    closed, closing_text = closed_reason(actor, spec, call.phase), format_deadline(spec, actor)
    parts = [f"{counts.submitted} de {counts.total} enviadas"]
    if counts.remaining:
        parts.append(f"faltan {counts.remaining}")
    if closing_text and not closed:
        parts.append(f"cierra {closing_text}")
    st.progress(counts.submitted / counts.total, text=" · ".join(parts))
    if closed:
        st.warning(f"{closed} Puede leer lo suyo; no se puede calificar.", icon=":material/schedule:")
    elif not counts.remaining:
        st.success(
            f"Envió {format_count(counts.total, 'dictamen', 'dictámenes')}: no le falta ninguno. "
            "Gracias. Puede reabrirlos mientras no cierre la dictaminación.",
            icon=":material/done_all:",
        )
    elif st.button("Continuar", type="primary", icon=":material/arrow_forward:"):
        st.switch_page(REVIEW_PAGE, query_params={"folio": queue.next_folio(actor, slug=call.slug) or ""})
    if counts.submitted and counts.remaining and not closed:
        juror_pace = juror_statistics.reading_pace(actor, slug=call.slug, spec=spec)
        st.caption(
            " ".join(
                filter(
                    None,
                    (
                        day_summary.day_text(juror_pace, spec, deadline_for(spec, actor)),
                        day_summary.rest_text(juror_pace),
                    ),
                )
            )
        )


def chosen_filter(actor: Actor) -> str:
    """Returns the filter in the address, otherwise the one that the juror chose last, on any machine."""
    last_choice = slug(get_preference(actor, PREFERENCE) or ALL)
    chosen = choose_tab(
        FILTERS,
        key="estado",
        label="Mostrar",
        default=last_choice if last_choice in FILTERS else ALL,
        omit_default=False,
    )
    if chosen != last_choice:
        set_preference(actor, PREFERENCE, FILTERS[chosen])
    return chosen


def show_rows(actor: Actor, call: Call, counts: QueueCounts) -> None:
    """Draws a page of the juror's applications, in the juror's own order."""
    changed = reviewed_documents.changed_since_sent(actor, slug=call.slug)
    changed_documents.links(changed)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = chosen_filter(actor)
        query = search_box("Buscar folio o título", width=260)
    state = STATES.get(chosen)
    desk_rows = queue.search(actor, call=call, words=query, state=state) if query else None
    counts_by_state = {"pending": counts.pending, "begun": counts.begun, "submitted": counts.submitted}
    total = len(desk_rows) if desk_rows is not None else counts_by_state.get(state or "", counts.total)
    if not total:
        message = f"No hay ninguna entre las {chosen}."
        st.caption(message if desk_rows is None else "Ninguna coincide: revise el folio o el título.")
        return
    start = page_offset(total, ROWS)
    if desk_rows is None:
        desk_rows = queue.rows(actor, call=call, state=state, offset=start, limit=ROWS)
    else:
        desk_rows = desk_rows[start : start + ROWS]
    with st.container(key="rows"):
        for desk_row in desk_rows:
            show_row(desk_row, is_changed=desk_row.folio in changed)


def show_row(desk_row: QueueRow, *, is_changed: bool) -> None:
    """Draws one application; its folio opens it. ``is_changed``: a document did, after the review was sent."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label = f"{escape_markdown(desk_row.folio)} "
        st.page_link(REVIEW_PAGE, label=label, query_params={"folio": desk_row.folio}, width=120)
        st.text(desk_row.title or "Sin título", width="stretch")
        st.text(" · ".join(filter(None, (desk_row.kind, desk_row.genre))), width=240)
        badge = CHANGED if is_changed else BADGES[desk_row.state]
        (badge._replace(text="Omitida") if desk_row.skipped else badge).draw(width=130)


actor = auth_pages.require_access(Action.SEE_DESK)
st.title("Mi mesa")
with errors.show_errors():
    call = auth_pages.current_call(actor)
    counts = queue.counts(actor, slug=call.slug) if call else QueueCounts(0, 0, 0)
    if call is None or not counts.total:
        st.info(
            "Todavía no tiene postulaciones. Cuando la coordinación las reparta aparecerán aquí, "
            "en un orden que es solo suyo; por ahora no hace falta que haga nada."
        )
    else:
        head(actor, call, counts)
        show_rows(actor, call, counts)
