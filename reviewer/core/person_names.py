"""Splitting and comparing of personal names, as they are written in Mexico.

A surname is not always one word: particles come before it ("de la Garza", "El Khoury", "von Bertrab"), it
opens with a word that is part of it ("San Martín", "Mac Gregor", "O'Farril"), or two surnames make one
("Ruiz-Palacios", "García Luna", "Ponce de León"). Such a surname is compared as a whole, however its words
are joined, and by its last word alone ("Martín", "Gregor", "Khoury"). The words before it never match alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, islice, product

from rapidfuzz.distance import Levenshtein

from reviewer.core.text import PARTICLES, SAINTS, fold_letters

# Words before a name: foreign particles, and those that are a part of the name.
ARTICLES = frozenset(("el", "al", "le", "les", "van", "von", "vom", "der", "den", "ter", "zu"))
PREFIXES = SAINTS | {"santo", "sta", "sto", "saint", "mac", "mc", "ben", "bin", "ibn", "abu"}
_GIVEN_NAMES = frozenset(("santa", "santo", "saint", "ben"))  # prefixes that are given names as well
_OPENINGS = PARTICLES | ARTICLES | PREFIXES
_ABBREVIATIONS = {"sta": "santa", "sto": "santo"}
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = "'’‘ʼ´`"
_HYPHEN = re.compile(r"\s*[-‐‑‒–]\s*")
_MIN_FUZZY_LENGTH = 6  # letters from which on two words may differ in one
_MAX_WORDS = 40  # words of one name that are looked at
_MAX_SURNAMES = 6  # surnames of one person that are paired
_MIN_NAME_LENGTH = 3  # letters of a name after a separate "O", as in "O Farril"

_fold_word = lru_cache(maxsize=4096)(fold_letters)


@dataclass(frozen=True)
class NamePart:
    """A given name or a surname: its folded ``words``, of which the last one is the name itself.

    ``follows_hyphen``: a hyphen joins it to the part before ("Palacios" in "Ruiz-Palacios").
    """

    words: tuple[str, ...]
    written: str
    follows_hyphen: bool = False

    @property
    def word(self) -> str:
        """The name without the words before it: "martin", "garza", "gregor"."""
        return self.words[-1]

    @cached_property
    def core(self) -> str:
        """The name without particles, its prefix joined to it: "sanmartin", "garza", "mcgregor"."""
        return _core(self.words)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The name with all, some or none of the words before it, joined: "delagarza", "lagarza", "garza"."""
        return frozenset(_join(self.words[start:]) for start in range(len(self.words)))

    @cached_property
    def whole_spellings(self) -> frozenset[str]:
        """The name with its prefix, with and without particles."""
        return frozenset((_join(self.words), self.core))

    @property
    def is_compound(self) -> bool:
        """Whether more than the common Spanish particles come before the name."""
        return any(word in ARTICLES or word not in PARTICLES for word in self.words[:-1])


Group = tuple[NamePart, ...]
"""Parts joined by hyphens; mostly one part."""


