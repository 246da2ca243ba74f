"""The columns' canonical names, and what forms and spreadsheets call them (``column_vocabulary.toml``)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.text import fold
from reviewer.demographics.questions import ASKED

if TYPE_CHECKING:  # worker processes that read tables need not load the database
    from reviewer.call.spec import DocumentKind


@dataclass(frozen=True)
class Vocabulary:
    """Folded aliases by canonical name; the call's kinds of document are among the names.

    ``questions`` are those that were added to the call, by key: known by their spellings only.
    """

    aliases: dict[str, tuple[str, ...]]
    documents: tuple[str, ...]
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that a column may have."""
        return (*self.aliases, *self.questions)


@dataclass(frozen=True)
class HeaderWords:
    """Folded words by which headers are read; ``surnames`` are of the first and of the second one."""

    surnames: tuple[frozenset[str], frozenset[str]]
    filler: frozenset[str]
    comparison: frozenset[str]
    common: frozenset[str]
    excluded: frozenset[str]


def vocabulary(kinds: "Iterable[DocumentKind]", questions: Mapping[str, tuple[str, ...]] | None = None) -> Vocabulary:
    """Returns the names that columns of a call's table may have, with its added ``questions``."""
    contents = _load_data()
    aliases = {name: tuple(spellings) for name, spellings in contents["aliases"].items()}
    for question in ASKED:
        if question.column:
            aliases.setdefault(question.key, (fold(question.short_label), fold(question.label)))
    documents = {kind.key: (*contents["documents"].get(kind.key, ()), fold(kind.label)) for kind in kinds}
    return Vocabulary({**aliases, **documents}, tuple(documents), questions or {})


@cache
def header_words() -> HeaderWords:
    """Returns the words of ``column_vocabulary.toml``."""
    word_lists, surnames = _load_data()["words"], _load_data()["surnames"]
    return HeaderWords(
        surnames=(frozenset(surnames["first"]), frozenset(surnames["second"])),
        filler=frozenset(word_lists["empty"]),
        comparison=frozenset(word_lists["comparing"]),
        common=frozenset(word_lists["common"]),
        excluded=frozenset(word_lists["of_others"]),
    )


@cache
def last_resorts() -> dict[str, list[str]]:
    """Returns folded headers that mean a canonical name where no other column does, the best first."""
    return _load_data()["last_resorts"]


@cache
def known_words() -> frozenset[str]:
    """Returns the folded words of every header that is known: what a table is likely to hold."""
    contents = _load_data()
    spellings = (words for part in ("aliases", "documents") for words in contents[part].values())
    return frozenset(word for words in spellings for spelling in words for word in spelling.split())


@cache
def _load_data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("column_vocabulary.toml").read_text(encoding="utf-8"))
