"""The system: what the installation holds, the last backup, and who tries to get in."""

from datetime import UTC

import streamlit as st

from reviewer import damage, system
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.documents import MISSING, name_of
from reviewer.paths import ROOT
from reviewer.system import Standing
from reviewer.web import backups, gate
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted, listed, number, size


def figures(seen: Standing) -> None:
    """What it holds and the room that is left."""
    found = [
        (f"Base de datos ({seen.database})", size(seen.database_size)),
        ("Documentos", number(seen.documents)),
        ("Ocupan", size(seen.documents_size)),
        *((("Libre en el disco", size(seen.free)),) if seen.free is not None else ()),
        ("Personas con sesión", number(seen.sessions)),
    ]
    for column, (label, value) in zip(st.columns(len(found)), found, strict=True):
        column.metric(label, value, border=True)


def door(seen: Standing) -> None:
    """Failed log-ins."""
    st.header("Intentos de entrada")
    if not seen.failures:
        st.write("Nadie ha fallado al entrar en los últimos 15 minutos.")
        return
    failed = counted(seen.failures, "intento fallido", "intentos fallidos")
    waiting = [
        counted(count, one, many)
        for count, one, many in (
            (seen.slowed, "correo", "correos"),
            (seen.slowed_addresses, "dirección de red", "direcciones de red"),
        )
        if count
    ]
    said = (
        f"Antes de otro intento tienen que esperar: {listed(waiting)}."
        if waiting
        else "Por ahora nadie tiene que esperar para intentarlo otra vez."
    )
    st.write(f"{failed} en los últimos 15 minutos. {said}")


def broken(viewer: Actor) -> None:
    """Documents that a reader was not shown, since they are missing or altered."""
    found = damage.standing(viewer)
    if not found:
        return
    lines = [
        f"- {each.folio} · {plain(each.label)} (`{name_of(each.sha256)}`): "
        + ("falta" if each.fault == MISSING else "está alterado")
        for each in found
    ]
    st.error(
        f"{counted(len(found), 'documento no se puede', 'documentos no se pueden')} mostrar al jurado:\n\n"
        + "\n".join(lines)
        + "\n\nQuite de la carpeta de documentos los alterados y vuelva a importar su lote, "
        "o recupere los archivos de un respaldo. `verify` revisa todos los demás."
    )


actor = gate.page(Action.SEE_SYSTEM)
st.title("Sistema")
with told():
    call = gate.current_call(actor)
    seen = system.standing(actor)
    broken(actor)
    figures(seen)
    left, right = st.columns(2, gap="large")
    with left:
        backups.show(actor, seen, spec_of(call).zone if call else UTC)
    with right:
        door(seen)
    st.page_link(ROOT / "pages" / "bitacora.py", label="Ver la bitácora", icon=":material/history:")