@dataclass(frozen=True)
class PersonName:
    """A name split into given names and surnames.

    ``before`` is what precedes the surnames of a name that was split by counting: it may belong to a first
    surname of two words ("García Luna"), or be a given name.
    """

    given: tuple[Group, ...]
    surnames: tuple[Group, ...]
    before: Group = ()

    @classmethod
    def from_fields(cls, first_names: str, surnames: str) -> "PersonName":
        """Returns the name of an applicant; without surnames, ``first_names`` holds the whole name."""
        if not surnames.strip():
            return cls.from_text(first_names)
        return cls(_groups(split_name(first_names)), _groups(_split(surnames, is_surname=True)))

    @classmethod
    def from_text(cls, name: str) -> "PersonName":
        """Returns a whole name split by counting: the last two names are surnames, the first one never is.

        A comma separates surnames that come first.
        """
        surnames, comma, given = name.partition(",")
        if comma and surnames.strip() and given.strip():
            return cls(_groups(split_name(given)), _groups(_split(surnames, is_surname=True)))
        groups = _groups(split_name(name))
        count = max(1, len(groups) - 2)
        return cls(groups[:count], groups[count:], groups[count - 1] if count > 1 else ())

    @cached_property
    def surname_pairs(self) -> frozenset[str]:
        """Keys of every pair of surnames that this name may have: equal where two people share both."""
        return frozenset(" ".join(sorted(pair)) for pair in self._pairs())

    @cached_property
    def whole_surnames(self) -> frozenset[str]:
        """Each surname as a whole, in one word."""
        return frozenset(spelling for group in self.surnames for spelling in _joined_spellings(group))

    @cached_property
    def compound_surnames(self) -> frozenset[str]:
        """Those that are rarer than a common surname: with a prefix, a foreign article or a hyphen."""
        return frozenset(
            spelling
            for group in self.surnames
            if len(group) > 1 or group[0].is_compound
            for spelling in _joined_spellings(group)
        )

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for one, other in combinations(self.surnames[:_MAX_SURNAMES], 2):
            yield from product(_spellings(one), _spellings(other))
        for group in self.surnames:  # a hyphen may join two surnames as well as the words of one
            for part, following in combinations(group[:_MAX_SURNAMES], 2):
                yield from product(part.spellings, following.spellings)
        groups = ((self.before, *self.surnames) if self.before else self.surnames)[:_MAX_SURNAMES]
        for first, second, third in zip(groups, groups[1:], groups[2:], strict=False):
            yield from product(_joined_spellings(first + second), _spellings(third))
            yield from product(_spellings(first), _joined_spellings(second + third))


def split_name(name: str) -> tuple[NamePart, ...]:
    """Returns the parts of a name that begins with a given name, or of given names alone.

    A given name such as "Santa" or "Ben" opens no compound. Particles that no name follows are left out.
    """
    return tuple(_split(name, is_surname=False))


def name_words(text: str) -> tuple[str, ...]:
    """Returns the folded names of a text without particles, prefixes joined: to be searched for names."""
    text = unicodedata.normalize("NFC", text)
    matches = list(_WORD.finditer(text))
    words = tuple(_fold_word(match.group()) for match in matches)
    return tuple(_core(words[start:end]) for start, end in _spans(text, matches, words, is_surname=True))


def share_surnames(one: PersonName, other: PersonName) -> bool:
    """Returns whether two people have the same two surnames, in any order and spelling.

    Of somebody with a single surname it suffices if it is compound: "El Khoury", "Mac Gregor".
    """
    if not one.surname_pairs.isdisjoint(other.surname_pairs):
        return True
    return min(len(one.surnames), len(other.surnames)) == 1 and not (
        one.compound_surnames.isdisjoint(other.whole_surnames)
        and other.compound_surnames.isdisjoint(one.whole_surnames)
    )


def may_match(entry: str, name: PersonName) -> bool:
    """Returns whether what somebody wrote may name this person: all names of the shorter are in the longer.

    At least two must be. One letter may differ in a long word.
    """
    given = [part for group in name.given for part in group]
    surnames = [part for group in name.surnames for part in group]
    return any(_parts_match(parts, given, surnames) for parts in _readings(entry))


def name_forms(name: str) -> tuple[str, ...]:
    """Returns how a text may name somebody: whole, surnames first, with one given name or surname only.

    A single word is no form: it names too many people.
    """
    split = PersonName.from_text(name)
    given, surnames = ([_written(group) for group in groups] for groups in (split.given, split.surnames))
    if not (given and surnames):
        return ()
    forms = [[*first, *last] for first in (given, given[:1]) for last in (surnames, surnames[:1])]
    first_surname = split.surnames[0]
    if len(first_surname) > 1:
        forms.append([given[0], first_surname[0].written])
    elif any(word in ARTICLES for word in first_surname[0].words[:-1]):
        forms.append([given[0], first_surname[0].written.split()[-1]])
    return tuple(dict.fromkeys(" ".join(form) for form in (*forms, [*surnames, *given])))


