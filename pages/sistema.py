"""The system: the size of the installation, the last backup, failed log-ins."""

from datetime import UTC

import streamlit as st

from reviewer import __version__
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_count, format_number, format_size, join_words
from reviewer.operations import status
from reviewer.operations.status import InstallationStatus
from reviewer.storage import damage_reports
from reviewer.storage.documents import MISSING, store_name
from reviewer.web.auth import pages
from reviewer.web.screens.sistema import backups
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown


def show_figures(system_status: InstallationStatus) -> None:
    """Draws how much the installation holds, and the free space."""
    metrics = [
        (f"Base de datos ({system_status.database})", format_size(system_status.database_size)),
        ("Documentos", format_number(system_status.documents)),
        ("Ocupan", format_size(system_status.documents_size)),
        *(
            (("Libre en el disco", format_size(system_status.free_bytes)),)
            if system_status.free_bytes is not None
            else ()
        ),
        ("Personas con sesión", format_number(system_status.sessions)),
    ]
    for column, (label, value) in zip(st.columns(len(metrics)), metrics, strict=True):
        column.metric(label, value, border=True)


def show_failed_logins(system_status: InstallationStatus) -> None:
    """Draws the failed log-ins of the last minutes."""
    st.header("Intentos de entrada")
    if not system_status.failed_logins:
        st.write("Nadie ha fallado al entrar en los últimos 15 minutos.")
        return
    failures_text = format_count(system_status.failed_logins, "intento fallido", "intentos fallidos")
    waiting_parts = [
        format_count(count, singular, plural)
        for count, singular, plural in (
            (system_status.slowed_emails, "correo", "correos"),
            (system_status.slowed_addresses, "dirección de red", "direcciones de red"),
        )
        if count
    ]
    waiting_text = (
        f"Antes de otro intento tienen que esperar: {join_words(waiting_parts)}."
        if waiting_parts
        else "Por ahora nadie tiene que esperar para intentarlo otra vez."
    )
    st.write(f"{failures_text} en los últimos 15 minutos. {waiting_text}")


def show_damaged_documents(viewer: Actor) -> None:
    """Draws the documents that could not be shown to a reader, because they are missing or altered."""
    damaged_documents = damage_reports.list_damaged(viewer)
    if not damaged_documents:
        return
    lines = [
        f"- {document.folio} · {escape_markdown(document.label)} (`{store_name(document.sha256)}`): "
        + ("falta" if document.fault == MISSING else "está alterado")
        for document in damaged_documents
    ]
    st.error(
        f"{format_count(len(damaged_documents), 'documento no se puede', 'documentos no se pueden')} "
        "mostrar al jurado:\n\n"
        + "\n".join(lines)
        + "\n\nQuite de la carpeta de documentos los alterados y vuelva a importar su lote, "
        "o recupere los archivos de un respaldo. `verify` revisa todos los demás."
    )


actor = pages.require_access(Action.SEE_SYSTEM)
st.title("Sistema")
st.caption(f"Dictamen, versión {__version__}")
with show_errors():
    call = pages.current_call(actor)
    system_status = status.installation_status(actor)
    show_damaged_documents(actor)
    show_figures(system_status)
    left, right = st.columns(2, gap="large")
    with left:
        backups.show(actor, system_status, spec_of(call).zone if call else UTC)
    with right:
        show_failed_logins(system_status)
    st.page_link(ROOT / "pages" / "bitacora.py", label="Ver la bitácora", icon=":material/history:")
