"""Trying a batch before it is taken: how its columns read, what would come of it, and then the real thing.

A rehearsal is the very import with ``--dry-run``, run as a job, so that one may leave it and come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, func, select

from reviewer import clock, jobs, uploads
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.intake.names import vocabulary
from reviewer.intake.preview import look
from reviewer.intake.report import Report, finding
from reviewer.job_rows import REHEARSE, JobView, settle
from reviewer.models import Call, ColumnMapping, Job, JobStatus, Person, Rehearsal, RehearsalRow
from reviewer.models.columns import public_id as new_id

CURABLE = ("missing_column", "ambiguous_column")
ANY = "any"


@dataclass(frozen=True)
class RehearsalView:
    """A rehearsal as its page shows it; any importer may go on with it, whoever began it.

    ``columns`` are ``preview.look``'s, ``refusal`` the finding that keeps the table from being read so;
    ``report`` is the contract's JSON without its findings, empty while there is none.
    """

    public_id: str
    label: str
    begun_by: str
    upload: str | None
    rows: int
    columns: list[dict[str, Any]]
    mapping: dict[str, str]
    is_saved_mapping: bool
    refusal: dict[str, Any]
    report: dict[str, Any]
    job: JobView | None

    @property
    def is_curable(self) -> bool:
        """Whether saying which column is which could help."""
        return bool(self.columns) and self.refusal.get("code") in CURABLE


@dataclass(frozen=True)
class RowLine:
    """A row and what would become of it; ``findings`` as in the contract's report."""

    row: int
    outcome: str
    folio: str
    name: str
    eligibility: str
    changed: list[str]
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """Which rows: of an outcome, or whose application would be so."""

    outcome: str = ANY
    eligibility: str = ANY


def begin(actor: Actor, *, call_slug: str, upload: str | None = None, source: Path | None = None) -> str:
    """Looks at a batch's columns, and rehearses it at once where they can be read. Returns the public id.

    A mapping kept from an earlier batch is used where its headers are all there.
    """
    call = _importable(actor, call_slug)
    path, label = uploads.source_of(actor, upload=upload, source=source)
    with reading() as session:
        same = select(Rehearsal).where(Rehearsal.call_id == call.id, Rehearsal.source == str(path))
        known: Rehearsal | None = session.exec(same).first()
    if known is not None:
        return known.public_id
    rehearsal = Rehearsal(
        call_id=call.id or 0, person_id=actor.person_id or 0, source=str(path), upload=upload, label=label
    )
    _read_columns(rehearsal, call, {})
    saved = _saved_mapping(call, rehearsal)
    if saved:
        _read_columns(rehearsal, call, saved)
        rehearsal.is_saved_mapping = True
    rehearsal.job = None if rehearsal.refusal else new_id()
    with writing() as session:
        session.add(rehearsal)
        facts = {"call": call.slug}
        audit.record(session, actor, "rehearsal.begin", "rehearsal", rehearsal.public_id, facts)
    _rehearse(actor, call, rehearsal)
    return rehearsal.public_id


def remap(actor: Actor, *, call_slug: str, public_id: str, mapping: Mapping[str, str]) -> None:
    """Reads the columns as ``mapping`` says (canonical name to label, empty: none), and rehearses anew."""
    call = _importable(actor, call_slug)
    with writing() as session:
        rehearsal = _find(session, call, public_id)
    if rehearsal.job and (view := jobs.view(actor, job_id=rehearsal.job)) and view.is_under_way:
        raise Refused("El ensayo sigue en marcha: deténgalo antes de leer las columnas de otro modo.")
    _read_columns(rehearsal, call, dict(mapping))
    rehearsal.is_saved_mapping = False
    with writing() as session:
        session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == rehearsal.id))
        rehearsal.report, rehearsal.job = {}, None if rehearsal.refusal else new_id()
        session.merge(rehearsal)
    _rehearse(actor, call, rehearsal)


def read(viewer: Actor, *, call_slug: str, public_id: str) -> RehearsalView:
    """A rehearsal. Refused where there is none."""
    call = _importable(viewer, call_slug)
    with reading() as session:
        found = _find(session, call, public_id)
        return _views(viewer, session, [found])[0]


