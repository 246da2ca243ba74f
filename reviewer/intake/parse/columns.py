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

from reviewer.call import spec, spec_errors
from reviewer.core.errors import UserError
from reviewer.core.text import fold
from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse.column_vocabulary import Vocabulary, header_words
from reviewer.intake.parse.normalise import column_letter, one_line

# Measured on headers of real forms: at 80, token_set_ratio read 11 of 12 and none wrongly.
SIMILARITY_THRESHOLD = 80
SHORTEST_MISSPELT = 5  # letters; shorter words are alike too easily
LONGEST_QUESTION = 30  # words
MOST_WORDS_AROUND_COMMON_WORD = (
    5  # a word as common as "nombre" in a longer sentence says nothing about the column
)
ROWS_ABOVE_HEADER = 40
MOST_WEIGHED = 500  # columns of a row that may be the header
MOST_ALTERNATIVES = 4
CERTAIN_HEADER_WEIGHT = 12  # four canonical names, or six aliases: no title says so much


class MatchStrength(IntEnum):
    """How sure a reading is."""

    LIKENESS = 1
    ALIAS = 2
    CANONICAL = 3
    MAPPED = 4


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What a header is taken for. ``part`` orders the two columns of a surname kept in two."""

    name: str
    strength: MatchStrength
    part: int = 0


@dataclass(frozen=True)
class Columns:
    """Where each canonical name stands (several places only for surnames), and what each header is."""

    positions: dict[str, tuple[int, ...]]
    names_by_header: dict[str, str | None]

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text under a canonical name; empty where there is no such column."""
        cells = (row[position] for position in self.positions.get(name, ()) if position < len(row))
        return " ".join(cell for cell in cells if cell)


def read_mapping(path: Path, names: Vocabulary) -> dict[str, str]:
    """A mapping file: canonical name = header. Raises ``BatchRefused`` where it can't be used."""
    try:
        mapping = tomllib.loads(spec.read_file(path))
    except tomllib.TOMLDecodeError as error:
        raise BatchRefused(
            "unreadable_source", f"«{path.name}»: {spec_errors.syntax_message(error)}"
        ) from error
    except UserError as error:
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
    weights = list(_header_weights(rows, names, mapping))
    most = max(weights, default=0)
    return weights.index(most) if most else None


def best_header_weight(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> int:
    """How much the row most like headers looks like them; 0: not at all."""
    return max(_header_weights(rows, names, mapping), default=0)


def read_headers(headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str]) -> Columns:
    """Takes each header for a canonical name, or for none. Raises ``BatchRefused``."""
    mapped = _mapped_columns(headers, mapping)
    matches = {
        position: mapped.get(position) or _match_header(header, names)
        for position, header in enumerate(headers)
        if fold(header)
    }
    claims: dict[str, list[tuple[int, ColumnMatch]]] = defaultdict(list)
    for position, match in matches.items():
        if match and not (match.name in mapping and match.strength < MatchStrength.MAPPED):
            claims[match.name].append((position, match))
    positions_by_name = {
        name: _strongest_positions(name, name_claims, headers) for name, name_claims in claims.items()
    }
    _prefer_whole_name(positions_by_name, claims)
    _check_required_columns(positions_by_name)
    names_by_position = {
        position: name for name, positions in positions_by_name.items() for position in positions
    }
    report = {
        header: names_by_position.get(position) for position, header in enumerate(headers) if fold(header)
    }
    return Columns(positions_by_name, report)


@dataclass(frozen=True, slots=True)
class HeaderExplanation:
    """How a header is read and how surely, and what it could be, the likeliest first.

    ``label`` is what a mapping calls it.
    """

    label: str
    name: str | None
    strength: MatchStrength | None
    alternatives: tuple[str, ...]


