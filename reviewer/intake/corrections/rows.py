"""Corrections by hand of rows that could not be stored, and of stored applications.

The batch's rows stay as they came; the audit trail has who corrected what, why, and the values before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.audit import log
from reviewer.audit.log import Changes
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.demographics.questions import SENSITIVE
from reviewer.intake.batch import call_questions
from reviewer.intake.batch.import_batch import assignment_findings
from reviewer.intake.check import cross_checks
from reviewer.intake.check.findings import CheckFinding, Severity
from reviewer.intake.check.report import ReportLine, eligibility_counts, finding_json
from reviewer.intake.check.row_checks import CELL_CODES
from reviewer.intake.corrections.common import (
    changed_cells,
    clean_reason,
    correctable_call,
    import_context,
    refresh_application,
    replace_findings,
)
from reviewer.intake.corrections.reapply import CODES as BY_HAND
from reviewer.intake.parse import cells as cells_of
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store import table_writer as tables
from reviewer.intake.store.current_application import current_application
from reviewer.intake.store.folios import assign_folios
from reviewer.intake.store.prepared_row import PreparedRow, files_from_json, prepare_accepted
from reviewer.intake.store.restored_files import lock_files
from reviewer.intake.store.upsert import REJECTED, RowResult, load_stored_applications, upsert_rows
from reviewer.models import Application, Batch, BatchRow, Call, Correction, Finding, require_id


@dataclass(frozen=True)
class RejectedRow:
    """A row that could not be stored: its cells by header and by canonical name, why, and its file names."""

    row: int
    raw: dict[str, str]
    cells: dict[str, str]
    findings: tuple[str, ...]
    files: tuple[str, ...]


@verb(Action.CORRECT)
def count_rejected(viewer: Actor, *, slug: str, batch: str) -> int:
    """Returns the number of rows of a batch that could not be stored."""
    call = correctable_call(viewer, slug)
    query = select(func.count(col(BatchRow.id))).join(Batch)
    with read_session() as session:
        return session.exec(query.where(*_rejected_conditions(call, batch))).one()


@verb(Action.CORRECT)
def rejected_rows(viewer: Actor, *, slug: str, batch: str, offset: int = 0, limit: int = 20) -> list[RejectedRow]:
    """Returns a page of those rows, in the order of the table."""
    call = correctable_call(viewer, slug)
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
    with read_session() as session:
        batch_rows = session.exec(
            query.where(*_rejected_conditions(call, batch)).order_by(col(BatchRow.row)).offset(offset).limit(limit)
        ).all()
        rows = [batch_row.row for _, batch_row in batch_rows]
        messages_by_row = _messages_by_row(session, batch_rows[0][0].id if batch_rows else None, rows)
        return [
            RejectedRow(
                row=batch_row.row,
                raw=batch_row.raw,
                cells=cells_of.row_cells(session, stored_batch, batch_row),
                findings=tuple(messages_by_row.get(batch_row.row, ())),
                files=tuple(file["name"] for file in batch_row.files),
            )
            for stored_batch, batch_row in batch_rows
        ]


@verb(Action.CORRECT)
def store_corrected_row(actor: Actor, *, slug: str, batch: str, row: int, cells: Mapping[str, str], reason: str) -> str:
    """Stores a rejected row with corrected cells and the files that came with it; returns its folio.

    ``cells`` are those that change, by canonical name. Raises ``UserError``, with what is still wrong, where
    the row still can't be stored.
    """
    call, cleaned_reason = correctable_call(actor, slug), clean_reason(reason)
    spec = spec_of(call)
    with write_session() as session:
        advisory_lock(session, f"intake-{call.slug}")
        lock_files(session)
        query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
        batch_and_row = session.exec(query.where(*_rejected_conditions(call, batch), BatchRow.row == row)).first()
        if batch_and_row is None:
            raise UserError(f"La fila {row} ya se tomó, o no está en este lote.")
        stored_batch, batch_row = batch_and_row
        before = cells_of.row_cells(session, stored_batch, batch_row)
        submission = _require_storable({**before, **cells}, row, spec)
        prepared = _prepare_row(session, call, spec, batch_row, submission)
        context = replace(
            import_context(session, actor, call, spec, stored_batch), read_cells=lambda _: {**before, **cells}
        )
        original_digest = batch_row.digest  # so that importing the batch again finds the row unchanged
        [result] = upsert_rows(session, context, [prepared])
        batch_row.digest = original_digest
        session.add(batch_row)
        cross_findings = cross_checks.refresh_findings(session, context)
        related_findings = [finding for key, finding in cross_findings if key == result.application_id]
        _count_corrected_row(session, stored_batch, prepared, result, related_findings)
        changes = changed_cells(before, cells)
        application = session.get_one(Application, result.application_id)
        _save_corrections(session, require_id(application), changes)
        recorded = Changes({**changes, "reason": ("", cleaned_reason)}, result.application_id)
        facts = {"call": call.slug, "batch": batch, "row": row}
        log.record(session, actor, "row.take_up", "application", result.folio, facts, changes=recorded)
        return result.folio or ""


@verb(Action.CORRECT)
def read_cells(viewer: Actor, *, slug: str, folio: str) -> tuple[dict[str, str], str]:
    """Returns an application's cells, and the version that ``correct_application`` takes as ``based_on``."""
    call = correctable_call(viewer, slug)
    with read_session() as session:
        application = current_application(session, call, folio)
        cells = cells_of.application_cells(session, application, spec_of(call))
        return cells, application.updated_at.isoformat()