def _split(text: str, *, is_surname: bool) -> Iterator[NamePart]:
    """Yields the parts of a name: each word with the particles and prefixes before it."""
    text = unicodedata.normalize("NFC", text)
    matches = list(islice(_WORD.finditer(text), _MAX_WORDS))
    words = [_fold_word(match.group()) for match in matches]
    for start, end in _spans(text, matches, words, is_surname=is_surname):
        between = text[matches[start - 1].end() : matches[start].start()] if start else ""
        written = " ".join(text[matches[start].start() : matches[end - 1].end()].split())
        yield NamePart(tuple(words[start:end]), written, bool(_HYPHEN.fullmatch(between)))


def _spans(
    text: str, matches: Sequence[re.Match[str]], words: Sequence[str], *, is_surname: bool
) -> Iterator[tuple[int, int]]:
    start = 0
    for index, word in enumerate(words):
        if index == 0 and not is_surname and word in _GIVEN_NAMES:
            opens = False
        elif index + 1 < len(words):
            opens = word in _OPENINGS or (
                len(word) <= 2 and _opens_name(text, matches[index], matches[index + 1], follows=start < index)
            )
        else:
            opens = _is_particle(word) or (word in PREFIXES and start == index)
        if not opens:
            yield start, index + 1
            start = index + 1


def _opens_name(text: str, match: re.Match[str], following: re.Match[str], *, follows: bool) -> bool:
    """Returns whether one or two letters open the next word; ``follows``: particles stand before them."""
    between = text[match.end() : following.start()].strip()
    if between:
        return between in _APOSTROPHES
    # "O Farril", but neither the surname "de la O" nor the conjunction.
    return match.group() == "O" and not follows and len(following.group()) >= _MIN_NAME_LENGTH


def _is_particle(word: str) -> bool:
    return word in PARTICLES or word in ARTICLES


@lru_cache(maxsize=4096)
def _core(words: tuple[str, ...]) -> str:
    first = next((index for index, word in enumerate(words) if not _is_particle(word)), -1)
    return _join(words[first:])


def _join(words: Sequence[str]) -> str:
    joined = "".join(_ABBREVIATIONS.get(word, word) for word in words)
    return f"mc{joined[3:]}" if joined.startswith("mac") else joined  # "MacGregor" and "McGregor" are one


def _groups(parts: Iterable[NamePart]) -> tuple[Group, ...]:
    groups: list[Group] = []
    for part in parts:
        if part.follows_hyphen and groups:
            groups[-1] += (part,)
        else:
            groups.append((part,))
    return tuple(groups)


def _written(group: Group) -> str:
    return "-".join(part.written for part in group)


def _spellings(group: Group) -> frozenset[str]:
    """Returns a surname as a whole, and each part of it alone."""
    return _joined_spellings(group).union(*(part.spellings for part in group))


def _joined_spellings(parts: Group) -> frozenset[str]:
    """Returns parts joined to one word, with and without their particles."""
    words = [word for part in parts for word in part.words]
    return frozenset((_join(words), _join([part.core for part in parts])))


@lru_cache(maxsize=1024)  # every entry is compared with every applicant
def _readings(entry: str) -> frozenset[tuple[NamePart, ...]]:
    """Returns the parts of a text that may begin with a given name or with a surname."""
    return frozenset((split_name(entry), tuple(_split(entry, is_surname=True))))


def _parts_match(entry: Sequence[NamePart], given: Sequence[NamePart], surnames: Sequence[NamePart]) -> bool:
    parts = [(part, True) for part in given] + [(part, False) for part in surnames]
    if min(len(entry), len(parts)) < 2:
        return False
    if len(entry) <= len(parts):
        return all(any(_may_be_same(one, part, is_given) for part, is_given in parts) for one in entry)
    return all(any(_may_be_same(one, part, is_given) for one in entry) for part, is_given in parts)


def _may_be_same(entry: NamePart, part: NamePart, is_given: bool) -> bool:
    """Returns whether two parts are spellings of one name. "San Juan" is not the given name "Juan"."""
    spellings = entry.whole_spellings if is_given else entry.spellings
    return not spellings.isdisjoint(part.spellings) or any(
        _differ_in_one_letter(one, other) for one in spellings for other in part.spellings
    )


def _differ_in_one_letter(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _MIN_FUZZY_LENGTH and Levenshtein.distance(one, other, score_cutoff=1) <= 1
