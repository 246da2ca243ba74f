"""Labels of people: roles, what each role does, and states."""

from reviewer.models import Person, Role
from reviewer.web.ui.badge import Badge

ROLES = {Role.JURY: "Jurado", Role.COORDINATOR: "Coordinación", Role.ADMIN: "Administración"}
DUTIES = {
    Role.JURY: "Lee y califica lo que se le asigna; no ve quién lo escribió.",
    Role.COORDINATOR: "Asigna, coteja, sigue el avance y conduce la deliberación.",
    Role.ADMIN: "Cuida los datos y a las personas; no califica ni ordena.",
}


def state_of(person: Person) -> Badge:
    """Returns whether a person may log in, and has."""
    if not person.active:
        return Badge("Desactivada", "gray")
    if person.must_change_password:
        return Badge("Aún no entra", "orange")
    return Badge("Activa", "green")
