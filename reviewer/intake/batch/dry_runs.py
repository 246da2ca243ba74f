"""Dry runs of batches: how the columns are read, what an import would do, and starting that import.

A dry run is an import with ``--dry-run``, run as a job, so that its page can be left and opened again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, insert
from sqlmodel import Session, col, delete, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.intake.batch.call_questions import vocabulary_of
from reviewer.intake.check.report import Report, finding_json
from reviewer.intake.parse.batch_contents import preview_table
from reviewer.intake.parse.mapping_file import mapped_headers
from reviewer.jobs import runner
from reviewer.jobs.records import DRY_RUN, JobView, mark_ended
from reviewer.models import Call, ColumnMapping, Job, JobStatus, Person, Rehearsal, RehearsalRow, require_id
from reviewer.models.columns import public_id as new_id
from reviewer.storage import uploads

MAPPABLE_REFUSALS = ("missing_column", "ambiguous_column")
ANY = "any"


@dataclass(frozen=True)
class DryRunView:
    """A dry run as its page shows it, to everybody who may import.

    ``columns`` and ``refusal`` are those of ``TablePreview``; ``report`` is the contract's JSON with only the
    findings about the whole batch, empty while there is none.
    """

    public_id: str
    label: str
    started_by: str
    upload: str | None
    row_count: int
    columns: list[dict[str, Any]]
    mapping: dict[str, str]
    is_saved_mapping: bool
    refusal: dict[str, Any]
    report: dict[str, Any]
    job: JobView | None

    @property
    def can_be_remapped(self) -> bool:
        """Whether another mapping of the columns could help."""
        return bool(self.columns) and self.refusal.get("code") in MAPPABLE_REFUSALS


@dataclass(frozen=True)
class RowFilter:
    """Which rows: of an outcome, with an eligibility."""

    outcome: str = ANY
    eligibility: str = ANY


@verb(Action.IMPORT_BATCH)
def start(actor: Actor, *, slug: str, upload: str | None = None, source: Path | None = None) -> str:
    """Reads a batch's columns, starts the dry run if they are understood, and returns its public id.

    A mapping saved with an earlier batch is used where the table has all of its headers.
    """
    call = _importable_call(actor, slug)
    path, label = uploads.source_of(actor, upload=upload, source=source)
    query = select(Rehearsal.public_id).where(Rehearsal.call_id == call.id, Rehearsal.source == str(path))
    with read_session() as session:
        if existing := session.exec(query).first():
            return existing
    dry_run = Rehearsal(
        call_id=require_id(call), person_id=actor.person_id or 0, source=str(path), upload=upload, label=label
    )
    _read_columns(dry_run, call, {})
    if saved := _saved_mapping(call, dry_run):
        _read_columns(dry_run, call, saved)
        dry_run.is_saved_mapping = True
    dry_run.job = None if dry_run.refusal else new_id()
    with write_session() as session:
        session.add(dry_run)
        facts = {"call": call.slug}
        log.record(session, actor, "rehearsal.begin", "rehearsal", dry_run.public_id, facts)
    _start_job(actor, call, dry_run)
    return dry_run.public_id


@verb(Action.IMPORT_BATCH)
def remap(actor: Actor, *, slug: str, public_id: str, mapping: Mapping[str, str]) -> None:
    """Reads the columns with another ``mapping`` (label by canonical name, or empty), and starts anew."""
    call = _importable_call(actor, slug)
    with write_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
    if dry_run.job and (view := runner.view(actor, job_id=dry_run.job)) and view.is_under_way:
        raise UserError("El ensayo sigue en marcha: deténgalo antes de leer las columnas de otro modo.")
    _read_columns(dry_run, call, dict(mapping))
    dry_run.is_saved_mapping = False
    with write_session() as session:
        session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == dry_run.id))
        dry_run.report, dry_run.job = {}, None if dry_run.refusal else new_id()
        session.merge(dry_run)
    _start_job(actor, call, dry_run)


@verb(Action.IMPORT_BATCH)
def read(viewer: Actor, *, slug: str, public_id: str) -> DryRunView:
    """Returns a dry run. Raises ``UserError`` where there is none."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        return _views(viewer, session, [dry_run])[0]


