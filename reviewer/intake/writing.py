"""Rows into tables: new applications many at once; stored ones field by field, so that changes have names."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from reviewer import clock
from reviewer.access.audit import Values
from reviewer.calls import CallSpec
from reviewer.intake import decided
from reviewer.intake.applicant import Submission
from reviewer.intake.documents import Received
from reviewer.intake.eligibility import codes_that_count, eligibility_of
from reviewer.intake.findings import Found
from reviewer.intake.placing import Placed
from reviewer.intake.ready import Ready
from reviewer.models import (
    Applicant,
    Application,
    Document,
    Eligibility,
    Finding,
    PageTurn,
    SensitiveTraits,
)
from reviewer.models.columns import public_id

_APPLICATION = ("project_kind", "project_title", "genre", "synopsis", "preferred_venue", "submitted_at")
_TRAITS = ("indigenous", "afro_mexican", "disability")
_APPLICANT = (
    *("first_names", "surnames", "email", "phone", "curp", "birth_date", "gender", "alcaldia", "place"),
    *("colonia", "postal_code", "schooling", "occupation"),
)


def create(
    session: Session, call_id: int, batch_id: int, rows: Sequence[tuple[Ready, Placed]], spec: CallSpec
) -> list[int]:
    """Stores rows as new applications; returns their numbers in the same order."""
    made = [
        {
            "call_id": call_id,
            "batch_id": batch_id,
            "folio": placed.folio,
            "created_at": clock.now(),
            **_facts(placed.submission, _APPLICATION),
            **state_of(ready, spec),
        }
        for ready, placed in rows
    ]
    numbered = insert(Application).returning(col(Application.id), sort_by_parameter_order=True)
    keys = [int(key) for key in session.execute(numbered, made).scalars()]
    people, traits, papers = [], [], []
    for key, (ready, placed) in zip(keys, rows, strict=True):
        whose = {"application_id": key, "call_id": call_id}
        people.append({**whose, **_facts(placed.submission, _APPLICANT)})
        traits.append({**whose, **_facts(placed.submission, _TRAITS)})
        papers += [
            {"application_id": key, "public_id": public_id(), **facts} for facts in _papers(ready.received)
        ]
    for table, lines in ((Applicant, people), (SensitiveTraits, traits), (Document, papers)):
        if lines:
            session.execute(insert(table), lines)
    return keys


def state_of(ready: Ready, spec: CallSpec) -> dict[str, Any]:
    """What an application is by the row that made it, in the names of its columns."""
    pairs = ((each.code, each.severity) for each in ready.found)
    eligibility, reasons = judged(pairs, _refused(ready), spec)
    return {
        "status": ready.status,
        "superseded_by": "" if ready.placed is None or ready.placed.stands else ready.placed.person,
        "eligibility": eligibility,
        "reasons": reasons,
        "row": ready.row,
        "digest": ready.content,
        "privacy_notice": spec.privacy.notice if spec.privacy else "",
        "updated_at": clock.now(),
    }


def _refused(ready: Ready) -> dict[str, Any]:
    return {file.kind: file.inspection.problem for file in ready.received if file.inspection.problem}


def judged(
    findings: Iterable[tuple[str, str]], refused: dict[str, Any], spec: CallSpec
) -> tuple[Eligibility, str]:
    """The status and its reasons; ``refused`` are the codes of documents not taken, by kind."""
    required = [refused[kind.key] for kind in spec.documents if kind.required and kind.key in refused]
    return eligibility_of(findings, required)


def update(
    session: Session,
    application: Application,
    batch_id: int,
    ready: Ready,
    submission: Submission,
    spec: CallSpec,
) -> Values:
    """Writes a row into the application that it is about; returns what changed, before and after."""
    for name, value in (*state_of(ready, spec).items(), ("batch_id", batch_id)):
        setattr(application, name, value)
    changed = write_facts(session, application, submission)
    changed |= _update_documents(session, application, ready.received)
    pairs = [(each.code, each.severity) for each in ready.found]
    refused = [code for code in _refused(ready).values() if code]
    automatic = (application.eligibility, application.reasons)
    decided.settle(session, application, spec, automatic, codes_that_count(pairs, refused))
    return changed


def write_facts(
    session: Session, application: Application, submission: Submission
) -> dict[str, tuple[Any, Any]]:
    """Writes what a row says into the application and its applicant; returns what changed."""
    applicant = session.get_one(Applicant, application.id)
    traits = session.get_one(SensitiveTraits, application.id)
    changed = {}
    for kept, names in ((application, _APPLICATION), (applicant, _APPLICANT), (traits, _TRAITS)):
        for name, value in _facts(submission, names).items():
            before = getattr(kept, name)
            if before != value:
                setattr(kept, name, value)
                changed[name] = (before, value)
        session.add(kept)
    return changed


def documents_of(session: Session, application_id: int | None) -> list[Document]:
    """An application's documents, refused ones too."""
    query = select(Document).where(Document.application_id == application_id)
    return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def write_findings(session: Session, batch_id: int, lines: Iterable[tuple[Found, int | None]]) -> None:
    """Keeps findings of a batch, each with its application if it has one."""
    rows = [
        {
            "batch_id": batch_id,
            "application_id": application_id,
            "row": found.row,
            "field": found.field,
            "file": found.file,
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message,
        }
        for found, application_id in lines
    ]
    if rows:
        session.execute(insert(Finding), rows)


def _facts(submission: Submission, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(submission, name) for name in names}


def _papers(received: Iterable[Received]) -> Iterator[dict[str, Any]]:
    """Each file as a document's columns; those of one kind are numbered in the order in which they came."""
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
            "refused": file.inspection.problem,
        }


def _update_documents(
    session: Session, application: Application, received: Iterable[Received]
) -> dict[str, tuple[Any, Any]]:
    """Makes the documents those received; returns the kinds that changed, by their files' names.

    One whose content changed gets a new public id, so that no cache shows the old one.
    """
    old = {(each.kind, each.position): each for each in documents_of(session, application.id)}
    changed: dict[str, tuple[Any, Any]] = {}
    for facts in _papers(received):
        document = old.pop((facts["kind"], facts["position"]), None)
        if document is None:
            document = Document(application_id=application.id or 0, **facts)
            changed[document.kind] = ("", document.original_name)
        elif document.sha256 != facts["sha256"]:
            forget_turns(session, document)
            document.public_id, document.replaced = public_id(), None
            changed[document.kind] = (document.original_name, facts["original_name"])
        for name, value in facts.items():
            setattr(document, name, value)
        session.add(document)
    for document in old.values():
        forget_turns(session, document)
        session.delete(document)
        changed[document.kind] = (document.original_name, "")
    return changed


def forget_turns(session: Session, document: Document) -> None:
    """A document that is another one now lies as it comes."""
    session.exec(delete(PageTurn).where(col(PageTurn.document_id) == document.id))
