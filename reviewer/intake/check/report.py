"""The report of an import, as the contract's JSON and as text, and a dry run's prediction for each row."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.core.spanish import NBSP, format_count
from reviewer.intake.check.findings import CheckFinding, Severity
from reviewer.intake.store.upsert import CREATED, REJECTED, UNCHANGED, UPDATED, RowResult
from reviewer.models import Applicant, Application, BatchRow, Eligibility
from reviewer.models.scopes import CURRENT_APPLICATION

COMPLETE, PARTIAL, REFUSED = "complete", "partial", "refused"
# What the rules say; a withdrawal is not about them.
BY_RULES = (Eligibility.ELIGIBLE, Eligibility.INELIGIBLE, Eligibility.TO_CHECK)
EXIT_CODES = {COMPLETE: 0, PARTIAL: 1, REFUSED: 2}
REFUSED_FILE_CODES = ("not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf", "file_too_large")
MOST_SHOWN = 40  # findings on a terminal
_FEWEST = 5  # files, or people, of which a majority says something about the batch
_REASONS = {
    "missing_document": "falta un documento",
    "outside_city": "domicilio fuera de la ciudad",
    "underage": "menor de edad",
    "late": "fuera de plazo",
    "early": "antes de abrir",
}
_IDS_PER_QUERY = 500
_SEVERITY_LABELS = {
    Severity.ERROR: "No se tomó",
    Severity.INELIGIBLE: "No cumple",
    Severity.CHECK: "Por cotejar",
    Severity.INFO: "Aviso",
}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A finding and the folio of its row."""

    finding: CheckFinding
    folio: str | None = None


@dataclass(frozen=True, slots=True)
class PredictedRow:
    """A row and its application as they would be; a row that can't be stored has only its outcome."""

    row: int
    outcome: str
    folio: str = ""
    name: str = ""
    eligibility: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The outcome of an import; only a dry run's has ``predicted_rows``.

    ``encoding`` is that of the table, None for a workbook; ``dates`` how its columns write their dates.
    """

    call: str
    batch: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    documents_stored: int = 0
    documents_refused: int = 0
    eligibility: dict[Eligibility, int] = field(default_factory=dict)
    columns: dict[str, str | None] = field(default_factory=dict)
    encoding: str | None = None
    dates: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: tuple[ReportLine, ...] = ()
    predicted_rows: tuple[PredictedRow, ...] = field(default=(), compare=False)

    @property
    def status(self) -> str:
        """``complete``, ``partial`` or ``refused``."""
        severities = {line.finding.severity for line in self.lines}
        if Severity.REFUSAL in severities:
            return REFUSED
        return PARTIAL if Severity.ERROR in severities else COMPLETE

    @property
    def exit_code(self) -> int:
        """The exit code of the command line."""
        return EXIT_CODES[self.status]

    def to_json(self) -> dict[str, Any]:
        """Returns the report in the contract's form."""
        return {
            "batch": self.batch,
            "call": self.call,
            "status": self.status,
            "rows": self.counts.total(),
            **{outcome: self.counts[outcome] for outcome in (CREATED, UPDATED, UNCHANGED, REJECTED)},
            "documents": {"stored": self.documents_stored, "refused": self.documents_refused},
            "eligibility": {status.value: self.eligibility.get(status, 0) for status in BY_RULES},
            "columns": self.columns,
            "encoding": self.encoding,
            "dates": self.dates,
            "findings": [finding_json(line) for line in self.lines],
        }


def alarms(report: Mapping[str, Any]) -> list[str]:
    """Returns what is wrong with a batch as a whole, and what to do; ``report`` is in the contract's form.

    Most files without a row, or most people ineligible, is seldom the applicants' doing.
    """
    findings = report.get("findings") or ()
    codes = Counter(finding["code"] for finding in findings)
    unclaimed, stored = codes["unreferenced_file"], report["documents"]["stored"]
    eligibility = report["eligibility"]
    ineligible, people = eligibility[Eligibility.INELIGIBLE], sum(eligibility.values())
    sentences = []
    if unclaimed >= _FEWEST and unclaimed > stored and not report["unchanged"]:  # whose documents are not counted
        sentences.append(
            f"La mayoría de los archivos no es de nadie: {unclaimed} de {unclaimed + stored} PDF no se pudieron "
            "asignar a una fila. Revise que las columnas de documentos se lean como tales y que la tabla nombre "
            "los archivos como vienen en el lote, o póngalos en una carpeta por folio, y vuelva a subirlo."
        )
    if people >= _FEWEST and 2 * ineligible > people:
        rows = Counter(code for code, _ in {(f["code"], f["row"]) for f in findings if f["severity"] == "ineligible"})
        reasons = ", ".join(f"{_REASONS.get(code, code)} ({count})" for code, count in rows.most_common(3))
        sentences.append(
            f"La mayoría no es elegible: {ineligible} de {people} postulaciones. Motivos: {reasons}. "
            "Si no es lo que esperaba, revise las columnas y las reglas de la convocatoria antes de seguir."
        )
    return sentences


