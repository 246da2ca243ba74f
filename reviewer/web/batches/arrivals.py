"""How a batch comes in: from one's own machine, or from a folder of the server; first it is rehearsed."""

from pathlib import Path

import streamlit as st

from reviewer import jobs, uploads
from reviewer.access.actor import Actor
from reviewer.intake import rehearsals
from reviewer.intake.rehearsals import RehearsalView
from reviewer.models import Call
from reviewer.web.components.upload import upload_batch
from reviewer.web.plain import plain
from reviewer.web.told import told


def begin(actor: Actor, call: Call, *, upload: str | None = None, source: Path | None = None) -> None:
    """Rehearses a batch and goes there."""
    with told():
        with st.spinner("Leyendo la tabla…"):
            key = rehearsals.begin(actor, call_slug=call.slug, upload=upload, source=source)
        st.query_params["ensayo"] = key
        st.rerun()


def bring_in(actor: Actor, call: Call) -> None:
    """The ways in."""
    arrived = upload_batch(call_slug=call.slug, key=f"carga-{call.slug}")
    if arrived:
        begin(actor, call, upload=arrived)
    folders = uploads.server_folders()
    if folders:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox("O un lote que ya está en el servidor", folders, format_func=str)
            if st.button("Ensayar", key="ensayar-carpeta"):
                begin(actor, call, source=chosen)


def left_waiting(actor: Actor, call: Call) -> None:
    """Rehearsals that wait for an answer, and uploads that arrived whole and were not even looked at."""
    taken = {each.upload for each in jobs.current(actor, call_slug=call.slug)}
    for each in rehearsals.open_ones(actor, call_slug=call.slug):
        taken.add(each.upload)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"«{plain(each.label)}» {_state(each)} Lo trajo {plain(each.begun_by)}.")
            st.button(
                "Ver el ensayo",
                type="primary",
                key=f"ensayo-{each.public_id}",
                on_click=open_rehearsal,
                args=(each.public_id,),
            )
    for waiting, sender in uploads.waiting(actor, call_slug=call.slug):
        if waiting.public_id in taken:
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            size = uploads.spoken_size(waiting.size)
            said = f"«{plain(waiting.name)}» ({size}) llegó completo y no se ha importado."
            st.markdown(f"{said} Lo subió {plain(sender)}.")
            if st.button("Ensayar", type="primary", key=f"ensayar-{waiting.public_id}"):
                begin(actor, call, upload=waiting.public_id)
            if st.button("Descartar", key=f"descartar-{waiting.public_id}"):
                uploads.discard(actor, public_id=waiting.public_id)
                st.rerun()


def _state(view: RehearsalView) -> str:
    if view.job is not None and view.job.is_under_way:
        return "se está ensayando."
    if view.is_curable:
        return "espera a que alguien diga qué columna es cuál."
    if view.refusal:
        return f"no se puede tomar: {plain(view.refusal['message'])}"
    return "se ensayó y no se ha importado."


def open_rehearsal(key: str | None) -> None:
    """Goes to a rehearsal, or back to the list; the address says where one is."""
    if key:
        st.query_params["ensayo"] = key
    else:
        st.query_params.pop("ensayo", None)
