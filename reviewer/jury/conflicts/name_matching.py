"""Names as people write them, compared without accents, case, order or the particles between surnames."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from reviewer.core.text import PARTICLES, fold

_WORD = re.compile(r"[^\W\d_]+")
_MIN_FUZZY_LENGTH = 6  # letters from which on one slip of the pen is let pass


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell people apart, folded."""
    return tuple(word for word in _WORD.findall(fold(name)) if word not in PARTICLES)


def surname_words(name: str) -> tuple[str, ...]:
    """The two surnames at the end of a whole name; fewer than three words tell of one at most."""
    words = name_words(name)
    return words[-2:] if len(words) > 2 else words[1:]


def name_forms(name: str) -> tuple[str, ...]:
    """How a text may name somebody: whole, surnames first, with the first name or the first surname alone.

    Of three words or more the last two are taken for surnames. A single word names too many: no form.
    """
    parts = _with_particles(name)
    if len(parts) < 2:
        return ()
    given_names, surnames = (parts[:-2], parts[-2:]) if len(parts) > 2 else (parts[:1], parts[1:])
    forms = [[*first, *last] for first in (given_names, given_names[:1]) for last in (surnames, surnames[:1])]
    return tuple(dict.fromkeys(" ".join(form) for form in (*forms, [*surnames, *given_names])))


def _with_particles(name: str) -> list[str]:
    """The words of a name as they are written, each with the particles before it."""
    parts: list[str] = []
    before = ""
    for word in name.split():
        before += f"{word} "
        if fold(word) not in PARTICLES:
            parts.append(before.strip())
            before = ""
    return parts


def may_match(entry: Sequence[str], name: Sequence[str]) -> bool:
    """Whether an entry of two words or more may name this person: every word of the shorter is in the longer.

    One letter may differ in a long word.
    """
    shorter, longer = sorted((entry, name), key=len)
    return len(shorter) > 1 and all(
        any(_words_match(word, candidate) for candidate in longer) for word in shorter
    )


def _words_match(one: str, other: str) -> bool:
    if one == other:
        return True
    return (
        min(len(one), len(other)) >= _MIN_FUZZY_LENGTH
        and Levenshtein.distance(one, other, score_cutoff=1) <= 1
    )
