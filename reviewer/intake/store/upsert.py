"""Storing of rows: a row's application, documents and findings, all in the caller's transaction.

Findings belong to the batch of their row. Those that count for an application are of the batch that wrote it
last (``Application.batch_id``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, func, select, update

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.call.spec import CallSpec
from reviewer.intake.check.findings import CheckFinding, codes_that_count, make_finding
from reviewer.intake.corrections import screening_decisions
from reviewer.intake.corrections.reapply import reapply_corrections
from reviewer.intake.store import table_writer
from reviewer.intake.store.absent_columns import keep_absent_columns, keep_absent_traits
from reviewer.intake.store.earlier_submissions import is_earlier, keep_earlier
from reviewer.intake.store.folios import FolioAssignment, folio_number, format_folio
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.person_matching import (
    StoredApplication,
    identity_of,
    is_same_person,
    make_identity,
)
from reviewer.intake.store.prepared_row import PreparedRow, files_to_json, with_stored_documents
from reviewer.models import Applicant, Application, ApplicationStatus, BatchRow, Finding

_KNOWN_COLUMNS: tuple[Any, ...] = (
    *(Application.id, Application.folio, Application.superseded_by, Application.submitted_at),
    *(Application.status, Applicant.curp, Applicant.email, Applicant.first_names, Applicant.surnames),
    Applicant.birth_date,
)
CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"
WITHHELD = "withheld"  # outcome of a rejected row of which nothing is stored


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row; ``document_count`` is of those stored now, ``changed`` the changed columns.

    ``is_new_in_batch`` is false where an earlier import of the batch stored the same row.
    """

    row: int
    outcome: str
    findings: tuple[CheckFinding, ...]
    application_id: int | None = None
    folio: str | None = None
    document_count: int = 0
    is_new_in_batch: bool = True
    changed: tuple[str, ...] = ()


def load_stored_applications(
    session: Session, call_id: int, *, after: int = 0, not_of_batch: int | None = None
) -> list[StoredApplication]:
    """Returns the call's applications with ids above ``after``, with what tells people apart."""
    query = (
        columns(*_KNOWN_COLUMNS)
        .join(Applicant, col(Applicant.application_id) == col(Application.id))
        .where(col(Application.call_id) == call_id, col(Application.id) > after)
    )
    if not_of_batch:
        query = query.where(col(Application.batch_id) != not_of_batch)
    return [
        StoredApplication(
            id=line.id,
            folio=line.folio,
            person_folio=line.superseded_by or line.folio,
            identity=make_identity(line.curp, line.email, f"{line.first_names} {line.surnames}", line.birth_date),
            submitted_at=line.submitted_at,
            is_current=line.status == ApplicationStatus.CURRENT,
        )
        for line in session.execute(query)
    ]


def upsert_rows(session: Session, context: ImportContext, rows: Sequence[PreparedRow]) -> list[RowResult]:
    """Stores some rows, in the caller's transaction; rows stored before change nothing."""
    stored_rows = _stored_rows(session, context, rows)
    _load_concurrent(session, context)
    results, rows_to_create = _unchanged_results(session, rows, stored_rows), []
    for prepared in rows:
        if prepared.row in results:
            continue
        if prepared.assignment is None:
            results[prepared.row] = RowResult(prepared.row, REJECTED, prepared.findings)
        elif application := _find_application(session, prepared.assignment, context.concurrent_applications):
            results[prepared.row] = _update(session, context, prepared, prepared.assignment, application)
        else:
            rows_to_create.append(prepared)
    results |= _create(session, context, rows_to_create)
    new_in_batch = [(prepared, results[prepared.row]) for prepared in rows if results[prepared.row].is_new_in_batch]
    for prepared, _ in new_in_batch:
        if prepared.assignment and prepared.assignment.superseded_id:
            earlier = session.get_one(Application, prepared.assignment.superseded_id)
            supersede(session, context.actor, context.spec, earlier, prepared.assignment.folio)
    _record_rows(session, context, new_in_batch, stored_rows)
    return [results[prepared.row] for prepared in rows]


def current_findings(session: Session, application: Application) -> list[Finding]:
    """Returns the findings that count for an application."""
    query = select(Finding).where(Finding.application_id == application.id, Finding.batch_id == application.batch_id)
    return list(session.exec(query))


def judge(session: Session, application: Application, spec: CallSpec) -> None:
    """Sets the application's eligibility by its current findings and by what a person decided."""
    refused = {
        document.kind: document.refused
        for document in table_writer.documents_of(session, application.id)
        if document.refused
    }
    findings = [(finding.code, finding.severity) for finding in current_findings(session, application)]
    automatic = table_writer.judge_findings(findings, refused, spec)
    codes = codes_that_count(findings, refused.values())
    screening_decisions.apply_decision(session, application, spec, automatic, codes)


