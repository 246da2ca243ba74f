"""A source is read as far as it goes without a database: its table, its columns, each row and its check."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reviewer.calls import CallSpec
from reviewer.intake.applicant import Submission, read_row, sheet_of
from reviewer.intake.cells import as_read
from reviewer.intake.checks import checked
from reviewer.intake.columns import Columns, read_headers
from reviewer.intake.documents import Owner
from reviewer.intake.files import Files
from reviewer.intake.findings import BatchRefused, Found, found
from reviewer.intake.names import Vocabulary
from reviewer.intake.ready import Ready
from reviewer.intake.source import DAMAGE, Entry, Source, UnreadableEntry, find_table
from reviewer.intake.table import Row, Table, is_workbook, read_table
from reviewer.pdf.results import PdfFailure
from reviewer.pdf.workers import PdfWorkers

HEAD = 1029  # a PDF says that it is one within its first 1,024 bytes


@dataclass(frozen=True)
class Contents:
    """What a source holds. ``digest`` tells it from others: equal for the same names, sizes and table."""

    spec: CallSpec
    table_name: str
    table: Table
    columns: Columns
    month_first: frozenset[str]
    rows: Mapping[int, Row]
    submissions: tuple[Submission, ...]
    files: Files
    digest: str

    def raw(self, submission: Submission) -> dict[str, str]:
        """The cells of a row as they came, by header."""
        return self.table.raw(self.rows[submission.row])

    def cells(self, row: Ready) -> dict[str, str]:
        """A row's cells by canonical name, dates as ISO."""
        read = self.columns.report
        return as_read(row.raw, read, lambda header: read[header] in self.month_first)

    def owner(self, submission: Submission, folio: str) -> Owner:
        """A row as the one whose documents are looked for."""
        cells = self.rows[submission.row].cells
        kinds = {kind.key: self.columns.cell(cells, kind.key) for kind in self.spec.documents}
        return Owner(submission.row, folio, submission.name, kinds)

    def folders(self) -> dict[str, tuple[str, ...]]:
        """What the folder of each kind of document may be called: its key, its label, its column's header."""
        headers = {name: header for header, name in self.columns.report.items() if name}
        return {kind.key: (kind.key, kind.label, headers.get(kind.key, "")) for kind in self.spec.documents}


def read_contents(
    source: Source, pool: PdfWorkers, spec: CallSpec, names: Vocabulary, mapping: Mapping[str, str]
) -> Contents:
    """Reads all but the documents. Raises ``BatchRefused``."""
    entry = find_table(source)
    table, table_hash = table_of(source, entry, pool, names, mapping)
    columns = read_headers(table.headers, names, mapping)
    sheet = sheet_of(table, columns, spec)
    others = [each for each in source.entries if each != entry]
    return Contents(
        spec=spec,
        table_name=entry.path,
        table=table,
        columns=columns,
        month_first=sheet.month_first,
        rows={row.number: row for row in table.rows},
        submissions=tuple(checked(read_row(row, sheet), row, sheet) for row in table.rows),
        files=Files(others, entry.path.rpartition("/")[0]),
        digest=_digest(others, table_hash),
    )


def of_the_batch(contents: Contents, source: Source, unclaimed: Iterable[Entry]) -> Iterator[Found]:
    """What there is to say of the batch as a whole."""
    for sheet in contents.table.other_sheets:
        message = f"La hoja «{sheet}» no se leyó: los datos se tomaron de otra."
        yield found("other_sheet", message, field=sheet, file=contents.table_name)
    for entry in unclaimed:
        if entry.name.lower().endswith(".pdf") or _begins_as_pdf(source, entry):
            message = f"Ninguna fila nombra el archivo «{entry.path}»."
            yield found("unreferenced_file", message, file=entry.path)


def table_of(
    source: Source, entry: Entry, pool: PdfWorkers, names: Vocabulary, mapping: Mapping[str, str]
) -> tuple[Table, str]:
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
            return b"%PDF-" in file.read(HEAD)
    except (UnreadableEntry, *DAMAGE):
        return False
