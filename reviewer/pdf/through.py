"""Reads a whole document through: which phrases it holds, what cannot be read. Runs inside a worker."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from reviewer.pdf.covers import fold, phrase, spans
from reviewer.pdf.glyphs import DIVIDING_HYPHENS, MOST_CHARACTERS
from reviewer.pdf.opening import opened
from reviewer.pdf.pages import MOST_PAGES, flattened_page, is_unread
from reviewer.pdf.results import PdfFailure, ReadThrough

_HYPHENS = dict.fromkeys(DIVIDING_HYPHENS, "-")


def read_through(path: Path, phrases: Sequence[str]) -> ReadThrough:
    """Looks for the phrases on the first 500 pages as ``covers`` does: over accents, case and line breaks.

    Raises ``PdfFailure``.
    """
    sought = {each: _solid(each) for each in phrases}
    found: dict[str, int] = {}
    unread = False
    with opened(path) as document:
        unread = len(document) > MOST_PAGES
        for index in range(min(len(document), MOST_PAGES)):
            text, may_hide = _page(document, index)
            unread = unread or may_hide
            for each in _said(text, sought):
                found.setdefault(each, index + 1)
    return ReadThrough(found, unread)


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[str, bool]:
    """A page's text, and whether it may say more than that."""
    try:
        with flattened_page(document, index) as page:
            read = page.get_textpage()
            if read.count_chars() > MOST_CHARACTERS:
                return "", True
            text = str(read.get_text_range()).translate(_HYPHENS)
            return text, is_unread(page, "".join(text.split()))
    except (PdfFailure, pypdfium2.PdfiumError):
        return "", True


def _said(text: str, sought: dict[str, str]) -> Iterator[str]:
    """The phrases that a text holds; its bare letters tell at once of most that it does not."""
    solid, words = _solid(text), text.split()
    for each, letters in sought.items():
        if letters in solid and spans(words, (phrase(each),)):
            yield each


def _solid(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())
