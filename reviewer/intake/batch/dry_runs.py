"""Trying a batch before it is taken: how its columns read, what would come of it, and then the real thing.

A rehearsal is the very import with ``--dry-run``, run as a job, so that one may leave it and come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.intake.check.report import Report, finding_json
from reviewer.intake.parse.batch_contents import preview_table
from reviewer.intake.parse.column_vocabulary import vocabulary
from reviewer.jobs import runner
from reviewer.jobs.records import DRY_RUN, JobView, mark_ended
from reviewer.models import Call, ColumnMapping, Job, JobStatus, Person, Rehearsal, RehearsalRow, require_id
from reviewer.models.columns import public_id as new_id
from reviewer.storage import uploads

MAPPABLE_REFUSALS = ("missing_column", "ambiguous_column")
ANY = "any"


@dataclass(frozen=True)
class DryRunView:
    """A rehearsal as its page shows it; any importer may go on with it, whoever began it.

    ``columns`` are ``preview.look``'s, ``refusal`` the finding that keeps the table from being read so;
    ``report`` is the contract's JSON without its findings, empty while there is none.
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
        """Whether saying which column is which could help."""
        return bool(self.columns) and self.refusal.get("code") in MAPPABLE_REFUSALS


@dataclass(frozen=True)
class DryRunRow:
    """A row and what would become of it; ``findings`` as in the contract's report."""

    row: int
    outcome: str
    folio: str
    name: str
    eligibility: str
    changed: list[str]
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class RowFilter:
    """Which rows: of an outcome, or whose application would be so."""

    outcome: str = ANY
    eligibility: str = ANY


@verb(Action.IMPORT_BATCH)
def start(actor: Actor, *, slug: str, upload: str | None = None, source: Path | None = None) -> str:
    """Looks at a batch's columns, and rehearses it at once where they can be read. Returns the public id.

    A mapping kept from an earlier batch is used where its headers are all there.
    """
    call = _importable_call(actor, slug)
    path, label = uploads.source_of(actor, upload=upload, source=source)
    with read_session() as session:
        existing_query = select(Rehearsal).where(Rehearsal.call_id == call.id, Rehearsal.source == str(path))
        existing: Rehearsal | None = session.exec(existing_query).first()
    if existing is not None:
        return existing.public_id
    dry_run = Rehearsal(
        call_id=require_id(call), person_id=actor.person_id or 0, source=str(path), upload=upload, label=label
    )
    _read_columns(dry_run, call, {})
    saved = _saved_mapping(call, dry_run)
    if saved:
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
    """Reads the columns as ``mapping`` says (canonical name to label, empty: none), and rehearses anew."""
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
    """A rehearsal. Refused where there is none."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        return _views(viewer, session, [dry_run])[0]


@verb(Action.IMPORT_BATCH)
def list_open(viewer: Actor, *, slug: str) -> list[DryRunView]:
    """A call's rehearsals that were neither confirmed nor thrown away, the latest first."""
    call = _importable_call(viewer, slug)
    query = select(Rehearsal).where(Rehearsal.call_id == call.id)
    with read_session() as session:
        return _views(viewer, session, session.exec(query.order_by(col(Rehearsal.id).desc())).all())


