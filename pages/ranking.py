"""The ranking, for coordinators: the list, one application, the jury's scales, agreement."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.decision import standings
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.ranking import accord, computing, cut, further, jury, listing, one
from reviewer.web.told import show_errors
from reviewer.web.views import choose_tab

VIEWS = {
    "lista": "Lista",
    "corte": "El corte",
    "lecturas": "Más lecturas",
    "jurado": "Jurado",
    "acuerdo": "Acuerdo",
}


actor = gate.require_access(Action.SEE_RANKING)
with show_errors():
    call = gate.require_call(actor, title="Ranking")
    folio = st.query_params.get("folio")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Ranking", width="content")
        view = choose_tab(VIEWS) if not folio else "lista"
    overview = standings.overview(actor, slug=call.slug)
    if overview is None and not standings.has_submitted_reviews(actor, slug=call.slug):
        st.info("El ranking aparecerá aquí cuando el jurado envíe sus primeras lecturas.")
        st.page_link(ROOT / "pages" / "avance.py", label="Ir a Avance")
        st.stop()
    spec = spec_of(call)
    computing.show(actor, call.slug, spec, overview)
    if overview is None:
        st.stop()
    if folio:
        one.show(actor, call.slug, spec, folio)
    elif view == "corte":
        cut.show(actor, call.slug, overview)
    elif view == "lecturas":
        further.show(actor, call, spec, overview)
    elif view == "jurado":
        jury.show(actor, call.slug)
    elif view == "acuerdo":
        accord.show(overview.agreement, spec)
    else:
        listing.show(actor, call.slug, overview)
