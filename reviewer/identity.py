"""What would tell a blind jury who somebody is: the terms that ``reviewer.pdf.covers`` looks for.

They come from the applicant's record and from those cells of her row that no column of ours holds: streets
and accounts. Read here, handed to what paints and veils, and shown to nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from sqlmodel import Session, col, select

from reviewer import geography
from reviewer.models import Applicant, BatchRow
from reviewer.pdf.covers import fold, phrase

Terms = tuple[str, ...]

ADDRESS = re.compile(r"\b(calle|direccion|domicilio|avenida|colonia|fraccionamiento)\b")
ACCOUNTS = re.compile(r"\b(instagram|facebook|twitter|tiktok|linkedin|redes|usuario|sitio web|rfc)\b")
FILE = re.compile(r"\.(pdf|jpe?g|png|docx?)\b|drive\.google|dropbox", re.IGNORECASE)
SEVERAL = re.compile(r"[,;/\n|]+|\s+[yoe]\s+")
PARTS = re.compile(r"[,;\n]+")
WAYS = (
    *("calle", "c", "avenida", "av", "avda", "calzada", "calz", "cerrada", "cda", "privada", "priv"),
    *("andador", "and", "callejon", "blvd", "boulevard", "circuito", "retorno", "rincon", "eje"),
    *("carretera", "camino", "prolongacion", "prol"),
)
QUARTERS = (
    *("colonia", "col", "fraccionamiento", "fracc", "barrio", "pueblo", "unidad habitacional", "unidad"),
    *("u h", "u. h", "conjunto", "ampliacion"),
)
WAY = re.compile(rf"^({'|'.join(WAYS)})\b\.?\s+", re.IGNORECASE)
QUARTER = re.compile(rf"^({'|'.join(map(re.escape, QUARTERS))})\b\.?\s+", re.IGNORECASE)
NUMBER = re.compile(r"\s*(#|no\.?|num\.?|número|numero|núm\.?)?\s*\d+\s*(-?[a-z])?\b.*$", re.IGNORECASE)
EVERYBODYS = frozenset({"cdmx", "mexico", "ciudad de mexico", "mexico df", "df", "si", "no", "na", "ninguno"})
SHORTEST = 4  # letters and digits; anything shorter would stand everywhere


def identity_terms(session: Session, application_ids: Sequence[int | None]) -> Mapping[int, Terms]:
    """The terms of these applications' people, by application; one without a person is not in it."""
    people = session.exec(select(Applicant).where(col(Applicant.application_id).in_(application_ids))).all()
    query = (
        select(BatchRow.application_id, BatchRow.raw)
        .where(col(BatchRow.application_id).in_(application_ids))
        .order_by(col(BatchRow.id))
    )
    raw: dict[int, dict[str, str]] = {}
    for application_id, cells in session.exec(query):
        raw.setdefault(application_id or 0, {}).update(cells)
    return {each.application_id: cover_terms(each, raw.get(each.application_id, {})) for each in people}


def cover_terms(applicant: Applicant, cells: Mapping[str, str] | None = None) -> Terms:
    """What would tell a blind juror who wrote a text; ``cells`` are those of her row, by their header."""
    terms = [applicant.first_names, applicant.surnames, applicant.curp]
    terms += _several(applicant.email) + _several(applicant.phone)
    terms += [phrase(applicant.postal_code)] if applicant.postal_code else []
    terms += _quarter(applicant.colonia)
    for header, cell in (cells or {}).items():
        terms += _from_cell(fold(header), str(cell))
    return tuple(dict.fromkeys(term.strip() for term in terms if term and term.strip()))


def _from_cell(header: str, cell: str) -> Iterator[str]:
    if not cell.strip() or FILE.search(cell):
        return
    if ADDRESS.search(header):
        yield from _address(cell)
    elif ACCOUNTS.search(header):
        yield from (phrase(each) for each in re.split(r"[\s,;]+", cell) if _is_telling(each))


def _several(cell: str) -> list[str]:
    """Two telephones or two e-mails in one cell are two terms; the cell as a whole stays one as well."""
    parts = [part for part in SEVERAL.split(cell) if "@" in part or sum(map(str.isdigit, part)) >= 7]
    return [cell, *parts] if len(parts) > 1 else [cell]


def _address(cell: str) -> Iterator[str]:
    """A street as it stands, without its kind of way, and without its number where the rest is a street."""
    for part in (each.strip() for each in PARTS.split(cell)):
        if _plain(part) in _alcaldias():  # where many live; who is chosen from where is the jury's business
            continue
        yield from _quarter(part)
        name = WAY.sub("", part)
        street = NUMBER.sub("", part)
        if name != part:
            yield from _telling(name)
        if street != part and (street != NUMBER.sub("", name) or len(street.split()) > 1):
            yield from _telling(street)


def _quarter(text: str) -> list[str]:
    """A neighbourhood with and without the word for it."""
    text = text.strip()
    return list(dict.fromkeys((*_telling(text), *_telling(QUARTER.sub("", text)))))


def _telling(text: str) -> list[str]:
    return [phrase(text)] if _is_telling(text) else []


def _is_telling(text: str) -> bool:
    plain = _plain(text)
    return len(plain.replace(" ", "")) >= SHORTEST and plain not in EVERYBODYS


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


@cache
def _alcaldias() -> frozenset[str]:
    return frozenset(_plain(each.name) for each in geography.by_code().values())
