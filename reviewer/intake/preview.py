"""A batch's table looked at before anything is taken: its headers, how each is read, some samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.calls import DocumentKind
from reviewer.intake.columns import explain_headers
from reviewer.intake.findings import BatchRefused
from reviewer.intake.names import vocabulary
from reviewer.intake.reading import read_batch_table
from reviewer.intake.report import ReportLine, finding_json
from reviewer.intake.source import find_table, open_source
from reviewer.intake.table import BatchTable
from reviewer.pdf.workers import PdfWorkers

SAMPLES = 3
LONGEST_SAMPLE = 80


@dataclass(frozen=True)
class TablePreview:
    """What a table's head holds; ``refusal`` is the finding that keeps it from being read so, or empty.

    Each of ``columns``: ``{"label", "name", "strength", "alternatives", "samples"}``.
    """

    row_count: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)
    refusal: dict[str, Any] = field(default_factory=dict)


def preview_table(source: Path, kinds: Sequence[DocumentKind], mapping: Mapping[str, str]) -> TablePreview:
    """Looks at the table of the batch at ``source``, its columns read as ``mapping`` says."""
    names = vocabulary(kinds)
    try:
        with open_source(source) as batch_source, PdfWorkers(1) as pool:
            table, _ = read_batch_table(batch_source, find_table(batch_source), pool, names, mapping)
    except BatchRefused as refused:
        return TablePreview(refusal=finding_json(ReportLine(refused.finding)))
    explanations, refusal = explain_headers(table.headers, names, mapping)
    columns = [
        {
            "label": explanation.label,
            "name": explanation.name,
            "strength": explanation.strength,
            "alternatives": list(explanation.alternatives),
            "samples": _samples(table, position),
        }
        for position, explanation in enumerate(explanations)
        if table.headers[position].strip() or _samples(table, position)
    ]
    return TablePreview(
        len(table.rows), columns, finding_json(ReportLine(refusal.finding)) if refusal else {}
    )


def _samples(table: BatchTable, position: int) -> list[str]:
    """The first different values of a column, cut short."""
    samples: dict[str, None] = {}
    for row in table.rows:
        cell = row.cells[position][:LONGEST_SAMPLE] if position < len(row.cells) else ""
        if cell:
            samples.setdefault(cell)
        if len(samples) == SAMPLES:
            break
    return list(samples)