def explain_headers(
    headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str]
) -> tuple[list[HeaderExplanation], BatchRefused | None]:
    """How each header is read, and why the table can't be taken so, if it can't."""
    refusal, positions_by_name = None, None
    try:
        positions_by_name = read_headers(headers, names, mapping).positions
    except BatchRefused as error:
        refusal = error
    try:
        mapped = _mapped_columns(headers, mapping)
    except BatchRefused:
        mapped = {}
    contested = refusal.finding.field if refusal and refusal.finding.code == "ambiguous_column" else None
    explanations = []
    for position, (header, label) in enumerate(zip(headers, header_labels(headers), strict=True)):
        match = mapped.get(position) or _match_header(header, names)
        is_used = match is not None and match.name != contested
        if positions_by_name is not None:
            is_used = match is not None and position in positions_by_name.get(match.name, ())
        name, strength = (match.name, match.strength) if match and is_used else (None, None)
        explanations.append(HeaderExplanation(label, name, strength, _alternatives(header, names, match)))
    return explanations, refusal


def header_labels(headers: Sequence[str]) -> list[str]:
    """What a mapping calls each header: its text, with its column's letter where several read the same."""
    lines = [one_line(header) for header in headers]
    return [
        f"{line} ({column_letter(position)})".strip() if lines.count(line) > 1 or not line else line
        for position, line in enumerate(lines)
    ]


def _alternatives(header: str, names: Vocabulary, match: ColumnMatch | None) -> tuple[str, ...]:
    tokens = _content_words(fold(header))
    ranks = {name: _rank(tokens, (fold(name), *aliases)) for name, aliases in names.aliases.items()}
    ranked_names = sorted((name for name, rank in ranks.items() if rank), key=lambda name: -ranks[name])
    return tuple(dict.fromkeys([*([match.name] if match else []), *ranked_names]))[:MOST_ALTERNATIVES]


def _header_weights(
    rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]
) -> Iterator[int]:
    mapped = {fold(header) for header in mapping.values() if header}
    for row in islice(rows, ROWS_ABOVE_HEADER):
        weight = _header_weight(row, names, mapped)
        yield weight
        if weight >= CERTAIN_HEADER_WEIGHT:
            return


def _header_weight(row: Sequence[str], names: Vocabulary, mapped: set[str]) -> int:
    """How much a row looks like headers; likenesses alone could be a title, and are not looked for."""
    matches = {text: _exact_match(text, names) for cell in row[:MOST_WEIGHED] if (text := fold(cell))}
    if mapped.isdisjoint(matches) and not any(matches.values()):
        return 0
    strengths: dict[str, int] = {}
    for text, exact_match in matches.items():
        match = exact_match or _likeness(text, names)
        if text in mapped:
            strengths[text] = MatchStrength.MAPPED
        elif match:
            strengths[match.name] = max(strengths.get(match.name, 0), match.strength)
    return sum(strengths.values()) if len(strengths) > 1 else 0


