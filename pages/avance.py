"""Progress: how far the jury has come, who needs a word or more time, and where readings differ."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed
from reviewer.calls import spec_of
from reviewer.jury import flags
from reviewer.jury.progress import progress
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.jury import closing, readings
from reviewer.web.jury import progress as drawn
from reviewer.web.told import told
from reviewer.web.views import choose_view
from reviewer.words import number

FLAGS_PAGE = ROOT / "pages" / "avisos.py"

SECTIONS = {
    "jurado": "Jurado",
    "postulaciones": "Postulaciones",
    "plazos": "Plazos y recordatorios",
}


def show(actor: Actor, call: Call, part: str) -> None:
    """The part that was chosen."""
    if part == "postulaciones":
        readings.show(actor, call)
        return
    seen = progress(actor, call=call.slug)
    if not seen.jurors:
        st.info("Todavía no se reparte nada. El avance aparecerá aquí cuando el jurado tenga postulaciones.")
        st.page_link(ROOT / "pages" / "asignacion.py", label="Ir a Asignación")
        return
    spec = spec_of(call)
    drawn.overall(seen, spec)
    if part == "plazos":
        drawn.show_extensions(actor, call, seen)
        drawn.show_reminders(actor, call, seen)
        return
    drawn.by_readings(seen)
    drawn.by_juror(seen, spec, call)
    if allowed(actor, Action.CLOSE_REVIEWING, call.phase) and st.button("Cerrar la dictaminación…"):
        closing.dialog(actor, call)


def link_to_flags(actor: Actor, call: Call) -> None:
    """The way to what the jury, and the machine, want looked at."""
    waiting = sum(flags.counts(actor, call=call.slug).values())
    label = f"Avisos por resolver: {number(waiting)}" if waiting else "Avisos"
    st.page_link(FLAGS_PAGE, label=label, icon=":material/flag:", width="content")


actor = gate.page(Action.SEE_PROGRESS)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Avance", width="content")
    chosen = choose_view(SECTIONS, key="apartado", of="Parte")
    place = st.container(width="content")
with told():
    call = gate.the_call(actor)
    with place:
        link_to_flags(actor, call)
    show(actor, call, chosen)
