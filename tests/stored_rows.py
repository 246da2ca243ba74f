"""What the tables and the store hold, read past the application, and changes that it knows nothing of."""

from typing import Any

from sqlmodel import Session, SQLModel, col, func, select

from reviewer.core.database import read_session
from reviewer.core.paths import documents_url
from reviewer.models import (
    Applicant,
    Application,
    Assignment,
    AuditEvent,
    Batch,
    BatchRow,
    Call,
    Document,
    Finding,
    SensitiveTraits,
)
from reviewer.storage import documents as document_store
from reviewer.storage.backends import store_at

_OF_ONE_RUN = frozenset(
    [
        *("id", "public_id", "batch_id", "application_id", "created_at", "updated_at"),
        *("started_at", "finished_at", "report", "fingerprint"),
    ]
)


def snapshot() -> dict[str, Any]:
    """Every row of intake's tables by its own names, without numbers and times of the run; the files kept."""
    with read_session() as session:
        owners = {
            application.id: (application.folio, application.row) for application in session.exec(select(Application))
        }
        batches = {batch.id: batch.key for batch in session.exec(select(Batch))}
        tables: dict[str, Any] = {
            model.__name__: sorted(
                (
                    repr(owners.get(getattr(record, "application_id", None))),
                    repr(batches.get(getattr(record, "batch_id", None))),
                    repr(sorted((name, value) for name, value in record if name not in _OF_ONE_RUN)),
                )
                for record in _all(session, model)
            )
            for model in (Batch, BatchRow, Application, Applicant, SensitiveTraits, Document, Finding)
        }
    tables["files"] = sorted(store_at(documents_url()).names())
    return tables


def applications() -> dict[str, Application]:
    """The applications that stand, by folio."""
    with read_session() as session:
        query = select(Application).where(Application.status == "current")
        return {application.folio: application for application in session.exec(query)}


def applicants() -> dict[str, Applicant]:
    """Who made them, by folio."""
    with read_session() as session:
        query = select(Application.folio, Applicant).join(Applicant).where(Application.status == "current")
        return dict(session.exec(query).all())


def documents(folio: str) -> list[Document]:
    """An application's documents."""
    with read_session() as session:
        query = select(Document).join(Application).where(Application.folio == folio)
        return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def _all(session: Session, model: type[SQLModel]) -> list[Any]:
    return list(session.exec(select(model)))


def count_events(action: str) -> int:
    """How many events of this action the audit trail has."""
    with read_session() as session:
        return session.exec(select(func.count()).select_from(AuditEvent).where(col(AuditEvent.action) == action)).one()


def readers_by_folio(call: Call | None = None) -> dict[str, set[int]]:
    """Who reads each application now, by folio."""
    query = (
        select(Application.folio, Assignment.person_id)
        .join(Assignment, col(Assignment.application_id) == Application.id)
        .where(col(Assignment.closed_at).is_(None))
    )
    if call is not None:
        query = query.where(Assignment.call_id == call.id)
    by_folio: dict[str, set[int]] = {}
    with read_session() as session:
        for folio, person in session.exec(query):
            by_folio.setdefault(folio, set()).add(person)
    return by_folio


def stored_bytes(sha256: str) -> bytes:
    """The bytes that lie in the store under a document's name."""
    with store_at(documents_url()).open(document_store.store_name(sha256)) as file:
        return file.read()


def overwrite(sha256: str, content: bytes) -> None:
    """Puts other bytes under a document's name in the store, behind the application's back."""
    with store_at(documents_url()).staged_file() as (file, keep):
        file.write(content)
        keep(document_store.store_name(sha256))
