"""Results of the workers: small and immutable, light to import, picklable."""

from dataclasses import dataclass
from typing import Literal

from reviewer.core.errors import UserError

Problem = Literal["not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf", "file_too_large"]

TILE_PIXELS = 1536  # side of a tile of a page: it takes 9 MB while it is drawn, and few fill a screen

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
    """Raised if a document could not be opened, drawn or read; ``code`` is a key of ``MESSAGES``."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code])
        self.code = code

    def __reduce__(self) -> tuple[type["PdfFailure"], tuple[str]]:
        return type(self), (self.code,)


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result of inspecting a file; with a ``problem``, the other fields have no meaning."""

    pages: int
    has_text: bool
    active_content: bool
    problem: Problem | None = None
    unreadable_pages: bool = False


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A received file: its SHA-256 in hexadecimal (empty if unreadable) and its size in bytes."""

    sha256: str
    size: int
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page as shown, after its own rotation, in points of 1/72 inch."""

    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The first page (from 1) on which each phrase of a document was found.

    ``unread``: pages (from 1) that show something that may be writing but have no text, as scans do, or that cannot be
    read. ``hidden``: pages with text that is not seen on them.
    """

    first_pages: dict[str, int]
    unread: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in fractions (0 to 1) of the upright page from its upper left corner.

    Words are in reading order; between two words of the same ``line`` there is one space.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    line: int


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a page; covered ones are ``█████``.

    ``unread``: the page shows something that may be writing but has no text, as a scan does before it is read by
    machine. ``confidence``: how sure the machine was (0 to 1) where some of the words were read by it.
    """

    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    unread: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class OcrWord(Word):
    """A word read by machine; ``confidence`` is between 0 and 1."""

    confidence: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True, slots=True)
class OcrPage:
    """The words of a page read by machine.

    ``rotation`` is how far the page has to be turned counter-clockwise for its writing to stand upright, in degrees;
    ``confidence`` is the mean over its letters, 0 without words.
    """

    words: tuple[OcrWord, ...]
    rotation: int
    confidence: float
