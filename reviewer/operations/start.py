"""Starts the application from a terminal, as the demo or with the first administrator."""

import getpass
import os
import sys
from typing import NoReturn

from reviewer.access import people
from reviewer.access.actor import OPERATOR
from reviewer.core.errors import UserError
from reviewer.core.paths import HOME, ROOT
from reviewer.models import Role
from reviewer.operations import installation, unread_scans
from reviewer.storage import encryption


def start(*, demo: bool) -> NoReturn:
    """Prepares the database and replaces this process by the server."""
    encryption.keys()  # reports an invalid key now, and not when somebody opens a document
    if demo:
        _prepare_demo()
        os.environ[unread_scans.VARIABLE] = "1"
    elif not people.has_admin():
        _ask_first_admin()
    # The demo's passwords are public, so it answers on this machine only.
    address = ["--server.address=localhost"] if installation.is_demo() else []
    # No proxy is trusted for the client's address and protocol, unless the operator names one.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    os.chdir(HOME)
    script = str(ROOT / "app.py")
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", script, *address])  # noqa: S606


def _prepare_demo() -> None:
    from reviewer.demo.fill import fill_if_empty
    from reviewer.demo.logins import DEMO_LOGINS

    fill_if_empty(OPERATOR)
    if installation.is_demo():
        print("\nDemostración en http://localhost:8501 (todo en ella es inventado):")
        for login in DEMO_LOGINS:
            print(f"  {login.label:<16} {login.email:<32} {login.password}")
        print(flush=True)


def _ask_first_admin() -> None:
    if not sys.stdin.isatty():
        raise UserError(
            "Todavía no hay quien administre. Agréguelo con: "
            'python -m reviewer user add CORREO --name "NOMBRE" --role admin'
        )
    print("Primera vez: ¿quién administra esta instalación?")
    while not people.has_admin():
        try:
            name, email = input("Nombre: "), input("Correo: ")
            password = getpass.getpass("Contraseña: ")
            people.add_person(OPERATOR, email=email, name=name, role=Role.ADMIN, password=password)
        except UserError as error:
            print(error)
