"""The words for people on the screen."""

from typing import Literal, NamedTuple

from reviewer.models import Person, Role

ROLES = {Role.JURY: "Jurado", Role.COORDINATOR: "Coordinación", Role.ADMIN: "Administración"}
DUTIES = {
    Role.JURY: "Lee y califica lo que se le asigna; no ve quién lo escribió.",
    Role.COORDINATOR: "Asigna, coteja, sigue el avance y conduce la deliberación.",
    Role.ADMIN: "Cuida los datos y a las personas; no califica ni ordena.",
}


class State(NamedTuple):
    """How a person stands, with its color."""

    words: str
    color: Literal["green", "gray", "orange"]


def state_of(person: Person) -> State:
    """Whether she may enter, and has."""
    if not person.active:
        return State("Desactivada", "gray")
    if person.must_change_password:
        return State("Aún no entra", "orange")
    return State("Activa", "green")
