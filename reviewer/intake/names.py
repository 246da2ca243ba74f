"""The columns' canonical names, and the others that forms and spreadsheets give them (``names.toml``)."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.intake.text import fold

if TYPE_CHECKING:  # the workers that read tables need not load the database
    from reviewer.calls import DocumentKind


@dataclass(frozen=True)
class Vocabulary:
    """Canonical names, each with its aliases folded; the call's document kinds are among them."""

    aliases: dict[str, tuple[str, ...]]
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Lists of folded words that the reading of headers goes by."""

    surnames: tuple[frozenset[str], frozenset[str]]
    empty: frozenset[str]
    comparing: frozenset[str]
    common: frozenset[str]
    of_others: frozenset[str]


def vocabulary(kinds: "Iterable[DocumentKind]") -> Vocabulary:
    """The names that a table of a call may bear."""
    known = _file()
    aliases = {name: tuple(words) for name, words in known["aliases"].items()}
    documents = {kind.key: (*known["documents"].get(kind.key, ()), fold(kind.label)) for kind in kinds}
    return Vocabulary({**aliases, **documents}, tuple(documents))


@cache
def words() -> Words:
    """See ``Words``."""
    listed, surnames = _file()["words"], _file()["surnames"]
    return Words(
        surnames=(frozenset(surnames["first"]), frozenset(surnames["second"])),
        empty=frozenset(listed["empty"]),
        comparing=frozenset(listed["comparing"]),
        common=frozenset(listed["common"]),
        of_others=frozenset(listed["of_others"]),
    )


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
