"""One person's data: found by folio, e-mail or CURP; taken along; put back where it was blocked."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.models import Call, Withheld
from reviewer.privacy import blocking, person
from reviewer.privacy.person import Found
from reviewer.web.plain import plain
from reviewer.web.routes import privacy as files
from reviewer.web.told import told


def show(actor: Actor, call: Call) -> None:
    """The search and what it finds, blocked data too."""
    sought = st.text_input(
        "Folio, correo o CURP",
        key="persona",
        icon=":material/search:",
        placeholder="Folio, correo o CURP, completos",
        width=420,
    )
    if not sought.strip():
        st.caption(
            "Encuentra también los datos bloqueados, que no aparecen en ninguna otra pantalla. Cada descarga "
            "queda en la bitácora."
        )
        return
    found = person.find(actor, call=call.slug, words=sought)
    rows = person.rows_with(actor, call=call.slug, words=sought)
    for batch, row in rows:
        also = "También está" if found else "Está"
        st.info(
            f"{also} en la fila {row} del lote {plain(batch)}, que no se tomó: en «Lotes» se ve, y se "
            "corrige y toma. Al tomarla recibe un folio y se atiende como las demás."
        )
    if not found and not rows:
        st.info("Nadie coincide. Escriba completos el folio, el correo o la CURP, como los dio la persona.")
    for each in found:
        _line(actor, call, each)


def _line(actor: Actor, call: Call, found: Found) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(found.folio)}** {plain(found.name)}", width="content")
        st.caption(f"datos {found.state_in_words}", width="content")
        st.space("stretch")
        if found.state is Withheld.BLOCKED:
            if st.button("Retener", key=f"retener-{found.folio}", type="tertiary"):
                _hold(actor, call, found.folio)
            if st.button("Desbloquear", key=f"desbloquear-{found.folio}", type="tertiary"):
                _unblock(actor, call, found.folio)
        files.link("Descargar sus datos", "persona.zip", convocatoria=call.slug, folio=found.folio)


@st.dialog("Desbloquear datos")
def _unblock(actor: Actor, call: Call, folio: str) -> None:
    st.write(
        f"Los datos y documentos de {plain(folio)} vuelven a sus pantallas, como estaban. Hágalo solo si el "
        "bloqueo fue un error o la persona retiró su solicitud."
    )
    reason = st.text_input("Motivo", max_chars=300)
    if st.button("Desbloquear", type="primary"):
        with told():
            blocking.unblock(actor, call=call.slug, folio=folio, reason=reason)
            st.rerun()


@st.dialog("Retener datos bloqueados")
def _hold(actor: Actor, call: Call, folio: str) -> None:
    st.write(
        f"Mientras tenga un motivo, lo bloqueado de {plain(folio)} no se suprime, como cuando hay un juicio. "
        "Sin motivo, vuelve a correr su plazo."
    )
    reason = st.text_input("Motivo", max_chars=300)
    if st.button("Guardar", type="primary"):
        with told():
            blocking.hold(actor, call=call.slug, folio=folio, reason=reason)
            st.rerun()
