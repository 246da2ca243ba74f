"""A row of a batch ready to be stored: its plan, its files, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from reviewer.call.spec import DocumentKind
from reviewer.intake.check.document_matching import Claim, ReceivedFile, document_findings
from reviewer.intake.check.findings import CheckFinding
from reviewer.intake.parse.archive import Entry
from reviewer.intake.store.folios import FolioAssignment
from reviewer.models import ApplicationStatus, Document
from reviewer.pdf.messages import Inspection


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row; without ``assignment`` it can't be stored as an application, and waits for a correction.

    ``digest`` is of all that the row brings, regardless of other rows: a row with an equal digest changes
    nothing. Of a withheld row, whose person's data was blocked or deleted, nothing is stored.
    """

    row: int
    raw: dict[str, str]
    findings: tuple[CheckFinding, ...]
    digest: str
    assignment: FolioAssignment | None = None
    claims: tuple[Claim, ...] = ()
    received: tuple[ReceivedFile, ...] = ()
    is_withheld: bool = False

    @property
    def status(self) -> ApplicationStatus:
        """The status of the row's application."""
        is_current = self.assignment is not None and self.assignment.is_current
        return ApplicationStatus.CURRENT if is_current else ApplicationStatus.SUPERSEDED

    @property
    def application_digest(self) -> str:
        """The digest of the row's application."""
        return f"{self.digest}:{self.status}"

    @property
    def document_count(self) -> int:
        """How many documents of the row are not refused."""
        return sum(not file.inspection.problem for file in self.received)


def prepare_rejected(
    row: int,
    raw: dict[str, str],
    findings: tuple[CheckFinding, ...],
    claims: Sequence[Claim],
    received: Sequence[ReceivedFile],
) -> PreparedRow:
    """Returns a row that can't be stored; its files are kept until it is corrected."""
    return PreparedRow(row, raw, findings, _digest({}, (), findings), None, tuple(claims), tuple(received))


def prepare_withheld(row: int, finding: CheckFinding) -> PreparedRow:
    """Returns a row of a person whose data was blocked or deleted."""
    return PreparedRow(row, {}, (finding,), _digest({}, (), (finding,)), is_withheld=True)


def files_to_json(prepared: PreparedRow) -> list[dict[str, Any]]:
    """Returns the documents of a row that can't be stored, for its ``BatchRow``; none for other rows."""
    if prepared.assignment:
        return []
    received = {(file.kind, file.path): file for file in prepared.received}
    return [
        {**asdict(claim), "received": asdict(received[claim.kind, claim.entry.path])}
        if claim.entry and (claim.kind, claim.entry.path) in received
        else asdict(claim)
        for claim in prepared.claims
    ]


def files_from_json(files: Iterable[dict[str, Any]]) -> tuple[list[Claim], list[ReceivedFile]]:
    """Returns the documents that ``files_to_json`` wrote."""
    claims, received = [], []
    for file in files:
        entry = Entry(**file["entry"]) if file["entry"] else None
        claims.append(Claim(file["kind"], file["name"], entry, file["guessed"], file["several"]))
        if file.get("received"):
            facts = file["received"]
            received.append(ReceivedFile(**facts | {"inspection": Inspection(**facts["inspection"])}))
    return claims, received


def prepare_accepted(
    assignment: FolioAssignment,
    raw: dict[str, str],
    cell_findings: Sequence[CheckFinding],
    claims: Sequence[Claim],
    received: Sequence[ReceivedFile],
    kinds: Sequence[DocumentKind],
) -> PreparedRow:
    """Returns a row that can be stored; ``cell_findings`` are those about its cells."""
    row, file_findings = assignment.submission.row, document_findings(claims, received, kinds)
    findings = (*cell_findings, *(replace(finding, row=row) for finding in file_findings))
    digest = _digest(assignment.submission.values, received, findings)
    return PreparedRow(row, raw, findings, digest, assignment, tuple(claims), tuple(received))


def with_stored_documents(
    prepared: PreparedRow, stored_documents: Iterable[Document], kinds: Sequence[DocumentKind]
) -> PreparedRow:
    """Returns the row with stored documents that it names and the batch does not contain."""
    by_name = {
        (document.kind, document.original_name.casefold()): document
        for document in stored_documents
        if not document.refused
    }
    claims, received = [], list(prepared.received)
    for claim in prepared.claims:
        name = claim.name.replace("\\", "/").rpartition("/")[2]
        document = None if claim.entry else by_name.get((claim.kind, name.casefold()))
        entry = Entry(document.original_name, document.size) if document else claim.entry
        claims.append(replace(claim, entry=entry))
        received += [received_from_document(document)] if document else []
    return with_files(prepared, claims, received, kinds) if len(received) > len(prepared.received) else prepared


def with_files(
    prepared: PreparedRow,
    claims: Sequence[Claim],
    received: Sequence[ReceivedFile],
    kinds: Sequence[DocumentKind],
    notes: Iterable[CheckFinding] = (),
) -> PreparedRow:
    """Returns the row with other files, and findings to match; ``notes`` are added to those of its cells."""
    if prepared.assignment is None:
        return prepared
    keys = {kind.key for kind in kinds}
    cell_findings = [finding for finding in prepared.findings if finding.field not in keys]
    return prepare_accepted(prepared.assignment, prepared.raw, [*cell_findings, *notes], claims, received, kinds)


def _digest(facts: dict[str, Any], received: Iterable[ReceivedFile], findings: Iterable[CheckFinding]) -> str:
    hashed_facts = dict(facts)
    hashed_facts["documents"] = [
        (file.kind, file.name, file.sha256, file.size, file.inspection.problem) for file in received
    ]
    hashed_facts["found"] = sorted(
        (finding.code, finding.field or "", (finding.file or "").rpartition("/")[2], finding.severity)
        for finding in findings
        if finding.code != "repeated_in_batch"
    )
    return hashlib.sha256(json.dumps(hashed_facts, default=str, sort_keys=True).encode()).hexdigest()


def received_from_document(document: Document) -> ReceivedFile:
    """Returns a stored document as a received file."""
    problem: Any = document.refused
    inspection = Inspection(
        document.pages, document.has_text, document.active_content, problem, document.unreadable_pages
    )
    name = document.original_name
    return ReceivedFile(document.kind, name, name, document.sha256, document.size, inspection)
