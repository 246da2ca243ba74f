"""Checks whether the audit trail is still as it was written."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from reviewer.audit.hash_chain import GENESIS_HASH, link
from reviewer.audit.log import digest
from reviewer.models import AuditEvent, AuditHead, Call, ChangedValue, Person

_BATCH_SIZE = 500


def faults(session: Session) -> Iterator[str]:
    """Yields a Spanish sentence for each fault of the trail."""
    previous, number = GENESIS_HASH, 0
    query = select(AuditEvent).order_by(col(AuditEvent.number), col(AuditEvent.id))
    for entry in session.exec(query.execution_options(yield_per=_BATCH_SIZE)):
        if entry.number is None:
            yield f"El evento {entry.id} de la bitácora no está sellado."
            continue
        number += 1
        if entry.number != number:
            yield f"En la bitácora faltan eventos, o sobran, antes del número {entry.number}."
            number = entry.number
        elif entry.hash != link(previous, number, entry):
            yield f"El evento {number} de la bitácora, o el anterior, no está como se escribió."
        previous = entry.hash
    head = session.get(AuditHead, 1)
    if (head.count, head.hash) != (number, previous) if head else number or _has_data(session):
        yield "El final de la bitácora no es el que se ancló: faltan eventos, o sobran."
    yield from _altered_values(session)


def _has_data(session: Session) -> bool:
    """Returns whether there is any person or call, which are not created without an event."""
    return any(session.exec(select(column).limit(1)).first() for column in (Person.id, Call.id))


def _altered_values(session: Session) -> Iterator[str]:
    query = select(ChangedValue, AuditEvent).join(AuditEvent, col(AuditEvent.id) == ChangedValue.event_id)
    for value, entry in session.exec(query.execution_options(yield_per=_BATCH_SIZE)):
        recorded_digests = entry.detail.get("changes", {}).get(value.field, {})
        computed_digests = {
            "before": digest(value.salt, value.field, value.before),
            "after": digest(value.salt, value.field, value.after),
        }
        if recorded_digests != computed_digests:
            yield f"Los valores del evento {entry.number} de la bitácora no son los que se anotaron."
