"""The report of a source that was imported before and is untouched since, without reading it again.

Its files are compared by path, size and times of change; a copy of the source counts as a new one.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping

from sqlmodel import Session, col, select

from reviewer.core.paths import ROOT
from reviewer.intake.check.report import (
    REFUSED_FILE_CODES,
    Report,
    ReportLine,
    eligibility_counts,
    predict_rows,
    sort_lines,
)
from reviewer.intake.parse.archive import Source
from reviewer.intake.store.table_writer import read_finding
from reviewer.intake.store.upsert import REJECTED, UNCHANGED, RowResult
from reviewer.models import Application, Batch, BatchRow, Call, Document, Finding, UnclaimedFile, require_id
from reviewer.models.scopes import STORED_UNCLAIMED_FILE
from reviewer.storage import documents

# What decides how a batch is read, with all sub-folders: a batch is read again after an update of these.
CODE_FOLDERS = tuple(f"reviewer/{name}" for name in ("intake", "pdf", "call", "core", "demographics", "tables"))


def fingerprint(source: Source, call: Call, mapping: Mapping[str, str]) -> str:
    """Returns a digest that is equal for the same untouched source, rules and version of the program."""
    files = (path for folder in CODE_FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    code = (path for path in files if path.suffix in (".py", ".toml"))
    stats = [(str(path.relative_to(ROOT)), path.stat().st_size, path.stat().st_mtime_ns) for path in code]
    facts = [source.stamp, call.source, sorted(mapping.items()), stats]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def report_of_unchanged(session: Session, call: Call, source_fingerprint: str) -> Report | None:
    """Returns the finished batch's report; None without such a batch, or where a document is missing."""
    query = select(Batch).where(Batch.call_id == call.id, Batch.fingerprint == source_fingerprint)
    batch = session.exec(query).first()
    if batch is None or not _are_documents_stored(session, batch):
        return None
    row_query = select(BatchRow.row, BatchRow.application_id).where(BatchRow.batch_id == batch.id)
    results = [
        RowResult(row, UNCHANGED if application else REJECTED, (), application)
        for row, application in session.exec(row_query)
    ]
    lines = sort_lines(_report_lines(session, batch))
    return Report(
        call=call.slug,
        batch=batch.key,
        counts=Counter(result.outcome for result in results),
        documents_refused=sum(line.finding.code in REFUSED_FILE_CODES for line in lines),
        eligibility=eligibility_counts(session, require_id(batch)),
        columns=batch.report["columns"],
        encoding=batch.report.get("encoding"),
        dates=batch.report.get("dates", {}),
        lines=lines,
        predicted_rows=predict_rows(session, results),
    )


def _are_documents_stored(session: Session, batch: Batch) -> bool:
    """Returns whether the store has the batch's documents; if not, importing it again repairs that."""
    query = (
        select(Document.sha256)
        .join(BatchRow, col(BatchRow.application_id) == col(Document.application_id))
        .where(BatchRow.batch_id == batch.id, col(Document.refused).is_(None))
    )
    unclaimed = select(UnclaimedFile.sha256).where(UnclaimedFile.batch_id == batch.id, STORED_UNCLAIMED_FILE)
    hashes = {*session.exec(query), *session.exec(unclaimed)}
    return all(documents.exists(sha256) for sha256 in hashes)


def _report_lines(session: Session, batch: Batch) -> list[ReportLine]:
    folios_in_table = {entry["row"]: entry["folio"] for entry in batch.report["findings"]}
    query = (
        select(Finding, Application.folio)
        .outerjoin(Application, col(Application.id) == col(Finding.application_id))
        .where(Finding.batch_id == batch.id)
        .order_by(col(Finding.id))
    )
    return [
        ReportLine(read_finding(finding), folio or folios_in_table.get(finding.row))
        for finding, folio in session.exec(query)
    ]
