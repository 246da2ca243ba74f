"""Scores and weights in plain files (CSV), for a ranking without any database."""

import math
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from reviewer.csv_lines import read_lines
from reviewer.decision.readings import Readings, ScoreLine, gather
from reviewer.errors import UserError

_SCORES = ("reviewer", "application", "criterion", "score")
_WEIGHTS = ("criterion", "weight")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_MIN_MAGNITUDE, _MAX_MAGNITUDE = 1e-60, 1e60
_SCALE = re.compile(rf"\s*({_NUMBER})\s*-\s*({_NUMBER})\s*", re.ASCII)


def read_readings(scores: Path, weights: Path | None, scale: str | None) -> Readings:
    """The readings of a scores file. Raises ``UserError`` naming the line of what can't be taken."""
    scale_ends = read_scale(scale) if scale is not None else None
    lines = _score_lines(scores, scale_ends)
    if not lines:
        raise UserError(f"{scores.name}: no hay ningún puntaje.")
    if weights is None:
        return gather(
            lines, weights=dict.fromkeys(sorted({line.criterion for line in lines}), 1.0), scale=scale_ends
        )
    weight_by_criterion = _read_weights(weights)
    for line in lines:
        if line.criterion not in weight_by_criterion:
            raise UserError(
                f"{scores.name}, línea {line.line}: el criterio «{line.criterion}» no tiene peso."
            )
    if not any(weight_by_criterion[line.criterion] for line in lines):
        raise UserError(f"{scores.name}: ningún puntaje es de un criterio que pese.")
    return gather(lines, weights=weight_by_criterion, scale=scale_ends)


def read_scale(text: str) -> tuple[float, float]:
    """``"1-5"`` as its two ends."""
    match = _SCALE.fullmatch(text)
    low, high = (_value(end) for end in match.groups()) if match else (0.0, 0.0)
    if not low < high:
        raise UserError(f"La escala «{text}» se escribe de menor a mayor, como 1-5.")
    return low, high


def _score_lines(path: Path, ends: tuple[float, float] | None) -> Iterable[ScoreLine]:
    """The file's scores, each place once, in the order of the file."""
    lines: dict[tuple[str, str, str], ScoreLine] = {}
    for number, (*names, text) in read_lines(path, _SCORES):
        reviewer, application, criterion = map(sys.intern, names)
        if not (reviewer and application and criterion):
            raise UserError(f"{path.name}, línea {number}: falta el jurado, la postulación o el criterio.")
        score = _number(path, number, text)
        if ends and not ends[0] <= score <= ends[1]:
            raise UserError(
                f"{path.name}, línea {number}: {score:g} está fuera de la escala {ends[0]:g}-{ends[1]:g}."
            )
        line = ScoreLine(reviewer, application, criterion, score, number)
        earlier = lines.setdefault((reviewer, application, criterion), line)
        if earlier.score != score:
            raise UserError(
                f"{path.name}, línea {number}: {score:g} contradice a {earlier.score:g} de la línea "
                f"{earlier.line} (mismo jurado, postulación y criterio)."
            )
    return lines.values()


def _read_weights(path: Path) -> dict[str, float]:
    weights: dict[str, float] = {}
    number = 1
    for number, (criterion, text) in read_lines(path, _WEIGHTS):
        weight = _number(path, number, text)
        if not criterion:
            raise UserError(f"{path.name}, línea {number}: falta el criterio.")
        if weight < 0:
            raise UserError(f"{path.name}, línea {number}: un peso no puede ser negativo.")
        if weights.setdefault(criterion, weight) != weight:
            raise UserError(f"{path.name}, línea {number}: «{criterion}» ya tiene otro peso.")
    if not any(weights.values()):
        raise UserError(f"{path.name}, línea {number}: al menos un peso tiene que ser mayor que cero.")
    return weights


def _number(path: Path, line: int, text: str) -> float:
    value = _value(text)
    if math.isnan(value):
        raise UserError(f"{path.name}, línea {line}: «{text}» no es un número con el que se pueda contar.")
    return value


@lru_cache(maxsize=1024)
def _value(text: str) -> float:
    """NaN for what is no number, or so large or small that its square would not be one."""
    value = float(text) if re.fullmatch(_NUMBER, text, re.ASCII) else math.nan
    return value if value == 0 or _MIN_MAGNITUDE < abs(value) < _MAX_MAGNITUDE else math.nan
