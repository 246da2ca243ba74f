"""Writing of rows: new applications in bulk, stored ones field by field, to know which fields change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, delete, select

from reviewer.audit.log import Values
from reviewer.call.spec import CallSpec
from reviewer.core import clock
from reviewer.demographics.questions import Store, stored_columns
from reviewer.intake.check.document_matching import ReceivedFile
from reviewer.intake.check.findings import CheckFinding, Severity, codes_that_count, eligibility_of
from reviewer.intake.corrections import screening_decisions
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store.folios import FolioAssignment
from reviewer.intake.store.prepared_row import PreparedRow
from reviewer.models import (
    Applicant,
    Application,
    Document,
    DocumentView,
    Eligibility,
    Finding,
    SensitiveTraits,
    require_id,
)
from reviewer.models.columns import public_id

_Row = TypeVar("_Row", bound=SQLModel)
_APPLICATION, _APPLICANT, _TRAITS = (
    stored_columns(store) for store in (Store.APPLICATION, Store.APPLICANT, Store.SENSITIVE)
)


def create_applications(
    session: Session,
    call_id: int,
    batch_id: int,
    rows: Sequence[tuple[PreparedRow, FolioAssignment]],
    spec: CallSpec,
) -> list[int]:
    """Stores rows as new applications; returns their ids in the same order."""
    application_rows = [
        {
            "call_id": call_id,
            "batch_id": batch_id,
            "folio": assignment.folio,
            "created_at": clock.now(),
            **_submission_values(assignment.submission, _APPLICATION),
            **application_state(prepared, spec),
        }
        for prepared, assignment in rows
    ]
    insertion = insert(Application).returning(col(Application.id), sort_by_parameter_order=True)
    keys = [int(key) for key in session.execute(insertion, application_rows).scalars()]
    applicant_rows, trait_rows, document_rows = [], [], []
    for key, (prepared, assignment) in zip(keys, rows, strict=True):
        owner_ids = {"application_id": key, "call_id": call_id}
        applicant_rows.append({**owner_ids, **_submission_values(assignment.submission, _APPLICANT)})
        trait_rows.append({**owner_ids, **_submission_values(assignment.submission, _TRAITS)})
        document_rows += [
            {"application_id": key, "public_id": public_id(), **facts} for facts in _document_columns(prepared.received)
        ]
    for table, lines in (
        (Applicant, applicant_rows),
        (SensitiveTraits, trait_rows),
        (Document, document_rows),
    ):
        if lines:
            session.execute(insert(table), lines)
    return keys


def application_state(prepared: PreparedRow, spec: CallSpec) -> dict[str, Any]:
    """Returns the values of the application's columns that are not the applicant's answers."""
    pairs = ((finding.code, finding.severity) for finding in prepared.findings)
    eligibility, reasons = judge_findings(pairs, _refused_codes(prepared), spec)
    return {
        "status": prepared.status,
        "superseded_by": ""
        if prepared.assignment is None or prepared.assignment.is_current
        else prepared.assignment.person_folio,
        "eligibility": eligibility,
        "reasons": reasons,
        "row": prepared.row,
        "digest": prepared.application_digest,
        "privacy_notice": spec.privacy.notice if spec.privacy else "",
        "updated_at": clock.now(),
    }


def _refused_codes(prepared: PreparedRow) -> dict[str, Any]:
    return {file.kind: file.inspection.problem for file in prepared.received if file.inspection.problem}


def judge_findings(
    findings: Iterable[tuple[str, str]], refused: dict[str, Any], spec: CallSpec
) -> tuple[Eligibility, str]:
    """Returns eligibility and reasons; ``refused`` are the codes of refused documents, by kind."""
    required = [refused[kind.key] for kind in spec.documents if kind.required and kind.key in refused]
    return eligibility_of(findings, required)


def update_application(
    session: Session,
    application: Application,
    batch_id: int,
    prepared: PreparedRow,
    submission: Submission,
    spec: CallSpec,
) -> Values:
    """Writes a row into its stored application; returns what changed, before and after."""
    for name, value in (*application_state(prepared, spec).items(), ("batch_id", batch_id)):
        setattr(application, name, value)
    changed = write_submission(session, application, submission)
    changed |= _replace_documents(session, application, prepared.received)
    pairs = [(finding.code, finding.severity) for finding in prepared.findings]
    refused = [code for code in _refused_codes(prepared).values() if code]
    automatic = (application.eligibility, application.reasons)
    screening_decisions.apply_decision(session, application, spec, automatic, codes_that_count(pairs, refused))
    return changed


def write_submission(session: Session, application: Application, submission: Submission) -> dict[str, tuple[Any, Any]]:
    """Writes what a row says into application and applicant; returns what changed, before and after."""
    applicant = session.get_one(Applicant, application.id)
    traits = session.get_one(SensitiveTraits, application.id)
    changed = {}
    for record, names in ((application, _APPLICATION), (applicant, _APPLICANT), (traits, _TRAITS)):
        for name, value in _submission_values(submission, names).items():
            before = getattr(record, name)
            if before != value:
                setattr(record, name, value)
                changed[name] = (before, value)
        session.add(record)
    return changed


def stored_traits(session: Session, application: Application) -> dict[str, str]:
    """Returns an application's answers to sensitive questions, by column."""
    traits = session.get_one(SensitiveTraits, application.id)
    return {name: getattr(traits, name) for name in _TRAITS}


