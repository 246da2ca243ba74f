"""My desk: what was given to this juror, how far she is, and the way to the next one."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.access.preferences import prefer, preference
from reviewer.calls import spec_of
from reviewer.jury import desk, pace
from reviewer.jury.desk import Counts, DeskRow
from reviewer.jury.window import closed_because, closing_words, deadline
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import gate, told
from reviewer.web.plain import plain
from reviewer.web.review import habits
from reviewer.words import counted

ROWS = 20
FILTER = "estado"
PREFERENCE = "mesa.estado"
REVIEW_PAGE = ROOT / "pages" / "revisar.py"
ALL = "Todas"
FILTERS = {ALL: None, "Pendientes": "pending", "Empezadas": "begun", "Enviadas": "submitted"}
BADGES = {
    "pending": ("Pendiente", "gray"),
    "begun": ("Empezada", "orange"),
    "submitted": ("Enviada", "green"),
}


def head(actor: Actor, call: Call, counts: Counts) -> None:
    """How far she is, what is left, until when, and the next step."""
    spec = spec_of(call)
    closed, closing = closed_because(actor, spec, call.phase), closing_words(spec, actor)
    words = [f"{counts.submitted} de {counts.total} enviadas"]
    if counts.left:
        words.append(f"faltan {counts.left}")
    if closing and not closed:
        words.append(f"cierra {closing}")
    st.progress(counts.submitted / counts.total, text=" · ".join(words))
    if closed:
        st.warning(f"{closed} Puede leer lo suyo; no se puede calificar.", icon=":material/schedule:")
    elif not counts.left:
        st.success(
            f"Envió {counted(counts.total, 'dictamen', 'dictámenes')}: no le falta ninguno. "
            "Gracias. Puede reabrirlos mientras no cierre la dictaminación.",
            icon=":material/done_all:",
        )
    elif st.button("Continuar", type="primary", icon=":material/arrow_forward:"):
        st.switch_page(REVIEW_PAGE, query_params={"folio": desk.next_folio(actor, call=call.slug) or ""})
    if counts.submitted and counts.left and not closed:
        day = pace.pace(actor, call=call.slug, spec=spec)
        st.caption(
            " ".join(filter(None, (habits.of_day(day, spec, deadline(spec, actor)), habits.rest(day))))
        )


def chosen_filter(actor: Actor) -> str:
    """The filter in the address, else the one that she chose last, at whichever machine."""
    last = preference(actor, PREFERENCE) or ALL
    kept = st.query_params.get(FILTER) or last
    chosen: str = st.segmented_control(
        "Mostrar",
        list(FILTERS),
        default=kept if kept in FILTERS else ALL,
        required=True,
        label_visibility="collapsed",
    )
    st.query_params[FILTER] = chosen
    if chosen != last:
        prefer(actor, PREFERENCE, chosen)
    return chosen


def rows(actor: Actor, call: Call, counts: Counts) -> None:
    """Her applications, a page at a time, in her own order."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = chosen_filter(actor)
        words = st.text_input(
            "Buscar", placeholder="Buscar folio o título", label_visibility="collapsed", width=260
        )
    state = FILTERS[chosen]
    hits = desk.found(actor, call=call, words=words, state=state) if words.strip() else None
    held = {"pending": counts.pending, "begun": counts.begun, "submitted": counts.submitted}
    number = len(hits) if hits is not None else held.get(state or "", counts.total)
    if not number:
        said = f"No hay ninguna entre las {chosen.lower()}."
        st.caption(said if hits is None else "Ninguna coincide: revise el folio o el título.")
        return
    pages = -(-number // ROWS)
    page = st.pagination(pages, key=f"hoja-{chosen}-{words}") if pages > 1 else 1
    start = (page - 1) * ROWS
    if hits is None:
        hits = desk.rows(actor, call=call, state=state, offset=start, limit=ROWS)
    else:
        hits = hits[start : start + ROWS]
    for each in hits:
        row(each)


def row(each: DeskRow) -> None:
    """One application: its folio opens it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label = f"{plain(each.folio)} "
        st.page_link(REVIEW_PAGE, label=label, query_params={"folio": each.folio}, width=120)
        st.text(each.title or "Sin título", width="stretch")
        st.text(" · ".join(filter(None, (each.kind, each.genre))), width=240)
        words, color = BADGES[each.state]
        st.badge("Omitida" if each.skipped else words, color=color, width=110)  # type: ignore[arg-type]


actor = gate.page(Action.SEE_DESK)
st.title("Mi mesa")
with told.told():
    call = gate.current_call(actor)
    counts = desk.counts(actor, call=call.slug) if call else Counts(0, 0, 0)
    if call is None or not counts.total:
        st.info(
            "Todavía no tiene postulaciones. Cuando la coordinación las reparta aparecerán aquí, "
            "en un orden que es solo suyo; por ahora no hace falta que haga nada."
        )
    else:
        head(actor, call, counts)
        rows(actor, call, counts)
