"""The ranking as a table: for a file, a pipe, or a person at a terminal."""

import os
import tempfile
from pathlib import Path

from reviewer.decision.ranking import CONTRACT, Ranking
from reviewer.errors import InfrastructureError, os_error_reason
from reviewer.tables import Table, to_csv
from reviewer.words import NBSP, format_count, format_percent

JUROR_FIGURES = ("severity", "severity_error", "spread", "spread_error", "noise", "noise_error")
TERMINAL_ROWS = 20


def table_of(ranking: Ranking) -> Table:
    """All of the ranking in the contract's columns, best first."""
    rows = tuple(tuple(getattr(entry, name) for name in CONTRACT) for entry in ranking.ranking)
    return Table("Ranking", CONTRACT, rows)


def table_of_jurors(ranking: Ranking) -> Table:
    """Every reviewer with what the calibration says of them."""
    columns = ("reviewer", "reviews", *JUROR_FIGURES, "flags")
    rows = (
        (*(getattr(juror, name) for name in columns[:-1]), ", ".join(juror.flags))
        for juror in ranking.reviewers
    )
    return Table("Jurado", columns, tuple(rows))


def as_csv(ranking: Ranking) -> bytes:
    """The table as plain UTF-8 without a mark: programs read it as often as spreadsheets."""
    return to_csv(table_of(ranking)).removeprefix(b"\xef\xbb\xbf")


def write_csv(path: Path, ranking: Ranking) -> None:
    """Writes the table to ``path``, whole or not at all."""
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
    """The first ones, for a person to read."""
    total, width = len(ranking.ranking), max(len(entry.application) for entry in ranking.ranking)
    seats = format_count(ranking.seats, "lugar", "lugares")
    lines = [f"{format_count(total, 'postulación leída', 'postulaciones leídas')}, {seats}."]
    lines.append(
        f"{'':>5}  {'Folio':<{width}}  {'Estimado':>13}  {'Prob.':>6}  {'Lecturas':>8}  {'Media':>6}"
    )
    for entry in ranking.ranking[:TERMINAL_ROWS]:
        estimate = f"{entry.estimate:.2f} ± {entry.standard_error:.2f}"
        chance = format_percent(entry.p_selected).replace(NBSP, " ")
        lines.append(
            f"{entry.rank:>5}  {entry.application:<{width}}  {estimate:>13}  {chance:>6}  {entry.reviews:>8}  "
            f"{entry.raw_mean:>6.2f}"
        )
    if total > TERMINAL_ROWS:
        lines.append(
            f"… y {format_count(total - TERMINAL_ROWS, 'más', 'más')}. Con --out ARCHIVO.csv se guardan todas."
        )
    return "\n".join(lines)
