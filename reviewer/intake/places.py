"""Where somebody lives: the sixteen alcaldías in every spelling, the other states, the neighbours outside.

The spellings lie in ``places.toml``.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from reviewer import geography
from reviewer.intake.text import fold, one_line

LIKE_ENOUGH = 84  # of 100: "istapalapa" and "cuautemoc" pass, "iztacala" for Iztacalco does not
CLEARLY = 3  # of 100: so much nearer than any other
SHORTEST_MISSPELT = 6  # letters
LONGEST_PHRASE = 7  # words
NAMES_ELSEWHERE = frozenset(
    {"09010", "09014", "09015", "09017"}
)  # municipalities of other states are called so


@dataclass(frozen=True, slots=True)
class Place:
    """An alcaldía by its code, or another state by its name, or the city as a whole (neither of them)."""

    alcaldia: str | None = None
    state: str | None = None


CITY = Place()


@lru_cache(maxsize=1024)
def find_place(text: str) -> Place | None:
    """The place that ``text`` names; None where it is not known, or where it names two."""
    words = fold(text).split()
    named, rest = _named(words)
    if not rest:
        return _one_of(named)
    sure = [(phrase, place) for phrase, place in named if _says_enough(phrase, place)]
    found = _one_of(sure) or _misspelt(" ".join(words)) or (None if sure else _state_at_the_end(text))
    return None if found == CITY and not _known().elsewhere.isdisjoint(rest) else found


def postal_code(text: str) -> str:
    """The five digits, with the zero that a spreadsheet takes away; empty where there are none."""
    plain = one_line(text)
    whole = re.fullmatch(r"(\d{4,5})(?:\.0+)?", plain, re.ASCII)
    inside = re.findall(r"(?<!\d)\d{5}(?!\d)", plain, re.ASCII)
    if whole:
        return whole[1].zfill(5)
    return str(inside[0]) if len(inside) == 1 else ""


def place_of_postal_code(code: str) -> Place | None:
    """The alcaldía, or the other state, that a postal code lies in; None where no code begins so."""
    alcaldia = geography.by_postal_prefix().get(code[:2])
    if alcaldia:
        return Place(alcaldia=alcaldia.code)
    state = _known().postal_states.get(code[:2])
    return Place(state=state) if state else None


@dataclass(frozen=True)
class _Known:
    phrases: dict[str, Place]
    before: frozenset[str]
    country: frozenset[str]
    elsewhere: frozenset[str]
    postal_states: dict[str, str]


@cache
def _known() -> _Known:
    told = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
    words = told["words"]
    return _Known(
        phrases=dict(_phrases(told)),
        before=frozenset(words["before"]),
        country=frozenset(words["country"]),
        elsewhere=frozenset(words["elsewhere"]),
        postal_states={digits: state["names"][0] for state in told["states"] for digits in state["postal"]},
    )


def _phrases(told: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    for state, names in told["municipalities"].items():
        yield from ((name, Place(state=state)) for name in names)
    for state in told["states"]:
        yield from ((fold(name), Place(state=state["names"][0])) for name in state["names"])
    for alcaldia in geography.alcaldias():
        for name in (fold(alcaldia.name), fold(alcaldia.abbr), *told["alcaldias"][alcaldia.code]):
            yield name, Place(alcaldia=alcaldia.code)
    yield from ((name, CITY) for name in told["words"]["city"])


def _named(words: list[str]) -> tuple[list[tuple[str, Place]], list[str]]:
    """The places named, longest phrases first from the left, and the words that name none."""
    known = _known()
    named, rest, start = [], [], 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST_PHRASE), start, -1):
            phrase = " ".join(words[start:end])
            if phrase in known.phrases:
                named.append((phrase, known.phrases[phrase]))
            elif phrase not in known.before | known.country:
                continue
            start = end
            break
        else:
            rest.append(words[start])
            start += 1
    return named, rest


def _says_enough(phrase: str, place: Place) -> bool:
    """Whether a name counts within other words: "Colonia Hidalgo" says nothing of the state."""
    if place == CITY:
        return True
    return len(phrase) >= SHORTEST_MISSPELT and (place.alcaldia is not None or " " in phrase)


def _one_of(named: list[tuple[str, Place]]) -> Place | None:
    """What several names come to; None where they contradict one another."""
    places = {place for _, place in named} - {CITY}
    if any(place.state for place in places):
        places = {place for place in places if place.alcaldia not in NAMES_ELSEWHERE}
    if len(places) > 1 and any(place.alcaldia for place in places):
        return None
    told = [place for _, place in named if place in places]
    return told[-1] if told else CITY if named else None  # a state comes after its town


def _state_at_the_end(text: str) -> Place | None:
    """The state that follows a town: "Guadalajara, Jalisco"."""
    known = _known()
    parts = [fold(part) for part in re.split(r"[,;/()–-]", text)]
    towards = [part for part in parts if part and part not in known.country]
    place = known.phrases.get(towards[-1]) if len(towards) > 1 else None
    return place if place and place.state else None


def _misspelt(text: str) -> Place | None:
    """The place whose name is nearly this, where no other is nearly as near."""
    if len(text) < SHORTEST_MISSPELT:
        return None
    near: dict[Place, float] = {}
    for phrase, place in _known().phrases.items():
        if len(phrase) >= SHORTEST_MISSPELT:
            near[place] = max(
                near.get(place, 0), fuzz.ratio(text, phrase, score_cutoff=LIKE_ENOUGH - CLEARLY)
            )
    best, second = sorted(near.values(), reverse=True)[:2]
    if best < LIKE_ENOUGH or best - second < CLEARLY:
        return None
    return max(near, key=lambda place: near[place])