def documents_of(session: Session, application_id: int | None) -> list[Document]:
    """Returns an application's documents, including refused ones."""
    query = select(Document).where(Document.application_id == application_id)
    return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def write_findings(session: Session, batch_id: int, lines: Iterable[tuple[CheckFinding, int | None]]) -> None:
    """Stores findings of a batch, each with the id of its application if it has one."""
    rows = [
        {
            "batch_id": batch_id,
            "application_id": application_id,
            "row": finding.row,
            "field": finding.field,
            "file": finding.file,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
        }
        for finding, application_id in lines
    ]
    if rows:
        session.execute(insert(Finding), rows)


def read_finding(line: Finding) -> CheckFinding:
    """Returns a stored finding as the check made it."""
    severity = Severity(line.severity)
    return CheckFinding(line.code, line.message, severity, line.field, line.file, line.row)


def _submission_values(submission: Submission, names: Iterable[str]) -> dict[str, Any]:
    return {name: submission.value(name) for name in names}


def _document_columns(received: Iterable[ReceivedFile]) -> Iterator[dict[str, Any]]:
    """Yields the columns of each file's document; those of one kind are numbered in their order."""
    counts: dict[str, int] = {}
    for file in received:
        position = counts.get(file.kind, 0)
        counts[file.kind] = position + 1
        yield {
            "kind": file.kind,
            "position": position,
            "original_name": file.name,
            "sha256": file.sha256,
            "size": file.size,
            "pages": file.inspection.pages,
            "has_text": file.inspection.has_text,
            "active_content": file.inspection.active_content,
            "unreadable_pages": file.inspection.unreadable_pages,
            "refused": file.inspection.problem,
        }


def _replace_documents(
    session: Session, application: Application, received: Iterable[ReceivedFile]
) -> dict[str, tuple[Any, Any]]:
    """Replaces the documents by those received; returns file names by kind, before and after.

    A document whose content changed gets a new public id, so that no cache shows the old one.
    """
    old_documents = {(document.kind, document.position): document for document in documents_of(session, application.id)}
    changed: dict[str, tuple[Any, Any]] = {}
    for facts in _document_columns(received):
        document = old_documents.pop((facts["kind"], facts["position"]), None)
        if document is None:
            document = Document(application_id=require_id(application), **facts)
            changed[document.kind] = ("", document.original_name)
        elif document.sha256 != facts["sha256"]:
            delete_views(session, document)
            document.public_id, document.replaced = public_id(), None
            changed[document.kind] = (document.original_name, facts["original_name"])
        for name, value in facts.items():
            setattr(document, name, value)
        session.add(document)
    for document in old_documents.values():
        delete_views(session, document)
        session.delete(document)
        changed[document.kind] = (document.original_name, "")
    return changed


def delete_views(session: Session, document: Document) -> None:
    """Deletes how people saw the document, which does not apply to another file."""
    session.exec(delete(DocumentView).where(col(DocumentView.document_id) == document.id))


def copy_application(session: Session, application: Application, **changes: Any) -> int:
    """Stores another application with the same applicant, answers and documents; returns its id.

    ``changes`` are columns of the application with other values.
    """
    copy = _copy(application, **changes)
    session.add(copy)
    session.flush()
    copy_id = require_id(copy)
    for model in (Applicant, SensitiveTraits):
        session.add(_copy(session.get_one(model, application.id), application_id=copy_id))
    for document in documents_of(session, application.id):
        session.add(_copy(document, application_id=copy_id, public_id=public_id()))
    return copy_id


def _copy(row: _Row, **changes: Any) -> _Row:
    """Returns a new row of the same table with the same values, but for the primary key and ``changes``."""
    model = type(row)
    values = {name: getattr(row, name) for name in model.model_fields if name != "id"}
    return model(**values | changes)
