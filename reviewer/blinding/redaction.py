"""Finds the words of a text that would tell a blind jury who wrote it. Independent of PDF.

A term is a value of the applicant's record, and its form decides how it is covered:

- a **name** (no digits): each of its words as a whole word, and its particles ("de la") before one of them;
  also joined ("RosaLópez"), and two of its words inside a longer word ("@rosalopezescribe");
- an **e-mail**: whole, and its local part alone;
- a **telephone** (digits only, seven or more): with any separators and prefixes, also without the area code;
- a **CURP**: whole, and its first ten characters (the RFC begins with them too);
- anything else, or a term in double quotes (see ``quote_phrase``): only as a whole, such as an address.

The comparison ignores case, accents, ligatures and soft hyphens, and crosses line breaks, hyphenation and
letter-spacing. In doubt, more is covered rather than less.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from reviewer.blinding.contacts import contact_words
from reviewer.blinding.name_context import initials, other_forms, particles_between, words_not_names
from reviewer.core.person_names import split_name
from reviewer.core.text import PARTICLES, SAINTS, fold, fold_letters, fold_solid

COVER_TEXT = "█████"

_WEAK_WORDS = PARTICLES | SAINTS  # covered only together with a word of the name
HYPHENS = frozenset("-‐‑‒–\u00ad\u0002\ufffe")

# Between two letters of the folded stream there is at most one mark, the strongest that applies.
INNER_BOUNDARY, PUNCTUATION, HYPHENATED, SPACE = "\x01", "\x02", "\x03", " "
BOUNDARY_MARKS = INNER_BOUNDARY + PUNCTUATION + HYPHENATED + SPACE
WORD_START, WORD_END = f"(?<![^{BOUNDARY_MARKS}])", f"(?![^{BOUNDARY_MARKS}])"
WITHIN_WORD = f"{INNER_BOUNDARY}?{HYPHENATED}?"  # a word as printed, also hyphenated at the end of a line
LETTER_SPACED = f"[{SPACE}{PUNCTUATION}]"
OPTIONAL_MARK = f"[{BOUNDARY_MARKS}]?"

CURP = re.compile(r"[a-z]{4}\d{6}[a-z]{6}[a-z\d]\d")
SURE_LENGTH = 4  # letters from which words broken into pieces are taken for the name
SHORTEST_PART = 3  # letters of a word that the page cuts off
SURE_PAIR = 8  # letters of two joined names that are recognised inside a longer word


def quote_phrase(text: str) -> str:
    """Returns a term that is covered only as a whole, such as a street or a neighbourhood."""
    return f'"{text.replace(chr(34), " ")}"'


def covered_spans(
    words: Sequence[str], terms: tuple[str, ...], *, cut_indices: Iterable[int] = ()
) -> list[tuple[int, int]]:
    """Returns the runs of ``words`` (in reading order) to cover, as ascending disjoint (first, end) pairs.

    ``cut_indices`` are the words that the edge of the page may have cut through: there, part of a term's
    word is enough.
    """
    if not _patterns(terms):
        return []
    names = name_words(terms)
    matched = _matched_words(words, terms)
    covered = {index for index in cut_indices if _is_cut_word(words[index], terms)}
    single = {first for first, last in matched if first == last}
    plain = {index for index in single if fold_solid(words[index]) in names}
    longer = ((first, last) for first, last in matched if first != last or first not in plain)
    covered.update(index for first, last in longer for index in range(first, last + 1))
    covered.update(contact_words(words))
    if names:
        covered.update(other_forms(words, names))
        covered |= plain - words_not_names(words, plain, covered)
        covered.update(_broken_accents(words, names, terms))
        covered.update(initials(words, _names_in_order(terms), covered))
        covered.update(particles_between(words, covered.copy()))
    return _merge_runs(sorted(covered))


def contains_phrase(words: Sequence[str], phrase: str) -> bool:
    """Returns whether a phrase stands in a text, whatever its case, accents, line breaks and hyphenation."""
    return bool(_matched_words(words, (quote_phrase(phrase),)))


def _matched_words(words: Sequence[str], terms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Returns the first and last word of each match."""
    stream, starts, word_indices = _folded_stream(words)
    return [
        (_word_index(starts, word_indices, first), _word_index(starts, word_indices, last))
        for first, last in _find_matches(stream, terms)
    ]


