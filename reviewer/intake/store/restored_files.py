"""Files that a deletion took from the store while an import was about to name them.

The store holds a file once for all who hand it in: what is deleted with one person's data may be just what
another's row brings. Who decides that a file goes, and who writes down that a row has it, do so one after the
other.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from reviewer.core.database import advisory_lock
from reviewer.core.errors import InfrastructureError
from reviewer.intake.parse.archive import Entry, Source
from reviewer.intake.store.prepared_row import PreparedRow
from reviewer.models import DeletedItem, DeletedKind
from reviewer.storage import documents


def lock_files(session: Session) -> None:
    """Until this transaction ends nobody else takes a file away, or writes down that somebody has it.

    Before any other lock of the transaction, but for that of the call's intake.
    """
    advisory_lock(session, "documents")


def restore_deleted_files(session: Session, source: Source, rows: Iterable[PreparedRow]) -> None:
    """Stores the files of these rows again that were deleted meanwhile, in a transaction that holds files.

    Raises ``InfrastructureError`` where the batch has changed since it was read.
    """
    entries = {
        file.sha256: Entry(file.path, file.size)
        for prepared in rows
        for file in prepared.received
        if not file.inspection.problem
    }
    deleted = select(DeletedItem.name).where(
        col(DeletedItem.name).in_(entries), DeletedItem.kind == DeletedKind.DOCUMENT
    )
    missing_hashes = [sha256 for sha256 in set(session.exec(deleted)) if not documents.exists(sha256)]
    for sha256 in missing_hashes:
        with source.local(entries[sha256]) as path, path.open("rb") as file:
            if documents.put(file)[0] != sha256:
                raise InfrastructureError(
                    "Un archivo del lote cambió mientras se tomaba. Vuelva a tomar el lote."
                )
    if missing_hashes:
        documents.sync()