def repeated_finding(current_folio: str) -> CheckFinding:
    """Returns the finding of a row that a later one of the same person supersedes."""
    return make_finding(
        "repeated_in_batch", f"La misma persona envió otra postulación después: vale la {current_folio}."
    )


def supersede(session: Session, actor: Actor, spec: CallSpec, application: Application, current_folio: str) -> None:
    """Marks an application as superseded by another one of the same person."""
    if application.status == ApplicationStatus.SUPERSEDED:
        return
    application.status, application.superseded_by = ApplicationStatus.SUPERSEDED, current_folio
    application.digest = f"{application.digest.partition(':')[0]}:{ApplicationStatus.SUPERSEDED}"
    superseded_finding = replace(repeated_finding(current_folio), row=application.row)
    table_writer.write_findings(session, application.batch_id, [(superseded_finding, application.id)])
    judge(session, application, spec)
    detail = {"call": spec.slug, "superseded_by": current_folio}
    log.record(session, actor, "application.supersede", "application", application.folio, detail)


def _stored_rows(session: Session, context: ImportContext, rows: Sequence[PreparedRow]) -> dict[int, BatchRow]:
    numbers = [prepared.row for prepared in rows]
    query = select(BatchRow).where(BatchRow.batch_id == context.batch_id, col(BatchRow.row).in_(numbers))
    return {row.row: row for row in session.exec(query)}


def _load_concurrent(session: Session, context: ImportContext) -> None:
    context.concurrent_applications += load_stored_applications(
        session, context.call_id, after=context.last_application_id, not_of_batch=context.batch_id
    )
    context.last_application_id = session.exec(select(func.max(Application.id))).one() or 0


def _unchanged_results(
    session: Session, rows: Sequence[PreparedRow], stored_rows: dict[int, BatchRow]
) -> dict[int, RowResult]:
    """Returns the results of rows that the batch stored before and that are equal."""
    unchanged = [
        prepared
        for prepared in rows
        if prepared.row in stored_rows and (prepared.is_withheld or stored_rows[prepared.row].digest == prepared.digest)
    ]
    application_ids = [stored_rows[prepared.row].application_id for prepared in unchanged]
    query = select(Application.id, Application.folio).where(col(Application.id).in_(application_ids))
    folios = dict(session.exec(query).all())
    return {
        prepared.row: RowResult(
            row=prepared.row,
            outcome=UNCHANGED if key else REJECTED,
            findings=prepared.findings,
            application_id=key,
            folio=folios.get(key),
            is_new_in_batch=False,
        )
        for prepared, key in zip(unchanged, application_ids, strict=True)
    }


def _find_application(
    session: Session, assignment: FolioAssignment, concurrent_applications: Sequence[StoredApplication]
) -> Application | None:
    """Returns the row's application: as planned, else one that another import has stored meanwhile."""
    if assignment.stored_id:
        return session.get(Application, assignment.stored_id)
    if not assignment.is_current:
        return None
    row_identity = identity_of(assignment.submission)
    for other in concurrent_applications:
        if other.is_current and is_same_person(other.identity, row_identity):
            return session.get(Application, other.id)
    return None


def _update(
    session: Session,
    context: ImportContext,
    prepared: PreparedRow,
    assignment: FolioAssignment,
    application: Application,
) -> RowResult:
    """Updates a stored application where the row differs from it."""
    complete_row, row_context = keep_absent_columns(session, context, prepared, application)
    outcome, changed = UNCHANGED, log.NO_VALUES
    if any(claim.entry is None for claim in prepared.claims):
        stored_documents = table_writer.documents_of(session, application.id)
        complete_row = with_stored_documents(complete_row, stored_documents, context.spec.documents)
    if application.digest != complete_row.application_digest:
        outcome = UPDATED
        if assignment.is_current and is_earlier(application, assignment.submission):
            keep_earlier(session, context, application, repeated_finding(application.folio))
        complete_row = reapply_corrections(session, row_context, complete_row, application)
        submission = complete_row.assignment.submission if complete_row.assignment else assignment.submission
        submission = keep_absent_traits(session, context, submission, application)
        changed = table_writer.update_application(
            session, application, context.batch_id, complete_row, submission, context.spec
        )
        place = {"call": context.spec.slug, "batch": context.batch_key, "row": prepared.row}
        log.record(
            *(session, context.actor, "application.update", "application", application.folio),
            {**place, "changed": [*changed]},
            changes=log.Changes(changed, application.id),
        )
    not_found = [finding for finding in prepared.findings if finding.code == "file_not_found"]
    return RowResult(
        row=prepared.row,
        outcome=outcome,
        findings=tuple(dict.fromkeys((*complete_row.findings, *not_found))),
        application_id=application.id,
        folio=application.folio,
        document_count=prepared.document_count if outcome == UPDATED else 0,
        changed=tuple(changed),
    )


