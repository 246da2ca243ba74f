"""The log-in form of streamlit-authenticator, with our people, attempts and sessions behind it."""

from typing import Any

import streamlit as st
from streamlit_authenticator import Authenticate
from streamlit_authenticator.utilities import LoginError

from reviewer.access import login_attempts, people, sessions
from reviewer.core.errors import UserError
from reviewer.models import Person
from reviewer.operations import installation
from reviewer.web.auth import pages, sso
from reviewer.web.components import bridge
from reviewer.web.ui.markdown_escape import escape_sentence

_LOCAL_ADDRESSES = (None, "127.0.0.1", "::1")
FIELDS = {"Form name": "Entrar", "Username": "Correo", "Password": "Contraseña", "Login": "Entrar"}


class _CookieController:
    """Replaces the library's cookie, which JavaScript sets and which does not end with the session."""

    def get_cookie(self) -> None:
        """Returns no cookie."""

    def set_cookie(self) -> None:
        """Sets no cookie."""


class _AuthenticationController:
    """Checks the form against the database, where attempts are counted for all processes."""

    person: Person | None = None

    def login(self, username: str | None = None, password: str | None = None, *_: Any, **__: Any) -> bool:
        """Returns whether the two fields are right. Raises ``LoginError`` otherwise, which the form shows."""
        if not username or not password:
            raise LoginError("Escriba su correo y su contraseña.")
        try:
            self.person = login_attempts.check_password(
                email=username, password=password, address=st.context.ip_address or "local"
            )
        except UserError as error:
            raise LoginError(str(error)) from error
        return True


class _LoginForm(Authenticate):  # type: ignore[misc]  # the library bears no types
    """The form alone, without the library's own cookies, counters and mail."""

    def __init__(self) -> None:
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        self.cookie_controller = _CookieController()
        self.authentication_controller = _AuthenticationController()


def show() -> None:
    """Draws the log-in page; a correct password becomes a ticket, and the ticket a cookie."""
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle:
        st.title("Dictamen")
        st.caption("El lugar donde un jurado decide quién entra.")
        if sso.is_offered():
            sso.show()
        if pages.had_session():
            st.info(
                "La sesión de esta pestaña terminó: caducó, se cerró o alguien entró con otra cuenta en este "
                "navegador. Recargue la página para ver quién está dentro, o entre de nuevo."
            )
        form = _LoginForm()
        try:
            form.login(fields=FIELDS, key="entrada")
        except LoginError as error:
            st.error(escape_sentence(error))
        person = form.authentication_controller.person
        if person is not None:
            ticket = sessions.make_ticket(person)
            pages.expect_session(ticket)
            bridge.post("/sesion", {"ticket": ticket})
        _show_demo_logins()
        if not people.has_admin():
            st.info("Todavía no hay quien administre: en la terminal, `python -m reviewer start` lo pregunta.")


def _show_demo_logins() -> None:
    if not installation.is_demo() or st.context.ip_address not in _LOCAL_ADDRESSES:
        return
    from reviewer.demo.logins import DEMO_LOGINS

    rows = "\n".join(f"| {login.label} | `{login.email}` | `{login.password}` |" for login in DEMO_LOGINS)
    st.info("Base de demostración: todo en ella es inventado.")
    st.markdown(f"| Papel | Correo | Contraseña |\n| --- | --- | --- |\n{rows}")
