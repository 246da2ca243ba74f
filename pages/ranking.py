"""The ranking, for coordinators: the list, one application, the jury's scales, agreement."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.decision import standings
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.ranking import accord, computing, cut, further, jury, listing, one
from reviewer.web.told import told
from reviewer.web.views import choose_view

VIEWS = {
    "lista": "Lista",
    "corte": "El corte",
    "lecturas": "Más lecturas",
    "jurado": "Jurado",
    "acuerdo": "Acuerdo",
}


actor = gate.page(Action.SEE_RANKING)
with told():
    call = gate.the_call(actor, title="Ranking")
    folio = st.query_params.get("folio")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Ranking", width="content")
        view = choose_view(VIEWS) if not folio else "lista"
    seen = standings.overview(actor, call=call.slug)
    if seen is None and not standings.anything_submitted(actor, call=call.slug):
        st.info("El ranking aparecerá aquí cuando el jurado envíe sus primeras lecturas.")
        st.page_link(ROOT / "pages" / "avance.py", label="Ir a Avance")
        st.stop()
    spec = spec_of(call)
    computing.show(actor, call.slug, spec, seen)
    if seen is None:
        st.stop()
    if folio:
        one.show(actor, call.slug, spec, folio)
    elif view == "corte":
        cut.show(actor, call.slug, seen)
    elif view == "lecturas":
        further.show(actor, call, spec, seen)
    elif view == "jurado":
        jury.show(actor, call.slug)
    elif view == "acuerdo":
        accord.show(seen.agreement, spec)
    else:
        listing.show(actor, call.slug, seen)
