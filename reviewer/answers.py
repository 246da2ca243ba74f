"""Answers in the applicants' own words, gathered into groups by rules that the page shows.

A rule is a group's name and the beginnings of words that lead into it; accents and case do not count.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

UNKNOWN, NO_ANSWER = "Sin agrupar", "Sin respuesta"


@dataclass(frozen=True)
class Rule:
    """A group and what it is known by: beginnings of words, folded."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """Rules, the order in which their groups are shown, and how they work, for the page to say.

    The first rule that knows an answer wins; with ``first_named``, the one whose word comes first in it.
    """

    rules: tuple[Rule, ...]
    shown: tuple[str, ...]
    explained: str
    first_named: bool = False


@dataclass(frozen=True)
class Group:
    """How many gave an answer of this group, and which words they used, the commonest first."""

    label: str
    count: int
    words: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether these are the ones who gave no answer."""
        return self.label == NO_ANSWER


WOMAN, MAN, OTHER, UNSAID = "Mujer", "Hombre", "No binario u otra", "Prefiere no decir"

GENDER = Grouping(
    rules=(
        Rule(UNSAID, ("prefier", "no decir", "no deseo", "no quiero", "no contest", "reserv")),
        Rule(OTHER, ("no binari", "no-binari", "nobinari", "nb", "enby", "fluid", "agener", "queer", "muxe")),
        Rule(WOMAN, ("mujer", "femenin", "transfem", "femme", "f")),
        # «M» alone may be either: no rule knows it
        Rule(MAN, ("hombre", "masculin", "transmasc", "varon", "h")),
        Rule(OTHER, ("trans", "otr")),
    ),
    shown=(WOMAN, MAN, OTHER, UNSAID),
    explained=(
        "Cada quien contestó con sus palabras y se agrupa por ellas. Se busca en este orden: «prefiero no "
        "decirlo»; una identidad no binaria; mujer, también trans; hombre, también trans; otra. "
        "Lo que ninguna regla reconoce queda en «Sin agrupar»."
    ),
)

# The levels of the census questionnaire of 2020 (INEGI, question on schooling), lowest first.
LEVELS = (
    *("Sin estudios", "Primaria", "Secundaria", "Bachillerato"),
    *("Técnica o normal", "Licenciatura", "Posgrado"),
)
SCHOOLING = Grouping(
    rules=tuple(
        Rule(level, words)
        for level, words in zip(
            LEVELS,
            (
                ("sin estudio", "sin escolar", "ningun", "no estudi", "preescolar"),
                ("primaria",),
                ("secundaria",),
                (
                    "bachiller",
                    "prepa",
                    "media superior",
                    "vocacional",
                    "cch",
                    "conalep",
                    "colegio de ciencias",
                ),
                ("tecnic", "profesional tecnic", "tsu", "normal"),
                ("lic", "ingeni", "universi", "superior", "profesional", "pasante"),
                ("posgrado", "postgrado", "maestria", "doctor", "especialidad"),
            ),
            strict=True,
        )
    ),
    shown=LEVELS,
    explained="Cuenta el primer nivel que la respuesta nombra, concluido o no, como en el censo.",
    first_named=True,
)


def gather(answers: Iterable[tuple[Any, ...]], grouping: Grouping) -> tuple[Group, ...]:
    """Adds up pairs of an answer and its count, in the order shown; empty groups are left out.

    Missing answers are the last group.
    """
    counts: Counter[str] = Counter()
    words: dict[str, Counter[str]] = {}
    for answer, count in answers:
        label = group_of(answer or "", grouping)
        counts[label] += count
        if label != NO_ANSWER:
            words.setdefault(label, Counter())[_tidy(answer or "")] += count
    return tuple(
        Group(label, counts[label], tuple(word for word, _ in words.get(label, Counter()).most_common()))
        for label in (*grouping.shown, UNKNOWN, NO_ANSWER)
        if counts[label]
    )


def group_of(answer: str, grouping: Grouping) -> str:
    """The group of one answer."""
    folded = fold(answer)
    if not re.search(r"\w", folded):
        return NO_ANSWER
    found = [
        (place, rule.label) for rule in grouping.rules if (place := _first(folded, rule.words)) is not None
    ]
    if grouping.first_named:
        found.sort(key=lambda each: each[0])
    return found[0][1] if found else UNKNOWN


def fold(text: str) -> str:
    """Lower case without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def _first(folded: str, words: tuple[str, ...]) -> int | None:
    found = _pattern(words).search(folded)
    return found.start() if found else None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the beginnings. One of one or two letters is an abbreviation and stands alone: «F», «NB»."""
    return re.compile(
        "|".join(rf"\b{re.escape(fold(each))}" + (r"\b" if len(each) < 3 else "") for each in words)
    )


def _tidy(answer: str) -> str:
    words = " ".join(answer.split())
    return words[:1].upper() + words[1:]
