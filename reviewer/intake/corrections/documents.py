"""Replacing a document by another file, and adding one that was missing."""

from pathlib import Path

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.audit import log
from reviewer.audit.log import Changes
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.intake.check.document_matching import Claim, ReceivedFile, document_findings, refusal_message
from reviewer.intake.check.findings import CheckFinding
from reviewer.intake.corrections.common import (
    clean_reason,
    correctable_call,
    refresh_application,
    replace_findings,
)
from reviewer.intake.corrections.reapply import CODES as BY_HAND
from reviewer.intake.parse.archive import Entry
from reviewer.intake.store import table_writer as tables
from reviewer.intake.store.current_application import current_application
from reviewer.intake.store.document_intake import hash_file
from reviewer.intake.store.prepared_row import received_from_document
from reviewer.intake.store.restored_files import lock_files
from reviewer.models import Application, Document, require_id
from reviewer.models.columns import public_id
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents as store_of_documents
from reviewer.storage import uploads

FILE_CODES = frozenset(
    ("missing_document", "file_not_found", "guessed_document", "not_a_pdf", "encrypted_pdf", "corrupt_pdf")
) | frozenset(("empty_pdf", "file_too_large", "too_many_pages", "active_content", "unreadable_pages", "no_text"))


@verb(Action.CORRECT)
def application_documents(viewer: Actor, *, slug: str, folio: str) -> list[Document]:
    """Returns an application's documents, including refused ones."""
    call = correctable_call(viewer, slug)
    with read_session() as session:
        application = current_application(session, call, folio)
        return tables.documents_of(session, application.id)


@verb(Action.CORRECT)
def replace_document(
    actor: Actor, *, slug: str, folio: str, kind: str, upload: str, reason: str, position: int | None = None
) -> None:
    """Replaces a document, which may be a refused one, by an uploaded PDF; without a position, adds it.

    Raises ``UserError``, and changes nothing, where the file is refused.
    """
    call, cleaned_reason = correctable_call(actor, slug), clean_reason(reason)
    spec = spec_of(call)
    if kind not in {document_kind.key for document_kind in spec.documents}:
        raise UserError("La convocatoria no pide un documento de ese tipo.")
    path, name = uploads.source_of(actor, upload=upload, source=None)
    received = _receive_upload(path, name, kind)
    if received.inspection.problem:
        uploads.discard(actor, public_id=upload)
        raise UserError(f"{refusal_message(received.inspection.problem, name)} No se cambió nada.")
    store_of_documents.put_file(path, sha256=received.sha256)
    store_of_documents.sync()
    with write_session() as session:
        lock_files(session)
        store_of_documents.put_file(path, sha256=received.sha256)  # if a deletion removed it meanwhile
        application = current_application(session, call, folio, lock=True)
        documents = [row for row in tables.documents_of(session, application.id) if row.kind == kind]
        old = next((document for document in documents if document.position == position), None)
        before = old.original_name if old else ""
        document = old or Document(
            application_id=require_id(application),
            kind=kind,
            position=1 + max((document.position for document in documents), default=-1),
            original_name=name,
            sha256="",
            size=0,
        )
        if document.replaced is None:
            document.replaced = document.sha256
        _write_document(session, document, received)
        session.flush()
        findings = _kind_findings(session, application, spec, kind)
        replace_findings(session, application, findings, FILE_CODES | BY_HAND, field=kind)
        refresh_application(session, actor, call, spec, application)
        recorded_changes = Changes({kind: (before, name), "reason": ("", cleaned_reason)}, application.id)
        facts = {"call": call.slug, "kind": kind, "sha256": received.sha256}
        log.record(session, actor, "document.replace", "application", folio, facts, changes=recorded_changes)
    uploads.discard(actor, public_id=upload)


def _receive_upload(path: Path, name: str, kind: str) -> ReceivedFile:
    with PdfWorkers(1) as pool:
        return ReceivedFile(kind, name, name, *hash_file(path), pool.inspect(path).result())


def _write_document(session: Session, document: Document, received: ReceivedFile) -> None:
    if document.id is not None:
        tables.delete_views(session, document)
    inspection = received.inspection
    document.public_id = public_id()  # so that no cache shows the old one
    document.original_name, document.sha256, document.size = received.name, received.sha256, received.size
    document.pages, document.has_text = inspection.pages, inspection.has_text
    document.active_content, document.refused = inspection.active_content, None
    document.unreadable_pages = inspection.unreadable_pages
    session.add(document)


def _kind_findings(session: Session, application: Application, spec: CallSpec, kind: str) -> list[CheckFinding]:
    """Returns the findings about an application's documents of a kind as they are now."""
    documents = [row for row in tables.documents_of(session, application.id) if row.kind == kind]
    received = [received_from_document(document) for document in documents]
    claims = [Claim(kind, file.name, Entry(file.path, file.size)) for file in received]
    kinds = [document_kind for document_kind in spec.documents if document_kind.key == kind]
    return list(document_findings(claims, received, kinds))