def open_ones(viewer: Actor, *, call_slug: str) -> list[RehearsalView]:
    """A call's rehearsals that were neither confirmed nor thrown away, the latest first."""
    call = _importable(viewer, call_slug)
    query = select(Rehearsal).where(Rehearsal.call_id == call.id)
    with reading() as session:
        return _views(viewer, session, session.exec(query.order_by(col(Rehearsal.id).desc())).all())


def count_rows(viewer: Actor, *, call_slug: str, public_id: str, wanted: Wanted) -> int:
    """How many rows are as wanted."""
    call = _importable(viewer, call_slug)
    with reading() as session:
        rehearsal = _find(session, call, public_id)
        query = select(func.count(col(RehearsalRow.id))).where(*_conditions(rehearsal, wanted))
        return session.exec(query).one()


def rows(
    viewer: Actor, *, call_slug: str, public_id: str, wanted: Wanted, offset: int = 0, limit: int = 50
) -> list[RowLine]:
    """Those rows, as the table has them."""
    call = _importable(viewer, call_slug)
    with reading() as session:
        rehearsal = _find(session, call, public_id)
        query = select(RehearsalRow).where(*_conditions(rehearsal, wanted)).order_by(col(RehearsalRow.row))
        return [
            RowLine(
                row=each.row,
                outcome=each.outcome,
                folio=each.folio,
                name=each.name,
                eligibility=each.eligibility,
                changed=each.changed,
                findings=each.findings,
            )
            for each in session.exec(query.offset(offset).limit(limit))
        ]


def confirm(actor: Actor, *, call_slug: str, public_id: str, keep_mapping: bool) -> str:
    """Starts the import that was rehearsed; returns its job's public id. The rehearsal is over."""
    call = _importable(actor, call_slug)
    with reading() as session:
        rehearsal = _find(session, call, public_id)
    if not rehearsal.report or rehearsal.refusal:
        raise Refused("Todavía no hay un ensayo completo que confirmar.")
    source = None if rehearsal.upload else Path(rehearsal.source)
    job = jobs.start_import(
        actor, call_slug=call.slug, upload=rehearsal.upload, source=source, mapping=dict(rehearsal.mapping)
    )
    with writing() as session:
        if keep_mapping and rehearsal.mapping:
            _save_mapping(session, actor, call, rehearsal)
        _forget(session, rehearsal)
    return job


def discard(actor: Actor, *, call_slug: str, public_id: str) -> None:
    """Throws a rehearsal away, and the upload with it."""
    call = _importable(actor, call_slug)
    with writing() as session:
        rehearsal = _find(session, call, public_id)
        _forget(session, rehearsal)
        if reason := rehearsal.refusal.get("message"):
            _note_refused(session, actor, call, rehearsal.label, reason)
        audit.record(session, actor, "rehearsal.discard", "rehearsal", public_id, {"call": call.slug})
    if rehearsal.job:
        jobs.cancel(actor, job_id=rehearsal.job)
    if rehearsal.upload:
        uploads.discard(actor, public_id=rehearsal.upload)


def keep(job_id: str, report: Report) -> None:
    """Keeps what a dry run said, for the rehearsal that started this job; nothing happens without one."""
    with writing() as session:
        rehearsal = session.exec(select(Rehearsal).where(Rehearsal.job == job_id)).first()
        if rehearsal is None:
            return
        found: dict[int | None, list[dict[str, Any]]] = {}
        for line in report.lines:
            found.setdefault(line.found.row, []).append(finding(line))
        whole = report.to_json() | {"findings": found.get(None, [])}
        refusals = [each for each in whole["findings"] if each["severity"] == "refusal"]
        rehearsal.report = whole
        rehearsal.refusal = refusals[0] if refusals else {}
        session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == rehearsal.id))
        lines = [
            {
                "rehearsal_id": rehearsal.id,
                "row": each.row,
                "outcome": each.outcome,
                "folio": each.folio,
                "name": each.name,
                "eligibility": each.eligibility,
                "changed": list(each.changed),
                "findings": found.get(each.row, []),
            }
            for each in report.foreseen
        ]
        if lines:
            session.execute(insert(RehearsalRow), lines)


