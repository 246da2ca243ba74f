"""One person's data: searched by folio, e-mail or CURP, downloaded, unblocked."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core import reasons
from reviewer.models import Call, Withheld
from reviewer.privacy import blocking, subject_export
from reviewer.privacy.subject_export import SubjectMatch
from reviewer.web.routes import privacy as files
from reviewer.web.ui.errors import perform
from reviewer.web.ui.markdown_escape import escape_markdown


def show(actor: Actor, call: Call) -> None:
    """Draws the search and its results, blocked data included."""
    query = st.text_input(
        "Folio, correo o CURP",
        key="persona",
        icon=":material/search:",
        placeholder="Folio, correo o CURP, completos",
        width=420,
    )
    if not query.strip():
        st.caption(
            "Encuentra también los datos bloqueados, que no aparecen en ninguna otra pantalla. Cada descarga "
            "queda en la bitácora."
        )
        return
    applications = subject_export.find(actor, slug=call.slug, text=query)
    rows = subject_export.rejected_rows_with(actor, slug=call.slug, text=query)
    for batch, row in rows:
        location_text = "También está" if applications else "Está"
        st.info(
            f"{location_text} en la fila {row} del lote {escape_markdown(batch)}, que no se tomó: en «Lotes» se ve, y "
            "se corrige y toma. Al tomarla recibe un folio y se atiende como las demás."
        )
    if not applications and not rows:
        st.info("Nadie coincide. Escriba completos el folio, el correo o la CURP, como los dio la persona.")
    for application in applications:
        _line(actor, call, application)


def _line(actor: Actor, call: Call, application: SubjectMatch) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(application.folio)}** {escape_markdown(application.name)}", width="content")
        st.caption(f"datos {application.state_label}", width="content")
        st.space("stretch")
        if application.state is Withheld.BLOCKED:
            if st.button("Retener", key=f"retener-{application.folio}", type="tertiary"):
                _hold_dialog(actor, call, application.folio)
            if st.button("Desbloquear", key=f"desbloquear-{application.folio}", type="tertiary"):
                _unblock_dialog(actor, call, application.folio)
        files.link("Descargar sus datos", "persona.zip", convocatoria=call.slug, folio=application.folio)


@st.dialog("Desbloquear datos")
def _unblock_dialog(actor: Actor, call: Call, folio: str) -> None:
    st.write(
        f"Los datos y documentos de {escape_markdown(folio)} vuelven a sus pantallas, como estaban. Hágalo solo si el "
        "bloqueo fue un error o la persona retiró su solicitud."
    )
    reason = st.text_input("Motivo", max_chars=reasons.MAX_LENGTH)
    if st.button("Desbloquear", type="primary"):
        perform(blocking.unblock, actor, slug=call.slug, folio=folio, reason=reason)


@st.dialog("Retener datos bloqueados")
def _hold_dialog(actor: Actor, call: Call, folio: str) -> None:
    st.write(
        f"Mientras tenga un motivo, lo bloqueado de {escape_markdown(folio)} no se suprime, como cuando hay un juicio. "
        "Sin motivo, vuelve a correr su plazo."
    )
    reason = st.text_input("Motivo", max_chars=reasons.MAX_LENGTH)
    if st.button("Guardar", type="primary"):
        perform(blocking.hold, actor, slug=call.slug, folio=folio, reason=reason)
