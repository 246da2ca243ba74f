"""The person and the call of a page, and whether the person may see it."""

import streamlit as st

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call import spec
from reviewer.core.errors import UserError
from reviewer.core.paths import ROOT
from reviewer.models import Call
from reviewer.web.auth import cookies

_SESSION_KEY = "own-session"


def current_actor() -> Actor | None:
    """Returns the person behind this browser's cookie, with the role as it is now.

    A websocket keeps the cookies that it was opened with. Whoever logs in over it is known by the session
    that their ticket became.
    """
    tab_actor = sessions.actor_of(st.session_state.get(_SESSION_KEY))
    return tab_actor or sessions.actor_of(cookies.token_in(st.context.cookies.get(cookies.NAME)))


def had_session() -> bool:
    """Returns whether this websocket, which has no valid session now, was opened with one."""
    return bool(st.session_state.get(_SESSION_KEY) or cookies.token_in(st.context.cookies.get(cookies.NAME)))


def expect_session(ticket: str) -> None:
    """Accepts, on this websocket, the session that the ticket becomes."""
    st.session_state[_SESSION_KEY] = sessions.token_for(ticket)


def require_access(action: Action | None = None) -> Actor:
    """Returns the actor, or says why the page is not shown and ends the run. Every page calls it first.

    ``app_script.py`` checks too, but until some session has called ``st.navigation`` Streamlit serves a
    page's address without running that script.
    """
    actor = current_actor()
    if actor is None or actor.must_change_password:
        st.info("Entre con su correo y contraseña para ver esta página.")
        st.markdown("[Ir a la entrada](/)")
        st.stop()
    if action is not None and not is_allowed(actor, action):
        st.warning("Esta página no es parte de su papel. Si cree que debería verla, pídalo a quien administra.")
        st.markdown("[Ir a mi página de inicio](/)")
        st.stop()
    return actor


def require_call(actor: Actor, *, title: str = "") -> Call:
    """Returns ``current_call``; where there is none, draws the title and what to do, and ends the run."""
    call = current_call(actor)
    if call is None:
        if title:
            st.title(title)
        if is_allowed(actor, Action.LOAD_CALL):
            st.info("Todavía no hay una convocatoria. Instale una para empezar.")
            st.page_link(ROOT / "pages" / "convocatoria.py", label="Ir a Convocatoria")
        else:
            st.info("Todavía no hay una convocatoria: la instala quien administra, en Convocatoria.")
        st.stop()
    return call


def current_call(actor: Actor) -> Call | None:
    """Returns the call of the address (``?call=``), or the one used last in this tab, or the newest.

    Raises ``UserError`` where the address names a call that does not exist.
    """
    del actor  # every role may know that a call exists; each query checks access to its contents
    calls_by_slug = {call.slug: call for call in spec.list_calls()}
    wanted_slug = st.query_params.get("call") or st.session_state.get("call")
    if wanted_slug and wanted_slug not in calls_by_slug and "call" in st.query_params:
        raise UserError(f"No hay una convocatoria «{wanted_slug}». Revise la dirección o elija otra en Cuenta.")
    call = calls_by_slug.get(wanted_slug or "") or next(iter(calls_by_slug.values()), None)
    if call is not None:
        st.session_state["call"] = call.slug
    return call