def _create(session: Session, context: ImportContext, rows: Sequence[PreparedRow]) -> dict[int, RowResult]:
    if not rows:
        return {}
    new_folios = _replacement_folios(session, context, rows)
    renamed = [_with_replacement_folio(prepared, new_folios) for prepared in rows]
    assigned = [(prepared, prepared.assignment) for prepared in renamed if prepared.assignment]
    ids = table_writer.create_applications(session, context.call_id, context.batch_id, assigned, context.spec)
    return {
        prepared.row: RowResult(
            prepared.row, CREATED, prepared.findings, key, assignment.folio, prepared.document_count
        )
        for (prepared, assignment), key in zip(assigned, ids, strict=True)
    }


def _replacement_folios(session: Session, context: ImportContext, rows: Sequence[PreparedRow]) -> dict[str, str]:
    """Returns new folios for those planned folios that another import has used meanwhile."""
    assignments = (prepared.assignment for prepared in rows)
    planned = [assignment for assignment in assignments if assignment and assignment.is_current]
    # Without a condition on the call: with it, SQLite reads all of the call's applications.
    query = select(Application.folio, Application.superseded_by, Application.call_id).where(
        col(Application.folio).in_([assignment.folio for assignment in planned])
    )
    owners: dict[str, set[str]] = {}
    for folio, owner, call_id in session.exec(query):
        if call_id == context.call_id:
            owners.setdefault(folio, set()).add(owner)
    new_folios = {}
    for assignment in planned:
        if owners.get(assignment.folio, set()) - {assignment.person_folio}:
            new_folios[assignment.folio] = _next_folio(session, context)
            _rename_superseded(session, context, assignment.folio, new_folios[assignment.folio])
    return new_folios


def _next_folio(session: Session, context: ImportContext) -> str:
    prefix = context.spec.folio_prefix
    of_call = session.exec(select(Application.folio).where(Application.call_id == context.call_id))
    context.last_folio_number = 1 + max(
        [context.last_folio_number, *(folio_number(folio, prefix) for folio in of_call)]
    )
    return format_folio(prefix, context.last_folio_number)


def _with_replacement_folio(prepared: PreparedRow, new_folios: dict[str, str]) -> PreparedRow:
    assignment = prepared.assignment
    if assignment is None or assignment.person_folio not in new_folios:
        return prepared
    folio, person_folio = (
        new_folios.get(assignment.folio, assignment.folio),
        new_folios[assignment.person_folio],
    )
    return replace(prepared, assignment=replace(assignment, folio=folio, person_folio=person_folio))


def _rename_superseded(session: Session, context: ImportContext, planned: str, folio: str) -> None:
    """Gives superseded rows of the same person, stored before, the new folio of the current one."""
    earlier = (col(Application.batch_id) == context.batch_id, col(Application.superseded_by) == planned)
    session.exec(update(Application).where(*earlier, col(Application.folio) == planned).values(folio=folio))
    session.exec(update(Application).where(*earlier).values(superseded_by=folio))


def _record_rows(
    session: Session,
    context: ImportContext,
    rows: Sequence[tuple[PreparedRow, RowResult]],
    stored_rows: dict[int, BatchRow],
) -> None:
    """Stores each row as it came, its outcome and its findings."""
    if not rows:
        return
    known_rows = [prepared.row for prepared, _ in rows if prepared.row in stored_rows]
    if known_rows:
        conditions = (col(Finding.batch_id) == context.batch_id, col(Finding.row).in_(known_rows))
        session.exec(delete(Finding).where(*conditions))
    new_rows = []
    for prepared, result in rows:
        facts = {
            "raw": prepared.raw,
            "digest": prepared.digest,
            "outcome": WITHHELD if prepared.is_withheld else result.outcome,
            "application_id": result.application_id,
            "files": files_to_json(prepared),
        }
        if prepared.row in stored_rows:
            for name, value in facts.items():
                setattr(stored_rows[prepared.row], name, value)
        else:
            new_rows.append({"batch_id": context.batch_id, "row": prepared.row, **facts})
    if new_rows:
        session.execute(insert(BatchRow), new_rows)
    findings_of_rows = ((finding, result.application_id) for _, result in rows for finding in result.findings)
    table_writer.write_findings(session, context.batch_id, findings_of_rows)
    outcomes_by_row = {result.folio or f"fila {result.row}": result.outcome for _, result in rows}
    log.record(session, context.actor, "batch.rows", "batch", context.batch_key, {"rows": outcomes_by_row})
