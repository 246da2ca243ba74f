"""The batches of a call and what their reports say, for those who import. Filters and pages are SQL's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, case, col, func, or_, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import reading
from reviewer.errors import Refused
from reviewer.intake.findings import Severity
from reviewer.job_rows import IMPORT, REHEARSE
from reviewer.models import Application, Batch, Call, Finding, Job, JobStatus, Person
from reviewer.tables import Table


@dataclass(frozen=True)
class BatchLine:
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
class FindingGroup:
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
class Sought:
    """Which findings of a batch: of a severity, of a code, with these words in folio, file or message."""

    batch: str
    severity: Severity | None = None
    code: str | None = None
    words: str = ""


def count_batches(viewer: Actor, *, call_slug: str) -> int:
    """How many imports a call has seen."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(func.count(col(Batch.id))).join(Call).where(Call.slug == call_slug)
    with reading() as session:
        return session.exec(query).one()


def batches(viewer: Actor, *, call_slug: str, offset: int = 0, limit: int = 20) -> list[BatchLine]:
    """A call's imports, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(Batch).join(Call).where(Call.slug == call_slug).order_by(col(Batch.id).desc())
    with reading() as session:
        return [_line(each) for each in session.exec(query.offset(offset).limit(limit))]


def refused(viewer: Actor, *, call_slug: str, limit: int = 10) -> list[RefusedBatch]:
    """A call's batches that were refused whole and about which nothing waits, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Job, Person.name)
        .outerjoin(Person, col(Person.id) == Job.started_by)
        .where(
            col(Job.kind).in_((IMPORT, REHEARSE)),
            col(Job.arguments)["call"].as_string() == call_slug,
            Job.status == JobStatus.CANCELLED,
            col(Job.result)["status"].as_string() == "refused",
        )
    )
    with reading() as session:
        return [
            RefusedBatch(job.label, name or "", job.finished_at or job.created_at, job.error or "")
            for job, name in session.exec(query.order_by(col(Job.id).desc()).limit(limit))
        ]


def batch(viewer: Actor, *, call_slug: str, key: str) -> BatchLine:
    """One import. Refused where the call has none of this key."""
    require(viewer, Action.IMPORT_BATCH)
    with reading() as session:
        return _line(_find(session, key, call_slug))


def groups(viewer: Actor, *, batch: str) -> list[FindingGroup]:
    """A batch's findings counted by severity, the gravest first, and code, the most frequent first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Finding.severity, Finding.code, func.count(col(Finding.id)))
        .join(Batch)
        .where(Batch.key == batch)
        .group_by(col(Finding.severity), col(Finding.code))
    )
    order = list(Severity)
    with reading() as session:
        found = [
            FindingGroup(Severity(severity), code, count) for severity, code, count in session.exec(query)
        ]
    return sorted(found, key=lambda each: (order.index(each.severity), -each.count, each.code))


def count_findings(viewer: Actor, *, sought: Sought) -> int:
    """How many findings are as sought."""
    require(viewer, Action.IMPORT_BATCH)
    query = _wanted(select(func.count(col(Finding.id))), sought)
    with reading() as session:
        return int(session.exec(query).one())


def findings(viewer: Actor, *, sought: Sought, offset: int = 0, limit: int | None = 50) -> list[FindingLine]:
    """The findings that are as sought: the gravest first, then as the rows stand in the table."""
    require(viewer, Action.IMPORT_BATCH)
    gravity = case({each.value: place for place, each in enumerate(Severity)}, value=col(Finding.severity))
    row = func.coalesce(Finding.row, 0)
    query = _wanted(select(Finding, Application.folio), sought).order_by(gravity, row, col(Finding.id))
    with reading() as session:
        return [
            FindingLine(
                row=found.row,
                folio=folio,
                field=found.field,
                file=found.file,
                code=found.code,
                severity=Severity(found.severity),
                message=found.message,
            )
            for found, folio in session.exec(query.offset(offset).limit(limit))
        ]


def findings_table(viewer: Actor, *, sought: Sought) -> Table:
    """The same findings, all of them, to take along."""
    lines = findings(viewer, sought=sought, limit=None)
    return Table(
        f"Hallazgos del lote {sought.batch}",
        ("fila", "folio", "campo", "archivo", "codigo", "gravedad", "mensaje"),
        tuple(
            (each.row, each.folio, each.field, each.file, each.code, each.severity.value, each.message)
            for each in lines
        ),
    )


def _find(session: Session, key: str, call_slug: str) -> Batch:
    query = select(Batch).join(Call).where(Batch.key == key, Call.slug == call_slug)
    found = session.exec(query).first()
    if found is None:
        raise Refused(f"No hay un lote «{key}» en esta convocatoria.")
    return found


def _line(batch: Batch) -> BatchLine:
    return BatchLine(
        key=batch.key,
        source_name=batch.source_name,
        status=batch.status,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
        report=batch.report,
    )


def _wanted(query: Any, sought: Sought) -> Any:
    """The query with its joins and conditions."""
    query = (
        query.select_from(Finding)
        .join(Batch)
        .outerjoin(Application, col(Application.id) == Finding.application_id)
        .where(Batch.key == sought.batch)
    )
    if sought.severity:
        query = query.where(Finding.severity == sought.severity.value)
    if sought.code:
        query = query.where(Finding.code == sought.code)
    for word in sought.words.split():
        places = (Application.folio, Finding.file, Finding.message)
        query = query.where(or_(*(col(each).icontains(word, autoescape=True) for each in places)))
    return query
