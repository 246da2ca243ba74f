"""Labels of the page of privacy."""

from reviewer.models import RequestKind, Ruling
from reviewer.privacy.requests import RequestFilter, RequestView
from reviewer.web.ui.badge import Badge

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


FOLIOS_EXAMPLE = "GUI-0042, GUI-0107"


def split_folios(text: str) -> tuple[str, ...]:
    """Returns the folios of a text with commas between them, each once."""
    return tuple(dict.fromkeys(folio.strip().upper() for folio in text.split(",") if folio.strip()))


def state_of(view: RequestView) -> Badge:
    """Returns a request's state."""
    if view.request.answered_on:
        return Badge("Respondida", "green")
    if view.is_overdue:
        return Badge("Vencida", "red")
    if view.request.ruling:
        return Badge("Decidida, falta responder", "blue")
    return Badge("Por decidir", "orange")
