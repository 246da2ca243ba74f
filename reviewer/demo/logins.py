"""The demo's log-ins. They exist only in a database marked as demo, which answers on localhost only."""

from dataclasses import dataclass

from reviewer.demo.cohort.words import load
from reviewer.models import Role


@dataclass(frozen=True)
class DemoLogin:
    """Somebody of the demo's house; ``label`` names the role as screens do."""

    label: str
    role: Role
    name: str
    email: str
    password: str


_PEOPLE = load("jurado")

DEMO_LOGINS = (
    DemoLogin("Jurado", Role.JURY, _PEOPLE["jurado"][0]["nombre"], "jurado@demo.example", "jurado-demo"),
    DemoLogin(
        "Coordinación",
        Role.COORDINATOR,
        _PEOPLE["coordinacion"],
        "coordinacion@demo.example",
        "coordinacion-demo",
    ),
    DemoLogin(
        "Administración",
        Role.ADMIN,
        _PEOPLE["administracion"],
        "administracion@demo.example",
        "administracion-demo",
    ),
)
