"""The call: what it asks, where it stands, and the file that it comes from."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.web import gate
from reviewer.web.call import facts, loading, moving, phase, seen
from reviewer.web.components import source
from reviewer.web.told import show_errors

actor = gate.require_access(Action.LOAD_CALL)
st.html(f"<style>{source('call.css')}</style>")
with show_errors():
    call = gate.current_call(actor)
    if call is None:
        st.title("Convocatoria")
        st.markdown(
            "Todavía no hay ninguna. Su archivo dice las fechas, los documentos, la rúbrica, las sedes y las "
            "reglas; todo lo demás parte de ahí."
        )
        loading.offer_shipped(actor)
        st.header("O instale la suya")
        loading.load_from_file(actor)
        st.stop()
    spec = spec_of(call)
    st.title(spec.title)
    st.caption(" · ".join((call.slug, f"folios {spec.folio_prefix}-0001…", *spec.organizers)))
    phase.show(actor, call)
    left, right = st.columns(2, gap="large")
    with left:
        facts.dates(spec)
        if st.button("Mover fechas…"):
            moving.dialog(actor, call)
        facts.venues(spec)
    with right:
        facts.rules(spec)
    facts.representation(spec)
    facts.documents(spec)
    facts.rubric(spec)
    with st.expander("Verla como la ve el jurado"):
        seen.jury_view(spec, key_prefix="convocatoria")
    with st.expander("Ver qué se revisa de cada postulación"):
        seen.checks_view(spec)
    with st.expander("Actualizar desde un archivo, o instalar otra convocatoria"):
        st.caption(
            "Una vez que hay puntajes, la rúbrica y los documentos ya no cambian; las fechas y lo demás, sí."
        )
        loading.offer_shipped(actor)
        loading.load_from_file(actor)
