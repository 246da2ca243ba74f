"""Files that were deleted from the store while an import was about to refer to them.

The store has one copy of a file for all applicants who send it, so that a deletion of one person's data may
remove what another's row brings. Deletions and imports therefore take the same lock.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from reviewer.core.database import advisory_lock
from reviewer.core.errors import InfrastructureError
from reviewer.intake.check.document_matching import ReceivedFile
from reviewer.intake.parse.archive import Entry, Source
from reviewer.models import DeletedItem, DeletedKind
from reviewer.storage import documents


def lock_files(session: Session) -> None:
    """Keeps others from deleting files and from referring to them until this transaction ends.

    To avoid deadlocks, call it before any other lock of the transaction, except that of the call's intake.
    """
    advisory_lock(session, "documents")


def restore_deleted_files(session: Session, source: Source, files: Iterable[ReceivedFile]) -> None:
    """Stores again those of these files that were deleted meanwhile; the transaction has to hold the lock.

    Raises ``InfrastructureError`` where the batch has changed since it was read.
    """
    entries = {file.sha256: Entry(file.path, file.size) for file in files if not file.inspection.problem}
    deleted = select(DeletedItem.name).where(
        col(DeletedItem.name).in_(entries), DeletedItem.kind == DeletedKind.DOCUMENT
    )
    missing_hashes = [sha256 for sha256 in set(session.exec(deleted)) if not documents.exists(sha256)]
    for sha256 in missing_hashes:
        with source.local(entries[sha256]) as path, path.open("rb") as file:
            if documents.put(file)[0] != sha256:
                raise InfrastructureError("Un archivo del lote cambió mientras se tomaba. Vuelva a tomar el lote.")
    if missing_hashes:
        documents.sync()
