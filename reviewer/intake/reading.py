"""A source is read as far as it goes without a database: its table, its columns, each row and its check."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reviewer.calls import CallSpec
from reviewer.intake.applicant import Submission, read_row, row_reader
from reviewer.intake.cells import cells_by_name
from reviewer.intake.checks import check_row
from reviewer.intake.columns import Columns, read_headers
from reviewer.intake.documents import Owner
from reviewer.intake.files import FileIndex
from reviewer.intake.findings import BatchRefused, CheckFinding, make_finding
from reviewer.intake.names import Vocabulary
from reviewer.intake.ready import PreparedRow
from reviewer.intake.source import DAMAGE_ERRORS, Entry, Source, UnreadableEntry, find_table
from reviewer.intake.table import BatchTable, TableRow, is_workbook, read_table
from reviewer.pdf.results import PdfFailure
from reviewer.pdf.workers import PdfWorkers

PDF_HEADER_LENGTH = 1029  # a PDF says that it is one within its first 1,024 bytes


@dataclass(frozen=True)
class BatchContents:
    """What a source holds. ``digest`` tells it from others: equal for the same names, sizes and table."""

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
        """The cells of a row as they came, by header."""
        return self.table.raw_cells(self.rows[submission.row])

    def cells_by_name(self, row: PreparedRow) -> dict[str, str]:
        """A row's cells by canonical name, dates as ISO."""
        names_by_header = self.columns.names_by_header
        return cells_by_name(
            row.raw, names_by_header, lambda header: names_by_header[header] in self.month_first
        )

    def document_owner(self, submission: Submission, folio: str) -> Owner:
        """A row as the one whose documents are looked for."""
        cells = self.rows[submission.row].cells
        kinds = {kind.key: self.columns.cell(cells, kind.key) for kind in self.spec.documents}
        return Owner(submission.row, folio, submission.name, kinds)

    def document_folders(self) -> dict[str, tuple[str, ...]]:
        """What the folder of each kind of document may be called: its key, its label, its column's header."""
        headers = {name: header for header, name in self.columns.names_by_header.items() if name}
        return {kind.key: (kind.key, kind.label, headers.get(kind.key, "")) for kind in self.spec.documents}


def read_contents(
    source: Source, pool: PdfWorkers, spec: CallSpec, names: Vocabulary, mapping: Mapping[str, str]
) -> BatchContents:
    """Reads all but the documents. Raises ``BatchRefused``."""
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


def batch_findings(
    contents: BatchContents, source: Source, unclaimed: Iterable[Entry]
) -> Iterator[CheckFinding]:
    """What there is to say of the batch as a whole."""
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
    """The table in a source, and its hash. Raises ``BatchRefused``."""
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
