"""Rankings without a database: scores and weights from CSV files, the result as a table or text."""

import math
import os
import re
import sys
import tempfile
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from reviewer.core.errors import InfrastructureError, UserError, os_error_reason
from reviewer.core.spanish import NBSP, format_count, format_percent
from reviewer.decision.ranking.ranking import CONTRACT, Ranking
from reviewer.decision.ranking.score_matrix import Readings, ScoreLine, gather
from reviewer.tables.csv_files import CsvLine, Table, parse_number, read_lines, to_csv

JUROR_FIGURES = ("severity", "severity_error", "spread", "spread_error", "noise", "noise_error")
TERMINAL_ROWS = 20
_SCORES = ("reviewer", "application", "criterion", "score")
_WEIGHTS = ("criterion", "weight")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_MIN_MAGNITUDE, _MAX_MAGNITUDE = 1e-60, 1e60
_SCALE = re.compile(rf"\s*({_NUMBER})\s*-\s*({_NUMBER})\s*", re.ASCII)


def table_of(ranking: Ranking) -> Table:
    """Returns the ranking in the columns of the command-line contract, best first."""
    rows = tuple(tuple(getattr(entry, name) for name in CONTRACT) for entry in ranking.ranking)
    return Table("Ranking", CONTRACT, rows)


def table_of_jurors(ranking: Ranking) -> Table:
    """Returns every juror with the figures of the calibration."""
    columns = ("reviewer", "reviews", *JUROR_FIGURES, "flags")
    rows = ((*(getattr(juror, name) for name in columns[:-1]), ", ".join(juror.flags)) for juror in ranking.reviewers)
    return Table("Jurado", columns, tuple(rows))


def as_csv(ranking: Ranking) -> bytes:
    """Returns the table as UTF-8 without a byte order mark, for programs as well as spreadsheets."""
    return to_csv(table_of(ranking)).removeprefix(b"\xef\xbb\xbf")


