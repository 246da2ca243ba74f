"""Whether a word that is also a name ("Luz", "Flores") stands for the name, and initials in place of one.

A name begins with a capital and has no article; a word may have either. In doubt it is the name.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from reviewer.blinding.short_names import familiar_forms, is_abbreviation
from reviewer.core.text import PARTICLES, fold, fold_solid

DETERMINERS = frozenset(
    (
        *("el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "al", "del", "mi", "mis", "tu", "tus", "su"),
        *("sus", "nuestro", "nuestra", "nuestros", "nuestras", "este", "esta", "estos", "estas", "ese", "esa", "esos"),
        *("esas", "aquel", "aquella", "aquellos", "aquellas", "cada", "todo", "toda", "todos", "todas", "algun"),
        *("alguna", "algunos", "algunas", "ningun", "ninguna", "otro", "otra", "otros", "otras", "mismo", "misma"),
        *("mucho", "mucha", "muchos", "muchas", "poco", "poca", "pocos", "pocas", "tanto", "tanta", "tantos", "tantas"),
        *("cuyo", "cuya", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "gran", "primer"),
        *("primera", "segundo", "segunda", "tercer", "tercera", "unico", "unica"),
    )
)
JOINING_PARTICLES = PARTICLES - {"y", "e", "i"}  # those joining two names would join two words as well
# A word at the beginning of a sentence is no name where one of these follows: "Luz de luna".
CONTINUATIONS = frozenset(("de", "del", "que", "y", "o"))
SENTENCE_ENDS = (".", "!", "?", ":", "…", "»", '"', "”")
SIGNATURES = frozenset(("atentamente", "atte", "firma", "firmado", "cordialmente", "saludos", "abrazo"))
FEWEST_INITIALS, MOST_INITIALS = 2, 6
ADJACENT_PARTICLES = 3


@cache
def common_words() -> frozenset[str]:
    """Returns folded words of Spanish that are names in Mexico as well."""
    text = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8")
    return frozenset(fold(text).split())


def words_not_names(words: Sequence[str], plain: Collection[int], certain: Collection[int]) -> set[int]:
    """Returns those of the ``plain`` words, which equal a word of a name, that are no name where they stand.

    ``certain`` are the indices of other parts of names.
    """
    named = set(plain) | set(certain)
    return {index for index in plain if index not in certain and _is_word(words, index, named)}


def _is_word(words: Sequence[str], index: int, named: Collection[int]) -> bool:
    if _touches_name(words, index, named):
        return False
    word = words[index].strip("¿¡([«“\"'.,;:!?)]»”-—")
    is_common = fold_solid(word) in common_words()
    before = fold_solid(words[index - 1]) if index else ""
    after = fold_solid(words[index + 1]) if index + 1 < len(words) else ""
    has_determiner = before in DETERMINERS and not words[index - 1].endswith((",", ".", ":"))
    if word.islower():
        return is_common or has_determiner
    if not is_common:
        return False
    if has_determiner:
        return True
    opens_sentence = index == 0 or words[index - 1].endswith(SENTENCE_ENDS)
    return opens_sentence and after in CONTINUATIONS and not word.isupper()


def _touches_name(words: Sequence[str], index: int, named: Collection[int]) -> bool:
    """Returns whether a part of a name stands directly before or after, particles between ("María de la Luz")."""
    for step in (-1, 1):
        position = index
        for distance in range(ADJACENT_PARTICLES + 1):
            edge = words[position] if step > 0 else words[position - 1] if position else ""
            position += step
            if not 0 <= position < len(words) or (edge[-1:] in ",.;:!?)" and not _is_short(edge)):
                break
            if position in named:
                # "la luz y la rosa": between lower-case words, particles join no name.
                if not distance or not (words[index].islower() or words[position].islower()):
                    return True
                break
            if fold_solid(words[position]) not in JOINING_PARTICLES:
                break
    return False


def _is_short(word: str) -> bool:
    """Returns whether a full stop after the word abbreviates it rather than ending a sentence."""
    return word.endswith(".") and len(word) <= 5 and word[:1].isupper()


def particles_between(words: Sequence[str], covered: Collection[int]) -> Iterator[int]:
    """Yields the indices of particles between two covered words: "María de la Luz" is one name."""
    for index in covered:
        following = index + 1
        while following < len(words) and fold_solid(words[following]) in JOINING_PARTICLES and following not in covered:
            following += 1
        if following in covered:
            yield from range(index + 1, following)


def other_forms(words: Sequence[str], names: Collection[str]) -> Iterator[int]:
    """Yields the indices of familiar forms and abbreviations of the folded ``names``."""
    for index, word in enumerate(words):
        letters = fold_solid(word)
        if len(letters) < 2 or not word.strip("¿¡([«“\"'")[:1].isupper():
            continue
        if _is_other_form(letters, frozenset(names), "." in word or "ª" in word):
            yield index


@lru_cache(maxsize=8192)
def _is_other_form(letters: str, names: frozenset[str], is_abbreviated: bool) -> bool:
    if letters in common_words() and not is_abbreviated:
        return False
    may_abbreviate = is_abbreviated or letters[-1] in "zp"
    return any(letters in familiar_forms(name) or (may_abbreviate and is_abbreviation(letters, name)) for name in names)


def initials(words: Sequence[str], names: Sequence[str], covered: Collection[int]) -> Iterator[int]:
    """Yields the indices of initials of ``names`` beside a ``covered`` word, or where a letter is signed.

    ``names`` are folded, in the order of the record.
    """
    letters = {name[0] for name in names}
    for index, word in enumerate(words):
        letter = fold_solid(word) if word[:1].isupper() else ""
        if len(letter) == 1 and letter in letters and _is_chained(words, index, covered):
            yield index
    yield from _signed_initials(words, "".join(name[0] for name in names))


def _is_chained(words: Sequence[str], index: int, covered: Collection[int]) -> bool:
    """Returns whether initials lead from this one to a covered word on either side."""
    for step in (-1, 1):
        position = index + step
        while 0 <= position < len(words) and len(fold_solid(words[position])) == 1 and position not in covered:
            if not words[position][:1].isupper():
                break
            position += step
        has_stop = "." in words[index] or step < 0 or index + 1 != position
        if position in covered and has_stop:
            return True
    return False


def _signed_initials(words: Sequence[str], expected: str) -> Iterator[int]:
    """Yields initials that stand alone: at the end of the text, or after a word with which letters are signed."""
    end = len(words)
    for start in range(len(words)):
        if not words[start][:1].isupper() or (start and _is_initials(words[start - 1])):
            continue
        stop = start
        while stop < end and stop - start < MOST_INITIALS and _is_initials(words[stop]):
            stop += 1
        letters = "".join(fold_solid(word) for word in words[start:stop])
        is_signature = stop == end or (start and fold_solid(words[start - 1]) in SIGNATURES)
        if is_signature and len(letters) >= FEWEST_INITIALS and _is_subsequence(letters, expected):
            yield from range(start, stop)


def _is_initials(word: str) -> bool:
    letters = fold_solid(word)
    return bool(letters) and word.upper() == word and (len(letters) == 1 or len(letters) <= MOST_INITIALS)


def _is_subsequence(letters: str, expected: str) -> bool:
    remaining = iter(expected)
    return letters[:1] == expected[:1] and all(letter in remaining for letter in letters)
