"""The system: what the installation holds, the last backup, and who tries to get in."""

from datetime import UTC, timedelta, tzinfo

import streamlit as st

from reviewer import clock, system
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.paths import ROOT
from reviewer.system import Standing
from reviewer.web import gate
from reviewer.web.told import told
from reviewer.words import NBSP, counted, day_and_time, number

STALE = timedelta(days=1)  # a call's busiest day is lost with an older backup


def size(octets: int) -> str:
    """«3.4 MB», «12 GB»."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if octets >= scale:
            return f"{number(octets / scale)}{NBSP}{unit}"
    return f"{number(octets / 1e3)}{NBSP}kB"


def figures(seen: Standing) -> None:
    """What it holds and the room that is left."""
    with st.container(horizontal=True):
        st.metric(f"Base de datos ({seen.database})", size(seen.database_size), border=True, width=240)
        st.metric("Documentos", number(seen.documents), border=True, width=200)
        st.metric("Espacio de los documentos", size(seen.documents_size), border=True, width=240)
        if seen.free is not None:
            st.metric("Libre en el disco", size(seen.free), border=True, width=200)
        st.metric("Personas con sesión abierta", number(seen.sessions), border=True, width=240)


def backup(seen: Standing, zone: tzinfo) -> None:
    """When the last backup was made, and how to make one."""
    st.header("Respaldo")
    last = seen.last_backup
    if last is None:
        st.warning("Nunca se ha hecho un respaldo de esta instalación.", icon=":material/warning:")
    else:
        at = day_and_time(last.at.astimezone(zone))
        words = f"El último se hizo el {at} y ocupa {size(last.size)}."
        if last.missing:
            lacking = counted(last.missing, "documento", "documentos")
            st.error(f"{words} Fue sin {lacking} que faltan o están alterados: compruebe con `verify`.")
        elif clock.now() - last.at > STALE:
            st.warning(f"{words} Tiene más de un día.", icon=":material/warning:")
        else:
            st.success(words, icon=":material/check:")
    st.write("Se hace en la terminal del servidor, mientras se trabaja, y conviene programarlo cada noche:")
    st.code("python -m reviewer backup respaldo.zip", language=None)


def door(seen: Standing) -> None:
    """Failed log-ins."""
    st.header("Intentos de entrada")
    if not seen.failures:
        st.write("Nadie ha fallado al entrar en los últimos 15 minutos.")
        return
    failed = counted(seen.failures, "intento fallido", "intentos fallidos")
    slowed = counted(seen.slowed, "correo tiene", "correos tienen")
    st.write(f"{failed} en los últimos 15 minutos; {slowed} que esperar antes de intentarlo otra vez.")


actor = gate.page(Action.SEE_SYSTEM)
st.title("Sistema")
with told():
    call = gate.current_call(actor)
    seen = system.standing(actor)
    figures(seen)
    left, right = st.columns(2, gap="large")
    with left:
        backup(seen, spec_of(call).zone if call else UTC)
    with right:
        door(seen)
    st.page_link(ROOT / "pages" / "bitacora.py", label="Ver la bitácora", icon=":material/history:")
