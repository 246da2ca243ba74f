"""Searches a whole document for phrases, and reports unreadable pages and hidden text. Runs in a worker."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pypdfium2

from reviewer.blinding.redaction import contains_phrase
from reviewer.core.text import fold_solid
from reviewer.pdf.glyphs import DIVIDING_HYPHENS, MOST_CHARACTERS
from reviewer.pdf.hidden_text import hides_text
from reviewer.pdf.messages import OcrPage, PdfFailure, SearchResult
from reviewer.pdf.ocr_words import SURE_CONFIDENCE
from reviewer.pdf.open import open_pdf
from reviewer.pdf.rendering import MOST_PAGES, flattened_page, is_unread

_HYPHENS = dict.fromkeys(DIVIDING_HYPHENS, "-")


def find_phrases(path: Path, phrases: Sequence[str], read: Mapping[int, OcrPage]) -> SearchResult:
    """Finds phrases on the first 500 pages regardless of accents, case and line breaks, as covers do.

    ``read`` has what was read by machine, by page (from 1). Raises PdfFailure.
    """
    letters_by_term = {term: fold_solid(term) for term in phrases}
    first_pages: dict[str, int] = {}
    unread: list[int] = []
    hidden: list[int] = []
    with open_pdf(path) as document:
        for index in range(min(len(document), MOST_PAGES)):
            text, may_hide, has_hidden = _page_text(document, index)
            if has_hidden:
                hidden.append(index + 1)
            if page := read.get(index + 1):
                text = " ".join((text, *(word.text for word in page.words)))
                may_hide = may_hide and page.confidence < SURE_CONFIDENCE
            if may_hide:
                unread.append(index + 1)
            for term in _terms_in(text, letters_by_term):
                first_pages.setdefault(term, index + 1)
        if len(document) > MOST_PAGES:
            unread.append(MOST_PAGES + 1)
    return SearchResult(first_pages, tuple(unread), tuple(hidden))


def _page_text(document: pypdfium2.PdfDocument, index: int) -> tuple[str, bool, bool]:
    """Returns a page's text, whether the page may say more than that, and whether it holds text that is not seen."""
    try:
        with flattened_page(document, index) as page:
            text_page = page.get_textpage()
            if text_page.count_chars() > MOST_CHARACTERS:
                return "", True, False
            text = str(text_page.get_text_range()).translate(_HYPHENS)
            return text, is_unread(page, "".join(text.split())), hides_text(page)
    except (PdfFailure, pypdfium2.PdfiumError):
        return "", True, False


def _terms_in(text: str, letters_by_term: dict[str, str]) -> Iterator[str]:
    """Yields the phrases in a text; comparing its bare letters first excludes most."""
    solid, words = fold_solid(text), text.split()
    for term, letters in letters_by_term.items():
        if letters in solid and contains_phrase(words, term):
            yield term
