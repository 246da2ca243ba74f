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

UNGROUPED, NO_ANSWER = "Sin agrupar", "Sin respuesta"


@dataclass(frozen=True)
class Rule:
    """A group and what it is known by: beginnings of words, folded."""

    label: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """Rules, the order in which their groups are shown, and how they work, for the page to say.

    The first rule that knows an answer wins; with ``earliest_word_decides``, the one whose word comes first in it.
    """

    rules: tuple[Rule, ...]
    display_order: tuple[str, ...]
    explanation: str
    earliest_word_decides: bool = False


@dataclass(frozen=True)
class Group:
    """How many gave an answer of this group, and which words they used, the commonest first."""

    label: str
    count: int
    words: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether these are the ones who gave no answer."""
        return self.label == NO_ANSWER


WOMAN, MAN, OTHER, NOT_STATED = "Mujer", "Hombre", "No binario u otra", "Prefiere no decir"

GENDER = Grouping(
    rules=(
        Rule(NOT_STATED, ("prefier", "no decir", "no deseo", "no quiero", "no contest", "reserv")),
        Rule(OTHER, ("no binari", "no-binari", "nobinari", "nb", "enby", "fluid", "agener", "queer", "muxe")),
        Rule(WOMAN, ("mujer", "femenin", "transfem", "femme", "f")),
        # «M» alone may be either: no rule knows it
        Rule(MAN, ("hombre", "masculin", "transmasc", "varon", "h")),
        Rule(OTHER, ("trans", "otr")),
    ),
    display_order=(WOMAN, MAN, OTHER, NOT_STATED),
    explanation=(
        "Cada quien contestó con sus palabras y se agrupa por ellas. Se busca en este orden: «prefiero no "
        "decirlo»; una identidad no binaria; mujer, también trans; hombre, también trans; otra. "
        "Lo que ninguna regla reconoce queda en «Sin agrupar»."
    ),
)

# The levels of the census questionnaire of 2020 (INEGI, question on schooling), lowest first.
SCHOOLING_LEVELS = (
    *("Sin estudios", "Primaria", "Secundaria", "Bachillerato"),
    *("Técnica o normal", "Licenciatura", "Posgrado"),
)
SCHOOLING = Grouping(
    rules=tuple(
        Rule(level, prefixes)
        for level, prefixes in zip(
            SCHOOLING_LEVELS,
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
    display_order=SCHOOLING_LEVELS,
    explanation="Cuenta el primer nivel que la respuesta nombra, concluido o no, como en el censo.",
    earliest_word_decides=True,
)


def count_groups(answers: Iterable[tuple[Any, ...]], grouping: Grouping) -> tuple[Group, ...]:
    """Adds up pairs of an answer and its count, in the order shown; empty groups are left out.

    Missing answers are the last group.
    """
    counts: Counter[str] = Counter()
    wordings: dict[str, Counter[str]] = {}
    for answer, count in answers:
        label = group_of(answer or "", grouping)
        counts[label] += count
        if label != NO_ANSWER:
            wordings.setdefault(label, Counter())[_capitalise(answer or "")] += count
    return tuple(
        Group(label, counts[label], tuple(word for word, _ in wordings.get(label, Counter()).most_common()))
        for label in (*grouping.display_order, UNGROUPED, NO_ANSWER)
        if counts[label]
    )


def group_of(answer: str, grouping: Grouping) -> str:
    """The group of one answer."""
    folded = fold(answer)
    if not re.search(r"\w", folded):
        return NO_ANSWER
    matches = [
        (place, rule.label)
        for rule in grouping.rules
        if (place := _first_match(folded, rule.prefixes)) is not None
    ]
    if grouping.earliest_word_decides:
        matches.sort(key=lambda match: match[0])
    return matches[0][1] if matches else UNGROUPED


def fold(text: str) -> str:
    """Lower case without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).split())


def _first_match(folded: str, prefixes: tuple[str, ...]) -> int | None:
    match = _pattern(prefixes).search(folded)
    return match.start() if match else None


@cache
def _pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the beginnings. One of one or two letters is an abbreviation and stands alone: «F», «NB»."""
    return re.compile(
        "|".join(rf"\b{re.escape(fold(prefix))}" + (r"\b" if len(prefix) < 3 else "") for prefix in prefixes)
    )


def _capitalise(answer: str) -> str:
    text = " ".join(answer.split())
    return text[:1].upper() + text[1:]
