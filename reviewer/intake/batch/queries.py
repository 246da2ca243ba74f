"""The batches of a call and their findings, filtered and paged in SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.core.search import search_conditions
from reviewer.intake.check.findings import Severity
from reviewer.intake.check.report import ReportLine, finding_json
from reviewer.intake.store.table_writer import read_finding
from reviewer.jobs.records import DRY_RUN, IMPORT
from reviewer.models import Application, Batch, Call, Finding, Job, JobStatus, Person
from reviewer.tables.csv_files import Table


@dataclass(frozen=True)
class RefusedBatch:
    """A batch that was refused: its name, who brought it (``by``), when, and why."""

    label: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class FindingCount:
    """How many findings of a batch have a code and severity."""

    severity: Severity
    code: str
    count: int


@dataclass(frozen=True)
class FindingFilter:
    """Which findings of a batch; ``text`` has words of folio, file or message."""

    batch: str
    severity: Severity | None = None
    code: str | None = None
    text: str = ""


@verb(Action.IMPORT_BATCH)
def count_batches(viewer: Actor, *, slug: str) -> int:
    """Returns the number of a call's imports."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(func.count(col(Batch.id))).join(Call).where(Call.slug == slug)
    with read_session() as session:
        return session.exec(query).one()


@verb(Action.IMPORT_BATCH)
def batches(viewer: Actor, *, slug: str, offset: int = 0, limit: int = 20) -> list[Batch]:
    """Returns a page of a call's imports, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(Batch).join(Call).where(Call.slug == slug).order_by(col(Batch.id).desc())
    with read_session() as session:
        return list(session.exec(query.offset(offset).limit(limit)))


@verb(Action.IMPORT_BATCH)
def refused_batches(viewer: Actor, *, slug: str, limit: int = 10) -> list[RefusedBatch]:
    """Returns a call's refused batches that have no dry run open, the latest first."""
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
def batch(viewer: Actor, *, slug: str, key: str) -> Batch:
    """Returns an import. Raises ``UserError`` where the call has none with this key."""
    require(viewer, Action.IMPORT_BATCH)
    with read_session() as session:
        found = session.exec(select(Batch).join(Call).where(Batch.key == key, Call.slug == slug)).first()
    if found is None:
        raise UserError(f"No hay un lote «{key}» en esta convocatoria.")
    return found


@verb(Action.IMPORT_BATCH)
def finding_counts(viewer: Actor, *, batch: str) -> list[FindingCount]:
    """Returns counts by severity, the gravest first, and code, the most frequent first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Finding.severity, Finding.code, func.count(col(Finding.id)))
        .join(Batch)
        .where(Batch.key == batch)
        .group_by(col(Finding.severity), col(Finding.code))
    )
    order = list(Severity)
    with read_session() as session:
        counts = [FindingCount(Severity(severity), code, count) for severity, code, count in session.exec(query)]
    return sorted(counts, key=lambda group: (order.index(group.severity), -group.count, group.code))


@verb(Action.IMPORT_BATCH)
def count_findings(viewer: Actor, *, criteria: FindingFilter) -> int:
    """Returns the number of findings that match."""
    require(viewer, Action.IMPORT_BATCH)
    query = _filter_findings(select(func.count(col(Finding.id))), criteria)
    with read_session() as session:
        return int(session.exec(query).one())


@verb(Action.IMPORT_BATCH)
def findings(viewer: Actor, *, criteria: FindingFilter, offset: int = 0, limit: int | None = 50) -> list[ReportLine]:
    """Returns a page of the findings that match, the gravest first, then in the order of the table."""
    require(viewer, Action.IMPORT_BATCH)
    positions = {severity.value: position for position, severity in enumerate(Severity)}
    gravity = case(positions, value=col(Finding.severity))
    query = _filter_findings(select(Finding, Application.folio), criteria)
    query = query.order_by(gravity, func.coalesce(Finding.row, 0), col(Finding.id))
    with read_session() as session:
        lines = session.exec(query.offset(offset).limit(limit))
        return [ReportLine(read_finding(finding), folio) for finding, folio in lines]


@verb(Action.IMPORT_BATCH)
def findings_table(viewer: Actor, *, criteria: FindingFilter) -> Table:
    """Returns all findings that match, as a table to download."""
    lines = map(finding_json, findings(viewer, criteria=criteria, limit=None))
    return Table(
        f"Hallazgos del lote {criteria.batch}",
        ("fila", "folio", "campo", "archivo", "codigo", "gravedad", "mensaje"),
        tuple(tuple(line.values()) for line in lines),
    )


def _filter_findings(query: Any, criteria: FindingFilter) -> Any:
    """Returns a query over ``Finding`` with its joins and conditions."""
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
