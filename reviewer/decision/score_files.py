"""Scores and weights in plain files (CSV), for a ranking without any database."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from reviewer.decision.ranking import Ranking
from reviewer.decision.readings import Readings, ScoreLine, gather
from reviewer.errors import MachineFault, Refused

_SCORES = ("reviewer", "application", "criterion", "score")
_WEIGHTS = ("criterion", "weight")
_RANKING = ("rank", "application", "estimate", "standard_error", "p_selected", "reviews", "raw_mean")


def read_files(scores: Path, weights: Path | None, scale: str | None) -> Readings:
    """The readings of a scores file. Raises ``Refused`` naming the line of what can't be taken."""
    ends = read_scale(scale) if scale else None
    lines = list(_score_lines(scores, ends))
    if not lines:
        raise Refused(f"{scores.name}: no hay ningún puntaje.")
    named = list(dict.fromkeys(each.criterion for each in lines))
    weight = _read_weights(weights) if weights else dict.fromkeys(named, 1.0)
    for each in lines:
        if each.criterion not in weight:
            raise Refused(f"{scores.name}, línea {each.line}: el criterio «{each.criterion}» no tiene peso.")
    return gather(lines, weights=weight, scale=ends)


def write_ranking(path: Path, ranking: Ranking) -> None:
    """Writes the ranking as CSV, best first."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _RANKING)
            writer.writeheader()
            writer.writerows(ranking.to_json()["ranking"])
    except OSError as error:
        raise MachineFault(f"No se puede escribir {path}: {error.strerror}.") from error


def read_scale(text: str) -> tuple[float, float]:
    """``"1-5"`` as its two ends."""
    low, dash, high = text.partition("-")
    try:
        ends = float(low), float(high)
    except ValueError:
        dash = ""
        ends = 0.0, 0.0
    if not dash or not ends[0] < ends[1]:
        raise Refused(f"La escala «{text}» se escribe de menor a mayor, como 1-5.")
    return ends


def _score_lines(path: Path, ends: tuple[float, float] | None) -> Iterator[ScoreLine]:
    seen: dict[tuple[str, str, str], tuple[float, int]] = {}
    for number, row in _rows(path, _SCORES):
        reviewer, application, criterion, written = row
        if not (reviewer and application and criterion):
            raise Refused(f"{path.name}, línea {number}: falta el jurado, la postulación o el criterio.")
        score = _number(path, number, written)
        if ends and not ends[0] <= score <= ends[1]:
            raise Refused(
                f"{path.name}, línea {number}: {written} está fuera de la escala {ends[0]:g}-{ends[1]:g}."
            )
        place = (reviewer, application, criterion)
        if place in seen:
            before, line = seen[place]
            if before != score:
                raise Refused(
                    f"{path.name}, línea {number}: {written} contradice a {before:g} de la línea {line} "
                    "(mismo jurado, postulación y criterio)."
                )
            continue
        seen[place] = (score, number)
        yield ScoreLine(reviewer, application, criterion, score, number)


def _read_weights(path: Path) -> dict[str, float]:
    weights: dict[str, float] = {}
    for number, (criterion, written) in _rows(path, _WEIGHTS):
        weight = _number(path, number, written)
        if weight < 0:
            raise Refused(f"{path.name}, línea {number}: un peso no puede ser negativo.")
        if weights.setdefault(criterion, weight) != weight:
            raise Refused(f"{path.name}, línea {number}: «{criterion}» ya tiene otro peso.")
    if not any(weights.values()):
        raise Refused(f"{path.name}: al menos un peso tiene que ser mayor que cero.")
    return weights


def _number(path: Path, line: int, written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Refused(f"{path.name}, línea {line}: «{written}» no es un número.")
    return value


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The named columns of each line, with the line's number in the file; empty lines are passed over."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [each for each in columns if each not in (reader.fieldnames or ())]
            if missing:
                raise Refused(f"{path.name}, línea 1: falta la columna {', '.join(missing)}.")
            for row in reader:
                values = tuple((row[each] or "").strip() for each in columns)
                if any(values):
                    yield reader.line_num, values
    except OSError as error:
        raise Refused(f"No se puede leer {path}: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path.name} no es un CSV en UTF-8.") from error
