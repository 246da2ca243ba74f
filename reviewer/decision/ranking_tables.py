"""The ranking as a table: for a file, a pipe, or a person at a terminal."""

import os
import tempfile
from pathlib import Path

from reviewer.decision.ranking import CONTRACT, Ranking
from reviewer.errors import MachineFault, reason_of
from reviewer.tables import Table, to_csv
from reviewer.words import NBSP, counted, percent

JUROR_FIGURES = ("severity", "severity_error", "spread", "spread_error", "noise", "noise_error")
SHOWN = 20


def table_of(ranking: Ranking) -> Table:
    """All of the ranking in the contract's columns, best first."""
    rows = tuple(tuple(getattr(each, name) for name in CONTRACT) for each in ranking.ranking)
    return Table("Ranking", CONTRACT, rows)


def table_of_jurors(ranking: Ranking) -> Table:
    """Every reviewer with what the calibration says of them."""
    columns = ("reviewer", "reviews", *JUROR_FIGURES, "flags")
    rows = (
        (*(getattr(each, name) for name in columns[:-1]), ", ".join(each.flags)) for each in ranking.reviewers
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
        raise MachineFault(f"No se puede escribir {path}: {reason_of(error)}.") from error


def in_words(ranking: Ranking) -> str:
    """The first ones, for a person to read."""
    total, width = len(ranking.ranking), max(len(each.application) for each in ranking.ranking)
    seats = counted(ranking.seats, "lugar", "lugares")
    lines = [f"{counted(total, 'postulación leída', 'postulaciones leídas')}, {seats}."]
    lines.append(
        f"{'':>5}  {'Folio':<{width}}  {'Estimado':>13}  {'Prob.':>6}  {'Lecturas':>8}  {'Media':>6}"
    )
    for each in ranking.ranking[:SHOWN]:
        estimate = f"{each.estimate:.2f} ± {each.standard_error:.2f}"
        chance = percent(each.p_selected).replace(NBSP, " ")
        lines.append(
            f"{each.rank:>5}  {each.application:<{width}}  {estimate:>13}  {chance:>6}  {each.reviews:>8}  "
            f"{each.raw_mean:>6.2f}"
        )
    if total > SHOWN:
        lines.append(f"… y {counted(total - SHOWN, 'más', 'más')}. Con --out ARCHIVO.csv se guardan todas.")
    return "\n".join(lines)
