"""Who is at the screen, which call she is in, and whether the page is hers."""

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
    """The person behind this browser's cookie, as of now.

    A line shows the cookies that it was opened with: who logged in on this very line is known by the
    session that her ticket became.
    """
    tab_actor = sessions.actor_of(st.session_state.get(_SESSION_KEY))
    return tab_actor or sessions.actor_of(cookies.token_in(st.context.cookies.get(cookies.NAME)))


def had_session() -> bool:
    """Whether this line, with nobody at the screen now, began under somebody's session."""
    return bool(st.session_state.get(_SESSION_KEY) or cookies.token_in(st.context.cookies.get(cookies.NAME)))


def expect_session(ticket: str) -> None:
    """Lets in, on this line, who exchanges the ticket for a cookie."""
    st.session_state[_SESSION_KEY] = sessions.token_for(ticket)


def require_access(action: Action | None = None) -> Actor:
    """The first line of every page: the actor, or an answer in words and the end of the run.

    The shell's own check is not enough: before anybody has passed through it, a server answers a page's
    address without running the shell.
    """
    actor = current_actor()
    if actor is None or actor.must_change_password:
        st.info("Entre con su correo y contraseña para ver esta página.")
        st.markdown("[Ir a la entrada](/)")
        st.stop()
    if action is not None and not is_allowed(actor, action):
        st.warning(
            "Esta página no es parte de su papel. Si cree que debería verla, pídalo a quien administra."
        )
        st.markdown("[Ir a mi página de inicio](/)")
        st.stop()
    return actor


def require_call(actor: Actor, *, title: str = "") -> Call:
    """``current_call``; where there is none yet, the page's title, what to do, and the end of the run."""
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
    """The call in the address (``?call=``), else the one used last in this browser tab, else the newest."""
    del actor  # every role sees that a call exists; what is in it is guarded by each read
    calls_by_slug = {call.slug: call for call in spec.list_calls()}
    wanted_slug = st.query_params.get("call") or st.session_state.get("call")
    if wanted_slug and wanted_slug not in calls_by_slug and "call" in st.query_params:
        raise UserError(
            f"No hay una convocatoria «{wanted_slug}». Revise la dirección o elija otra en Cuenta."
        )
    call = calls_by_slug.get(wanted_slug or "") or next(iter(calls_by_slug.values()), None)
    if call is not None:
        st.session_state["call"] = call.slug
    return call