@verb(Action.CORRECT)
def read_unclaimed(viewer: Actor, *, slug: str, folio: str) -> dict[str, str]:
    """Returns what an application's row brought in columns that no question claims, by header, as received."""
    call = correctable_call(viewer, slug)
    with read_session() as session:
        return cells_of.unclaimed_cells(session, current_application(session, call, folio))


@verb(Action.CORRECT)
def read_added_answers(viewer: Actor, *, slug: str, folio: str) -> dict[str, str]:
    """Returns an application's answers to the questions that were added to the call, by label."""
    call = correctable_call(viewer, slug)
    with read_session() as session:
        key = require_id(current_application(session, call, folio))
        answers = call_questions.answers(session, call, [key]).get(key, {})
        return {
            question.label: answers.get(question.key, "") for question in call_questions.questions_of(session, call)
        }


@verb(Action.CORRECT)
def correct_application(
    actor: Actor, *, slug: str, folio: str, cells: Mapping[str, str], reason: str, based_on: str
) -> list[str]:
    """Corrects cells of an application and checks it again; returns the names of those that changed.

    Raises ``StaleWrite`` where the application changed since ``based_on``.
    """
    call, cleaned_reason = correctable_call(actor, slug), clean_reason(reason)
    spec = spec_of(call)
    with write_session() as session:
        application = current_application(session, call, folio, lock=True)
        if application.updated_at.isoformat() != based_on:
            raise StaleWrite(f"La {folio} cambió mientras la corregía: revise lo que dice ahora.")
        before = cells_of.application_cells(session, application, spec)
        changes = changed_cells(before, cells)
        if not changes:
            raise UserError("No cambió ningún dato.")
        submission = _require_storable({**before, **cells}, application.row, spec)
        # The row of a later batch may lack sensitive answers: those that are not corrected stay as they are stored.
        stored_traits = tables.stored_traits(session, application)
        corrected = {question.column for key, question in SENSITIVE.items() if key in cells}
        traits = {column: answer for column, answer in stored_traits.items() if column not in corrected}
        submission = replace(submission, answers={**submission.answers, **traits})
        tables.write_submission(session, application, submission)
        replace_findings(session, application, submission.findings, CELL_CODES)
        for name in changes:
            replace_findings(session, application, (), BY_HAND, field=name)
        _save_corrections(session, require_id(application), changes)
        refresh_application(session, actor, call, spec, application)
        recorded = Changes({**changes, "reason": ("", cleaned_reason)}, application.id)
        facts = {"call": call.slug}
        log.record(session, actor, "application.correct", "application", folio, facts, changes=recorded)
        return list(changes)


def _rejected_conditions(call: Call, batch: str) -> tuple[ColumnElement[bool], ...]:
    return col(Batch.call_id) == call.id, col(Batch.key) == batch, col(BatchRow.outcome) == REJECTED


def _messages_by_row(session: Session, batch_id: int | None, rows: Iterable[int]) -> dict[int | None, list[str]]:
    query = select(Finding.row, Finding.message).where(Finding.batch_id == batch_id)
    messages_by_row: dict[int | None, list[str]] = {}
    for row, message in session.exec(query.where(col(Finding.row).in_(list(rows)))):
        messages_by_row.setdefault(row, []).append(message)
    return messages_by_row


def _require_storable(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    submission = cells_of.submission_from_cells(cells, row, spec)
    if not submission.can_be_stored:
        raise UserError(" ".join(finding.message for finding in submission.findings))
    return submission


def _prepare_row(
    session: Session, call: Call, spec: CallSpec, batch_row: BatchRow, submission: Submission
) -> PreparedRow:
    stored_applications = load_stored_applications(session, require_id(call))
    [assignment] = assign_folios([submission], stored_applications, spec.folio_prefix)
    claims, received = files_from_json(batch_row.files)
    findings = (*submission.findings, *assignment_findings(assignment))
    return prepare_accepted(assignment, batch_row.raw, findings, claims, received, spec.documents)


def _count_corrected_row(
    session: Session,
    batch: Batch,
    prepared: PreparedRow,
    result: RowResult,
    cross_findings: Iterable[CheckFinding],
) -> None:
    """Updates the batch's report for a row that was stored after all."""
    report: dict[str, Any] = {**batch.report}
    findings = (*prepared.findings, *cross_findings)
    lines = [finding_json(ReportLine(finding, result.folio)) for finding in findings]
    report["findings"] = [*(entry for entry in report["findings"] if entry["row"] != prepared.row), *lines]
    report[REJECTED] -= 1
    report[result.outcome] += 1
    refused_count = sum(bool(file.inspection.problem) for file in prepared.received)
    report["documents"] = {
        "stored": report["documents"]["stored"] + prepared.document_count,
        "refused": report["documents"]["refused"] + refused_count,
    }
    counts = eligibility_counts(session, require_id(batch))
    report["eligibility"] = {status: counts.get(status, 0) for status in report["eligibility"]}
    errors = any(entry["severity"] == Severity.ERROR for entry in report["findings"])
    report["status"] = batch.status = "partial" if errors else "complete"
    batch.report = report
    session.add(batch)


def _save_corrections(session: Session, application_id: int, changes: log.Values) -> None:
    query = select(Correction).where(Correction.application_id == application_id)
    corrections = {correction.field: correction for correction in session.exec(query)}
    for name, (_, value) in changes.items():
        correction = corrections.get(name) or Correction(application_id=application_id, field=name, value="")
        correction.value, correction.corrected_at = value, clock.now()
        session.add(correction)
