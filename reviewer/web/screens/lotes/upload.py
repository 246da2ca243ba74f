"""The arrival of a batch, from the person's machine or from a folder of the server, and its dry run."""

from pathlib import Path

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_size
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch.dry_runs import DryRunView
from reviewer.jobs import runner
from reviewer.models import Call
from reviewer.storage import uploads
from reviewer.web.components.upload import upload_batch
from reviewer.web.ui import address
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown


def start_dry_run(actor: Actor, call: Call, *, upload: str | None = None, source: Path | None = None) -> None:
    """Starts a dry run and opens it."""
    with show_errors():
        with st.spinner("Leyendo la tabla…"):
            key = dry_runs.start(actor, slug=call.slug, upload=upload, source=source)
        st.query_params["ensayo"] = key
        st.rerun()


def show_upload(actor: Actor, call: Call) -> None:
    """Draws the upload, and the folders of the server."""
    upload_id = upload_batch(slug=call.slug, key=f"carga-{call.slug}")
    if upload_id:
        start_dry_run(actor, call, upload=upload_id)
    folders = uploads.server_batches()
    if folders:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox("O un lote que ya está en el servidor", folders, format_func=str)
            if st.button("Ensayar", key="ensayar-carpeta"):
                start_dry_run(actor, call, source=chosen)


def show_waiting(actor: Actor, call: Call) -> None:
    """Draws open dry runs, and complete uploads without one."""
    used_uploads = {job.upload for job in runner.current(actor, slug=call.slug)}
    for dry_run in dry_runs.list_open(actor, slug=call.slug):
        used_uploads.add(dry_run.upload)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"«{escape_markdown(dry_run.label)}» {_state_text(dry_run)} Lo trajo "
                f"{escape_markdown(dry_run.started_by)}."
            )
            st.button(
                "Ver el ensayo",
                type="primary",
                key=f"ensayo-{dry_run.public_id}",
                on_click=open_dry_run,
                args=(dry_run.public_id,),
            )
    for upload, sender in uploads.complete_batches(actor, slug=call.slug):
        if upload.public_id in used_uploads:
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            size_text = format_size(upload.size)
            text = f"«{escape_markdown(upload.name)}» ({size_text}) llegó completo y no se ha importado."
            st.markdown(f"{text} Lo subió {escape_markdown(sender)}.")
            if st.button("Ensayar", type="primary", key=f"ensayar-{upload.public_id}"):
                start_dry_run(actor, call, upload=upload.public_id)
            if st.button("Descartar", key=f"descartar-{upload.public_id}"):
                uploads.discard(actor, public_id=upload.public_id)
                st.rerun()


def _state_text(view: DryRunView) -> str:
    if view.job is not None and view.job.is_under_way:
        return "se está ensayando."
    if view.can_be_remapped:
        return "espera a que alguien diga qué columna es cuál."
    if view.refusal:
        return f"no se puede tomar: {escape_markdown(view.refusal['message'])}"
    return "se ensayó y no se ha importado."


def open_dry_run(key: str | None) -> None:
    """Opens a dry run, or the list of batches for None."""
    address.change({"ensayo": key, "filas": None, "hoja-ensayo": None})
