"""The batches of a call and what their reports say, for those who import. Filters and pages are SQL's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.core.csv_files import Table
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.core.search import search_conditions
from reviewer.intake.check.findings import Severity
from reviewer.jobs.records import DRY_RUN, IMPORT
from reviewer.models import Application, Batch, Call, Finding, Job, JobStatus, Person


@dataclass(frozen=True)
class BatchSummary:
    """One import in a list. ``finished_at`` is None while it runs, or where it was broken off."""

    key: str
    source_name: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    report: dict[str, Any]


@dataclass(frozen=True)
class RefusedBatch:
    """A batch that was refused whole: what it was called, who brought it, when, and why it can't be taken."""

    label: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class FindingCount:
    """How many findings of a batch bear a code, at one severity."""

    severity: Severity
    code: str
    count: int


@dataclass(frozen=True)
class FindingLine:
    """One finding; ``row`` as a spreadsheet counts, None where the batch as a whole is meant."""

    row: int | None
    folio: str | None
    field: str | None
    file: str | None
    code: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class FindingFilter:
    """Which findings of a batch: of a severity, of a code, with these words in folio, file or message."""

    batch: str
    severity: Severity | None = None
    code: str | None = None
    text: str = ""


@verb(Action.IMPORT_BATCH)
def count_batches(viewer: Actor, *, slug: str) -> int:
    """How many imports a call has seen."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(func.count(col(Batch.id))).join(Call).where(Call.slug == slug)
    with read_session() as session:
        return session.exec(query).one()


@verb(Action.IMPORT_BATCH)
def batches(viewer: Actor, *, slug: str, offset: int = 0, limit: int = 20) -> list[BatchSummary]:
    """A call's imports, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(Batch).join(Call).where(Call.slug == slug).order_by(col(Batch.id).desc())
    with read_session() as session:
        return [
            _batch_summary(stored_batch) for stored_batch in session.exec(query.offset(offset).limit(limit))
        ]


@verb(Action.IMPORT_BATCH)
def refused_batches(viewer: Actor, *, slug: str, limit: int = 10) -> list[RefusedBatch]:
    """A call's batches that were refused whole and about which nothing waits, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Job, Person.name)
        .outerjoin(Person, col(Person.id) == Job.started_by)
        .where(
            col(Job.kind).in_((IMPORT, DRY_RUN)),
            col(Job.arguments)["call"].as_string() == slug,
            Job.status == JobStatus.CANCELLED,
            col(Job.result)["status"].as_string() == "refused",
        )
    )
    with read_session() as session:
        return [
            RefusedBatch(job.label, name or "", job.finished_at or job.created_at, job.error or "")
            for job, name in session.exec(query.order_by(col(Job.id).desc()).limit(limit))
        ]


@verb(Action.IMPORT_BATCH)
def batch(viewer: Actor, *, slug: str, key: str) -> BatchSummary:
    """One import. Refused where the call has none of this key."""
    require(viewer, Action.IMPORT_BATCH)
    with read_session() as session:
        return _batch_summary(_require_batch(session, key, slug))


@verb(Action.IMPORT_BATCH)
def finding_counts(viewer: Actor, *, batch: str) -> list[FindingCount]:
    """A batch's findings counted by severity, the gravest first, and code, the most frequent first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Finding.severity, Finding.code, func.count(col(Finding.id)))
        .join(Batch)
        .where(Batch.key == batch)
        .group_by(col(Finding.severity), col(Finding.code))
    )
    order = list(Severity)
    with read_session() as session:
        counts = [
            FindingCount(Severity(severity), code, count) for severity, code, count in session.exec(query)
        ]
    return sorted(counts, key=lambda group: (order.index(group.severity), -group.count, group.code))


@verb(Action.IMPORT_BATCH)
def count_findings(viewer: Actor, *, criteria: FindingFilter) -> int:
    """How many findings are as sought."""
    require(viewer, Action.IMPORT_BATCH)
    query = _filter_findings(select(func.count(col(Finding.id))), criteria)
    with read_session() as session:
        return int(session.exec(query).one())


@verb(Action.IMPORT_BATCH)
def findings(
    viewer: Actor, *, criteria: FindingFilter, offset: int = 0, limit: int | None = 50
) -> list[FindingLine]:
    """The findings that are as sought: the gravest first, then as the rows stand in the table."""
    require(viewer, Action.IMPORT_BATCH)
    gravity = case(
        {severity.value: position for position, severity in enumerate(Severity)}, value=col(Finding.severity)
    )
    row = func.coalesce(Finding.row, 0)
    query = _filter_findings(select(Finding, Application.folio), criteria).order_by(
        gravity, row, col(Finding.id)
    )
    with read_session() as session:
        return [
            FindingLine(
                row=finding.row,
                folio=folio,
                field=finding.field,
                file=finding.file,
                code=finding.code,
                severity=Severity(finding.severity),
                message=finding.message,
            )
            for finding, folio in session.exec(query.offset(offset).limit(limit))
        ]


@verb(Action.IMPORT_BATCH)
def findings_table(viewer: Actor, *, criteria: FindingFilter) -> Table:
    """The same findings, all of them, to take along."""
    lines = findings(viewer, criteria=criteria, limit=None)
    return Table(
        f"Hallazgos del lote {criteria.batch}",
        ("fila", "folio", "campo", "archivo", "codigo", "gravedad", "mensaje"),
        tuple(
            (line.row, line.folio, line.field, line.file, line.code, line.severity.value, line.message)
            for line in lines
        ),
    )


def _require_batch(session: Session, key: str, slug: str) -> Batch:
    query = select(Batch).join(Call).where(Batch.key == key, Call.slug == slug)
    stored_batch = session.exec(query).first()
    if stored_batch is None:
        raise UserError(f"No hay un lote «{key}» en esta convocatoria.")
    return stored_batch


def _batch_summary(batch: Batch) -> BatchSummary:
    return BatchSummary(
        key=batch.key,
        source_name=batch.source_name,
        status=batch.status,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
        report=batch.report,
    )


def _filter_findings(query: Any, criteria: FindingFilter) -> Any:
    """The query with its joins and conditions."""
    query = (
        query.select_from(Finding)
        .join(Batch)
        .outerjoin(Application, col(Application.id) == Finding.application_id)
        .where(Batch.key == criteria.batch)
    )
    if criteria.severity:
        query = query.where(Finding.severity == criteria.severity.value)
    if criteria.code:
        query = query.where(Finding.code == criteria.code)
    return query.where(*search_conditions(criteria.text, Finding.search_text, folio=Application.folio))
