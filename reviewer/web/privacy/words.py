"""Words of the page of privacy."""

from datetime import date

from reviewer.models import RequestKind, Ruling
from reviewer.privacy.requests import RequestView, Which
from reviewer.words import day

KINDS = {
    RequestKind.ACCESS: "Acceso",
    RequestKind.RECTIFICATION: "Rectificación",
    RequestKind.CANCELLATION: "Cancelación",
    RequestKind.OPPOSITION: "Oposición",
}
RULINGS = {
    Ruling.GRANTED: "Procede",
    Ruling.IN_PART: "Procede en parte",
    Ruling.DENIED: "No procede",
}
WHICH = {
    Which.OPEN: "Abiertas",
    Which.OVERDUE: "Vencidas",
    Which.ANSWERED: "Respondidas",
    Which.ALL: "Todas",
}
BLOCK_TIME = (
    "El bloqueo dura lo que tarden en prescribir las responsabilidades por el uso de los datos: "
    "lo dice su área jurídica."
)


FOLIOS = "GUI-0042, GUI-0107"


def folios_in(text: str) -> tuple[str, ...]:
    """The folios that somebody wrote with commas between them, each once."""
    return tuple(dict.fromkeys(each.strip().upper() for each in text.split(",") if each.strip()))


def in_full(value: date) -> str:
    """«sáb 27 sep 2025»: these days lie months apart."""
    return f"{day(value)} {value.year}"


def state_of(view: RequestView) -> tuple[str, str]:
    """A request's state and its colour."""
    if view.request.answered_on:
        return "Respondida", "green"
    if view.is_overdue:
        return "Vencida", "red"
    return ("Decidida, falta responder", "blue") if view.request.ruling else ("Por decidir", "orange")