def _mapped_columns(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[int, ColumnMatch]:
    matches: dict[int, ColumnMatch] = {}
    for name, mapped_header in mapping.items():
        if not mapped_header:  # no column is to be taken for it
            continue
        positions = [
            position
            for position, label in enumerate(header_labels(headers))
            if label == one_line(mapped_header)
        ]
        positions = positions or [
            position for position, header in enumerate(headers) if one_line(header) == one_line(mapped_header)
        ]
        positions = positions or [
            position for position, header in enumerate(headers) if fold(header) == fold(mapped_header)
        ]
        if not positions:
            message = (
                f"La tabla no tiene la columna «{mapped_header}», que las correspondencias dan por «{name}»."
            )
            raise BatchRefused("missing_column", message, field=name)
        if len(positions) > 1:
            raise _ambiguous(name, [headers[position] for position in positions])
        matches[positions[0]] = ColumnMatch(name, MatchStrength.MAPPED)
    return matches


def _match_header(header: str, names: Vocabulary) -> ColumnMatch | None:
    folded = fold(header)
    return (_exact_match(folded, names) or _likeness(folded, names)) if folded else None


def _exact_match(folded: str, names: Vocabulary) -> ColumnMatch | None:
    """What a header is taken for by its canonical name or an alias."""
    for part, surnames in enumerate(header_words().surnames, start=1):
        if folded in surnames:
            return ColumnMatch("apellidos", MatchStrength.ALIAS, part)
    for name in names.aliases:
        if folded == fold(name):
            return ColumnMatch(name, MatchStrength.CANONICAL)
    for name, aliases in names.aliases.items():
        if folded in aliases:
            return ColumnMatch(name, MatchStrength.ALIAS)
    return None


def _likeness(folded: str, names: Vocabulary) -> ColumnMatch | None:
    """The name most like a header: the one with most words in it; None where two are as like."""
    tokens = _content_words(folded)
    if len(tokens) > LONGEST_QUESTION or not header_words().excluded.isdisjoint(tokens):
        return None
    ranks = {name: _rank(tokens, (fold(name), *aliases)) for name, aliases in names.aliases.items()}
    best = max(ranks.values())
    best_names = [name for name, rank in ranks.items() if rank == best]
    return ColumnMatch(best_names[0], MatchStrength.LIKENESS) if best > 0 and len(best_names) == 1 else None


def _rank(tokens: Sequence[str], aliases: Iterable[str]) -> float:
    """How like a header is to the best of a column's names: words matched, then closeness; 0: not at all."""
    return max((_similarity(tokens, _content_words(alias)) for alias in aliases), default=0)


def _similarity(tokens: Sequence[str], alias_words: Sequence[str]) -> float:
    if not all(any(_same_word(token, word) for token in tokens) for word in alias_words):
        return 0
    if (
        len(alias_words) == 1
        and alias_words[0] in header_words().common
        and len(tokens) > MOST_WORDS_AROUND_COMMON_WORD
    ):
        return 0
    ratio = fuzz.token_set_ratio(" ".join(tokens), " ".join(alias_words))
    return len(alias_words) + ratio / 1000 if ratio >= SIMILARITY_THRESHOLD else 0


@lru_cache(maxsize=1 << 16)
def _same_word(token: str, word: str) -> bool:
    if token == word:
        return True
    return min(len(token), len(word)) >= SHORTEST_MISSPELT and fuzz.ratio(token, word) >= SIMILARITY_THRESHOLD


@lru_cache(maxsize=4096)
def _content_words(folded: str) -> tuple[str, ...]:
    """The words that say what a column is: none that only fill, or come after a comparison."""
    line = f"{folded} "
    ends = [
        position for comparison in header_words().comparison if (position := line.find(f" {comparison} ")) > 0
    ]
    tokens = tuple(folded[: min(ends, default=None)].split())
    return tuple(token for token in tokens if token not in header_words().filler) or tokens


def _strongest_positions(
    name: str, claims: list[tuple[int, ColumnMatch]], headers: Sequence[str]
) -> tuple[int, ...]:
    """The place of the strongest reading of a name. Raises ``BatchRefused`` where two are as strong."""
    strongest = max(match.strength for _, match in claims)
    strongest_claims = [(match.part, position) for position, match in claims if match.strength == strongest]
    whole_or_parts = sorted(part for part, _ in strongest_claims)
    if len(strongest_claims) > 1 and whole_or_parts != [1, 2]:
        raise _ambiguous(name, [headers[position] for _, position in strongest_claims])
    return tuple(position for _, position in sorted(strongest_claims))


def _prefer_whole_name(
    positions: dict[str, tuple[int, ...]], claims: Mapping[str, list[tuple[int, ColumnMatch]]]
) -> None:
    """Beside a column surely of whole names, one that only resembles a first name is something else."""
    whole_name_strength = _strength(claims, "nombre_completo")
    for name in ("nombre", "apellidos"):
        if name in positions and _strength(claims, name) == MatchStrength.LIKENESS < whole_name_strength:
            del positions[name]


def _strength(claims: Mapping[str, list[tuple[int, ColumnMatch]]], name: str) -> int:
    return max((match.strength for _, match in claims.get(name, ())), default=0)


def _check_required_columns(positions: Mapping[str, tuple[int, ...]]) -> None:
    for alternatives in (("nombre", "nombre_completo"), ("correo", "curp")):
        if not any(name in positions for name in alternatives):
            first, second = alternatives
            message = f"La tabla no tiene una columna que se reconozca como «{first}» o «{second}»."
            raise BatchRefused("missing_column", message, field=first)


def _ambiguous(name: str, headers: Sequence[str]) -> BatchRefused:
    quoted_headers = ", ".join(f"«{one_line(header)}»" for header in headers)
    message = (
        f"Varias columnas podrían ser «{name}»: {quoted_headers}. Diga cuál, al ensayar el lote o en un "
        "archivo de correspondencias."
    )
    return BatchRefused("ambiguous_column", message, field=name)