@verb(Action.IMPORT_BATCH)
def list_open(viewer: Actor, *, slug: str) -> list[DryRunView]:
    """Returns a call's dry runs that were neither confirmed nor discarded, the latest first."""
    call = _importable_call(viewer, slug)
    query = select(Rehearsal).where(Rehearsal.call_id == call.id)
    with read_session() as session:
        return _views(viewer, session, session.exec(query.order_by(col(Rehearsal.id).desc())).all())


@verb(Action.IMPORT_BATCH)
def count_rows(viewer: Actor, *, slug: str, public_id: str, criteria: RowFilter) -> int:
    """Returns the number of rows that match."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        query = select(func.count(col(RehearsalRow.id))).where(*_conditions(dry_run, criteria))
        return session.exec(query).one()


@verb(Action.IMPORT_BATCH)
def rows(
    viewer: Actor, *, slug: str, public_id: str, criteria: RowFilter, offset: int = 0, limit: int = 50
) -> list[RehearsalRow]:
    """Returns a page of the rows that match, in the order of the table."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        query = select(RehearsalRow).where(*_conditions(dry_run, criteria)).order_by(col(RehearsalRow.row))
        return list(session.exec(query.offset(offset).limit(limit)))


@verb(Action.IMPORT_BATCH)
def confirm(actor: Actor, *, slug: str, public_id: str, keep_mapping: bool) -> str:
    """Starts the import, deletes the dry run, and returns the public id of the import's job."""
    call = _importable_call(actor, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
    if not dry_run.report or dry_run.refusal:
        raise UserError("Todavía no hay un ensayo completo que confirmar.")
    source = None if dry_run.upload else Path(dry_run.source)
    job = runner.start_import(
        actor, slug=call.slug, upload=dry_run.upload, source=source, mapping=dict(dry_run.mapping)
    )
    with write_session() as session:
        if keep_mapping and dry_run.mapping:
            _save_mapping(session, actor, call, dry_run)
        _delete(session, dry_run)
    return job


@verb(Action.IMPORT_BATCH)
def discard(actor: Actor, *, slug: str, public_id: str) -> None:
    """Deletes a dry run and its upload."""
    call = _importable_call(actor, slug)
    with write_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        _delete(session, dry_run)
        if reason := dry_run.refusal.get("message"):
            _record_refused(session, actor, call, dry_run.label, reason)
        log.record(session, actor, "rehearsal.discard", "rehearsal", public_id, {"call": call.slug})
    if dry_run.job:
        runner.cancel(actor, job_id=dry_run.job)
    if dry_run.upload:
        uploads.discard(actor, public_id=dry_run.upload)


def save_report(job_id: str, report: Report) -> None:
    """Stores the report of this job's dry run; does nothing where the dry run was deleted."""
    with write_session() as session:
        dry_run = session.exec(select(Rehearsal).where(Rehearsal.job == job_id)).first()
        if dry_run is None:
            return
        findings_by_row: dict[int | None, list[dict[str, Any]]] = {}
        for line in report.lines:
            findings_by_row.setdefault(line.finding.row, []).append(finding_json(line))
        batch_report = report.to_json() | {"findings": findings_by_row.get(None, [])}
        refusals = [entry for entry in batch_report["findings"] if entry["severity"] == "refusal"]
        dry_run.report = batch_report
        dry_run.refusal = refusals[0] if refusals else {}
        session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == dry_run.id))
        lines = [
            {"rehearsal_id": dry_run.id, **asdict(row), "findings": findings_by_row.get(row.row, [])}
            for row in report.predicted_rows
        ]
        if lines:
            session.execute(insert(RehearsalRow), lines)


