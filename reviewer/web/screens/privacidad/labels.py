"""Words of the page of privacy."""

from datetime import date

from reviewer.core.spanish import format_day
from reviewer.models import RequestKind, Ruling
from reviewer.privacy.requests import RequestFilter, RequestView

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
STATUS_FILTERS = {
    RequestFilter.OPEN: "Abiertas",
    RequestFilter.OVERDUE: "Vencidas",
    RequestFilter.ANSWERED: "Respondidas",
    RequestFilter.ALL: "Todas",
}
BLOCK_TIME = (
    "El bloqueo dura lo que tarden en prescribir las responsabilidades por el uso de los datos: "
    "lo dice su área jurídica."
)


FOLIOS_EXAMPLE = "GUI-0042, GUI-0107"


def split_folios(text: str) -> tuple[str, ...]:
    """The folios that somebody wrote with commas between them, each once."""
    return tuple(dict.fromkeys(folio.strip().upper() for folio in text.split(",") if folio.strip()))


def format_full_day(value: date) -> str:
    """«sáb 27 sep 2025»: these days lie months apart."""
    return f"{format_day(value)} {value.year}"


def state_of(view: RequestView) -> tuple[str, str]:
    """A request's state and its colour."""
    if view.request.answered_on:
        return "Respondida", "green"
    if view.is_overdue:
        return "Vencida", "red"
    return ("Decidida, falta responder", "blue") if view.request.ruling else ("Por decidir", "orange")
