"""Keeping corrections by hand when a later batch updates the application.

Where the batch repeats the value that was corrected, the correction is kept; where it has a third value, the
batch's is taken and the correction dropped. A finding says so in either case.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session, select

from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.check.findings import CheckFinding, make_finding
from reviewer.intake.check.row_checks import CELL_CODES
from reviewer.intake.parse import cells as cells_of
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.normalise import one_line
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.prepared_row import PreparedRow, received_from_document, with_files
from reviewer.intake.store.table_writer import documents_of
from reviewer.models import Application, Correction

CORRECTION_KEPT, CORRECTION_OVERRULED = "correction_kept", "correction_overruled"
CODES = frozenset((CORRECTION_KEPT, CORRECTION_OVERRULED))


def reapply_corrections(
    session: Session, context: ImportContext, prepared: PreparedRow, application: Application
) -> PreparedRow:
    """Returns a row that updates an application, with the corrections by hand that are kept.

    Its digest stays that of the batch's row. Corrections that the row overrules are deleted.
    """
    with_documents = _reapply_documents(session, context, prepared, application)
    return _reapply_cells(session, context, with_documents, application)


def _reapply_cells(
    session: Session, context: ImportContext, prepared: PreparedRow, application: Application
) -> PreparedRow:
    query = select(Correction).where(Correction.application_id == application.id)
    corrections = session.exec(query.order_by(Correction.field)).all()
    if not corrections or prepared.assignment is None:
        return prepared
    previous_cells, batch_cells = cells_of.received_cells(session, application), context.read_cells(prepared)
    kept_values = {
        correction.field: correction.value
        for correction in corrections
        if correction.field not in batch_cells
        or _is_same_text(batch_cells[correction.field], previous_cells.get(correction.field, ""))
    }
    submission = cells_of.submission_from_cells({**batch_cells, **kept_values}, prepared.row, context.spec)
    if not submission.can_be_stored:
        kept_values, submission = {}, prepared.assignment.submission
    findings = [*_cell_findings(corrections, kept_values, batch_cells, prepared.row), *submission.findings]
    for correction in corrections:
        if correction.field not in kept_values:
            session.delete(correction)
    other_findings = (finding for finding in prepared.findings if finding.code not in CELL_CODES)
    merged = replace(submission, folio=prepared.assignment.submission.folio)
    return replace(
        prepared,
        findings=(*findings, *other_findings),
        assignment=replace(prepared.assignment, submission=merged),
    )


def _cell_findings(
    corrections: Sequence[Correction],
    kept_values: Mapping[str, str],
    batch_cells: Mapping[str, str],
    row: int,
) -> list[CheckFinding]:
    findings = []
    for correction in corrections:
        batch_value = batch_cells.get(correction.field, correction.value)  # the table may lack the column
        if _is_same_text(batch_value, correction.value):
            continue
        if correction.field in kept_values:
            repetition = f"repite «{batch_value}»" if batch_value else "sigue sin decirlo"
            message = f"Se conserva lo corregido a mano («{correction.value}»): el lote {repetition}."
            findings.append(make_finding(CORRECTION_KEPT, message, field=correction.field, row=row))
        else:
            by_hand = f"donde a mano se había corregido «{correction.value}»"
            message = f"El lote trae «{batch_value}» {by_hand}: vale lo del lote."
            findings.append(make_finding(CORRECTION_OVERRULED, message, field=correction.field, row=row))
    return findings


def _is_same_text(first: str, second: str) -> bool:
    return one_line(first).casefold() == one_line(second).casefold()


def _reapply_documents(
    session: Session, context: ImportContext, prepared: PreparedRow, application: Application
) -> PreparedRow:
    by_hand = [row for row in documents_of(session, application.id) if row.replaced is not None]
    if not by_hand:
        return prepared
    claims, received, notes = list(prepared.claims), list(prepared.received), []
    for document in by_hand:
        index = _positions(received).get((document.kind, document.position))
        stored_file = received_from_document(document)
        claim = Claim(document.kind, document.original_name, Entry(stored_file.path, stored_file.size))
        if index is None:
            claims.append(claim)
            received.append(stored_file)
        elif received[index].sha256 == document.replaced:
            claims = [claim if _claims_file(other, received[index]) else other for other in claims]
            received[index] = stored_file
        elif received[index].sha256 != document.sha256:
            name, kind = received[index].name, document.kind
            by_hand_text = f"donde a mano se había puesto «{stored_file.name}»"
            message = f"El lote trae «{name}» {by_hand_text}: vale lo del lote."
            notes.append(make_finding(CORRECTION_OVERRULED, message, field=kind, file=name, row=prepared.row))
    updated = with_files(prepared, claims, received, context.spec.documents, notes)
    return replace(updated, digest=prepared.digest)


def _positions(received: Sequence[ReceivedFile]) -> dict[tuple[str, int], int]:
    """Returns the index of each file by its kind and its number within the kind."""
    counts: dict[str, int] = defaultdict(int)
    positions = {}
    for index, file in enumerate(received):
        positions[file.kind, counts[file.kind]] = index
        counts[file.kind] += 1
    return positions


def _claims_file(claim: Claim, file: ReceivedFile) -> bool:
    return claim.entry is not None and (claim.kind, claim.entry.path) == (file.kind, file.path)
