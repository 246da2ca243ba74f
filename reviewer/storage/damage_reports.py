"""Documents that could not be shown because the store lacks them or holds them altered.

Each is recorded in the audit trail at most once a day, and listed for administrators until it is repaired.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError
from reviewer.models import Application, AuditEvent, Call, Document
from reviewer.storage import documents

ACTION = "document.damaged"
REPORT_INTERVAL = timedelta(days=1)
MAX_CHECKED = 50  # documents that the page checks again; more need ``verify``


@dataclass(frozen=True)
class DamagedDocument:
    """A damaged document of an application; ``fault`` is ``documents.MISSING`` or ``documents.ALTERED``."""

    slug: str
    folio: str
    label: str
    sha256: str
    fault: str


def record(sha256: str, fault: str) -> None:
    """Records a damaged document, unless that was done within a day. A fault of the database is ignored."""
    with suppress(InfrastructureError), write_session() as session:
        same_document = (AuditEvent.action == ACTION, AuditEvent.object_id == sha256)
        recent = select(AuditEvent.id).where(*same_document, AuditEvent.at > clock.now() - REPORT_INTERVAL)
        if session.exec(recent.limit(1)).first() is None:
            log.record(session, OPERATOR, ACTION, "document", sha256, {"fault": fault})


@verb(Action.SEE_SYSTEM)
def list_damaged(viewer: Actor) -> list[DamagedDocument]:
    """Returns the recorded documents that are still damaged, the latest first."""
    require(viewer, Action.SEE_SYSTEM)
    with read_session() as session:
        query = select(AuditEvent.object_id).where(AuditEvent.action == ACTION)
        latest = session.exec(query.order_by(col(AuditEvent.id).desc()).limit(MAX_CHECKED)).all()
        faults = {sha256: documents.fault_of(sha256) for sha256 in dict.fromkeys(latest)}
        damaged = {sha256: fault for sha256, fault in faults.items() if fault}
        return list(_affected_applications(session, damaged)) if damaged else []


def _affected_applications(session: Session, damaged: dict[str, str]) -> Iterator[DamagedDocument]:
    query = (
        select(Document, Application.folio, Call)
        .join(Application, col(Application.id) == Document.application_id)
        .join(Call, col(Call.id) == Application.call_id)
        .where(col(Document.sha256).in_(damaged), col(Document.refused).is_(None))
        .order_by(Application.folio, Document.kind)
    )
    for document, folio, call in session.exec(query):
        labels = {kind.key: kind.label for kind in spec_of(call).documents}
        label = labels.get(document.kind, document.kind)
        yield DamagedDocument(call.slug, folio, label, document.sha256, damaged[document.sha256])
