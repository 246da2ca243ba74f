"""Folios as people type them, in the one spelling in which they are stored."""

import re

from reviewer.call.spec import spec_of
from reviewer.core.errors import UserError
from reviewer.models import Call

MAX_FOLIOS = 5_000
_TOO_MANY = f"Son más de {MAX_FOLIOS:,} folios: hágalo por partes."
_RANGE = re.compile(r"(\S+?)\s*(?:\.\.|…|–|—|\ba\b)\s*(\S+)")


def parse_folio(text: str, call: Call) -> str | None:
    """Returns the folio that a text names, or None where it has no digit.

    ``"GUI-0042"``, ``"gui 42"`` and ``"42"`` are one. A folio of another form is returned in capitals.
    """
    prefix = spec_of(call).folio_prefix
    digits = re.fullmatch(rf"(?:{prefix})?\s*-?\s*(\d{{1,9}})", text.strip(), re.IGNORECASE)
    if digits:
        return f"{prefix}-{int(digits[1]):04d}"
    return text.strip().upper() if any(character.isdigit() for character in text) else None


def parse_folios(text: str, call: Call) -> tuple[str, ...]:
    """Returns the folios of a list with any separators and with ranges: «GUI-0010 a GUI-0020», «10..20».

    Raises UserError for more than ``MAX_FOLIOS``.
    """
    folios: list[str] = []
    for part in re.split(r"[,;\n\t]+", text.strip()):
        ends = _RANGE.fullmatch(part.strip())
        words = _expand_range(*(parse_folio(end, call) or end for end in ends.groups())) if ends else part.split()
        folios += [parse_folio(word, call) or word for word in words]
    if len(folios) > MAX_FOLIOS:
        raise UserError(_TOO_MANY)
    return tuple(dict.fromkeys(folios))


def _expand_range(first: str, last: str) -> list[str]:
    """Returns the folios of a range, or both ends where they have different beginnings."""
    ends = [re.fullmatch(r"(.*?)(\d+)", folio) for folio in (first, last)]
    if not ends[0] or not ends[1] or ends[0][1] != ends[1][1]:
        return [first, last]
    low, high, width = int(ends[0][2]), int(ends[1][2]), len(ends[0][2])
    if high - low >= MAX_FOLIOS:
        raise UserError(_TOO_MANY)
    return [f"{ends[0][1]}{number:0{width}d}" for number in range(low, high + 1)]
