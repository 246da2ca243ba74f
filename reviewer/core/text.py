"""Text made comparable: folding of case, accents and punctuation; Spanish particles and months."""

import re
import unicodedata
from functools import lru_cache

# Words inside a Spanish name, or one that came from abroad, that tell nobody apart.
PARTICLES = frozenset(
    ("de", "del", "la", "las", "lo", "los", "el", "y", "e", "i", "da", "das", "do", "dos", "di", "du")
).union(("van", "von", "der", "den"))
SAINTS = frozenset(("san", "santa"))  # first words of many surnames: San Martín, Santa Cruz

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
MONTH_ABBREVIATIONS = tuple(month[:3] for month in MONTHS)

_SEPARATORS = re.compile(r"[\W_]+")
_TYPED_APOSTROPHES = str.maketrans("´`", "''")
# Letters that Unicode does not decompose into a base letter and an accent.
_UNDECOMPOSED = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ð": "d", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=1024)  # an import folds the same headers, places and names many times
def fold(text: str) -> str:
    """Returns the words of ``text`` in lower case, without accents and punctuation, single spaces between.

    ``"¿Código  Postal?"`` becomes ``"codigo postal"``. ``´`` and `````, which people type for an apostrophe,
    separate words as an apostrophe does; see ``fold_letters`` for text in which they are accents.
    """
    if text.isascii():
        return " ".join(_SEPARATORS.sub(" ", text.lower()).split())
    return " ".join(_SEPARATORS.sub(" ", fold_letters(text.translate(_TYPED_APOSTROPHES))).split())


def fold_letters(text: str) -> str:
    """Returns ``text`` in lower case without accents, ligatures and invisible characters.

    Blanks and punctuation stay, so that a caller can map positions character by character: the result is
    the concatenation of its characters' own. Accents that a PDF prints beside their letter are removed.
    """
    return "".join(map(_fold_character, text))


def fold_solid(text: str) -> str:
    """Returns only the folded letters and digits of ``text``: ``"Núñez, A.-1"`` becomes ``"nuneza1"``."""
    return "".join(filter(str.isalnum, fold_letters(text)))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if unicodedata.category(character) == "Sk":  # NFKD would turn a spacing accent into a blank and an accent
        return ""
    decomposed = unicodedata.normalize("NFKD", character).casefold().translate(_UNDECOMPOSED)
    return "".join(part for part in decomposed if unicodedata.category(part) not in ("Mn", "Me", "Cf"))
