"""What a blind call keeps from the jury in short texts: titles and synopses that name their author."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlmodel import Session

from reviewer.blinding.identity_terms import identity_terms
from reviewer.blinding.redaction import COVER_TEXT, covered_spans

Veil = Callable[[int | None, str], str]


def veil_of(session: Session, *, blind: bool, application_ids: Sequence[int | None]) -> Veil:
    """What shows a text of these applications to the jury: as it is, or covered where the call is blind.

    Who they are is read here and goes no further than the returned function.
    """
    if not blind:
        return lambda _application_id, text: text
    terms = identity_terms(session, application_ids)
    return lambda application_id, text: redact(text, terms[application_id or 0])


@lru_cache(maxsize=4096)
def redact(text: str, terms: tuple[str, ...]) -> str:
    """``text`` with what would tell who wrote it painted over (see ``reviewer.blinding.redaction``)."""
    pieces = re.split(r"(\s+)", text)
    words = pieces[::2]
    for first, end in covered_spans(words, terms):
        words[first:end] = [COVER_TEXT] * (end - first)
    pieces[::2] = words
    return "".join(pieces)
