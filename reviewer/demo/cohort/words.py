"""The word lists of ``data/demo`` and seeded choices among them."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from reviewer.core.paths import SHIPPED_DATA

T = TypeVar("T")
_CONTRACTION = re.compile(r"\b(a|de) el ")
_ALTERNATIVES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


def seeded_rng(*parts: object) -> random.Random:
    """Returns a generator seeded by these parts, the same on any machine."""
    return random.Random("|".join(map(str, parts)))  # noqa: S311 - invented data, not a secret


@cache
def load(name: str) -> dict[str, Any]:
    """Returns the word list ``data/demo/<name>.toml``."""
    return tomllib.loads((SHIPPED_DATA / "demo" / f"{name}.toml").read_text(encoding="utf-8"))


def weighted_choice(rng: random.Random, pairs: Sequence[tuple[T, float]]) -> T:
    """Returns one of the values, by the weights beside them."""
    return rng.choices([value for value, _ in pairs], [weight for _, weight in pairs])[0]


def deal_card(seed: int, pile: str, items: Sequence[T], turn: int) -> T:
    """Returns the item that this turn draws from a shuffled pile, reshuffled once it is used up.

    So neighbours do not repeat a text although there are more people than texts.
    """
    shuffled = list(range(len(items)))
    seeded_rng(seed, pile, turn // len(items)).shuffle(shuffled)
    return items[shuffled[turn % len(items)]]


def fill_template(template: str, slots: Mapping[str, object], rng: random.Random) -> str:
    """Returns a text with one of each ``[a|b]`` chosen and every ``{slot}`` filled."""
    chosen = _ALTERNATIVES.sub(lambda match: rng.choice(match[1].split("|")), template)
    return _CONTRACTION.sub(lambda match: f"{match[1]}l ", chosen.format_map(slots))


def capitalise(text: str) -> str:
    """Returns the text with a capital first letter."""
    return text[:1].upper() + text[1:]