def _broken_accents(words: Sequence[str], names: Collection[str], terms: tuple[str, ...]) -> Iterator[int]:
    """Yields words of names whose accented letters a font did not map to text, or mapped to something else."""
    pattern = _broken_accents_pattern(terms)
    for index, word in enumerate(words):
        if pattern and not word.isascii() and pattern.search(word) and fold_solid(word) not in names:
            yield index


@lru_cache(maxsize=64)
def _broken_accents_pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    sources = []
    for word in (word for term in terms if _is_name(term) for word in term.split()):
        pieces = [char if char.isascii() else r"[^\sA-Za-z]{0,3}" for char in unicodedata.normalize("NFC", word)]
        if not word.isascii() and sum(char.isascii() for char in word) >= SHORTEST_PART:
            sources.append("".join(pieces))
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sources)})(?![A-Za-z])", re.IGNORECASE) if sources else None


def _names_in_order(terms: tuple[str, ...]) -> list[str]:
    names = (fold(term) for term in terms if _is_name(term))
    return [word for name in names for word in name.split() if word not in _WEAK_WORDS]


def _is_cut_word(word: str, terms: tuple[str, ...]) -> bool:
    """Returns whether a word begins or ends a word of a name, or another term as a whole."""
    letters = fold_solid(word)
    whole_terms = {fold_solid(term) for term in terms if not _is_name(term)}
    return len(letters) >= SHORTEST_PART and any(
        candidate.startswith(letters) or candidate.endswith(letters) for candidate in whole_terms | name_words(terms)
    )


