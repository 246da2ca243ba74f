"""A batch's table looked at before anything is taken: its headers, how each is read, some samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.calls import DocumentKind
from reviewer.intake.columns import explain
from reviewer.intake.findings import BatchRefused
from reviewer.intake.names import vocabulary
from reviewer.intake.reading import table_of
from reviewer.intake.report import Line, finding
from reviewer.intake.source import find_table, open_source
from reviewer.intake.table import Table
from reviewer.pdf.workers import PdfWorkers

SAMPLES = 3
LONGEST_SAMPLE = 80


@dataclass(frozen=True)
class Look:
    """What a table's head holds; ``refusal`` is the finding that keeps it from being read so, or empty.

    Each of ``columns``: ``{"label", "name", "strength", "alternatives", "samples"}``.
    """

    rows: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)
    refusal: dict[str, Any] = field(default_factory=dict)


def look(source: Path, kinds: Sequence[DocumentKind], mapping: Mapping[str, str]) -> Look:
    """Looks at the table of the batch at ``source``, its columns read as ``mapping`` says."""
    names = vocabulary(kinds)
    try:
        with open_source(source) as opened, PdfWorkers(1) as pool:
            table, _ = table_of(opened, find_table(opened), pool, names, mapping)
    except BatchRefused as refused:
        return Look(refusal=finding(Line(refused.finding)))
    explained, refusal = explain(table.headers, names, mapping)
    columns = [
        {
            "label": each.label,
            "name": each.name,
            "strength": each.strength,
            "alternatives": list(each.alternatives),
            "samples": _samples(table, place),
        }
        for place, each in enumerate(explained)
        if table.headers[place].strip() or _samples(table, place)
    ]
    return Look(len(table.rows), columns, finding(Line(refusal.finding)) if refusal else {})


def _samples(table: Table, place: int) -> list[str]:
    """The first different values of a column, cut short."""
    seen: dict[str, None] = {}
    for row in table.rows:
        cell = row.cells[place][:LONGEST_SAMPLE] if place < len(row.cells) else ""
        if cell:
            seen.setdefault(cell)
        if len(seen) == SAMPLES:
            break
    return list(seen)
