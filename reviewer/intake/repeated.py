"""A source that was imported before and lies there just as it did then: its report, without reading it.

What tells is when each file was last touched, as the file system keeps it; a copy is read like anything new.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import Session, col, select

from reviewer import documents
from reviewer.intake.findings import Severity, found
from reviewer.intake.foreseen import foresee
from reviewer.intake.report import REFUSALS, Line, Report, eligibility_counts, in_order
from reviewer.intake.source import Source
from reviewer.intake.store import REJECTED, UNCHANGED, Stored
from reviewer.models import Application, Batch, BatchRow, Call, Document, Finding
from reviewer.paths import ROOT

CODE = ("reviewer/intake", "reviewer/pdf")


def fingerprint(source: Source, call: Call, mapping: Mapping[str, str]) -> str:
    """Equal for the same untouched source, read by the same rules and the same program."""
    code = (
        each
        for folder in CODE
        for each in sorted((ROOT / folder).iterdir())
        if each.suffix in (".py", ".toml")
    )
    told = [source.stamp, call.source, sorted(mapping.items()), [_touched(each) for each in code]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def report_again(session: Session, call: Call, mark: str) -> Report | None:
    """The report of the finished batch with this fingerprint; None where there is none, or a file is gone."""
    query = select(Batch).where(Batch.call_id == call.id, Batch.fingerprint == mark)
    batch = session.exec(query).first()
    if batch is None or not _are_kept(session, batch):
        return None
    query_of_rows = select(BatchRow.row, BatchRow.application_id).where(BatchRow.batch_id == batch.id)
    stored = [
        Stored(row, UNCHANGED if application else REJECTED, (), application)
        for row, application in session.exec(query_of_rows)
    ]
    lines = in_order(_lines(session, batch))
    return Report(
        call=call.slug,
        batch=batch.key,
        counts=Counter(each.outcome for each in stored),
        documents_refused=sum(line.found.code in REFUSALS for line in lines),
        eligibility=eligibility_counts(session, batch.id or 0),
        columns=batch.report["columns"],
        lines=lines,
        foreseen=foresee(session, stored),
    )


def _touched(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return path.name, stat.st_size, stat.st_mtime_ns


def _are_kept(session: Session, batch: Batch) -> bool:
    """Whether the store still holds what the batch brought: else importing again is what mends it."""
    query = (
        select(Document.sha256)
        .join(BatchRow, col(BatchRow.application_id) == col(Document.application_id))
        .where(BatchRow.batch_id == batch.id, col(Document.refused).is_(None))
    )
    return all(documents.exists(sha256) for sha256 in session.exec(query.distinct()))


def _lines(session: Session, batch: Batch) -> list[Line]:
    own_folios = {each["row"]: each["folio"] for each in batch.report["findings"]}
    query = (
        select(Finding, Application.folio)
        .outerjoin(Application, col(Application.id) == col(Finding.application_id))
        .where(Finding.batch_id == batch.id)
        .order_by(col(Finding.id))
    )
    return [
        Line(
            found(
                each.code,
                each.message,
                field=each.field,
                file=each.file,
                row=each.row,
                severity=Severity(each.severity),
            ),
            folio or own_folios.get(each.row),
        )
        for each, folio in session.exec(query)
    ]
