"""A document is replaced by a better file, or one that was missing is added."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from reviewer import documents as store_of_documents
from reviewer import uploads
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.audit import Changes
from reviewer.calls import CallSpec, spec_of
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.intake import writing as tables
from reviewer.intake.by_hand import clean_reason, correctable, renew_findings, settle
from reviewer.intake.documents import Claim, Received, findings_of, refusal_words
from reviewer.intake.findings import Found
from reviewer.intake.kept_by_hand import CODES as BY_HAND
from reviewer.intake.put_back import hold_files
from reviewer.intake.source import Entry
from reviewer.intake.standing import standing
from reviewer.models import Application, Document
from reviewer.models.columns import public_id
from reviewer.pdf.results import Inspection
from reviewer.pdf.workers import PdfWorkers

OF_FILES = frozenset(
    ("missing_document", "file_not_found", "guessed_document", "not_a_pdf", "encrypted_pdf", "corrupt_pdf")
) | frozenset(("empty_pdf", "file_too_large", "too_many_pages", "active_content", "no_text"))
_PIECE = 1 << 20


@dataclass(frozen=True)
class Paper:
    """A document as its page lists it; ``refused`` is the code of one that was not taken."""

    kind: str
    position: int
    name: str
    pages: int
    size: int
    refused: str | None


def papers_of(viewer: Actor, *, call_slug: str, folio: str) -> list[Paper]:
    """An application's documents, refused ones too."""
    call = correctable(viewer, call_slug)
    with reading() as session:
        application = standing(session, call, folio)
        return [
            Paper(each.kind, each.position, each.original_name, each.pages, each.size, each.refused)
            for each in tables.documents_of(session, application.id)
        ]


def replace_document(
    actor: Actor,
    *,
    call_slug: str,
    folio: str,
    kind: str,
    upload: str,
    reason: str,
    position: int | None = None,
) -> None:
    """Puts an uploaded PDF in the place of a document, refused ones too; without a position, adds it.

    Refused, and nothing changed, where the file can't be taken.
    """
    call, words = correctable(actor, call_slug), clean_reason(reason)
    spec = spec_of(call)
    if kind not in {each.key for each in spec.documents}:
        raise Refused("La convocatoria no pide un documento de ese tipo.")
    path, name = uploads.source_of(actor, upload=upload, source=None)
    received = _received(path, name, kind)
    if received.inspection.problem:
        uploads.discard(actor, public_id=upload)
        raise Refused(f"{refusal_words(received.inspection.problem, name)} No se cambió nada.")
    store_of_documents.put_file(path, sha256=received.sha256)
    store_of_documents.settle()
    with writing() as session:
        hold_files(session)
        store_of_documents.put_file(path, sha256=received.sha256)  # where a deletion took it meanwhile
        application = standing(session, call, folio, hold=True)
        papers = [each for each in tables.documents_of(session, application.id) if each.kind == kind]
        old = next((each for each in papers if each.position == position), None)
        before = old.original_name if old else ""
        document = old or Document(
            application_id=application.id or 0,
            kind=kind,
            position=1 + max((each.position for each in papers), default=-1),
            original_name=name,
            sha256="",
            size=0,
        )
        if document.replaced is None:
            document.replaced = document.sha256
        _put(session, document, received)
        session.flush()
        found = _of_kind(session, application, spec, kind)
        renew_findings(session, application, found, OF_FILES | BY_HAND, field=kind)
        settle(session, actor, call, spec, application)
        about = Changes({kind: (before, name), "reason": ("", words)}, application.id)
        facts = {"call": call.slug, "kind": kind, "sha256": received.sha256}
        audit.record(session, actor, "document.replace", "application", folio, facts, changes=about)
    uploads.discard(actor, public_id=upload)


def _received(path: Path, name: str, kind: str) -> Received:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    with PdfWorkers(1) as pool:
        inspection = pool.inspect(path).result()
    return Received(kind, name, name, digest.hexdigest(), size, inspection)


def _put(session: Session, document: Document, received: Received) -> None:
    if document.id is not None:
        tables.forget_turns(session, document)
    looked = received.inspection
    document.public_id = public_id()  # no cache shows the old one
    document.original_name, document.sha256, document.size = received.name, received.sha256, received.size
    document.pages, document.has_text = looked.pages, looked.has_text
    document.active_content, document.refused = looked.active_content, None
    session.add(document)


def _of_kind(session: Session, application: Application, spec: CallSpec, kind: str) -> list[Found]:
    """What is to say of an application's documents of a kind, as they are now."""
    papers = [each for each in tables.documents_of(session, application.id) if each.kind == kind]
    claims = [Claim(kind, each.original_name, Entry(each.original_name, each.size)) for each in papers]
    received = [
        Received(
            kind,
            each.original_name,
            each.original_name,
            each.sha256,
            each.size,
            Inspection(each.pages, each.has_text, each.active_content, each.refused),  # type: ignore[arg-type]
        )
        for each in papers
    ]
    return list(findings_of(claims, received, [one for one in spec.documents if one.key == kind]))
