"""Reading of a batch without a database: its table, its columns, its rows and their checks.

``preview_table`` reads only the table and how its columns would be understood.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.call.spec import CallSpec, DocumentKind
from reviewer.intake.check.document_matching import Owner
from reviewer.intake.check.findings import BatchRefused, CheckFinding, make_finding
from reviewer.intake.check.report import ReportLine, finding_json
from reviewer.intake.check.row_checks import check_row
from reviewer.intake.parse.archive import (
    DAMAGE_ERRORS,
    Entry,
    Source,
    UnreadableEntry,
    find_table,
    open_source,
)
from reviewer.intake.parse.cells import cells_by_name
from reviewer.intake.parse.column_vocabulary import Vocabulary, vocabulary
from reviewer.intake.parse.columns import Columns, explain_headers, read_headers
from reviewer.intake.parse.file_index import FileIndex
from reviewer.intake.parse.submission import Submission, read_row, row_reader
from reviewer.intake.parse.table import BatchTable, TableRow, is_workbook, read_table
from reviewer.intake.store.prepared_row import PreparedRow
from reviewer.pdf.messages import PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers

SAMPLES = 3
LONGEST_SAMPLE = 80  # characters
PDF_HEADER_LENGTH = 1029  # bytes: readers look for "%PDF-" from each of the first 1,024


@dataclass(frozen=True)
class TablePreview:
    """How a table's columns are read; ``refusal`` is the finding that prevents it, in the report's JSON.

    ``columns`` are ``{"label", "name", "strength", "alternatives", "samples"}``.
    """

    row_count: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)
    refusal: dict[str, Any] = field(default_factory=dict)


def preview_table(source: Path, kinds: Sequence[DocumentKind], mapping: Mapping[str, str]) -> TablePreview:
    """Returns how the table of the batch at ``source`` is read with ``mapping``."""
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
    return TablePreview(len(table.rows), columns, finding_json(ReportLine(refusal.finding)) if refusal else {})


def _samples(table: BatchTable, position: int) -> list[str]:
    """Returns the first different values of a column, cut short."""
    samples: dict[str, None] = {}
    for row in table.rows:
        cell = row.cells[position][:LONGEST_SAMPLE] if position < len(row.cells) else ""
        if cell:
            samples.setdefault(cell)
        if len(samples) == SAMPLES:
            break
    return list(samples)


@dataclass(frozen=True)
class BatchContents:
    """What a source contains; ``digest`` is equal for the same file names, sizes and table."""

    spec: CallSpec
    table_name: str
    table: BatchTable
    columns: Columns
    month_first: frozenset[str]
    rows: Mapping[int, TableRow]
    submissions: tuple[Submission, ...]
    files: FileIndex
    digest: str

    def raw_cells(self, submission: Submission) -> dict[str, str]:
        """Returns the cells of a row as they came, by header."""
        return self.table.raw_cells(self.rows[submission.row])

    def cells_by_name(self, row: PreparedRow) -> dict[str, str]:
        """Returns a row's cells by canonical name, dates as ISO."""
        names_by_header = self.columns.names_by_header
        return cells_by_name(row.raw, names_by_header, lambda header: names_by_header[header] in self.month_first)

    def document_owner(self, submission: Submission, folio: str) -> Owner:
        """Returns what the documents of a row are found by."""
        cells = self.rows[submission.row].cells
        kinds = {kind.key: self.columns.cell(cells, kind.key) for kind in self.spec.documents}
        return Owner(submission.row, folio, submission.name, kinds)

    def document_folders(self) -> dict[str, tuple[str, ...]]:
        """Returns possible folder names by kind of document: its key, its label, its column's header."""
        headers = {name: header for header, name in self.columns.names_by_header.items() if name}
        return {kind.key: (kind.key, kind.label, headers.get(kind.key, "")) for kind in self.spec.documents}


def read_contents(
    source: Source, pool: PdfWorkers, spec: CallSpec, names: Vocabulary, mapping: Mapping[str, str]
) -> BatchContents:
    """Reads everything but the documents. Raises ``BatchRefused``."""
    entry = find_table(source)
    table, table_hash = read_batch_table(source, entry, pool, names, mapping)
    columns = read_headers(table.headers, names, mapping)
    reader = row_reader(table, columns, spec)
    other_entries = [other_entry for other_entry in source.entries if other_entry != entry]
    return BatchContents(
        spec=spec,
        table_name=entry.path,
        table=table,
        columns=columns,
        month_first=reader.month_first,
        rows={row.number: row for row in table.rows},
        submissions=tuple(check_row(read_row(row, reader), row, reader) for row in table.rows),
        files=FileIndex(other_entries, entry.path.rpartition("/")[0]),
        digest=_digest(other_entries, table_hash),
    )


def batch_findings(contents: BatchContents, source: Source, unclaimed: Iterable[Entry]) -> Iterator[CheckFinding]:
    """Yields the findings about the batch as a whole."""
    for sheet in contents.table.other_sheets:
        message = f"La hoja «{sheet}» no se leyó: los datos se tomaron de otra."
        yield make_finding("other_sheet", message, field=sheet, file=contents.table_name)
    for entry in unclaimed:
        if entry.name.lower().endswith(".pdf") or _begins_as_pdf(source, entry):
            message = f"Ninguna fila nombra el archivo «{entry.path}»."
            yield make_finding("unreferenced_file", message, file=entry.path)


def read_batch_table(
    source: Source, entry: Entry, pool: PdfWorkers, names: Vocabulary, mapping: Mapping[str, str]
) -> tuple[BatchTable, str]:
    """Returns the table in a source and its SHA-256. Raises ``BatchRefused``."""
    try:
        with source.local(entry) as path:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if is_workbook(path):
                return pool.run(read_table, path, entry.name, names, mapping).result(), digest
            return read_table(path, entry.name, names, mapping), digest
    except (UnreadableEntry, PdfFailure, OSError) as error:
        message = f"La tabla «{entry.name}» está dañada, o es demasiado grande para leerla."
        raise BatchRefused("unreadable_table", message, file=entry.path) from error


def _digest(entries: Iterable[Entry], table_hash: str) -> str:
    digest = hashlib.sha256(table_hash.encode())
    for entry in entries:
        digest.update(f"\0{entry.path}\0{entry.size}".encode())
    return digest.hexdigest()


def _begins_as_pdf(source: Source, entry: Entry) -> bool:
    try:
        with source.open(entry) as file:
            return b"%PDF-" in file.read(PDF_HEADER_LENGTH)
    except (UnreadableEntry, *DAMAGE_ERRORS):
        return False
