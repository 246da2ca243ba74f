"""What the tables and the store hold, in a form that two runs can be compared by."""

from typing import Any

from sqlmodel import Session, SQLModel, col, select

from reviewer.database import reading
from reviewer.models import Applicant, Application, Batch, BatchRow, Document, Finding, SensitiveTraits
from reviewer.paths import documents_url
from reviewer.stores import store_at

_OF_ONE_RUN = frozenset(
    [
        *("id", "public_id", "batch_id", "application_id", "created_at", "updated_at"),
        *("started_at", "finished_at", "report", "fingerprint"),
    ]
)


def snapshot() -> dict[str, Any]:
    """Every row of intake's tables by its own names, without numbers and times of the run; the files kept."""
    with reading() as session:
        owners = {each.id: (each.folio, each.row) for each in session.exec(select(Application))}
        batches = {each.id: each.key for each in session.exec(select(Batch))}
        kept: dict[str, Any] = {
            model.__name__: sorted(
                (
                    repr(owners.get(getattr(each, "application_id", None))),
                    repr(batches.get(getattr(each, "batch_id", None))),
                    repr(sorted((name, value) for name, value in each if name not in _OF_ONE_RUN)),
                )
                for each in _all(session, model)
            )
            for model in (Batch, BatchRow, Application, Applicant, SensitiveTraits, Document, Finding)
        }
    kept["files"] = sorted(store_at(documents_url()).names())
    return kept


def applications() -> dict[str, Application]:
    """The applications that stand, by folio."""
    with reading() as session:
        query = select(Application).where(Application.status == "current")
        return {each.folio: each for each in session.exec(query)}


def applicants() -> dict[str, Applicant]:
    """Who made them, by folio."""
    with reading() as session:
        query = select(Application.folio, Applicant).join(Applicant).where(Application.status == "current")
        return dict(session.exec(query).all())


def documents(folio: str) -> list[Document]:
    """An application's documents."""
    with reading() as session:
        query = select(Document).join(Application).where(Application.folio == folio)
        return list(session.exec(query.order_by(Document.kind, col(Document.position))))


def _all(session: Session, model: type[SQLModel]) -> list[Any]:
    return list(session.exec(select(model)))