def _find_matches(stream: str, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yields first and last position of each match, including overlapping matches of a pattern."""
    for pattern in _patterns(terms):
        position = 0
        while (match := pattern.search(stream, position)) is not None:
            yield match.start(), match.end() - 1
            position = match.start() + 1
    names, pairs = name_words(terms), _name_pairs_pattern(terms)
    for run in re.finditer(r"[^\x02\x03 ]+", stream):
        letters = run.group().replace(INNER_BOUNDARY, "")
        if _is_made_of_names(letters, names) or (pairs and pairs.search(letters)):
            yield run.start(), run.end() - 1


def _folded_stream(words: Sequence[str]) -> tuple[str, list[int], list[int]]:
    """Returns the folded text with its marks, the position where each word starts, and that word's index."""
    pieces: list[str] = []
    starts: list[int] = []
    word_indices: list[int] = []
    length, mark = 0, ""
    for index, word in enumerate(words):
        folded, mark_after = _folded_word(word)
        if not folded:
            continue
        if mark:
            pieces.append(mark)
            length += 1
        starts.append(length)
        word_indices.append(index)
        pieces.append(folded)
        length += len(folded)
        mark = mark_after
    return "".join(pieces), starts, word_indices


def _folded_word(word: str) -> tuple[str, str]:
    """Returns a word's letters and digits with the marks between them, and the mark after it."""
    folded, mark, previous = "", "", ""
    for char in word:
        folded_char = fold_letters(char)
        if not folded_char and not char.isspace():
            continue
        if not folded_char.isalnum():
            mark = PUNCTUATION
            continue
        if not mark and _starts_word(previous, char):
            mark = INNER_BOUNDARY
        folded += (mark if folded else "") + folded_char
        mark, previous = "", char
    return folded, HYPHENATED if word and word[-1] in HYPHENS else SPACE


def _starts_word(previous: str, char: str) -> bool:
    """Returns whether a new word begins inside a word, as in "RosaLópez" and "rosa1990"."""
    if not previous:
        return False
    return (previous.islower() and char.isupper()) or previous.isdigit() != char.isdigit()


def _word_index(starts: list[int], word_indices: list[int], position: int) -> int:
    return word_indices[bisect_right(starts, position) - 1]


def _merge_runs(indices: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index in indices:
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


@lru_cache(maxsize=64)
def _patterns(terms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    sources = {source for term in terms for source in _term_patterns(term)}
    return tuple(re.compile(source) for source in sorted(sources))


def _term_patterns(term: str) -> Iterator[str]:
    """Yields regular expressions that find a term in the stream."""
    solid = fold_solid(term)
    if not solid:
        return
    local_part, at_sign, _ = fold_letters(term).partition("@")
    if at_sign:
        yield _with_optional_marks(solid)
        local = fold_solid(local_part)
        if len(local) >= SURE_LENGTH:
            yield WORD_START + _with_optional_marks(local) + WORD_END
    elif CURP.fullmatch(solid):
        yield _with_optional_marks(solid)
        yield WORD_START + _with_optional_marks(solid[:10])
    elif solid.isdigit() and len(solid) >= 7 and not _is_quoted(term):
        yield from _telephone_patterns(solid)
    elif _is_name(term):
        yield from _name_patterns(fold(term).split())
    else:
        yield WORD_START + _with_optional_marks(solid) + WORD_END


def _is_quoted(term: str) -> bool:
    return term.startswith('"') and term.endswith('"')


def _is_name(term: str) -> bool:
    return not (_is_quoted(term) or "@" in term or any(char.isdigit() for char in term))


def _with_optional_marks(solid: str) -> str:
    return OPTIONAL_MARK.join(re.escape(char) for char in solid)


def _telephone_patterns(digits: str) -> Iterator[str]:
    """Yields patterns of a Mexican number: ten digits since 2019, with 52 or 1, or without area code."""
    national = digits[-10:]
    yield (
        rf"(?:(?:0{OPTIONAL_MARK}0{OPTIONAL_MARK})?5{OPTIONAL_MARK}2{OPTIONAL_MARK}(?:1{OPTIONAL_MARK})?)?"
        + _with_optional_marks(national)
    )
    if len(national) == 10:
        yield r"(?<!\d)" + _with_optional_marks(national[-8:]) + r"(?!\d)"


def _name_patterns(tokens: list[str]) -> Iterator[str]:
    particles: list[str] = []
    for token in tokens:
        if token in _WEAK_WORDS or len(token) == 1:
            particles.append(token)
            continue
        yield WORD_START + WITHIN_WORD.join(map(re.escape, token)) + WORD_END
        yield WORD_START + LETTER_SPACED.join(map(re.escape, token)) + WORD_END
        if len(token) >= SURE_LENGTH:
            yield WORD_START + _with_optional_marks(token) + WORD_END
        if particles:
            yield WORD_START + _with_optional_marks("".join(particles) + token) + WORD_END
        particles = []
    yield WORD_START + _with_optional_marks("".join(tokens)) + WORD_END
    for part in split_name(" ".join(tokens)):
        for spelling in part.spellings:
            if spelling.startswith("mc"):  # "McGregor", "MacGregor" and "Mac Gregor" are one
                for prefix in ("mc", "mac"):
                    yield WORD_START + _with_optional_marks(prefix + spelling[2:]) + WORD_END


@lru_cache(maxsize=64)
def name_words(terms: tuple[str, ...]) -> frozenset[str]:
    """Returns the folded words of the names among the terms."""
    names = (fold(term) for term in terms if _is_name(term))
    return frozenset(token for name in names for token in name.split() if len(token) > 1)


@lru_cache(maxsize=64)
def _name_pairs_pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Returns a pattern of two words of the names in a row, anywhere in a run of letters."""
    words = sorted(word for word in name_words(terms) if len(word) > 2 and word not in _WEAK_WORDS)
    glued = (first + second for first in words for second in words if first != second)
    sure = [re.escape(pair) for pair in glued if len(pair) >= SURE_PAIR]
    return re.compile("|".join(sure)) if sure else None


def _is_made_of_names(run: str, names: frozenset[str]) -> bool:
    """Returns whether a run of letters consists of words of the names, not only of particles."""
    if len(run) < SURE_LENGTH or len(run) > 80:
        return False
    reached = {0: False}  # end of a piece: whether a word that is no particle led there
    for end in range(1, len(run) + 1):
        for token in names:
            start = end - len(token)
            if start in reached and run.startswith(token, start):
                reached[end] = reached.get(end, False) or reached[start] or token not in _WEAK_WORDS
    return reached.get(len(run), False)
