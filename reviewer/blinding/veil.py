"""Covers short texts, such as titles and synopses, that would name their author to a blind jury."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlmodel import Session

from reviewer.blinding.identity_terms import identity_terms
from reviewer.blinding.redaction import COVER_TEXT, covered_spans

Veil = Callable[[int | None, str], str]


def veil_of(session: Session, *, blind: bool, application_ids: Sequence[int | None]) -> Veil:
    """Returns a function that covers a text of one of these applications, if the call is blind.

    The identities are read here and are known only to the returned function.
    """
    if not blind:
        return lambda _application_id, text: text
    terms = identity_terms(session, application_ids)
    return lambda application_id, text: redact(text, terms[application_id])


@lru_cache(maxsize=4096)
def redact(text: str, terms: tuple[str, ...]) -> str:
    """Returns ``text`` with words covered that would tell who wrote it; see ``covered_spans``."""
    pieces = re.split(r"(\s+)", text)
    words = pieces[::2]
    for first, end in covered_spans(words, terms):
        words[first:end] = [COVER_TEXT] * (end - first)
    pieces[::2] = words
    return "".join(pieces)
