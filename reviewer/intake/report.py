"""What an import says when it is done: the contract's JSON, and the same in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.intake.findings import Found, Severity
from reviewer.intake.foreseen import Foreseen
from reviewer.intake.store import CREATED, REJECTED, UNCHANGED, UPDATED, Stored
from reviewer.models import Application, ApplicationStatus, BatchRow, Eligibility
from reviewer.words import NBSP, counted

COMPLETE, PARTIAL, REFUSED = "complete", "partial", "refused"
EXIT_CODES = {COMPLETE: 0, PARTIAL: 1, REFUSED: 2}
REFUSALS = ("not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf")
MOST_SHOWN = 40  # findings on a terminal
_WORDS = {
    Severity.ERROR: "No se tomó",
    Severity.INELIGIBLE: "No cumple",
    Severity.CHECK: "Por cotejar",
    Severity.INFO: "Aviso",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with the folio that its row got."""

    found: Found
    folio: str | None = None


@dataclass(frozen=True)
class Report:
    """The outcome of an import; of a rehearsed one ``foreseen`` says what would become of each row."""

    call: str
    batch: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    documents_stored: int = 0
    documents_refused: int = 0
    eligibility: dict[Eligibility, int] = field(default_factory=dict)
    columns: dict[str, str | None] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    foreseen: tuple[Foreseen, ...] = field(default=(), compare=False)

    @property
    def status(self) -> str:
        """``complete``, ``partial`` or ``refused``."""
        severities = {line.found.severity for line in self.lines}
        if Severity.REFUSAL in severities:
            return REFUSED
        return PARTIAL if Severity.ERROR in severities else COMPLETE

    @property
    def exit_code(self) -> int:
        """The exit code of the command line."""
        return EXIT_CODES[self.status]

    def to_json(self) -> dict[str, Any]:
        """The report as the contract has it."""
        return {
            "batch": self.batch,
            "call": self.call,
            "status": self.status,
            "rows": self.counts.total(),
            **{outcome: self.counts[outcome] for outcome in (CREATED, UPDATED, UNCHANGED, REJECTED)},
            "documents": {"stored": self.documents_stored, "refused": self.documents_refused},
            "eligibility": {each.value: self.eligibility.get(each, 0) for each in Eligibility},
            "columns": self.columns,
            "findings": [finding(line) for line in self.lines],
        }


def refused(call: str, finding: Found) -> Report:
    """The report of a batch that can't be taken."""
    return Report(call=call, lines=(Line(finding),))


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """By row, what concerns the whole batch last; within a row the gravest first."""
    gravity = {severity: place for place, severity in enumerate(Severity)}
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.found.row is None,
                line.found.row or 0,
                gravity[line.found.severity],
                line.found.code,
                line.found.file or "",
            ),
        )
    )


def count_documents(stored: Sequence[Stored]) -> tuple[int, int]:
    """How many documents were stored in this run, and how many files of the batch are refused."""
    codes = Counter(each.code for row in stored for each in row.findings)
    return sum(row.documents for row in stored), sum(codes[code] for code in REFUSALS)


def eligibility_counts(session: Session, batch_id: int) -> dict[Eligibility, int]:
    """How many of the batch's applications that stand have each status."""
    query = (
        select(Application.eligibility, func.count(func.distinct(Application.id)))
        .join(BatchRow, col(BatchRow.application_id) == col(Application.id))
        .where(BatchRow.batch_id == batch_id, Application.status == ApplicationStatus.CURRENT)
        .group_by(col(Application.eligibility))
    )
    return {Eligibility(status): count for status, count in session.exec(query)}


def in_words(report: Report) -> str:
    """The report for a terminal; of a refused batch, the one line that says why."""
    if report.status == REFUSED:
        return report.lines[0].found.message
    counts, documents = report.counts, (report.documents_stored, report.documents_refused)
    eligibility = [report.eligibility.get(each, 0) for each in Eligibility]
    lines = [
        f"Lote {report.batch} de {report.call}: {counted(counts.total(), 'fila', 'filas')}.",
        f"  Postulaciones: {counted(counts[CREATED], 'nueva', 'nuevas')}, "
        f"{counted(counts[UPDATED], 'actualizada', 'actualizadas')}, "
        f"{counts[UNCHANGED]} sin cambios, {counted(counts[REJECTED], 'no tomada', 'no tomadas')}.",
        f"  Documentos: {counted(documents[0], 'guardado', 'guardados')}, "
        f"{counted(documents[1], 'rechazado', 'rechazados')}.",
        f"  Elegibilidad: {counted(eligibility[0], 'elegible', 'elegibles')}, "
        f"{counted(eligibility[1], 'no elegible', 'no elegibles')}, {eligibility[2]} por cotejar.",
    ]
    unread = [header for header, name in report.columns.items() if name is None]
    if unread:
        lines.append(f"  Columnas sin usar: {', '.join(unread)}.")
    lines += [_in_words(line) for line in report.lines[:MOST_SHOWN]]
    if len(report.lines) > MOST_SHOWN:
        lines.append(f"  … y {len(report.lines) - MOST_SHOWN} hallazgos más (véalos todos con --json).")
    return "\n".join(lines).replace(NBSP, " ")  # a terminal's text is searched with plain spaces


def finding(line: Line) -> dict[str, Any]:
    """A finding as the contract has it."""
    found = line.found
    return {
        "row": found.row,
        "folio": line.folio,
        "field": found.field,
        "file": found.file,
        "code": found.code,
        "severity": found.severity.value,
        "message": found.message,
    }


def _in_words(line: Line) -> str:
    where = f"fila {line.found.row}" if line.found.row else "lote"
    folio = f", {line.folio}" if line.folio else ""
    return f"  {_WORDS[line.found.severity]} ({where}{folio}): {line.found.message}"
