"""The call: its contents, its phase, and the file that it comes from."""

import streamlit as st

from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.web.auth import pages
from reviewer.web.screens.convocatoria import dates, exports, install, phase, preview, summary
from reviewer.web.ui.component_files import source
from reviewer.web.ui.errors import show_errors

actor = pages.require_access(Action.LOAD_CALL)
st.html(f"<style>{source('call.css')}</style>")
with show_errors():
    call = pages.current_call(actor)
    if call is None:
        st.title("Convocatoria")
        st.markdown(
            "Todavía no hay ninguna. Su archivo dice las fechas, los documentos, la rúbrica, las sedes y las "
            "reglas; todo lo demás parte de ahí."
        )
        install.offer_shipped(actor)
        st.header("O instale la suya")
        install.load_from_file(actor)
        st.stop()
    spec = spec_of(call)
    st.title(spec.title)
    st.caption(" · ".join((call.slug, f"folios {spec.folio_prefix}-0001…", *spec.organizers)))
    phase.show(actor, call)
    left, right = st.columns(2, gap="large")
    with left:
        summary.dates(spec)
        if st.button("Mover fechas…"):
            dates.dialog(actor, call)
        summary.venues(spec)
    with right:
        summary.rules(spec)
    summary.representation(spec)
    summary.documents(spec)
    summary.rubric(spec)
    with st.expander("Verla como la ve el jurado"):
        preview.jury_view(spec, key_prefix="convocatoria")
    with st.expander("Ver qué se revisa de cada postulación"):
        preview.checks_view(spec)
    if is_allowed(actor, Action.EXPORT, call.phase):
        with st.expander("Llevarse los datos"):
            exports.show(call.slug)
    with st.expander("Actualizar desde un archivo, o instalar otra convocatoria"):
        st.caption("Una vez que hay puntajes, la rúbrica y los documentos ya no cambian; las fechas y lo demás, sí.")
        install.offer_shipped(actor)
        install.load_from_file(actor)