def _importable(actor: Actor, slug: str) -> Call:
    call = get_call(slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    return call


def _find(session: Session, call: Call, public_id: str) -> Rehearsal:
    query = select(Rehearsal).where(Rehearsal.call_id == call.id, Rehearsal.public_id == public_id)
    found = session.exec(query).first()
    if found is None:
        raise Refused("Ese ensayo ya se confirmó o se descartó.")
    return found


def _views(viewer: Actor, session: Session, found: Sequence[Rehearsal]) -> list[RehearsalView]:
    at_work = jobs.rehearsed(viewer, job_ids=[each.job for each in found if each.job])
    people = select(Person.id, Person.name).where(col(Person.id).in_({each.person_id for each in found}))
    names = dict(session.exec(people).all())
    return [
        RehearsalView(
            public_id=each.public_id,
            label=each.label,
            begun_by=names.get(each.person_id, ""),
            upload=each.upload,
            rows=each.table.get("rows", 0),
            columns=each.table.get("columns", []),
            mapping=each.mapping,
            is_saved_mapping=each.is_saved_mapping,
            refusal=each.refusal,
            report=each.report,
            job=at_work.get(each.job or ""),
        )
        for each in found
    ]


def _read_columns(rehearsal: Rehearsal, call: Call, mapping: dict[str, str]) -> None:
    spec = spec_of(call)
    seen = look(Path(rehearsal.source), spec.documents, mapping)
    rehearsal.table = {"rows": seen.rows, "columns": seen.columns}
    rehearsal.mapping = mapping
    rehearsal.refusal = seen.refusal


def _rehearse(actor: Actor, call: Call, rehearsal: Rehearsal) -> None:
    """Starts the dry run, where the columns can be read."""
    if rehearsal.job:
        jobs.start_rehearsal(
            actor,
            call_slug=call.slug,
            source=rehearsal.source,
            label=rehearsal.label,
            mapping=rehearsal.mapping,
            job_id=rehearsal.job,
        )


def _saved_mapping(call: Call, rehearsal: Rehearsal) -> dict[str, str]:
    """The latest mapping kept of which every header is in the table; empty where none is."""
    there = {each["label"] for each in rehearsal.table.get("columns", [])}
    query = select(ColumnMapping).where(ColumnMapping.call_id == call.id)
    with reading() as session:
        kept = session.exec(query.order_by(col(ColumnMapping.id).desc())).all()
    fitting = [each for each in kept if there and set(filter(None, each.mapping.values())) <= there]
    same = [each for each in fitting if set(each.headers) == there]
    best = next(iter(same or fitting), None)
    return dict(best.mapping) if best else {}


def _save_mapping(session: Session, actor: Actor, call: Call, rehearsal: Rehearsal) -> None:
    """Keeps the mapping for tables with these headers, in the place of an older one for the same."""
    headers = [each["label"] for each in rehearsal.table["columns"]]
    for each in session.exec(select(ColumnMapping).where(ColumnMapping.call_id == call.id)):
        if sorted(each.headers) == sorted(headers):
            session.delete(each)
    session.add(
        ColumnMapping(call_id=call.id or 0, headers=headers, mapping=rehearsal.mapping, saved_at=clock.now())
    )
    facts = {"call": call.slug, "mapping": rehearsal.mapping}
    audit.record(session, actor, "mapping.save", "call", call.slug, facts)


def _forget(session: Session, rehearsal: Rehearsal) -> None:
    session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id) == rehearsal.id))
    session.exec(delete(Rehearsal).where(col(Rehearsal.id) == rehearsal.id))


def _note_refused(session: Session, actor: Actor, call: Call, label: str, reason: str) -> None:
    """Keeps, as the job that it could not become, that a batch was refused (see ``history.refused``)."""
    job = Job(kind=REHEARSE, label=label, started_by=actor.person_id, arguments={"call": call.slug})
    job.result = {"status": "refused"}
    settle(job, JobStatus.CANCELLED, reason)
    session.add(job)


def _conditions(rehearsal: Rehearsal, wanted: Wanted) -> list[Any]:
    conditions: list[Any] = [RehearsalRow.rehearsal_id == rehearsal.id]
    if wanted.outcome != ANY:
        conditions.append(RehearsalRow.outcome == wanted.outcome)
    if wanted.eligibility != ANY:
        conditions.append(RehearsalRow.eligibility == wanted.eligibility)
    return conditions


def names_of(call_slug: str) -> list[str]:
    """The canonical names that a column of this call's tables may have."""
    return list(vocabulary(spec_of(get_call(call_slug)).documents).aliases)
