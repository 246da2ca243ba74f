"""Which column is which: by canonical name, alias, or the greatest similarity; a mapping overrides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz

from reviewer.core.text import fold
from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse.column_vocabulary import Vocabulary, header_words, last_resorts
from reviewer.intake.parse.mapping_file import mapped_headers
from reviewer.intake.parse.normalise import column_letter, one_line

# Of 100. Measured on headers of real forms: at 80, token_set_ratio recognised 11 of 12, none wrongly.
SIMILARITY_THRESHOLD = 80
SHORTEST_MISSPELT = 5  # letters; shorter words are similar to too many others
LONGEST_QUESTION = 30  # words
MOST_WORDS_AROUND_COMMON_WORD = 5  # in a longer sentence, "nombre" says nothing about the column
ROWS_ABOVE_HEADER = 40
MOST_WEIGHED = 500  # columns looked at in a row that may be the header
MOST_ALTERNATIVES = 4
CERTAIN_HEADER_WEIGHT = 12  # four canonical names, or six aliases: no title row reaches it


class MatchStrength(IntEnum):
    """How sure it is what a header means; also its weight when the header row is looked for."""

    SIMILARITY = 1
    ALIAS = 2
    CANONICAL = 3
    MAPPED = 4


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What a header is taken for; ``part`` is 1 or 2 where first and second surname have a column each.

    ``rank`` is above 0 for a header that is taken only where no better one is there, the lowest first.
    """

    name: str
    strength: MatchStrength
    part: int = 0
    rank: int = 0


@dataclass(frozen=True)
class Columns:
    """The positions of each canonical name (several only for surnames), and the name of each header."""

    positions: dict[str, tuple[int, ...]]
    names_by_header: dict[str, str | None]

    def cell(self, row: Sequence[str], name: str) -> str:
        """Returns the text under a canonical name; empty where there is no such column."""
        cells = (row[position] for position in self.positions.get(name, ()) if position < len(row))
        return " ".join(cell for cell in cells if cell)


