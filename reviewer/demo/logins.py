"""The demo's log-ins, which exist only in a database marked as demo; it answers on localhost only."""

from dataclasses import dataclass

from reviewer.demo.cohort.words import load
from reviewer.models import Role


@dataclass(frozen=True)
class DemoLogin:
    """A user of the demo; ``label`` is the role as screens name it."""

    label: str
    role: Role
    name: str
    email: str
    password: str


_PEOPLE = load("jurado")

DEMO_LOGINS = tuple(
    DemoLogin(label, role, name, f"{user}@demo.example", f"{user}-demo")
    for label, role, name, user in (
        ("Jurado", Role.JURY, _PEOPLE["jurado"][0]["nombre"], "jurado"),
        ("Coordinación", Role.COORDINATOR, _PEOPLE["coordinacion"], "coordinacion"),
        ("Administración", Role.ADMIN, _PEOPLE["administracion"], "administracion"),
    )
)
