"""Terms that would tell a blind jury who an applicant is; ``reviewer.blinding.redaction`` covers them.

They come from the applicant's record, from cells of the row that are not stored as columns (streets and accounts), and
from persons who added one. They are never shown to anybody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from sqlmodel import Session, col, select

from reviewer.blinding.manual_covers import manual_terms
from reviewer.blinding.redaction import quote_phrase
from reviewer.core.text import MONTHS, fold
from reviewer.demographics import geography
from reviewer.models import Applicant, BatchRow

Terms = tuple[str, ...]

ADDRESS_HEADER = re.compile(r"\b(calle|direccion|domicilio|avenida|colonia|fraccionamiento)\b")
ACCOUNT_HEADER = re.compile(r"\b(instagram|facebook|twitter|tiktok|linkedin|redes|usuario|sitio web|rfc)\b")
FILE_REFERENCE = re.compile(r"\.(pdf|jpe?g|png|docx?)\b|drive\.google|dropbox", re.IGNORECASE)
CONTACT_SEPARATORS = re.compile(r"[,;/\n|]+|\s+[yoe]\s+")
ADDRESS_SEPARATORS = re.compile(r"[,;\n]+")
STREET_TYPES = (
    *("calle", "c", "avenida", "av", "avda", "calzada", "calz", "cerrada", "cda", "privada", "priv"),
    *("andador", "and", "callejon", "blvd", "boulevard", "circuito", "retorno", "rincon", "eje"),
    *("carretera", "camino", "prolongacion", "prol"),
)
NEIGHBOURHOOD_TYPES = (
    *("colonia", "col", "fraccionamiento", "fracc", "barrio", "pueblo", "unidad habitacional", "unidad"),
    *("u h", "u. h", "conjunto", "ampliacion"),
)
STREET_TYPE = re.compile(rf"^({'|'.join(STREET_TYPES)})\b\.?\s+", re.IGNORECASE)
NEIGHBOURHOOD_TYPE = re.compile(rf"^({'|'.join(map(re.escape, NEIGHBOURHOOD_TYPES))})\b\.?\s+", re.IGNORECASE)
HOUSE_NUMBER = re.compile(r"\s*(#|no\.?|num\.?|número|numero|núm\.?)?\s*\d+\s*(-?[a-z])?\b.*$", re.IGNORECASE)
COMMON_WORDS = frozenset({"cdmx", "mexico", "ciudad de mexico", "mexico df", "df", "si", "no", "na", "ninguno"})
SHORTEST_TERM = 4  # letters and digits; anything shorter would occur everywhere


def identity_terms(session: Session, application_ids: Sequence[int | None]) -> Mapping[int | None, Terms]:
    """Returns the terms of applicants by application; applications without an applicant are left out."""
    people = session.exec(select(Applicant).where(col(Applicant.application_id).in_(application_ids))).all()
    query = (
        select(BatchRow.application_id, BatchRow.raw)
        .where(col(BatchRow.application_id).in_(application_ids))
        .order_by(col(BatchRow.id))
    )
    raw: dict[int | None, dict[str, str]] = {}
    for application_id, cells in session.exec(query):
        raw.setdefault(application_id, {}).update(cells)
    added = manual_terms(session, application_ids)
    return {
        applicant.application_id: (
            *applicant_terms(applicant, raw.get(applicant.application_id, {})),
            *added.get(applicant.application_id, ()),
        )
        for applicant in people
    }


def applicant_terms(applicant: Applicant, cells: Mapping[str, str] | None = None) -> Terms:
    """Returns the terms of an applicant; ``cells`` are the cells of their row, by header."""
    terms = [applicant.first_names, applicant.surnames, applicant.curp]
    terms += _split_contacts(applicant.email) + _split_contacts(applicant.phone)
    terms += [quote_phrase(applicant.postal_code)] if applicant.postal_code else []
    terms += _neighbourhood_terms(applicant.colonia)
    terms += map(quote_phrase, _birth_dates(applicant.birth_date)) if applicant.birth_date else []
    for header, cell in (cells or {}).items():
        terms += _terms_in_cell(fold(header), str(cell))
    return tuple(dict.fromkeys(term.strip() for term in terms if term and term.strip()))


def _birth_dates(born: date) -> Iterator[str]:
    """Yields the ways to write a date; blanks, points and strokes between its parts do not matter."""
    month = MONTHS[born.month - 1]
    for day in {str(born.day), f"{born.day:02}"} | ({"primero", "1o"} if born.day == 1 else set()):
        yield from (
            f"{day} de {month} de {born.year}",
            f"{day} de {month} del {born.year}",
            f"{day} {month} {born.year}",
        )
        yield from (f"{day} {month[:3]} {born.year}", f"{month} {day} {born.year}")
        yield from (f"{day} {number} {born.year}" for number in {str(born.month), f"{born.month:02}"})
    yield f"{born:%Y %m %d}"
    yield f"{born:%d %m %y}"


def _terms_in_cell(header: str, cell: str) -> Iterator[str]:
    if not cell.strip() or FILE_REFERENCE.search(cell):
        return
    if ADDRESS_HEADER.search(header):
        yield from _address_terms(cell)
    elif ACCOUNT_HEADER.search(header):
        yield from (quote_phrase(part) for part in re.split(r"[\s,;]+", cell) if _is_identifying(part))


def _split_contacts(cell: str) -> list[str]:
    """Returns several telephones or e-mails in one cell as separate terms, besides the whole cell."""
    parts = [part for part in CONTACT_SEPARATORS.split(cell) if "@" in part or sum(map(str.isdigit, part)) >= 7]
    return [cell, *parts] if len(parts) > 1 else [cell]


def _address_terms(cell: str) -> Iterator[str]:
    """Yields a street as written, without its kind, and without its number if a street remains."""
    for part in (piece.strip() for piece in ADDRESS_SEPARATORS.split(cell)):
        if fold(part) in _alcaldia_names():  # shared by too many, and the jury may know it
            continue
        yield from _neighbourhood_terms(part)
        name = STREET_TYPE.sub("", part)
        street = HOUSE_NUMBER.sub("", part)
        if name != part:
            yield from _identifying_phrases(name)
        if street != part and (street != HOUSE_NUMBER.sub("", name) or len(street.split()) > 1):
            yield from _identifying_phrases(street)


def _neighbourhood_terms(text: str) -> list[str]:
    """Returns a neighbourhood with and without the word for it."""
    text = text.strip()
    return list(dict.fromkeys((*_identifying_phrases(text), *_identifying_phrases(NEIGHBOURHOOD_TYPE.sub("", text)))))


def _identifying_phrases(text: str) -> list[str]:
    return [quote_phrase(text)] if _is_identifying(text) else []


def _is_identifying(text: str) -> bool:
    folded = fold(text)
    return len(folded.replace(" ", "")) >= SHORTEST_TERM and folded not in COMMON_WORDS


@cache
def _alcaldia_names() -> frozenset[str]:
    return frozenset(fold(alcaldia.name) for alcaldia in geography.by_code().values())
