"""Blindness: which words of a page would tell the jury who wrote it. Pure; knows nothing of PDF.

A term is what the applicant's record holds, and its look says what it is:

- a **name** (no digits): each of its words wherever it stands as a whole word, and its particles ("de la")
  where they lead to one of them; also glued together ("RosaLópez"), two of them inside a longer word too
  ("@rosalopezescribe");
- an **e-mail**: whole, and its local part by itself;
- a **telephone** (digits only, seven or more): with any separators and prefixes, also without the area code;
- a **CURP**: whole, and its first ten characters (they open the RFC too);
- anything else, or a term in double quotes (see ``phrase``): only as a whole, as an address is.

Everything is compared without case, accents, ligatures and soft hyphens, and goes on over line breaks,
hyphenation and letter-spacing. Where in doubt, more is covered rather than less.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

COVERED = "█████"

PARTICLES = frozenset(
    ("de", "del", "la", "las", "los", "el", "lo", "y", "e", "i", "da", "do", "dos", "das", "di", "du", "van")
).union(("von", "der", "den", "san", "santa"))
HYPHENS = frozenset("-‐‑‒–\u00ad\u0002\ufffe")
UNDECOMPOSED = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ð": "d", "æ": "ae", "œ": "oe"})

# Between the letters of the folded stream stands at most one mark, the strongest that applies.
TURN, PUNCTUATION, HYPHENATED, SPACE = "\x01", "\x02", "\x03", " "
MARKS = TURN + PUNCTUATION + HYPHENATED + SPACE
START, END = f"(?<![^{MARKS}])", f"(?![^{MARKS}])"
UNBROKEN = f"{TURN}?{HYPHENATED}?"  # a word as printed, hyphenated at a line's end or not
LETTER_SPACED = f"[{SPACE}{PUNCTUATION}]"
ANYHOW = f"[{MARKS}]?"

CURP = re.compile(r"[a-z]{4}\d{6}[a-z]{6}[a-z\d]\d")
SURE_LENGTH = 4  # letters from which words that happen to be broken up are taken for the name
SHORTEST_PART = 3  # letters of a word that the page cuts off
SURE_PAIR = 8  # letters of two names in a row, for them to be told inside a longer word


def phrase(text: str) -> str:
    """Marks a term as one to be covered only as a whole, such as a street or a neighbourhood."""
    return f'"{text.replace(chr(34), " ")}"'


def spans(words: Sequence[str], terms: tuple[str, ...], *, cut: Iterable[int] = ()) -> list[tuple[int, int]]:
    """The runs of ``words`` (in reading order) to cover: first and one after the last, in order, disjoint.

    ``cut`` are those that the edge of the page may have cut through: a part of a term's word is enough there.
    """
    if not _patterns(terms):
        return []
    stream, starts, owners = _stream(words)
    hit = {index for index in cut if _is_part(words[index], terms)}
    for first, last in _matches(stream, terms):
        hit.update(range(_owner(starts, owners, first), _owner(starts, owners, last) + 1))
    return _runs(sorted(hit))


def _is_part(word: str, terms: tuple[str, ...]) -> bool:
    """Whether a word is the beginning or the end of a name's word, or of another term as a whole."""
    letters = _solid(fold(word))
    whole = {_solid(fold(term)) for term in terms if not _is_name(term)}
    return len(letters) >= SHORTEST_PART and any(
        each.startswith(letters) or each.endswith(letters) for each in whole | _name_words(terms)
    )


