"""What an application keeps of columns that a later batch's table lacks: a column that is absent erases nothing."""

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import Session, select

from reviewer.demographics.questions import ASKED, CONSENT, SENSITIVE
from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.check.row_checks import CELL_CODES, TABLE_CODES
from reviewer.intake.parse import cells as cells_of
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store import table_writer
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.prepared_row import PreparedRow, prepare_accepted, received_from_document
from reviewer.models import Application, Correction

_KEYS = tuple(question.key for question in ASKED if question.column)


def absent_columns(present: Collection[str], kinds: Collection[str]) -> frozenset[str]:
    """Returns the questions and kinds of document for which a table with these columns has none."""
    names = {*_KEYS, *kinds} - {*present}
    return frozenset(names - {"nombre", "apellidos"} if "nombre_completo" in present else names)


def keep_absent_columns(
    session: Session, context: ImportContext, prepared: PreparedRow, application: Application
) -> tuple[PreparedRow, ImportContext]:
    """Returns the row with what its application has in columns that the table lacks, checked again.

    The context's ``read_cells`` returns the row's cells with them, but for those that were corrected by hand.
    """
    if not context.absent_columns or prepared.assignment is None:
        return prepared, context
    stored = cells_of.application_cells(session, application, context.spec)
    names = context.absent_columns & stored.keys()
    kept = {name: stored[name] for name in names if stored[name] or name == CONSENT.key}
    cells = {**context.read_cells(prepared), **kept}
    submission = prepared.assignment.submission
    findings = prepared.findings
    if kept:
        merged = cells_of.submission_from_cells(cells, prepared.row, context.spec)
        submission = replace(merged, folio=submission.folio)
        findings = (
            *submission.findings,
            *(finding for finding in findings if finding.code not in CELL_CODES or finding.code in TABLE_CODES),
        )
    submission = keep_absent_traits(session, context, submission, application)
    claims, received = _kept_documents(session, context, prepared, application)
    if submission == prepared.assignment.submission and not received:
        return prepared, context
    kinds = context.spec.documents
    keys = {kind.key for kind in kinds}
    complete = prepare_accepted(
        replace(prepared.assignment, submission=submission),
        prepared.raw,
        [finding for finding in findings if finding.field not in keys],
        [*prepared.claims, *claims],
        [*prepared.received, *received],
        kinds,
    )
    corrected = set(session.exec(select(Correction.field).where(Correction.application_id == application.id)))
    read = {name: cell for name, cell in cells.items() if name not in kept or name not in corrected}
    return complete, replace(context, read_cells=lambda _: read)


def keep_absent_traits(
    session: Session, context: ImportContext, submission: Submission, application: Application
) -> Submission:
    """Returns the submission with the stored answers to sensitive questions for which the table has no column."""
    columns = [question.column for key, question in SENSITIVE.items() if key in context.absent_columns]
    if not columns:
        return submission
    stored = table_writer.stored_traits(session, application)
    return replace(submission, answers={**submission.answers, **{name: stored[name] for name in columns}})


def _kept_documents(
    session: Session, context: ImportContext, prepared: PreparedRow, application: Application
) -> tuple[list[Claim], list[ReceivedFile]]:
    """Returns the stored documents of kinds for which the table has no column and the batch no file."""
    claimed = {claim.kind for claim in prepared.claims}
    claims, received = [], []
    for document in table_writer.documents_of(session, application.id):
        is_absent = document.kind in context.absent_columns and document.kind not in claimed
        if is_absent and not document.refused and document.replaced is None:
            stored_file = received_from_document(document)
            entry = Entry(stored_file.path, stored_file.size)
            claims.append(Claim(document.kind, document.original_name, entry))
            received.append(stored_file)
    return claims, received
