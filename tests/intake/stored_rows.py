"""The contents of tables and store, in a form in which two runs can be compared."""

from typing import Any

from sqlmodel import Session, SQLModel, col, select

from reviewer.core.database import read_session
from reviewer.core.paths import documents_url
from reviewer.models import Applicant, Application, Batch, BatchRow, Document, Finding, SensitiveTraits
from reviewer.storage.backends import store_at

_OF_ONE_RUN = frozenset(
    [
        *("id", "public_id", "batch_id", "application_id", "created_at", "updated_at"),
        *("started_at", "finished_at", "report", "fingerprint"),
    ]
)


def snapshot() -> dict[str, Any]:
    """Returns the rows of intake's tables without ids and times of the run, and the stored files."""
    with read_session() as session:
        owners = {
            application.id: (application.folio, application.row)
            for application in session.exec(select(Application))
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
    """Returns the current applications by folio."""
    with read_session() as session:
        query = select(Application).where(Application.status == "current")
        return {application.folio: application for application in session.exec(query)}


def applicants() -> dict[str, Applicant]:
    """Returns their applicants by folio."""
    with read_session() as session:
        query = select(Application.folio, Applicant).join(Applicant).where(Application.status == "current")
        return dict(session.exec(query).all())


def documents(folio: str) -> list[Document]:
    """Returns an application's documents."""
    with read_session() as session:
        query = select(Document).join(Application).where(Application.folio == folio)
        return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def _all(session: Session, model: type[SQLModel]) -> list[Any]:
    return list(session.exec(select(model)))
