"""Words that were read by machine beside those of a page's own text: which to add, and which to cover."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from reviewer.blinding.redaction import COVER_TEXT, covered_spans, name_words
from reviewer.core.text import fold_solid
from reviewer.pdf.messages import OcrWord, Word

SURE_CONFIDENCE = 0.85  # mean of a page; a page read with less may say something else
LETTERS_PER_ERROR = 5  # a word of a name may be misread in so many letters once


def beside(read: Iterable[OcrWord], own: Sequence[Word]) -> list[OcrWord]:
    """Returns the words read where the page has no word of its own."""
    return [word for word in read if not any(_overlap(word, other) for other in own)]


def covered_words(read: Sequence[OcrWord], covers: tuple[str, ...]) -> list[OcrWord]:
    """Returns the words to cover, their boxes widened by half a letter, as far as they may be wrong."""
    return [_widened(read[index]) for first, end in _spans(read, covers) for index in range(first, end)]


def redact_words(read: Sequence[OcrWord], covers: tuple[str, ...], *, first_line: int) -> list[Word]:
    """Returns the words with those covered that ``covered_words`` covers; lines count from ``first_line``."""
    covered = {index for first, end in _spans(read, covers) for index in range(first, end)}
    return [
        Word(COVER_TEXT if index in covered else word.text, *word.box, first_line + word.line)
        for index, word in enumerate(read)
    ]


def _spans(read: Sequence[OcrWord], covers: tuple[str, ...]) -> list[tuple[int, int]]:
    if not covers:
        return []
    names = name_words(covers)
    return covered_spans([_corrected(word.text, names) for word in read], covers)


def _corrected(text: str, names: Iterable[str]) -> str:
    """Returns the word of a name that a word was probably misread from, or the word itself."""
    letters = fold_solid(text)
    errors = len(letters) // LETTERS_PER_ERROR
    if not errors:
        return text
    return next((name for name in names if Levenshtein.distance(letters, name, score_cutoff=errors) <= errors), text)


def _widened(word: OcrWord) -> OcrWord:
    by = 0.5 * (word.x1 - word.x0) / max(len(word.text), 1)
    return replace(word, x0=max(word.x0 - by, 0.0), x1=min(word.x1 + by, 1.0))


def _overlap(word: OcrWord, other: Word) -> bool:
    """Returns whether the middle of a word lies in the box of another."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1