def find_header(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> int | None:
    """Returns the index of the row most like headers; None where no row names two columns."""
    weights = list(_header_weights(rows, names, mapping))
    most = max(weights, default=0)
    return weights.index(most) if most else None


def best_header_weight(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> int:
    """Returns the weight of the row most like headers; 0 where none is."""
    return max(_header_weights(rows, names, mapping), default=0)


def read_headers(
    headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str], silent: Collection[int] = ()
) -> Columns:
    """Returns which canonical name each header means, if any.

    ``silent`` are the positions of columns that say nothing (empty, or "anonymous" in every row): they are
    taken only where no other column means the same. Raises ``BatchRefused`` where two columns are equally
    likely, or a required one is missing.
    """
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
    _drop_silent_claims(claims, silent)
    positions_by_name = {name: _strongest_positions(name, name_claims, headers) for name, name_claims in claims.items()}
    _prefer_whole_name(positions_by_name, claims)
    _check_required_columns(positions_by_name)
    names_by_position = {position: name for name, positions in positions_by_name.items() for position in positions}
    report = {
        key: names_by_position.get(position)
        for position, (header, key) in enumerate(zip(headers, cell_keys(headers), strict=True))
        if fold(header)
    }
    return Columns(positions_by_name, report)


@dataclass(frozen=True, slots=True)
class HeaderExplanation:
    """What a header means, how surely, and what else it could mean, the likeliest first.

    ``label`` is what a mapping calls the header.
    """

    label: str
    name: str | None
    strength: MatchStrength | None
    alternatives: tuple[str, ...]


def explain_headers(
    headers: Sequence[str], names: Vocabulary, mapping: Mapping[str, str], silent: Collection[int] = ()
) -> tuple[list[HeaderExplanation], BatchRefused | None]:
    """Returns how each header is read, and the refusal where the table can't be imported like this."""
    refusal, positions_by_name = None, None
    try:
        positions_by_name = read_headers(headers, names, mapping, silent).positions
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


def cell_keys(headers: Sequence[str]) -> list[str]:
    """Returns by what a row's cells are kept: headers; those missing or repeated with the column's letter."""
    keys: dict[str, None] = {}
    for position, header in enumerate(headers):
        is_free = header and header not in keys
        keys[header if is_free else f"{header} ({column_letter(position)})".strip()] = None
    return list(keys)


def header_labels(headers: Sequence[str]) -> list[str]:
    """Returns what a mapping calls each header: its text, with the column's letter where texts repeat."""
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


def _header_weights(rows: Iterable[Sequence[str]], names: Vocabulary, mapping: Mapping[str, str]) -> Iterator[int]:
    mapped = {fold(header) for header in mapped_headers(mapping).values() if header}
    for row in islice(rows, ROWS_ABOVE_HEADER):
        weight = _header_weight(row, names, mapped)
        yield weight
        if weight >= CERTAIN_HEADER_WEIGHT:
            return


def _header_weight(row: Sequence[str], names: Vocabulary, mapped: set[str]) -> int:
    """Returns how much a row looks like headers; a row with similarities only may be a title, and is 0."""
    matches = {text: _exact_match(text, names) for cell in row[:MOST_WEIGHED] if (text := fold(cell))}
    if mapped.isdisjoint(matches) and not any(matches.values()):
        return 0
    strengths: dict[str, int] = {}
    for text, exact_match in matches.items():
        match = exact_match or _most_similar(text, names)
        if text in mapped:
            strengths[text] = MatchStrength.MAPPED
        elif match:
            strengths[match.name] = max(strengths.get(match.name, 0), match.strength)
    return sum(strengths.values()) if len(strengths) > 1 else 0


def _mapped_columns(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[int, ColumnMatch]:
    matches: dict[int, ColumnMatch] = {}
    for name, mapped_header in mapped_headers(mapping).items():
        if not mapped_header:  # the mapping says that no column means this name
            continue
        positions = _positions_of(mapped_header, headers)
        if not positions:
            message = f"La tabla no tiene la columna «{mapped_header}», que las correspondencias dan por «{name}»."
            raise BatchRefused("missing_column", message, field=name)
        if len(positions) > 1:
            raise _ambiguous(name, [headers[position] for position in positions])
        matches[positions[0]] = ColumnMatch(name, MatchStrength.MAPPED)
    return matches


def _positions_of(mapped_header: str, headers: Sequence[str]) -> list[int]:
    """Returns where the header of a mapping is: by label, else by text, else by folded text."""
    for sought, texts in (
        (one_line(mapped_header), header_labels(headers)),
        (one_line(mapped_header), map(one_line, headers)),
        (fold(mapped_header), map(fold, headers)),
    ):
        if positions := [position for position, text in enumerate(texts) if text == sought]:
            return positions
    return []


def _match_header(header: str, names: Vocabulary) -> ColumnMatch | None:
    folded = fold(header)
    if not folded:
        return None
    return _exact_match(folded, names) or _last_resort(folded) or _most_similar(folded, names)


def _last_resort(folded: str) -> ColumnMatch | None:
    for name, headers in last_resorts().items():
        if folded in headers:
            return ColumnMatch(name, MatchStrength.SIMILARITY, rank=1 + headers.index(folded))
    return None


def _drop_silent_claims(claims: dict[str, list[tuple[int, ColumnMatch]]], silent: Collection[int]) -> None:
    for name, name_claims in claims.items():
        speaking = [
            claim for claim in name_claims if claim[0] not in silent or claim[1].strength == MatchStrength.MAPPED
        ]
        claims[name] = speaking or name_claims


def _exact_match(folded: str, names: Vocabulary) -> ColumnMatch | None:
    """Returns what a header means by its canonical name or an alias."""
    for part, surnames in enumerate(header_words().surnames, start=1):
        if folded in surnames:
            return ColumnMatch("apellidos", MatchStrength.ALIAS, part)
    for name in names.aliases:
        if folded == fold(name):
            return ColumnMatch(name, MatchStrength.CANONICAL)
    for name, aliases in names.aliases.items():
        if folded in aliases:
            return ColumnMatch(name, MatchStrength.ALIAS)
    for key, spellings in names.questions.items():
        if folded in (fold(key), *spellings):
            return ColumnMatch(key, MatchStrength.ALIAS)
    return None


def _most_similar(folded: str, names: Vocabulary) -> ColumnMatch | None:
    """Returns the name with most words in the header; None where two are equally similar."""
    tokens = _content_words(folded)
    if len(tokens) > LONGEST_QUESTION or not header_words().excluded.isdisjoint(tokens):
        return None
    ranks = {name: _rank(tokens, (fold(name), *aliases)) for name, aliases in names.aliases.items()}
    best = max(ranks.values())
    best_names = [name for name, rank in ranks.items() if rank == best]
    return ColumnMatch(best_names[0], MatchStrength.SIMILARITY) if best > 0 and len(best_names) == 1 else None


def _rank(tokens: Sequence[str], aliases: Iterable[str]) -> float:
    """Returns the similarity to the best alias: words matched, then letters; 0 below the threshold."""
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
    """Returns the words that say what a column is, without filler and what follows a comparison."""
    line = f"{folded} "
    ends = [position for comparison in header_words().comparison if (position := line.find(f" {comparison} ")) > 0]
    tokens = tuple(folded[: min(ends, default=None)].split())
    return tuple(token for token in tokens if token not in header_words().filler) or tokens


def _strongest_positions(name: str, claims: list[tuple[int, ColumnMatch]], headers: Sequence[str]) -> tuple[int, ...]:
    """Returns the positions of the strongest match. Raises ``BatchRefused`` where two are equally strong."""
    strongest = max(match.strength for _, match in claims)
    least = min(match.rank for _, match in claims if match.strength == strongest)
    strongest_claims = [
        (match.part, position) for position, match in claims if (match.strength, match.rank) == (strongest, least)
    ]
    whole_or_parts = sorted(part for part, _ in strongest_claims)
    if len(strongest_claims) > 1 and whole_or_parts != [1, 2]:
        raise _ambiguous(name, [headers[position] for _, position in strongest_claims])
    return tuple(position for _, position in sorted(strongest_claims))


def _prefer_whole_name(
    positions: dict[str, tuple[int, ...]], claims: Mapping[str, list[tuple[int, ColumnMatch]]]
) -> None:
    """Drops columns merely similar to a first name or surname beside one that surely has whole names."""
    whole_name_strength = _strength(claims, "nombre_completo")
    for name in ("nombre", "apellidos"):
        if name in positions and _strength(claims, name) == MatchStrength.SIMILARITY < whole_name_strength:
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
