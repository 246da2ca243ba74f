"""What the workers hand back: small, frozen and light to import, since they cross the process boundary."""

from dataclasses import dataclass
from typing import Literal

from reviewer.core.errors import UserError

Problem = Literal["not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf"]

MESSAGES = {
    "timeout": "El documento tardó demasiado en abrirse; es posible que esté dañado.",
    "memory": "El documento ocupa demasiada memoria al abrirse; es posible que esté dañado.",
    "crash": "El documento no se pudo abrir; es posible que esté dañado.",
    "unreadable": "El documento está dañado y no se puede mostrar.",
    "encrypted": "El documento está protegido con contraseña y no se puede mostrar.",
    "no_pages": "El documento no tiene páginas.",
    "no_such_page": "El documento no tiene esa página.",
    "missing": "El archivo de este documento falta en el servidor; quien administra ya está avisado.",
    "altered": "El archivo de este documento ya no es el que se recibió, y no se muestra; "
    "quien administra ya está avisado.",
    "unavailable": "No se encontró el archivo del documento o no se pudo leer.",
    "closed": "La aplicación se está cerrando; vuelva a intentarlo en un momento.",
}


class PdfFailure(UserError):
    """A document could not be opened, drawn or read. ``code`` is a key of ``MESSAGES``."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code])
        self.code = code

    def __reduce__(self) -> tuple[type["PdfFailure"], tuple[str]]:
        return type(self), (self.code,)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a received file is. With a ``problem``, the other fields say nothing."""

    pages: int
    has_text: bool
    active_content: bool
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A received file: its SHA-256 in hexadecimal (empty where it could not be read), its size in bytes."""

    sha256: str
    size: int
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page as it is seen (after its own rotation), in points of 1/72 inch."""

    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a whole document says: the first page (from 1) of each phrase found in it.

    ``unread``: one of its pages shows something that may be writing and yields no text, as a scan does.
    """

    first_pages: dict[str, int]
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in fractions (0 to 1) of the upright page from its upper left corner.

    Words follow in reading order; one space lies between two words of the same ``line``.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    line: int


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a page; covered ones read ``█████`` whatever they were.

    ``unread``: the page shows something that may be writing and yields no text, as a scan does.
    """

    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    unread: bool = False
