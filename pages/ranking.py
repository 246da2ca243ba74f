"""The ranking, for coordinators: the list, one application, the jury's scales, agreement."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.web.auth import pages
from reviewer.web.screens.ranking import additional_readings, agreement, application, cut, juror_scales
from reviewer.web.screens.ranking import job as ranking_job
from reviewer.web.screens.ranking import list as ranking_list
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors

VIEWS = {
    "lista": "Lista",
    "corte": "El corte",
    "lecturas": "Más lecturas",
    "jurado": "Jurado",
    "acuerdo": "Acuerdo",
}


actor = pages.require_access(Action.SEE_RANKING)
with show_errors():
    call = pages.require_call(actor, title="Ranking")
    folio = st.query_params.get("folio")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Ranking", width="content")
        view = choose_tab(VIEWS) if not folio else "lista"
    overview = ranking_queries.overview(actor, slug=call.slug)
    if overview is None and not ranking_queries.has_submitted_reviews(actor, slug=call.slug):
        st.info("El ranking aparecerá aquí cuando el jurado envíe sus primeras lecturas.")
        st.page_link(ROOT / "pages" / "avance.py", label="Ir a Avance")
        st.stop()
    spec = spec_of(call)
    ranking_job.show(actor, call.slug, spec, overview)
    if overview is None:
        st.stop()
    if folio:
        application.show(actor, call.slug, spec, folio)
    elif view == "corte":
        cut.show(actor, call.slug, overview)
    elif view == "lecturas":
        additional_readings.show(actor, call, spec, overview)
    elif view == "jurado":
        juror_scales.show(actor, call.slug)
    elif view == "acuerdo":
        agreement.show(overview.agreement, spec)
    else:
        ranking_list.show(actor, call.slug, overview)
