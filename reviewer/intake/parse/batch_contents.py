"""Reading of a batch without a database: its table, its columns, its rows and their checks.

``preview_table`` reads only the table and how its columns would be understood.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reviewer.call.spec import CallSpec
from reviewer.intake.check.document_matching import Owner
from reviewer.intake.check.findings import BatchRefused, CheckFinding, Severity, make_finding
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
from reviewer.intake.parse.column_vocabulary import Vocabulary
from reviewer.intake.parse.columns import Columns, explain_headers, read_headers
from reviewer.intake.parse.dates import DateFormat
from reviewer.intake.parse.file_index import FileIndex
from reviewer.intake.parse.normalise import column_letter
from reviewer.intake.parse.submission import DATE_COLUMNS, RowReader, Submission, is_example, read_row, row_reader
from reviewer.intake.parse.table import BatchTable, TableRow
from reviewer.intake.parse.table_files import is_workbook, read_table
from reviewer.intake.store.prepared_row import PreparedRow
from reviewer.pdf.messages import PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers

_MARK = re.compile(r"(?=.*[@\d])[\w.@+:-]{5,80}")  # an e-mail, the id of a submission; no word
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


def preview_table(source: Path, names: Vocabulary, mapping: Mapping[str, str]) -> TablePreview:
    """Returns how the table of the batch at ``source`` is read with ``mapping``."""
    try:
        with open_source(source) as batch_source, PdfWorkers(1) as pool:
            table, _ = read_batch_table(batch_source, find_table(batch_source), pool, names, mapping)
    except BatchRefused as refused:
        return TablePreview(refusal=finding_json(ReportLine(refused.finding)))
    explanations, refusal = explain_headers(table.headers, names, mapping, table.silent_columns())
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
    """What a source contains; ``digest`` is equal for the same file names, sizes and table.

    ``doubtful_dates`` has an example of each column whose dates could be read in two orders.
    """

    spec: CallSpec
    table_name: str
    table: BatchTable
    columns: Columns
    date_formats: Mapping[str, DateFormat]
    doubtful_dates: Mapping[str, str]
    rows: Mapping[int, TableRow]
    submissions: tuple[Submission, ...]
    files: FileIndex
    digest: str

    def raw_cells(self, submission: Submission) -> dict[str, str]:
        """Returns the cells of a row as they came, by header."""
        return self.table.raw_cells(self.rows[submission.row])

    def cells_by_name(self, row: PreparedRow) -> dict[str, str]:
        """Returns a row's cells by canonical name, dates as ISO."""
        return cells_by_name(row.raw, self.columns.names_by_header, self.date_formats)

    def document_owner(self, submission: Submission, folio: str) -> Owner:
        """Returns what the documents of a row are found by."""
        cells = self.rows[submission.row].cells
        kinds = {kind.key: self.columns.cell(cells, kind.key) for kind in self.spec.documents}
        texts = {cell.casefold().removeprefix("uuid:") for cell in (*cells, submission.email) if _MARK.fullmatch(cell)}
        marks = frozenset(text for text in texts if self.files.in_folder(text))
        return Owner(submission.row, folio, submission.name, kinds, marks)

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
    columns = read_headers(table.headers, names, mapping, table.silent_columns())
    table = table.with_iso_dates(position for name in DATE_COLUMNS for position in columns.positions.get(name, ()))
    example_reader = RowReader(spec, columns, {})
    table = replace(table, rows=tuple(row for row in table.rows if not is_example(row, example_reader)))
    reader, doubtful_dates = row_reader(table, columns, spec, mapping)
    other_entries = [other_entry for other_entry in source.entries if other_entry != entry]
    return BatchContents(
        spec=spec,
        table_name=entry.path,
        table=table,
        columns=columns,
        date_formats=reader.date_formats,
        doubtful_dates=doubtful_dates,
        rows={row.number: row for row in table.rows},
        submissions=tuple(
            _with_cell_findings(check_row(read_row(row, reader), row, reader), row, table, columns)
            for row in table.rows
        ),
        files=FileIndex(other_entries, entry.path.rpartition("/")[0]),
        digest=_digest(other_entries, table_hash),
    )


