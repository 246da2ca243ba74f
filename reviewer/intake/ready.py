"""A row once all is known that the batch itself can tell: what is to be kept, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from reviewer.calls import DocumentKind
from reviewer.intake import documents
from reviewer.intake.applicant import Submission
from reviewer.intake.documents import Claim, Received
from reviewer.intake.findings import Found
from reviewer.intake.placing import Placed
from reviewer.intake.source import Entry
from reviewer.models import ApplicationStatus, Document
from reviewer.pdf.results import Inspection

_TOLD = tuple(each.name for each in fields(Submission) if each.name not in ("row", "folio", "findings"))


@dataclass(frozen=True, slots=True)
class Ready:
    """Without ``placed`` the row can't be stored: its raw cells are kept, and what is wrong.

    ``digest`` is of all that the row brings, whatever other rows there are: equal, it would change nothing.
    One that is withheld brings somebody whose data was taken out: nothing of it is kept.
    """

    row: int
    raw: dict[str, str]
    found: tuple[Found, ...]
    digest: str
    placed: Placed | None = None
    claims: tuple[Claim, ...] = ()
    received: tuple[Received, ...] = ()
    is_withheld: bool = False

    @property
    def status(self) -> ApplicationStatus:
        """What its application is, or would be."""
        stands = self.placed is not None and self.placed.stands
        return ApplicationStatus.CURRENT if stands else ApplicationStatus.SUPERSEDED

    @property
    def content(self) -> str:
        """The digest of the application that the row makes."""
        return f"{self.digest}:{self.status}"

    @property
    def documents(self) -> int:
        """How many documents it brings that can be taken."""
        return sum(not file.inspection.problem for file in self.received)


def rejected(
    row: int,
    raw: dict[str, str],
    said: tuple[Found, ...],
    claims: Sequence[Claim],
    received: Sequence[Received],
) -> Ready:
    """A row that can't be stored; its files wait with it until it is corrected."""
    return Ready(row, raw, said, _digest({}, (), said), None, tuple(claims), tuple(received))


def withheld(row: int, said: Found) -> Ready:
    """A row of somebody whose data was blocked or deleted."""
    return Ready(row, {}, (said,), _digest({}, (), (said,)), is_withheld=True)


def kept_files(ready: Ready) -> list[dict[str, Any]]:
    """The documents of a row that can't be stored, as they are kept beside it; of any other none."""
    if ready.placed:
        return []
    received = {(each.kind, each.path): each for each in ready.received}
    return [
        {**asdict(claim), "received": asdict(received[claim.kind, claim.entry.path])}
        if claim.entry and (claim.kind, claim.entry.path) in received
        else asdict(claim)
        for claim in ready.claims
    ]


def files_kept(files: Iterable[dict[str, Any]]) -> tuple[list[Claim], list[Received]]:
    """The same documents, back from beside their row."""
    claims, received = [], []
    for each in files:
        entry = Entry(**each["entry"]) if each["entry"] else None
        claims.append(Claim(each["kind"], each["name"], entry, each["guessed"], each["several"]))
        if each.get("received"):
            facts = each["received"]
            received.append(Received(**facts | {"inspection": Inspection(**facts["inspection"])}))
    return claims, received


def accepted(
    placed: Placed,
    raw: dict[str, str],
    said: Sequence[Found],
    claims: Sequence[Claim],
    received: Sequence[Received],
    kinds: Sequence[DocumentKind],
) -> Ready:
    """A row with its files; ``said`` is what is wrong with its cells."""
    row = placed.submission.row
    of_files = (replace(each, row=row) for each in documents.findings_of(claims, received, kinds))
    found = (*said, *of_files)
    digest = _digest(_told_by(placed.submission), received, found)
    return Ready(row, raw, found, digest, placed, tuple(claims), tuple(received))


def with_kept(ready: Ready, kept: Iterable[Document], kinds: Sequence[DocumentKind]) -> Ready:
    """The row with documents that it names and the batch does not hold, but an earlier batch brought."""
    by_name = {(each.kind, each.original_name.casefold()): each for each in kept if not each.refused}
    claims, received = [], list(ready.received)
    for claim in ready.claims:
        name = claim.name.replace("\\", "/").rpartition("/")[2]
        document = None if claim.entry else by_name.get((claim.kind, name.casefold()))
        entry = Entry(document.original_name, document.size) if document else claim.entry
        claims.append(replace(claim, entry=entry))
        received += [received_before(document)] if document else []
    if len(received) == len(ready.received) or ready.placed is None:
        return ready
    said = [each for each in ready.found if each.field not in {kind.key for kind in kinds}]
    return accepted(ready.placed, ready.raw, said, claims, received, kinds)


def _told_by(submission: Submission) -> dict[str, Any]:
    """What the row says, but for what does not make it another application."""
    return {name: getattr(submission, name) for name in _TOLD}


def _digest(facts: dict[str, Any], received: Iterable[Received], found: Iterable[Found]) -> str:
    kept = dict(facts)
    kept["documents"] = [
        (file.kind, file.name, file.sha256, file.size, file.inspection.problem) for file in received
    ]
    kept["found"] = sorted(
        (each.code, each.field or "", (each.file or "").rpartition("/")[2], each.severity)
        for each in found
        if each.code != "repeated_in_batch"
    )
    return hashlib.sha256(json.dumps(kept, default=str, sort_keys=True).encode()).hexdigest()


def received_before(document: Document) -> Received:
    """A document that is kept already, as if it came now."""
    looked = Inspection(document.pages, document.has_text, document.active_content)
    name = document.original_name
    return Received(document.kind, name, name, document.sha256, document.size, looked)