def write_csv(path: Path, ranking: Ranking) -> None:
    """Writes the table to ``path`` atomically. Raises ``InfrastructureError`` where that fails."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(as_csv(ranking))
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InfrastructureError(f"No se puede escribir {path}: {os_error_reason(error)}.") from error


def to_text(ranking: Ranking) -> str:
    """Returns the first rows as text for a terminal."""
    total, width = len(ranking.ranking), max(len(entry.application) for entry in ranking.ranking)
    seats = format_count(ranking.seats, "lugar", "lugares")
    lines = [f"{format_count(total, 'postulación leída', 'postulaciones leídas')}, {seats}."]
    line_of = f"{{:>5}}  {{:<{width}}}  {{:>13}}  {{:>6}}  {{:>8}}  {{:>6}}".format
    lines.append(line_of("", "Folio", "Estimado", "Prob.", "Lecturas", "Media"))
    for entry in ranking.ranking[:TERMINAL_ROWS]:
        estimate = f"{entry.estimate:.2f} ± {entry.standard_error:.2f}"
        chance = format_percent(entry.p_selected).replace(NBSP, " ")
        mean = f"{entry.raw_mean:.2f}"
        lines.append(line_of(entry.rank, entry.application, estimate, chance, entry.reviews, mean))
    if total > TERMINAL_ROWS:
        more = format_count(total - TERMINAL_ROWS, "más", "más")
        lines.append(f"… y {more}. Con --out ARCHIVO.csv se guardan todas.")
    return "\n".join(lines)


def read_readings(scores: Path, weights: Path | None, scale: str | None) -> Readings:
    """Returns the readings of a scores file. Raises ``UserError`` with the line of a faulty value."""
    scale_ends = read_scale(scale) if scale is not None else None
    lines, criteria = _score_lines(scores, scale_ends)
    if not lines:
        raise UserError(f"{scores.name}: no hay ningún puntaje.")
    if weights is None:
        return gather(lines, weights=dict.fromkeys(sorted(criteria), 1.0), scale=scale_ends)
    weight_by_criterion = _read_weights(weights)
    for line in lines:
        if line.criterion not in weight_by_criterion:
            raise UserError(f"{scores.name}, línea {line.line}: el criterio «{line.criterion}» no tiene peso.")
    if not any(weight_by_criterion[line.criterion] for line in lines):
        raise UserError(f"{scores.name}: ningún puntaje es de un criterio que pese.")
    return gather(lines, weights=weight_by_criterion, scale=scale_ends)


def read_scale(text: str) -> tuple[float, float]:
    """Returns the two ends of a scale written as ``"1-5"``."""
    match = _SCALE.fullmatch(text)
    low, high = (_value(end) for end in match.groups()) if match else (0.0, 0.0)
    if not low < high:
        raise UserError(f"La escala «{text}» se escribe de menor a mayor, como 1-5.")
    return low, high


def _score_lines(path: Path, ends: tuple[float, float] | None) -> tuple[Collection[ScoreLine], set[str]]:
    """Returns the scores in the order of the file, and the names of the criteria.

    A blank score is a criterion that the juror left out.
    """
    lines: dict[tuple[str, str, str], ScoreLine] = {}
    criteria: set[str] = set()
    for csv_line in read_lines(path, _SCORES):
        number, (*names, text) = _require_whole(path, csv_line)
        reviewer, application, criterion = map(sys.intern, names)
        if not (reviewer and application and criterion):
            raise UserError(f"{path.name}, línea {number}: falta el jurado, la postulación o el criterio.")
        criteria.add(criterion)
        if not text:
            continue
        score = _number(path, number, text)
        if ends and not ends[0] <= score <= ends[1]:
            raise UserError(f"{path.name}, línea {number}: {score:g} está fuera de la escala {ends[0]:g}-{ends[1]:g}.")
        line = ScoreLine(reviewer, application, criterion, score, number)
        earlier = lines.setdefault((reviewer, application, criterion), line)
        if earlier.score != score:
            raise UserError(
                f"{path.name}, línea {number}: {score:g} contradice a {earlier.score:g} de la línea "
                f"{earlier.line} (mismo jurado, postulación y criterio)."
            )
    return lines.values(), criteria


def _read_weights(path: Path) -> dict[str, float]:
    weights: dict[str, float] = {}
    number = 1
    for csv_line in read_lines(path, _WEIGHTS):
        number, (criterion, text) = _require_whole(path, csv_line)
        weight = _number(path, number, text.removesuffix("%").rstrip()) / (100 if text.endswith("%") else 1)
        if not criterion:
            raise UserError(f"{path.name}, línea {number}: falta el criterio.")
        if weight < 0:
            raise UserError(f"{path.name}, línea {number}: un peso no puede ser negativo.")
        if weights.setdefault(criterion, weight) != weight:
            raise UserError(f"{path.name}, línea {number}: «{criterion}» ya tiene otro peso.")
    if not any(weights.values()):
        raise UserError(f"{path.name}, línea {number}: al menos un peso tiene que ser mayor que cero.")
    return weights


def _require_whole(path: Path, line: CsvLine) -> tuple[int, tuple[str, ...]]:
    if line.is_too_long:
        raise UserError(
            f"{path.name}, línea {line.number}: hay más celdas que columnas; escriba entre comillas lo que "
            "lleve una coma."
        )
    return line.number, line.cells


def _number(path: Path, line: int, text: str) -> float:
    value = _value(text)
    if math.isnan(value):
        raise UserError(f"{path.name}, línea {line}: «{text}» no es un número con el que se pueda contar.")
    return value


@lru_cache(maxsize=1024)
def _value(text: str) -> float:
    """Returns the number; NaN where the text is none, or its square would overflow or underflow."""
    value = parse_number(text)
    if value is None:
        return math.nan
    return value if value == 0 or _MIN_MAGNITUDE < abs(value) < _MAX_MAGNITUDE else math.nan