@verb(Action.IMPORT_BATCH)
def count_rows(viewer: Actor, *, slug: str, public_id: str, criteria: RowFilter) -> int:
    """How many rows are as wanted."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        query = select(func.count(col(RehearsalRow.id))).where(*_conditions(dry_run, criteria))
        return session.exec(query).one()


@verb(Action.IMPORT_BATCH)
def rows(
    viewer: Actor, *, slug: str, public_id: str, criteria: RowFilter, offset: int = 0, limit: int = 50
) -> list[DryRunRow]:
    """Those rows, as the table has them."""
    call = _importable_call(viewer, slug)
    with read_session() as session:
        dry_run = _require_dry_run(session, call, public_id)
        query = select(RehearsalRow).where(*_conditions(dry_run, criteria)).order_by(col(RehearsalRow.row))
        return [
            DryRunRow(
                row=row.row,
                outcome=row.outcome,
                folio=row.folio,
                name=row.name,
                eligibility=row.eligibility,
                changed=row.changed,
                findings=row.findings,
            )
            for row in session.exec(query.offset(offset).limit(limit))
        ]


@verb(Action.IMPORT_BATCH)
def confirm(actor: Actor, *, slug: str, public_id: str, keep_mapping: bool) -> str:
    """Starts the import that was rehearsed; returns its job's public id. The rehearsal is over."""
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
    """Throws a rehearsal away, and the upload with it."""
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
    """Keeps what a dry run said, for the rehearsal that started this job; nothing happens without one."""
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
            {
                "rehearsal_id": dry_run.id,
                "row": predicted_row.row,
                "outcome": predicted_row.outcome,
                "folio": predicted_row.folio,
                "name": predicted_row.name,
                "eligibility": predicted_row.eligibility,
                "changed": list(predicted_row.changed),
                "findings": findings_by_row.get(predicted_row.row, []),
            }
            for predicted_row in report.predicted_rows
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
    people = select(Person.id, Person.name).where(
        col(Person.id).in_({dry_run.person_id for dry_run in dry_runs})
    )
    names = dict(session.exec(people).all())
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
    spec = spec_of(call)
    preview = preview_table(Path(dry_run.source), spec.documents, mapping)
    dry_run.table = {"rows": preview.row_count, "columns": preview.columns}
    dry_run.mapping = mapping
    dry_run.refusal = preview.refusal


def _start_job(actor: Actor, call: Call, dry_run: Rehearsal) -> None:
    """Starts the dry run, where the columns can be read."""
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
    """The latest mapping kept of which every header is in the table; empty where none is."""
    labels = {column["label"] for column in dry_run.table.get("columns", [])}
    query = select(ColumnMapping).where(ColumnMapping.call_id == call.id)
    with read_session() as session:
        saved_mappings = session.exec(query.order_by(col(ColumnMapping.id).desc())).all()
    fitting = [
        saved_mapping
        for saved_mapping in saved_mappings
        if labels and set(filter(None, saved_mapping.mapping.values())) <= labels
    ]
    exact = [saved_mapping for saved_mapping in fitting if set(saved_mapping.headers) == labels]
    best = next(iter(exact or fitting), None)
    return dict(best.mapping) if best else {}


def _save_mapping(session: Session, actor: Actor, call: Call, dry_run: Rehearsal) -> None:
    """Keeps the mapping for tables with these headers, in the place of an older one for the same."""
    headers = [column["label"] for column in dry_run.table["columns"]]
    for saved_mapping in session.exec(select(ColumnMapping).where(ColumnMapping.call_id == call.id)):
        if sorted(saved_mapping.headers) == sorted(headers):
            session.delete(saved_mapping)
    session.add(
        ColumnMapping(
            call_id=require_id(call), headers=headers, mapping=dry_run.mapping, saved_at=clock.now()
        )
    )
    facts = {"call": call.slug, "mapping": dry_run.mapping}
    log.record(session, actor, "mapping.save", "call", call.slug, facts)


def _delete(session: Session, dry_run: Rehearsal) -> None:
    session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == dry_run.id))
    session.exec(delete(Rehearsal).where(col(Rehearsal.id) == dry_run.id))


def _record_refused(session: Session, actor: Actor, call: Call, label: str, reason: str) -> None:
    """Keeps, as the job that it could not become, that a batch was refused (see ``history.refused``)."""
    job = Job(kind=DRY_RUN, label=label, started_by=actor.person_id, arguments={"call": call.slug})
    job.result = {"status": "refused"}
    mark_ended(job, JobStatus.CANCELLED, reason)
    session.add(job)


def _conditions(dry_run: Rehearsal, criteria: RowFilter) -> list[Any]:
    conditions: list[Any] = [RehearsalRow.rehearsal_id == dry_run.id]
    if criteria.outcome != ANY:
        conditions.append(RehearsalRow.outcome == criteria.outcome)
    if criteria.eligibility != ANY:
        conditions.append(RehearsalRow.eligibility == criteria.eligibility)
    return conditions


def column_names(slug: str) -> list[str]:
    """The canonical names that a column of this call's tables may have."""
    return list(vocabulary(spec_of(get_call(slug)).documents).aliases)
