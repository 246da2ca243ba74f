"""The audit trail: who did what to what, written in the transaction of the change itself.

Personal values are stored apart (``ChangedValue``); an event holds only their keyed digests. So the values
can be deleted without changing an event, nor the hash computed from it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.audit import hash_chain  # noqa: F401  # its listeners seal what is recorded here
from reviewer.models import AuditEvent, ChangedValue, Person, require_id

Values = Mapping[str, tuple[Any, Any]]
NO_VALUES: Values = {}


@dataclass(frozen=True)
class Changes:
    """Changes of personal data: each field before and after, and the application it belongs to."""

    values: Values = field(default_factory=dict)
    application_id: int | None = None


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: object,
    detail: dict[str, Any] | None = None,
    *,
    changes: Changes | None = None,
) -> None:
    """Adds an event. ``detail`` holds no personal data: identifiers, counts, states before and after.

    Under ``changes`` the event keeps ``{field: {"before": digest, "after": digest}}``.
    """
    changes = changes or Changes()
    values = [
        (name, secrets.token_hex(16), _text(before), _text(after)) for name, (before, after) in changes.values.items()
    ]
    digests = {
        name: {"before": digest(salt, name, before), "after": digest(salt, name, after)}
        for name, salt, before, after in values
    }
    event = AuditEvent(
        actor=actor.label,
        origin=actor.origin,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        detail={**(detail or {}), **({"changes": digests} if digests else {})},
    )
    session.add(event)
    if values:
        session.flush()
    for name, salt, before, after in values:
        value = ChangedValue(event_id=require_id(event), field=name, salt=salt, before=before, after=after)
        value.application_id = changes.application_id
        session.add(value)


def actor_names(session: Session, labels: set[str]) -> dict[str, str]:
    """Returns the names of the trail's actors by their labels."""
    keys = [int(label.removeprefix("person:")) for label in labels if label.startswith("person:")]
    query = select(Person.id, Person.name).where(col(Person.id).in_(keys))
    names = {f"person:{key}": name for key, name in session.exec(query)}
    return {label: names.get(label, "línea de órdenes") for label in labels}


def digest(salt: str, name: str, value: str) -> str:
    """Returns what an event keeps of a value: its HMAC-SHA-256 under the salt, in hexadecimal."""
    return hmac.new(bytes.fromhex(salt), f"{name}\0{value}".encode(), hashlib.sha256).hexdigest()


def _text(value: Any) -> str:
    return "" if value is None else str(value)
