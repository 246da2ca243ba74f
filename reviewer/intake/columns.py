"""Which column is which: canonical name, alias, or a likeness without rival; a mapping file overrides."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path

from rapidfuzz import fuzz

from reviewer import call_errors, calls
from reviewer.errors import Refused
from reviewer.intake.findings import BatchRefused
from reviewer.intake.names import Vocabulary, words
from reviewer.intake.text import column_letter, fold, one_line

# Measured on headers of real forms: at 80, token_set_ratio read 11 of 12 and none wrongly.
LIKE_ENOUGH = 80
SHORTEST_MISSPELT = 5  # letters; shorter words are alike too easily
LONGEST_QUESTION = 30  # words
MOST_WORDS_AROUND = 5  # a word as common as "nombre" in a longer sentence says nothing about the column
ROWS_ABOVE_HEADER = 40
MOST_WEIGHED = 500  # columns of a row that may be the header
MOST_ALTERNATIVES = 4
SURELY_HEADERS = 12  # four canonical names, or six aliases: no title says so much


class Strength(IntEnum):
    """How sure a reading is."""

    LIKENESS = 1
    ALIAS = 2
    CANONICAL = 3
    MAPPED = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What a header is taken for. ``part`` orders the two columns of a surname kept in two."""

    name: str
    strength: Strength
    part: int = 0


@dataclass(frozen=True)
class Columns:
    """Where each canonical name stands (several places only for surnames), and what each header is."""

    places: dict[str, tuple[int, ...]]
    report: dict[str, str | None]

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text under a canonical name; empty where there is no such column."""
        cells = (row[place] for place in self.places.get(name, ()) if place < len(row))
        return " ".join(cell for cell in cells if cell)


def read_mapping(path: Path, names: Vocabulary) -> dict[str, str]:
    """A mapping file: canonical name = header. Raises ``BatchRefused`` where it can't be used."""
    try:
        mapping = tomllib.loads(calls.read_file(path))
    except tomllib.TOMLDecodeError as error:
        raise BatchRefused("unreadable_source", f"«{path.name}»: {call_errors.of_syntax(error)}") from error
    except Refused as error:
        raise BatchRefused("unreadable_source", str(error)) from error
    for name, header in mapping.items():
        if name not in names.aliases or not isinstance(header, str):
            raise BatchRefused(
                "missing_column",
                f"En «{path.name}», «{name}» no es un campo del lote. Escriba por ejemplo: "
                'enviado_en = "Marca temporal".',
                field=name,
            )
    return mapping


def find_header(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> int | None:
    """The index of the row that reads most like headers; None where none names two columns."""
    weights = list(_weights(rows, names, mapping))
    most = max(weights, default=0)
    return weights.index(most) if most else None


def best_weight(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> int:
    """How much the row most like headers looks like them; 0: not at all."""
    return max(_weights(rows, names, mapping), default=0)


def read_headers(headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str]) -> Columns:
    """Takes each header for a canonical name, or for none. Raises ``BatchRefused``."""
    mapped = _mapped(headers, mapping)
    readings = {
        place: mapped.get(place) or _reading(header, names)
        for place, header in enumerate(headers)
        if fold(header)
    }
    claims: dict[str, list[tuple[int, Reading]]] = defaultdict(list)
    for place, reading in readings.items():
        if reading and not (reading.name in mapping and reading.strength < Strength.MAPPED):
            claims[reading.name].append((place, reading))
    places = {name: _settled(name, claim, headers) for name, claim in claims.items()}
    _prefer_whole_name(places, claims)
    _check_enough(places)
    taken = {place: name for name, found in places.items() for place in found}
    report = {header: taken.get(place) for place, header in enumerate(headers) if fold(header)}
    return Columns(places, report)


@dataclass(frozen=True, slots=True)
class Explained:
    """How a header is read and how surely, and what it could be, the likeliest first.

    ``label`` is what a mapping calls it.
    """

    label: str
    name: str | None
    strength: Strength | None
    alternatives: tuple[str, ...]


def explain(
    headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str]
) -> tuple[list[Explained], BatchRefused | None]:
    """How each header is read, and why the table can't be taken so, if it can't."""
    refusal, places = None, None
    try:
        places = read_headers(headers, names, mapping).places
    except BatchRefused as error:
        refusal = error
    try:
        mapped = _mapped(headers, mapping)
    except BatchRefused:
        mapped = {}
    contested = refusal.finding.field if refusal and refusal.finding.code == "ambiguous_column" else None
    explained = []
    for place, (header, label) in enumerate(zip(headers, labels(headers), strict=True)):
        reading = mapped.get(place) or _reading(header, names)
        stands = reading is not None and reading.name != contested
        if places is not None:
            stands = reading is not None and place in places.get(reading.name, ())
        name, strength = (reading.name, reading.strength) if reading and stands else (None, None)
        explained.append(Explained(label, name, strength, _alternatives(header, names, reading)))
    return explained, refusal


