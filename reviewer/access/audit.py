"""The audit trail: who did what to what, written in the transaction of the change itself."""

from typing import Any

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.models import AuditEvent


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: object,
    detail: dict[str, Any] | None = None,
) -> None:
    """Adds an event. ``detail`` holds no personal data: identifiers, counts, states before and after."""
    session.add(
        AuditEvent(
            actor=actor.label,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            detail=detail or {},
        )
    )