def sort_lines(lines: Iterable[ReportLine]) -> tuple[ReportLine, ...]:
    """Returns the lines by row, those about the whole batch last; within a row the gravest first."""
    gravity = {severity: place for place, severity in enumerate(Severity)}
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.finding.row is None,
                line.finding.row or 0,
                gravity[line.finding.severity],
                line.finding.code,
                line.finding.file or "",
            ),
        )
    )


def count_documents(results: Sequence[RowResult]) -> tuple[int, int]:
    """Returns how many documents this run stored, and how many files of the batch are refused."""
    errors = (finding for row in results for finding in row.findings if finding.severity == Severity.ERROR)
    codes = Counter(finding.code for finding in errors)
    return sum(row.document_count for row in results), sum(codes[code] for code in REFUSED_FILE_CODES)


def eligibility_counts(session: Session, batch_id: int) -> dict[Eligibility, int]:
    """Returns how many of the batch's current applications have each eligibility."""
    query = (
        select(Application.eligibility, func.count(func.distinct(Application.id)))
        .join(BatchRow, col(BatchRow.application_id) == col(Application.id))
        .where(BatchRow.batch_id == batch_id, CURRENT_APPLICATION)
        .group_by(col(Application.eligibility))
    )
    return {Eligibility(status): count for status, count in session.exec(query)}


def format_report(report: Report) -> str:
    """Returns the report for a terminal; for a refused batch, the one line that says why."""
    if report.status == REFUSED:
        return report.lines[0].finding.message
    counts, documents = report.counts, (report.documents_stored, report.documents_refused)
    eligibility = [report.eligibility.get(status, 0) for status in BY_RULES]
    lines = [*(f"ATENCIÓN: {sentence}" for sentence in alarms(report.to_json()))]
    lines += [
        f"Lote {report.batch} de {report.call}: {format_count(counts.total(), 'fila', 'filas')}.",
        f"  Postulaciones: {format_count(counts[CREATED], 'nueva', 'nuevas')}, "
        f"{format_count(counts[UPDATED], 'actualizada', 'actualizadas')}, "
        f"{counts[UNCHANGED]} sin cambios, {format_count(counts[REJECTED], 'no tomada', 'no tomadas')}.",
        f"  Documentos: {format_count(documents[0], 'guardado', 'guardados')}, "
        f"{format_count(documents[1], 'rechazado', 'rechazados')}.",
        f"  Elegibilidad: {format_count(eligibility[0], 'elegible', 'elegibles')}, "
        f"{format_count(eligibility[1], 'no elegible', 'no elegibles')}, {eligibility[2]} por cotejar.",
    ]
    if report.encoding:
        lines.append(f"  Codificación de la tabla: {report.encoding}.")
    unread = [header for header, name in report.columns.items() if name is None]
    if unread:
        lines.append(f"  Columnas que ninguna pregunta reclama (se conservan): {', '.join(unread)}.")
    lines += [_format_line(line) for line in report.lines[:MOST_SHOWN]]
    if len(report.lines) > MOST_SHOWN:
        lines.append(f"  … y {len(report.lines) - MOST_SHOWN} hallazgos más (véalos todos con --json).")
    return "\n".join(lines).replace(NBSP, " ")  # people search a terminal's text with plain spaces


def finding_json(line: ReportLine) -> dict[str, Any]:
    """Returns a finding in the contract's form."""
    finding = line.finding
    return {
        "row": finding.row,
        "folio": line.folio,
        "field": finding.field,
        "file": finding.file,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
    }


def _format_line(line: ReportLine) -> str:
    where = f"fila {line.finding.row}" if line.finding.row else "lote"
    folio = f", {line.folio}" if line.folio else ""
    return f"  {_SEVERITY_LABELS[line.finding.severity]} ({where}{folio}): {line.finding.message}"


def predict_rows(session: Session, results: Sequence[RowResult]) -> tuple[PredictedRow, ...]:
    """Returns what each row became, in the order of the table; for the transaction of a dry run."""
    facts: dict[int | None, tuple[str, str, str]] = {}
    ids = [result.application_id for result in results if result.application_id]
    query = select(Application, Applicant.first_names, Applicant.surnames).join(
        Applicant, col(Applicant.application_id) == col(Application.id)
    )
    for start in range(0, len(ids), _IDS_PER_QUERY):
        of_chunk = col(Application.id).in_(ids[start : start + _IDS_PER_QUERY])
        for application, first, last in session.exec(query.where(of_chunk)):
            name, eligibility = f"{first} {last}".strip(), application.eligibility.value
            facts[application.id] = (application.folio, name, eligibility)
    nothing = ("", "", "")
    return tuple(
        PredictedRow(result.row, result.outcome, *facts.get(result.application_id, nothing), result.changed)
        for result in sorted(results, key=lambda result: result.row)
    )