def labels(headers: Sequence[str]) -> list[str]:
    """What a mapping calls each header: its text, with its column's letter where several read the same."""
    lines = [one_line(header) for header in headers]
    return [
        f"{line} ({column_letter(place)})".strip() if lines.count(line) > 1 or not line else line
        for place, line in enumerate(lines)
    ]


def _alternatives(header: str, names: Vocabulary, reading: Reading | None) -> tuple[str, ...]:
    tokens = _content(fold(header))
    ranks = {name: _rank(tokens, (fold(name), *aliases)) for name, aliases in names.aliases.items()}
    likely = sorted((name for name, rank in ranks.items() if rank), key=lambda name: -ranks[name])
    return tuple(dict.fromkeys([*([reading.name] if reading else []), *likely]))[:MOST_ALTERNATIVES]


def _weights(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> Iterator[int]:
    mapped = {fold(header) for header in mapping.values() if header}
    for row in islice(rows, ROWS_ABOVE_HEADER):
        weight = _weight(row, names, mapped)
        yield weight
        if weight >= SURELY_HEADERS:
            return


def _weight(row: Sequence[str], names: Vocabulary, mapped: set[str]) -> int:
    """How much a row looks like headers; likenesses alone could be a title, and are not looked for."""
    told = {text: _named(text, names) for cell in row[:MOST_WEIGHED] if (text := fold(cell))}
    if mapped.isdisjoint(told) and not any(told.values()):
        return 0
    strengths: dict[str, int] = {}
    for text, named in told.items():
        reading = named or _likeness(text, names)
        if text in mapped:
            strengths[text] = Strength.MAPPED
        elif reading:
            strengths[reading.name] = max(strengths.get(reading.name, 0), reading.strength)
    return sum(strengths.values()) if len(strengths) > 1 else 0


def _mapped(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[int, Reading]:
    places: dict[int, Reading] = {}
    for name, wanted in mapping.items():
        if not wanted:  # no column is to be taken for it
            continue
        found = [place for place, label in enumerate(labels(headers)) if label == one_line(wanted)]
        found = found or [
            place for place, header in enumerate(headers) if one_line(header) == one_line(wanted)
        ]
        found = found or [place for place, header in enumerate(headers) if fold(header) == fold(wanted)]
        if not found:
            message = f"La tabla no tiene la columna «{wanted}», que las correspondencias dan por «{name}»."
            raise BatchRefused("missing_column", message, field=name)
        if len(found) > 1:
            raise _ambiguous(name, [headers[place] for place in found])
        places[found[0]] = Reading(name, Strength.MAPPED)
    return places


def _reading(header: str, names: Vocabulary) -> Reading | None:
    folded = fold(header)
    return (_named(folded, names) or _likeness(folded, names)) if folded else None


def _named(folded: str, names: Vocabulary) -> Reading | None:
    """What a header is taken for by its canonical name or an alias."""
    for part, surnames in enumerate(words().surnames, start=1):
        if folded in surnames:
            return Reading("apellidos", Strength.ALIAS, part)
    for name in names.aliases:
        if folded == fold(name):
            return Reading(name, Strength.CANONICAL)
    for name, aliases in names.aliases.items():
        if folded in aliases:
            return Reading(name, Strength.ALIAS)
    return None


def _likeness(folded: str, names: Vocabulary) -> Reading | None:
    """The name most like a header: the one with most words in it; None where two are as like."""
    tokens = _content(folded)
    if len(tokens) > LONGEST_QUESTION or not words().of_others.isdisjoint(tokens):
        return None
    ranks = {name: _rank(tokens, (fold(name), *aliases)) for name, aliases in names.aliases.items()}
    best = max(ranks.values())
    alike = [name for name, rank in ranks.items() if rank == best]
    return Reading(alike[0], Strength.LIKENESS) if best > 0 and len(alike) == 1 else None


def _rank(tokens: Sequence[str], aliases: Iterable[str]) -> float:
    """How like a header is to the best of a column's names: words matched, then closeness; 0: not at all."""
    return max((_alike(tokens, _content(alias)) for alias in aliases), default=0)


def _alike(tokens: Sequence[str], wanted: Sequence[str]) -> float:
    if not all(any(_same_word(token, word) for token in tokens) for word in wanted):
        return 0
    if len(wanted) == 1 and wanted[0] in words().common and len(tokens) > MOST_WORDS_AROUND:
        return 0
    ratio = fuzz.token_set_ratio(" ".join(tokens), " ".join(wanted))
    return len(wanted) + ratio / 1000 if ratio >= LIKE_ENOUGH else 0


@lru_cache(maxsize=1 << 16)
def _same_word(token: str, word: str) -> bool:
    if token == word:
        return True
    return min(len(token), len(word)) >= SHORTEST_MISSPELT and fuzz.ratio(token, word) >= LIKE_ENOUGH


@lru_cache(maxsize=4096)
def _content(folded: str) -> tuple[str, ...]:
    """The words that say what a column is: none that only fill, or come after a comparison."""
    line = f"{folded} "
    ends = [place for each in words().comparing if (place := line.find(f" {each} ")) > 0]
    tokens = tuple(folded[: min(ends, default=None)].split())
    return tuple(token for token in tokens if token not in words().empty) or tokens


def _settled(name: str, claim: list[tuple[int, Reading]], headers: Sequence[str]) -> tuple[int, ...]:
    """The place of the strongest reading of a name. Raises ``BatchRefused`` where two are as strong."""
    strongest = max(reading.strength for _, reading in claim)
    standing = [(reading.part, place) for place, reading in claim if reading.strength == strongest]
    whole_or_parts = sorted(part for part, _ in standing)
    if len(standing) > 1 and whole_or_parts != [1, 2]:
        raise _ambiguous(name, [headers[place] for _, place in standing])
    return tuple(place for _, place in sorted(standing))


def _prefer_whole_name(
    places: dict[str, tuple[int, ...]], claims: Mapping[str, list[tuple[int, Reading]]]
) -> None:
    """Beside a column surely of whole names, one that only resembles a first name is something else."""
    whole = _strength(claims, "nombre_completo")
    for name in ("nombre", "apellidos"):
        if name in places and _strength(claims, name) == Strength.LIKENESS < whole:
            del places[name]


def _strength(claims: Mapping[str, list[tuple[int, Reading]]], name: str) -> int:
    return max((reading.strength for _, reading in claims.get(name, ())), default=0)


def _check_enough(places: Mapping[str, tuple[int, ...]]) -> None:
    for alternatives in (("nombre", "nombre_completo"), ("correo", "curp")):
        if not any(name in places for name in alternatives):
            first, second = alternatives
            message = f"La tabla no tiene una columna que se reconozca como «{first}» o «{second}»."
            raise BatchRefused("missing_column", message, field=first)


def _ambiguous(name: str, headers: Sequence[str]) -> BatchRefused:
    listed = ", ".join(f"«{one_line(header)}»" for header in headers)
    message = (
        f"Varias columnas podrían ser «{name}»: {listed}. Diga cuál, al ensayar el lote o en un archivo de "
        "correspondencias."
    )
    return BatchRefused("ambiguous_column", message, field=name)
