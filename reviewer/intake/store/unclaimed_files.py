"""PDFs that no row of their batch claims: they are inspected and stored like documents, and wait for their person."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.parse.archive import Entry, Source, UnreadableEntry
from reviewer.intake.store.document_intake import DocumentIntake, hash_file
from reviewer.models import UnclaimedFile
from reviewer.pdf.messages import Inspection


def blocked_hashes(session: Session, batch_id: int) -> set[str]:
    """Returns the hashes of a batch's files that were blocked with a person's data: they are not stored again."""
    query = select(UnclaimedFile.sha256).where(UnclaimedFile.batch_id == batch_id, UnclaimedFile.path == "")
    return set(session.exec(query))


def receive(
    intake: DocumentIntake[None], source: Source, entries: Sequence[Entry], blocked: set[str]
) -> Iterator[ReceivedFile]:
    """Yields the files once they are inspected and stored, without those that could not be read."""
    wanted = (entry for entry in entries if not (blocked and _hash_of(source, entry) in blocked))
    rows = ((None, [Claim("", entry.name, entry)]) for entry in wanted)
    for _, received in intake.receive(rows):
        yield from (file for file in received if file.sha256)


def record(session: Session, batch_id: int, files: Iterable[ReceivedFile]) -> None:
    """Records files of a batch; one that is recorded already, or has the bytes of another, changes nothing."""
    by_hash: dict[str, ReceivedFile] = {}
    for file in files:
        by_hash.setdefault(file.sha256, file)
    query = select(UnclaimedFile.sha256).where(UnclaimedFile.batch_id == batch_id)
    known = set(session.exec(query.where(col(UnclaimedFile.sha256).in_(by_hash))))
    new = (file for sha256, file in by_hash.items() if sha256 not in known)
    session.add_all(UnclaimedFile(batch_id=batch_id, **_columns(file)) for file in new)


def drop_claimed(session: Session, batch_id: int, unclaimed: Iterable[Entry]) -> None:
    """Deletes the batch's records of files that a row claims by now, or that the batch no longer has."""
    paths = {entry.path for entry in unclaimed}
    query = select(UnclaimedFile).where(UnclaimedFile.batch_id == batch_id, UnclaimedFile.path != "")
    for file in session.exec(query.where(col(UnclaimedFile.application_id).is_(None))):
        if file.path not in paths:
            session.delete(file)


def received_file(file: UnclaimedFile, kind: str) -> ReceivedFile:
    """Returns a stored file as a received document of this kind."""
    problem: Any = file.refused
    inspection = Inspection(file.pages, file.has_text, file.active_content, problem, file.unreadable_pages)
    return ReceivedFile(kind, entry_of(file).name, file.path, file.sha256, file.size, inspection)


def entry_of(file: UnclaimedFile) -> Entry:
    """Returns the file as it was in its batch."""
    return Entry(file.path, file.size)


def _columns(file: ReceivedFile) -> dict[str, Any]:
    inspection = file.inspection
    return {
        "path": file.path,
        "size": file.size,
        "sha256": file.sha256,
        "pages": inspection.pages,
        "has_text": inspection.has_text,
        "active_content": inspection.active_content,
        "unreadable_pages": inspection.unreadable_pages,
        "refused": inspection.problem,
    }


def _hash_of(source: Source, entry: Entry) -> str:
    try:
        with source.local(entry) as path:
            return hash_file(path)[0]
    except (UnreadableEntry, OSError):
        return ""
