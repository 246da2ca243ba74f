"""The database as its own engine sees it, and the documents in the store."""

from collections.abc import Iterator

from sqlalchemy import JSON, Date, DateTime, Enum, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, select

from reviewer import documents
from reviewer.models import BlockedDocument, Document

_ROW_CHUNK = 1000


def database(session: Session) -> Iterator[str]:
    """SQLite's own check of the whole file. PostgreSQL checks its pages itself as it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (result,) in session.connection().execute(text("PRAGMA integrity_check")):
        if result != "ok":
            yield f"La base de datos está dañada: {result}"


def foreign_keys(session: Session) -> Iterator[str]:
    """Rows that refer to others which are gone; PostgreSQL lets none be written."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, row, parent, _ in session.connection().execute(text("PRAGMA foreign_key_check")):
        yield f"El renglón {row} de «{table}» se refiere a uno de «{parent}» que no existe."


def values(session: Session) -> Iterator[str]:
    """A state that a column knows, a date that is one, JSON that can be read."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, (Enum, JSON, Date, DateTime)):
                continue
            try:
                for _ in session.execute(sa_select(column).execution_options(yield_per=_ROW_CHUNK)):
                    pass
            except (LookupError, ValueError, TypeError):
                yield f"En «{table.name}», «{column.name}» tiene un valor que no es de los suyos."


def stored_documents(session: Session) -> Iterator[str]:
    """Every document's hash, blocked ones too, computed anew from its bytes."""
    current = select(Document.sha256).where(col(Document.refused).is_(None))
    blocked = select(BlockedDocument.sha256).where(BlockedDocument.sha256 != "")
    for sha256 in sorted({*session.exec(current.distinct()), *session.exec(blocked.distinct())}):
        fault = documents.fault_of(sha256)
        if fault == documents.MISSING:
            yield f"Falta el documento {sha256}, o no se puede leer."
        elif fault:
            yield f"El documento {sha256} está alterado."
