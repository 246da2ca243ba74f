"""Progress: how much the jury has submitted, who needs a reminder or an extension, where readings differ."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_number
from reviewer.jury.discussion import flags
from reviewer.jury.monitoring.progress import jury_progress
from reviewer.models import Call
from reviewer.web.auth import pages
from reviewer.web.screens.avance import closing, coverage
from reviewer.web.screens.avance import progress as drawn
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors

FLAGS_PAGE = ROOT / "pages" / "avisos.py"

SECTIONS = {
    "jurado": "Jurado",
    "postulaciones": "Postulaciones",
    "plazos": "Plazos y recordatorios",
}


def show(actor: Actor, call: Call, part: str) -> None:
    """Draws the chosen part."""
    if part == "postulaciones":
        coverage.show(actor, call)
        return
    seen = jury_progress(actor, slug=call.slug)
    if not seen.jurors:
        st.info("Todavía no se reparte nada. El avance aparecerá aquí cuando el jurado tenga postulaciones.")
        st.page_link(ROOT / "pages" / "asignacion.py", label="Ir a Asignación")
        return
    spec = spec_of(call)
    drawn.show_overall(seen, spec)
    if part == "plazos":
        drawn.show_extensions(actor, call, seen)
        drawn.show_reminders(actor, call, seen)
        return
    drawn.show_by_readings(seen)
    drawn.show_by_juror(seen, spec, call)
    if is_allowed(actor, Action.CLOSE_REVIEWING, call.phase) and st.button("Cerrar la dictaminación…"):
        closing.dialog(actor, call)


def link_to_flags(actor: Actor, call: Call) -> None:
    """Draws a link to the flags, with the number of open ones."""
    waiting = sum(flags.open_counts(actor, slug=call.slug).values())
    label = f"Avisos por resolver: {format_number(waiting)}" if waiting else "Avisos"
    st.page_link(FLAGS_PAGE, label=label, icon=":material/flag:", width="content")


actor = pages.require_access(Action.SEE_PROGRESS)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Avance", width="content")
    chosen = choose_tab(SECTIONS, key="apartado", label="Parte")
    place = st.container(width="content")
with show_errors():
    call = pages.require_call(actor)
    with place:
        link_to_flags(actor, call)
    show(actor, call, chosen)
