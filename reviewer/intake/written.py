"""How a row's facts are written into the tables, and the digest that tells whether any of them changed."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session, col, delete, select

from reviewer.calls import DocumentKind
from reviewer.intake import documents
from reviewer.intake.applicant import Submission
from reviewer.intake.documents import Claim, Received
from reviewer.intake.findings import Found
from reviewer.intake.placing import Placed
from reviewer.intake.source import Entry
from reviewer.models import Applicant, Application, Document, PageTurn, SensitiveTraits, public_id
from reviewer.pdf.results import Inspection

_APPLICATION = ("project_kind", "project_title", "genre", "synopsis", "preferred_venue", "submitted_at")
_TRAITS = ("indigenous", "afro_mexican", "disability")
_APPLICANT = (
    *("first_names", "surnames", "email", "phone", "curp", "birth_date", "gender", "alcaldia", "place"),
    *("colonia", "postal_code", "schooling", "occupation"),
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A row with all that is to be kept of it; without ``placed``, only its raw cells and what is wrong."""

    row: int
    raw: dict[str, str]
    said: tuple[Found, ...]
    placed: Placed | None = None
    claims: tuple[Claim, ...] = ()
    received: tuple[Received, ...] = ()

    def findings(self, kinds: Sequence[DocumentKind]) -> tuple[Found, ...]:
        """What is wrong with the row and its documents."""
        if self.placed is None:
            return self.said
        found = documents.findings_of(self.claims, self.received, kinds)
        return (*self.said, *(replace(each, row=self.row) for each in found))

    def with_kept(self, kept: Iterable[Document]) -> "Ready":
        """The row with documents that it names, that the batch does not hold, but an earlier one brought."""
        by_name = {(each.kind, each.original_name.casefold()): each for each in kept if not each.refused}
        claims, received = [], list(self.received)
        for claim in self.claims:
            name = claim.name.replace("\\", "/").rpartition("/")[2]
            document = None if claim.entry else by_name.get((claim.kind, name.casefold()))
            if document:
                claim = replace(claim, entry=Entry(document.original_name, document.size))  # noqa: PLW2901
                received.append(_received_before(document))
            claims.append(claim)
        return replace(self, claims=tuple(claims), received=tuple(received))


def digest_of(ready: Ready, findings: Iterable[Found]) -> str:
    """A digest of all that a row brings, whatever other rows there are: equal, it would change nothing."""
    placed = ready.placed
    facts: dict[str, Any] = asdict(placed.submission) if placed else {}
    for name in ("row", "folio", "findings"):
        facts.pop(name, None)
    facts["documents"] = [
        (file.kind, file.name, file.sha256, file.size, file.inspection.problem) for file in ready.received
    ]
    facts["said"] = sorted(
        (each.code, each.field or "", (each.file or "").rpartition("/")[2], each.severity)
        for each in findings
        if each.code != "repeated_in_batch"
    )
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()


def write_people(session: Session, application: Application, submission: Submission) -> list[str]:
    """Writes what a row says into the application and its person; returns the fields that changed."""
    key, call = application.id or 0, application.call_id
    applicant = session.get(Applicant, key) or Applicant(application_id=key, call_id=call, first_names="")
    traits = session.get(SensitiveTraits, key) or SensitiveTraits(application_id=key, call_id=call)
    changed = []
    for kept, names in ((application, _APPLICATION), (applicant, _APPLICANT), (traits, _TRAITS)):
        for name in names:
            if getattr(kept, name) != getattr(submission, name):
                setattr(kept, name, getattr(submission, name))
                changed.append(name)
        session.add(kept)
    return changed


def documents_of(session: Session, application_id: int | None) -> list[Document]:
    """An application's documents, refused ones too."""
    query = select(Document).where(Document.application_id == application_id)
    return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def write_documents(session: Session, application: Application, received: Iterable[Received]) -> list[str]:
    """Makes the application's documents those received; returns the kinds that changed.

    One whose content changed gets a new public id, so that no cache shows the old one.
    """
    old = {(each.kind, each.position): each for each in documents_of(session, application.id)}
    changed, counts = [], dict.fromkeys((file.kind for file in received), 0)
    for file in received:
        place = (file.kind, counts[file.kind])
        counts[file.kind] += 1
        document = old.pop(place, None)
        if document is None or document.sha256 != file.sha256:
            changed.append(file.kind)
            document = _emptied(session, document) or Document(
                application_id=application.id or 0,
                kind=file.kind,
                position=place[1],
                original_name="",
                sha256="",
                size=0,
            )
        _fill(document, file)
        session.add(document)
    for document in old.values():
        changed.append(document.kind)
        _emptied(session, document)
        session.delete(document)
    return changed


def _emptied(session: Session, document: Document | None) -> Document | None:
    if document:
        session.exec(delete(PageTurn).where(col(PageTurn.document_id) == document.id))
        document.public_id = public_id()
    return document


def _fill(document: Document, file: Received) -> None:
    looked = file.inspection
    document.original_name, document.sha256, document.size = file.name, file.sha256, file.size
    document.pages, document.has_text = looked.pages, looked.has_text
    document.active_content, document.refused = looked.active_content, looked.problem


def _received_before(document: Document) -> Received:
    looked = Inspection(document.pages, document.has_text, document.active_content)
    name = document.original_name
    return Received(document.kind, name, name, document.sha256, document.size, looked)
