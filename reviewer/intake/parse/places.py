"""Where somebody lives: the sixteen alcaldías, the other states, and municipalities around the city.

Their spellings are in ``places.toml``.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from reviewer.core.text import fold
from reviewer.demographics import geography
from reviewer.intake.parse.normalise import one_line

SIMILARITY_THRESHOLD = 84  # of 100: "istapalapa" and "cuautemoc" pass, "iztacala" for Iztacalco does not
CLEAR_MARGIN = 3  # of 100: how much more similar than any other place
SHORTEST_MISSPELT = 6  # letters
LONGEST_PHRASE = 7  # words
# Municipalities of other states have the names of these.
AMBIGUOUS_ALCALDIAS = frozenset({"09010", "09014", "09015", "09017"})


@dataclass(frozen=True, slots=True)
class Place:
    """An alcaldía by its INEGI code, or another state by its name; neither for the city as a whole."""

    alcaldia: str | None = None
    state: str | None = None


CITY = Place()


@lru_cache(maxsize=1024)
def find_place(text: str) -> Place | None:
    """Returns the place that ``text`` names; None where it is not recognised, or names two."""
    tokens = fold(text).split()
    named_places, rest = _find_names(tokens)
    if not rest:
        return _resolve(named_places)
    distinctive = [(phrase, place) for phrase, place in named_places if _is_distinctive(phrase, place)]
    place = (
        _resolve(distinctive) or _nearest_place(" ".join(tokens)) or (None if distinctive else _state_after_town(text))
    )
    return None if place == CITY and not _place_data().negations.isdisjoint(rest) else place


def postal_code(text: str) -> str:
    """Returns five digits, with the leading zero that spreadsheets drop; empty where there are none."""
    plain = one_line(text)
    whole_match = re.fullmatch(r"(\d{4,5})(?:\.0+)?", plain, re.ASCII)
    inside = re.findall(r"(?<!\d)\d{5}(?!\d)", plain, re.ASCII)
    if whole_match:
        return whole_match[1].zfill(5)
    return str(inside[0]) if len(inside) == 1 else ""


def place_of_postal_code(code: str) -> Place | None:
    """Returns the alcaldía or other state of a postal code; None where no code begins like this."""
    alcaldia = geography.by_postal_prefix().get(code[:2])
    if alcaldia:
        return Place(alcaldia=alcaldia.code)
    state = _place_data().postal_states.get(code[:2])
    return Place(state=state) if state else None


@dataclass(frozen=True)
class _PlaceData:
    phrases: dict[str, Place]
    prefixes: frozenset[str]
    country_names: frozenset[str]
    negations: frozenset[str]
    postal_states: dict[str, str]


@cache
def _place_data() -> _PlaceData:
    data = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
    word_lists = data["words"]
    return _PlaceData(
        phrases=dict(_phrases(data)),
        prefixes=frozenset(word_lists["before"]),
        country_names=frozenset(word_lists["country"]),
        negations=frozenset(word_lists["elsewhere"]),
        postal_states={digits: state["names"][0] for state in data["states"] for digits in state["postal"]},
    )


def _phrases(data: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    for state, names in data["municipalities"].items():
        yield from ((name, Place(state=state)) for name in names)
    for state in data["states"]:
        yield from ((fold(name), Place(state=state["names"][0])) for name in state["names"])
    for alcaldia in geography.alcaldias():
        for name in (fold(alcaldia.name), fold(alcaldia.abbreviation), *data["alcaldias"][alcaldia.code]):
            yield name, Place(alcaldia=alcaldia.code)
    yield from ((name, CITY) for name in data["words"]["city"])


def _find_names(words: list[str]) -> tuple[list[tuple[str, Place]], list[str]]:
    """Returns the places named, longest phrases first from the left, and the words that name none."""
    data = _place_data()
    named_places, rest, start = [], [], 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST_PHRASE), start, -1):
            phrase = " ".join(words[start:end])
            if phrase in data.phrases:
                named_places.append((phrase, data.phrases[phrase]))
            elif phrase not in data.prefixes | data.country_names:
                continue
            start = end
            break
        else:
            rest.append(words[start])
            start += 1
    return named_places, rest


def _is_distinctive(phrase: str, place: Place) -> bool:
    """Returns whether a name counts within other words: "Colonia Hidalgo" says nothing of the state."""
    if place == CITY:
        return True
    return len(phrase) >= SHORTEST_MISSPELT and (place.alcaldia is not None or " " in phrase)


def _resolve(named_places: list[tuple[str, Place]]) -> Place | None:
    """Returns the place that several names mean together; None where they contradict one another."""
    places = {place for _, place in named_places} - {CITY}
    if any(place.state for place in places):
        places = {place for place in places if place.alcaldia not in AMBIGUOUS_ALCALDIAS}
    if len(places) > 1 and any(place.alcaldia for place in places):
        return None
    remaining = [place for _, place in named_places if place in places]
    if remaining:
        return remaining[-1]  # a state is written after its town
    return CITY if named_places else None


def _state_after_town(text: str) -> Place | None:
    """Returns the state that follows a town: "Guadalajara, Jalisco"."""
    data = _place_data()
    parts = [fold(part) for part in re.split(r"[,;/()–-]", text)]
    place_parts = [part for part in parts if part and part not in data.country_names]
    place = data.phrases.get(place_parts[-1]) if len(place_parts) > 1 else None
    return place if place and place.state else None


def _nearest_place(text: str) -> Place | None:
    """Returns the place with the most similar name, where no other is nearly as similar."""
    if len(text) < SHORTEST_MISSPELT:
        return None
    scores: dict[Place, float] = {}
    for phrase, place in _place_data().phrases.items():
        if len(phrase) >= SHORTEST_MISSPELT:
            score = fuzz.ratio(text, phrase, score_cutoff=SIMILARITY_THRESHOLD - CLEAR_MARGIN)
            scores[place] = max(scores.get(place, 0), score)
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < SIMILARITY_THRESHOLD or best - second < CLEAR_MARGIN:
        return None
    return max(scores, key=lambda place: scores[place])
