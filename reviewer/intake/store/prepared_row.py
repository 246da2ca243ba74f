"""A row once all is known that the batch itself can tell: what is to be kept, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from reviewer.call.spec import DocumentKind
from reviewer.intake.check import document_matching
from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.check.findings import CheckFinding
from reviewer.intake.parse.archive import Entry
from reviewer.intake.store.folios import FolioAssignment
from reviewer.models import ApplicationStatus, Document
from reviewer.pdf.messages import Inspection


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """Without ``assignment`` the row can't be stored: its raw cells are kept, and what is wrong.

    ``digest`` is of all that the row brings, whatever other rows there are: equal, it would change nothing.
    One that is withheld brings somebody whose data was taken out: nothing of it is kept.
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
        """What its application is, or would be."""
        stands = self.assignment is not None and self.assignment.is_current
        return ApplicationStatus.CURRENT if stands else ApplicationStatus.SUPERSEDED

    @property
    def application_digest(self) -> str:
        """The digest of the application that the row makes."""
        return f"{self.digest}:{self.status}"

    @property
    def document_count(self) -> int:
        """How many documents it brings that can be taken."""
        return sum(not file.inspection.problem for file in self.received)


def prepare_rejected(
    row: int,
    raw: dict[str, str],
    findings: tuple[CheckFinding, ...],
    claims: Sequence[Claim],
    received: Sequence[ReceivedFile],
) -> PreparedRow:
    """A row that can't be stored; its files wait with it until it is corrected."""
    return PreparedRow(row, raw, findings, _digest({}, (), findings), None, tuple(claims), tuple(received))


def prepare_withheld(row: int, finding: CheckFinding) -> PreparedRow:
    """A row of somebody whose data was blocked or deleted."""
    return PreparedRow(row, {}, (finding,), _digest({}, (), (finding,)), is_withheld=True)


def files_to_json(prepared: PreparedRow) -> list[dict[str, Any]]:
    """The documents of a row that can't be stored, as they are kept beside it; of any other none."""
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
    """The same documents, back from beside their row."""
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
    """A row with its files; ``said`` is what is wrong with its cells."""
    row = assignment.submission.row
    file_findings = (
        replace(finding, row=row) for finding in document_matching.document_findings(claims, received, kinds)
    )
    findings = (*cell_findings, *file_findings)
    digest = _digest(assignment.submission.values, received, findings)
    return PreparedRow(row, raw, findings, digest, assignment, tuple(claims), tuple(received))


def with_stored_documents(
    prepared: PreparedRow, stored_documents: Iterable[Document], kinds: Sequence[DocumentKind]
) -> PreparedRow:
    """The row with documents that it names and the batch does not hold, but an earlier batch brought."""
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
    if len(received) == len(prepared.received) or prepared.assignment is None:
        return prepared
    row_findings = [
        finding for finding in prepared.findings if finding.field not in {kind.key for kind in kinds}
    ]
    return prepare_accepted(prepared.assignment, prepared.raw, row_findings, claims, received, kinds)


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
    """A document that is kept already, as if it came now."""
    inspection = Inspection(document.pages, document.has_text, document.active_content)
    name = document.original_name
    return ReceivedFile(document.kind, name, name, document.sha256, document.size, inspection)
