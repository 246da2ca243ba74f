"""The database as its own engine sees it, and the documents in the store."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session, col, select

from reviewer import documents
from reviewer.models import BlockedDocument, Document


def database(session: Session) -> Iterator[str]:
    """SQLite's own check of the whole file. PostgreSQL checks its pages itself as it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (said,) in session.connection().execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield f"La base de datos está dañada: {said}"


def foreign_keys(session: Session) -> Iterator[str]:
    """Rows that refer to others which are gone; PostgreSQL lets none be written."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, row, parent, _ in session.connection().execute(text("PRAGMA foreign_key_check")):
        yield f"El renglón {row} de «{table}» se refiere a uno de «{parent}» que no existe."


def stored_documents(session: Session) -> Iterator[str]:
    """Every document's hash, blocked ones too, computed anew from its bytes."""
    shown = select(Document.sha256).where(col(Document.refused).is_(None))
    blocked = select(BlockedDocument.sha256).where(BlockedDocument.sha256 != "")
    for sha256 in sorted({*session.exec(shown.distinct()), *session.exec(blocked.distinct())}):
        fault = documents.fault_of(sha256)
        if fault == documents.MISSING:
            yield f"Falta el documento {sha256}, o no se puede leer."
        elif fault:
            yield f"El documento {sha256} está alterado."