def _importable_call(actor: Actor, slug: str) -> Call:
    call = get_call(slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    return call


def _require_dry_run(session: Session, call: Call, public_id: str) -> Rehearsal:
    query = select(Rehearsal).where(Rehearsal.call_id == call.id, Rehearsal.public_id == public_id)
    dry_run = session.exec(query).first()
    if dry_run is None:
        raise UserError("Ese ensayo ya se confirmó o se descartó.")
    return dry_run


def _views(viewer: Actor, session: Session, dry_runs: Sequence[Rehearsal]) -> list[DryRunView]:
    jobs_by_id = runner.dry_runs(viewer, job_ids=[dry_run.job for dry_run in dry_runs if dry_run.job])
    ids = {dry_run.person_id for dry_run in dry_runs}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids))).all())
    return [
        DryRunView(
            public_id=dry_run.public_id,
            label=dry_run.label,
            started_by=names.get(dry_run.person_id, ""),
            upload=dry_run.upload,
            row_count=dry_run.table.get("rows", 0),
            columns=dry_run.table.get("columns", []),
            mapping=dry_run.mapping,
            is_saved_mapping=dry_run.is_saved_mapping,
            refusal=dry_run.refusal,
            report=dry_run.report,
            job=jobs_by_id.get(dry_run.job or ""),
        )
        for dry_run in dry_runs
    ]


def _read_columns(dry_run: Rehearsal, call: Call, mapping: dict[str, str]) -> None:
    preview = preview_table(Path(dry_run.source), vocabulary_of(call), mapping)
    dry_run.table = {"rows": preview.row_count, "columns": preview.columns}
    dry_run.mapping, dry_run.refusal = mapping, preview.refusal


def _start_job(actor: Actor, call: Call, dry_run: Rehearsal) -> None:
    """Starts the dry run's job, if it has one: the columns can be read."""
    if dry_run.job:
        runner.start_dry_run(
            actor,
            slug=call.slug,
            source=dry_run.source,
            label=dry_run.label,
            mapping=dry_run.mapping,
            job_id=dry_run.job,
        )


def _saved_mapping(call: Call, dry_run: Rehearsal) -> dict[str, str]:
    """Returns the latest saved mapping whose headers are all in the table, else an empty one."""
    labels = {column["label"] for column in dry_run.table.get("columns", [])}
    query = select(ColumnMapping).where(ColumnMapping.call_id == call.id)
    with read_session() as session:
        saved_mappings = session.exec(query.order_by(col(ColumnMapping.id).desc())).all()
    fitting = [
        saved for saved in saved_mappings if labels.issuperset(filter(None, mapped_headers(saved.mapping).values()))
    ]
    exact = [saved for saved in fitting if set(saved.headers) == labels]
    best = next(iter(exact or fitting), None)
    return dict(best.mapping) if best and labels else {}


def _save_mapping(session: Session, actor: Actor, call: Call, dry_run: Rehearsal) -> None:
    """Saves the mapping for tables with these headers, replacing an older one for the same headers."""
    headers = [column["label"] for column in dry_run.table["columns"]]
    for saved in session.exec(select(ColumnMapping).where(ColumnMapping.call_id == call.id)):
        if sorted(saved.headers) == sorted(headers):
            session.delete(saved)
    new = ColumnMapping(call_id=require_id(call), headers=headers, mapping=dry_run.mapping)
    new.saved_at = clock.now()
    session.add(new)
    facts = {"call": call.slug, "mapping": dry_run.mapping}
    log.record(session, actor, "mapping.save", "call", call.slug, facts)


def _delete(session: Session, dry_run: Rehearsal) -> None:
    session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == dry_run.id))
    session.exec(delete(Rehearsal).where(col(Rehearsal.id) == dry_run.id))


def _record_refused(session: Session, actor: Actor, call: Call, label: str, reason: str) -> None:
    """Stores that a batch was refused as a cancelled job, for ``queries.refused_batches``."""
    job = Job(kind=DRY_RUN, label=label, started_by=actor.person_id, arguments={"call": call.slug})
    job.result = {"status": "refused"}
    mark_ended(job, JobStatus.CANCELLED, reason)
    session.add(job)


def _conditions(dry_run: Rehearsal, criteria: RowFilter) -> list[ColumnElement[bool]]:
    conditions = [col(RehearsalRow.rehearsal_id) == dry_run.id]
    if criteria.outcome != ANY:
        conditions.append(col(RehearsalRow.outcome) == criteria.outcome)
    if criteria.eligibility != ANY:
        conditions.append(col(RehearsalRow.eligibility) == criteria.eligibility)
    return conditions


def column_names(slug: str) -> list[str]:
    """Returns the canonical names that columns of this call's tables may have."""
    return list(vocabulary_of(get_call(slug)).names)
