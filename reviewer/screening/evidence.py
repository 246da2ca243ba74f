"""Where an applicant's name, CURP, postal code and birth date stand in the text of her documents.

Touches neither files nor database: it is given words and where they stand. What it finds is shown to a
person, who decides; a document may be a picture without text, of which it can say nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre"),
    *("noviembre", "diciembre"),
)
PARTICLES = frozenset(("de", "del", "la", "las", "los", "y", "e", "san", "santa"))
CURP = re.compile(r"\b[a-z]{4} ?\d{6} ?[hmx][a-z]{5} ?[a-z0-9]\d\b")
POSTAL = re.compile(r"\b(?:c ?p ?|codigo postal ?)(\d{5})\b")
MOST_PLACES = 4

Box = tuple[float, float, float, float]


class Sign(StrEnum):
    """``OTHER``: something of the kind stands there, but not what the row says."""

    FOUND = "found"
    PART = "part"
    OTHER = "other"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page's words, each with its box in fractions of the upright page; ``document`` is a public id."""

    document: str
    page: int
    words: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a page (from 1) of a document, and boxes on it."""

    document: str
    page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of one fact; ``other`` is what stands there in its place."""

    fact: str
    sign: Sign
    places: tuple[Place, ...] = ()
    other: str = ""


def look_for(
    pages: Sequence[PageWords], *, name: str, curp: str, postal_code: str, born: date | None
) -> list[Evidence]:
    """What the pages say of each fact, under the facts' canonical names."""
    read = [_Page(each) for each in pages]
    return [
        _name(read, name),
        _pattern(read, "curp", _spelled(curp), CURP),
        _pattern(read, "codigo_postal", _spelled(postal_code), POSTAL),
        _birth(read, born),
    ]


class _Page:
    """A page as one folded string, each of its letters known to stand in a word."""

    def __init__(self, page: PageWords) -> None:
        self._page = page
        text, places = [], []
        for number, (word, _) in enumerate(page.words):
            plain = _plain(word)
            if plain:
                text.append(plain)
                places += [number] * (len(plain) + 1)
        self.text, self._places = " ".join(text), places

    def place(self, spans: Iterable[tuple[int, int]]) -> Place:
        """The words that these stretches of the text cover."""
        words = sorted({number for start, end in spans for number in self._places[start:end]})
        return Place(self._page.document, self._page.page, tuple(self._page.words[each][1] for each in words))


def _name(pages: Sequence[_Page], name: str) -> Evidence:
    """Found where all its words stand close together in any order, as on an identification."""
    wanted = list(dict.fromkeys(each for each in _plain(name).split() if each not in PARTICLES))
    if not wanted:
        return Evidence("nombre", Sign.NOT_ASKED)
    best: list[tuple[int, Place]] = []
    for page in pages:
        hits = [(each.start(), each.end(), each[0]) for each in _any_of(wanted).finditer(page.text)]
        stretch = _closest(hits)
        if stretch:
            count = len({word for _, _, word in stretch})
            best.append((count, page.place((start, end) for start, end, _ in stretch)))
    most = max((count for count, _ in best), default=0)
    places = tuple(place for count, place in best if count == most)[:MOST_PLACES]
    if most == len(wanted):
        return Evidence("nombre", Sign.FOUND, places)
    # A single name of several is anybody's.
    return Evidence("nombre", Sign.PART, places) if most > 1 else Evidence("nombre", Sign.MISSING)


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(re.escape(each) for each in words)})(?!\S)")


def _closest(hits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The shortest run of hits that holds as many different words as any."""
    best: list[tuple[int, int, str]] = []
    for first in range(len(hits)):
        seen: dict[str, tuple[int, int, str]] = {}
        for hit in hits[first:]:
            if hit[0] - hits[first][0] > 200:  # characters: further apart they are not one name
                break
            seen.setdefault(hit[2], hit)
        run = list(seen.values())
        if (len(run), -_length(run)) > (len(best), -_length(best)):
            best = run
    return best


def _length(run: Sequence[tuple[int, int, str]]) -> int:
    return max(end for _, end, _ in run) - min(start for start, _, _ in run) if run else 0


def _pattern(pages: Sequence[_Page], fact: str, wanted: str, kind: re.Pattern[str]) -> Evidence:
    """Something written in one way only; else another thing of its kind."""
    if wanted:
        exact = re.compile(rf"(?<![a-z0-9]){' ?'.join(wanted)}(?![a-z0-9])")
        places = tuple(_places(pages, exact))
        if places:
            return Evidence(fact, Sign.FOUND, places[:MOST_PLACES])
    for page in pages:
        found = kind.search(page.text)
        if found:
            said = found[found.lastindex or 0].replace(" ", "").upper()
            return Evidence(fact, Sign.OTHER, (page.place([found.span()]),), said)
    return Evidence(fact, Sign.MISSING if wanted else Sign.NOT_ASKED)


def _birth(pages: Sequence[_Page], born: date | None) -> Evidence:
    fact = "fecha_nacimiento"
    if born is None:
        return Evidence(fact, Sign.NOT_ASKED)
    month = MONTHS[born.month - 1]
    names = rf"(?:{month}|{month[:3]}|{'setiembre' if born.month == 9 else month})"
    day, number = rf"0?{born.day}", rf"0?{born.month}"
    forms = (
        rf"{day} {number} {born.year}",
        rf"{born.year} {number} {day}",
        rf"{day}(?: de)? {names}(?: del?)? {born.year}",
        rf"{born.day:02d}{born.month:02d}{born.year}",
    )
    places = tuple(_places(pages, re.compile(rf"(?<![a-z0-9])(?:{'|'.join(forms)})(?![a-z0-9])")))
    return Evidence(fact, Sign.FOUND if places else Sign.MISSING, places[:MOST_PLACES])


def _places(pages: Sequence[_Page], pattern: re.Pattern[str]) -> Iterator[Place]:
    for page in pages:
        found = pattern.search(page.text)
        if found:
            yield page.place([found.span()])


def _spelled(text: str) -> str:
    return _plain(text).replace(" ", "")


def _plain(text: str) -> str:
    """Lower case without accents; whatever is no letter and no digit is a space."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
