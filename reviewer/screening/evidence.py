"""Finds an applicant's name, CURP, postal code and birth date in the text of their documents.

It uses neither files nor the database, only words and their places. The result is shown to a person, who
decides; a document may be a picture without text, of which it says nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviewer.core.person_names import NamePart, split_name
from reviewer.core.text import MONTHS, fold, fold_solid

PREFIX = re.compile(r"^(mc|santa|san|dela|del|de)(?=.{3})")
CURP_PATTERN = re.compile(r"\b[a-z]{4} ?\d{6} ?[hmx][a-z]{5} ?[a-z0-9]\d\b")
POSTAL_CODE_PATTERN = re.compile(r"\b(?:c ?p ?|codigo postal ?)(\d{5})\b")
MAX_PLACES = 4

Box = tuple[float, float, float, float]


class EvidenceStatus(StrEnum):
    """``OTHER``: the document has something of the kind, but not what the row says."""

    FOUND = "found"
    PART = "part"
    OTHER = "other"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page's words, with boxes in fractions of the upright page; ``document`` is a public id."""

    document: str
    page: int
    words: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Boxes on a page (from 1) of a document."""

    document: str
    page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of one fact; ``other`` is what the document has instead."""

    fact: str
    status: EvidenceStatus
    places: tuple[Place, ...] = ()
    other: str = ""


def find_evidence(
    pages: Sequence[PageWords], *, name: str, curp: str, postal_code: str, born: date | None
) -> list[Evidence]:
    """Returns what the pages say of each fact, under the facts' canonical names."""
    folded_pages = [_Page(page) for page in pages]
    return [
        _name(folded_pages, name),
        _pattern(folded_pages, "curp", fold_solid(curp), CURP_PATTERN),
        _pattern(folded_pages, "codigo_postal", fold_solid(postal_code), POSTAL_CODE_PATTERN),
        _birth(folded_pages, born),
    ]


class _Page:
    """A page as one folded text that maps positions to words."""

    def __init__(self, page: PageWords) -> None:
        self._page = page
        parts, word_numbers = [], []
        for number, (word, _) in enumerate(page.words):
            folded = fold(word)
            if folded:
                parts.append(folded)
                word_numbers += [number] * (len(folded) + 1)
        self.text, self._places = " ".join(parts), word_numbers

    def place(self, spans: Iterable[tuple[int, int]]) -> Place:
        """Returns the place of the words in these spans of the text."""
        numbers = sorted({number for start, end in spans for number in self._places[start:end]})
        return Place(self._page.document, self._page.page, tuple(self._page.words[number][1] for number in numbers))


def _name(pages: Sequence[_Page], name: str) -> Evidence:
    """Finds a name whose words stand close together in any order, as on an identity card."""
    patterns = {part.word: form for part in split_name(name) if (form := _part_pattern(part))}
    if not patterns:
        return Evidence("nombre", EvidenceStatus.NOT_ASKED)
    pattern = re.compile(rf"(?<!\S)(?:{'|'.join(f'({form})' for form in patterns.values())})(?!\S)")
    candidates: list[tuple[int, Place]] = []
    for page in pages:
        hits = [(*match.span(), match.lastindex or 0) for match in pattern.finditer(page.text)]
        run = _shortest_run(hits)
        if run:
            count = len({number for _, _, number in run})
            candidates.append((count, page.place((start, end) for start, end, _ in run)))
    highest_count = max((count for count, _ in candidates), default=0)
    places = tuple(place for count, place in candidates if count == highest_count)[:MAX_PLACES]
    if highest_count == len(patterns):
        return Evidence("nombre", EvidenceStatus.FOUND, places)
    if highest_count > 1:
        return Evidence("nombre", EvidenceStatus.PART, places)
    return Evidence("nombre", EvidenceStatus.MISSING)  # a single name of several may be anybody's


def _part_pattern(part: NamePart) -> str:
    """Returns a regular expression for a name alone, and with its particles in one word or two."""
    spellings = sorted(filter(None, map(fold_solid, part.spellings)))
    return "|".join(PREFIX.sub(r"\1 ?", spelling).replace("mc ?", "ma?c ?") for spelling in spellings)


def _shortest_run(hits: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Returns the shortest run of hits that has as many different words as possible."""
    best: list[tuple[int, int, int]] = []
    for first in range(len(hits)):
        hit_by_word: dict[int, tuple[int, int, int]] = {}
        for hit in hits[first:]:
            if hit[0] - hits[first][0] > 200:  # characters: words further apart are not one name
                break
            hit_by_word.setdefault(hit[2], hit)
        run = list(hit_by_word.values())
        if (len(run), -_length(run)) > (len(best), -_length(best)):
            best = run
    return best


def _length(run: Sequence[tuple[int, int, int]]) -> int:
    return max(end for _, end, _ in run) - min(start for start, _, _ in run) if run else 0


def _pattern(pages: Sequence[_Page], fact: str, expected: str, general_pattern: re.Pattern[str]) -> Evidence:
    """Finds something with only one spelling, or else another value of its kind."""
    if expected:
        exact = re.compile(rf"(?<![a-z0-9]){' ?'.join(expected)}(?![a-z0-9])")
        places = tuple(_places(pages, exact))
        if places:
            return Evidence(fact, EvidenceStatus.FOUND, places[:MAX_PLACES])
    for page in pages:
        match = general_pattern.search(page.text)
        if match:
            other_text = match[match.lastindex or 0].replace(" ", "").upper()
            return Evidence(fact, EvidenceStatus.OTHER, (page.place([match.span()]),), other_text)
    return Evidence(fact, EvidenceStatus.MISSING if expected else EvidenceStatus.NOT_ASKED)


def _birth(pages: Sequence[_Page], born: date | None) -> Evidence:
    fact = "fecha_nacimiento"
    if born is None:
        return Evidence(fact, EvidenceStatus.NOT_ASKED)
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
    return Evidence(fact, EvidenceStatus.FOUND if places else EvidenceStatus.MISSING, places[:MAX_PLACES])


def _places(pages: Sequence[_Page], pattern: re.Pattern[str]) -> Iterator[Place]:
    for page in pages:
        match = pattern.search(page.text)
        if match:
            yield page.place([match.span()])