def _matches(stream: str, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """First and last position of each match; overlapping matches of a pattern included."""
    for pattern in _patterns(terms):
        position = 0
        while (found := pattern.search(stream, position)) is not None:
            yield found.start(), found.end() - 1
            position = found.start() + 1
    names, pairs = _name_words(terms), _pairs(terms)
    for run in re.finditer(r"[^\x02\x03 ]+", stream):
        letters = run.group().replace(TURN, "")
        if _is_glued(letters, names) or (pairs and pairs.search(letters)):
            yield run.start(), run.end() - 1


def fold(text: str) -> str:
    """Lower case without accents, ligatures and invisible signs; what is neither letter nor digit stays."""
    decomposed = unicodedata.normalize("NFKD", "".join(char for char in text if not _is_loose_accent(char)))
    kept = "".join(char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf"))
    return kept.casefold().translate(UNDECOMPOSED)


_fold_char = lru_cache(maxsize=4096)(fold)


def _is_loose_accent(char: str) -> bool:
    """Accents that old typesetters print beside the letter; NFKD would turn them into a space."""
    return unicodedata.category(char) == "Sk"


def _stream(words: Sequence[str]) -> tuple[str, list[int], list[int]]:
    """The folded text with its marks; from the n-th of ``starts`` on it belongs to the n-th of ``owners``."""
    pieces: list[str] = []
    starts: list[int] = []
    owners: list[int] = []
    length, mark = 0, ""
    for index, word in enumerate(words):
        folded, mark_after = _folded_word(word)
        if not folded:
            continue
        if mark:
            pieces.append(mark)
            length += 1
        starts.append(length)
        owners.append(index)
        pieces.append(folded)
        length += len(folded)
        mark = mark_after
    return "".join(pieces), starts, owners


def _folded_word(word: str) -> tuple[str, str]:
    """A word's letters and digits with the marks between them, and the mark after it."""
    folded, mark, before = "", "", ""
    for char in word:
        plain = _fold_char(char)
        if not plain and not char.isspace():
            continue
        if not plain.isalnum():
            mark = PUNCTUATION
            continue
        if not mark and _turns(before, char):
            mark = TURN
        folded += (mark if folded else "") + plain
        mark, before = "", char
    return folded, HYPHENATED if word and word[-1] in HYPHENS else SPACE


def _turns(before: str, char: str) -> bool:
    """Whether a new word begins inside a word, as in "RosaLópez" and "rosa1990"."""
    if not before:
        return False
    return (before.islower() and char.isupper()) or before.isdigit() != char.isdigit()


def _owner(starts: list[int], owners: list[int], position: int) -> int:
    return owners[bisect_right(starts, position) - 1]


def _runs(indices: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index in indices:
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


@lru_cache(maxsize=64)
def _patterns(terms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    sources = {source for term in terms for source in _sources(term)}
    return tuple(re.compile(source) for source in sorted(sources))


def _sources(term: str) -> Iterator[str]:
    """The regular expressions over the stream that find one term."""
    folded = fold(term)
    solid = _solid(folded)
    if not solid:
        return
    if "@" in folded:
        yield _anywhere(solid)
        local = _solid(folded.partition("@")[0])
        if len(local) >= SURE_LENGTH:
            yield START + _anywhere(local) + END
    elif CURP.fullmatch(solid):
        yield _anywhere(solid)
        yield START + _anywhere(solid[:10])
    elif solid.isdigit() and len(solid) >= 7 and not _is_quoted(term):
        yield from _telephone(solid)
    elif _is_name(term):
        yield from _name(_tokens(folded))
    else:
        yield START + _anywhere(solid) + END


def _solid(folded: str) -> str:
    return "".join(char for char in folded if char.isalnum())


def _tokens(folded: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded)


def _is_quoted(term: str) -> bool:
    return term.startswith('"') and term.endswith('"')


def _is_name(term: str) -> bool:
    return not (_is_quoted(term) or "@" in term or any(char.isdigit() for char in term))


def _anywhere(solid: str) -> str:
    return ANYHOW.join(re.escape(char) for char in solid)


def _telephone(digits: str) -> Iterator[str]:
    """A Mexican number: ten digits since 2019; people add 52 or 1, or leave out the area code."""
    national = digits[-10:]
    yield rf"(?:(?:0{ANYHOW}0{ANYHOW})?5{ANYHOW}2{ANYHOW}(?:1{ANYHOW})?)?" + _anywhere(national)
    if len(national) == 10:
        yield r"(?<!\d)" + _anywhere(national[-8:]) + r"(?!\d)"


def _name(tokens: list[str]) -> Iterator[str]:
    particles: list[str] = []
    for token in tokens:
        if token in PARTICLES or len(token) == 1:
            particles.append(token)
            continue
        yield START + UNBROKEN.join(map(re.escape, token)) + END
        yield START + LETTER_SPACED.join(map(re.escape, token)) + END
        if len(token) >= SURE_LENGTH:
            yield START + _anywhere(token) + END
        if particles:
            yield START + _anywhere("".join(particles) + token) + END
        particles = []
    yield START + _anywhere("".join(tokens)) + END


@lru_cache(maxsize=64)
def _name_words(terms: tuple[str, ...]) -> frozenset[str]:
    names = (fold(term) for term in terms if _is_name(term))
    return frozenset(token for name in names for token in _tokens(name) if len(token) > 1)


@lru_cache(maxsize=64)
def _pairs(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Two words of the names one after the other, wherever in a run of letters."""
    words = sorted(each for each in _name_words(terms) if len(each) > 2 and each not in PARTICLES)
    glued = (one + other for one in words for other in words if one != other)
    sure = [re.escape(each) for each in glued if len(each) >= SURE_PAIR]
    return re.compile("|".join(sure)) if sure else None


def _is_glued(run: str, names: frozenset[str]) -> bool:
    """Whether a run of letters is made of nothing but words of the names (and is not only particles)."""
    if len(run) < SURE_LENGTH or len(run) > 80:
        return False
    reached = {0: False}  # end of a piece: whether a word that is no particle led there
    for end in range(1, len(run) + 1):
        for token in names:
            start = end - len(token)
            if start in reached and run.startswith(token, start):
                reached[end] = reached.get(end, False) or reached[start] or token not in PARTICLES
    return reached.get(len(run), False)