def batch_findings(contents: BatchContents, unclaimed: Iterable[Entry]) -> Iterator[CheckFinding]:
    """Yields the findings about the batch as a whole; ``unclaimed`` are the PDFs that no row claims."""
    yield from _sending_time_findings(contents)
    yield from _doubtful_date_findings(contents)
    for finding in contents.table.findings:
        yield replace(finding, file=contents.table_name)
    for archive in sorted({entry.archive for entry in contents.files.entries} - {""}):
        message = f"El lote trae el archivo «{archive}»: sus documentos también se leyeron."
        yield make_finding("nested_archive", message, file=archive)
    for entry in unclaimed:
        message = f"Ninguna fila nombra el archivo «{entry.path}»."
        yield make_finding("unreferenced_file", message, file=entry.path)


def _sending_time_findings(contents: BatchContents) -> Iterator[CheckFinding]:
    if not contents.submissions:
        return
    if not contents.columns.positions.get("enviado_en"):
        message = (
            "Ninguna columna dice cuándo se envió cada postulación: no se revisó el plazo de ninguna. Si alguna lo "
            "dice, señálela como «Fecha de envío» al ensayar el lote o en un archivo de correspondencias."
        )
    elif not any(contents.columns.cell(row.cells, "enviado_en") for row in contents.table.rows):
        message = "La columna de la fecha de envío viene vacía: no se revisó el plazo de ninguna postulación."
    else:
        return
    yield make_finding("no_submission_time", message, field="enviado_en")


def _doubtful_date_findings(contents: BatchContents) -> Iterator[CheckFinding]:
    headers = {name: header for header, name in contents.columns.names_by_header.items()}
    for name, example in contents.doubtful_dates.items():
        is_month_first = contents.date_formats[name].month_first
        order = "el mes" if is_month_first else "el día"
        message = (
            f"En la columna «{headers[name]}», «{example}» se puede leer de dos modos: se tomó {order} primero. "
            "Diga cuál es al ensayar el lote, o en un archivo de correspondencias: "
            'dates = "month first" (o "day first").'
        )
        yield make_finding("ambiguous_dates", message, field=name)


def _with_cell_findings(submission: Submission, row: TableRow, table: BatchTable, columns: Columns) -> Submission:
    """Returns the submission with findings about cells that can't be read, or have no header."""
    findings = [_broken_cell(cell, row, columns) for cell in table.broken_cells.get(row.number, ())]
    if surplus := table.surplus_cells(row):
        cells = ", ".join(f"«{cell[:LONGEST_SAMPLE]}»" for cell in surplus[:SAMPLES])
        message = f"La fila tiene más celdas que encabezados ({cells}): se conservan con ella; revise que no falte uno."
        # A separator inside a text moves what follows it; in a workbook nothing can move.
        severity = Severity.CHECK if table.encoding else Severity.INFO
        findings.append(make_finding("surplus_cells", message, row=row.number, severity=severity))
    return replace(submission, findings=(*submission.findings, *findings)) if findings else submission


def _broken_cell(cell: tuple[int, str], row: TableRow, columns: Columns) -> CheckFinding:
    position, reason = cell
    name = next((name for name, positions in columns.positions.items() if position in positions), None)
    message = f"La celda {column_letter(position)}{row.number} tiene {reason}: se tomó como vacía."
    severity = Severity.CHECK if name else Severity.INFO
    return make_finding("broken_cell", message, field=name, row=row.number, severity=severity)


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


def is_pdf(source: Source, entry: Entry) -> bool:
    """Returns whether a file is a PDF by its name or its first bytes."""
    if entry.name.lower().endswith(".pdf"):
        return True
    try:
        with source.open(entry) as file:
            return b"%PDF-" in file.read(PDF_HEADER_LENGTH)
    except (UnreadableEntry, *DAMAGE_ERRORS):
        return False
