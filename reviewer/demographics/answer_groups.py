"""Answers in free text, gathered into groups by rules that the page shows.

A rule is a group's name and beginnings of words; accents and case are ignored.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from reviewer.core.text import fold

UNGROUPED, NO_ANSWER = "Sin agrupar", "Sin respuesta"


@dataclass(frozen=True)
class Rule:
    """A group, and the beginnings of words by which an answer belongs to it."""

    label: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """Rules, the order in which their groups are shown, and the explanation that the page shows.

    The first rule that matches an answer decides its group; with ``earliest_word_decides``, the rule whose
    word comes first in the answer.
    """

    rules: tuple[Rule, ...]
    display_order: tuple[str, ...]
    explanation: str
    earliest_word_decides: bool = False


@dataclass(frozen=True)
class Group:
    """How many answers are in a group, and their texts, the most frequent first."""

    label: str
    count: int
    words: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether the group is that of missing answers."""
        return self.label == NO_ANSWER


def count_groups(answers: Iterable[tuple[Any, ...]], grouping: Grouping) -> tuple[Group, ...]:
    """Returns the groups of pairs of an answer and its count, in the order shown, without empty ones.

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
    """Returns the group of one answer."""
    folded = fold(answer)
    if not folded:
        return NO_ANSWER
    matches = [
        (place, rule.label) for rule in grouping.rules if (place := _first_match(folded, rule.prefixes)) is not None
    ]
    if grouping.earliest_word_decides:
        matches.sort(key=lambda match: match[0])
    return matches[0][1] if matches else UNGROUPED


def _first_match(folded: str, prefixes: tuple[str, ...]) -> int | None:
    match = _pattern(prefixes).search(folded)
    return match.start() if match else None


@cache
def _pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """Returns the pattern of these beginnings. One of one or two letters («F», «NB») is a whole word."""
    return re.compile(
        "|".join(rf"\b{re.escape(fold(prefix))}" + (r"\b" if len(prefix) < 3 else "") for prefix in prefixes)
    )


def _capitalise(answer: str) -> str:
    text = " ".join(answer.split())
    return text[:1].upper() + text[1:]
