"""What has happened to an application: who, when, what, before and after. For those who may correct it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.audit import names_of
from reviewer.database import reading
from reviewer.intake.by_hand import correctable
from reviewer.intake.standing import standing
from reviewer.models import Application, AuditEvent, Batch, ChangedValue

SENSITIVE = frozenset(
    ("indigenous", "afro_mexican", "disability", "pueblo_indigena", "afromexicana", "discapacidad")
)
"""As a batch and as a person who corrects names them."""


@dataclass(frozen=True)
class Change:
    """A value before and after; both None where it was purged, or is sensitive and read by nobody."""

    field: str
    before: str | None
    after: str | None
    is_sensitive: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened; ``action`` and ``detail`` as the audit trail has them."""

    at: datetime
    by: str
    action: str
    detail: dict[str, Any]
    changes: tuple[Change, ...]


def history_of(viewer: Actor, *, call_slug: str, folio: str) -> list[Event]:
    """All that happened to the application under this folio, the latest first."""
    call = correctable(viewer, call_slug)
    with reading() as session:
        application = standing(session, call, folio)
        query = (
            select(AuditEvent)
            .where(AuditEvent.object_type == "application", AuditEvent.object_id == folio)
            .order_by(col(AuditEvent.id).desc())
        )
        found = [each for each in session.exec(query) if each.detail.get("call") == call.slug]
        values = _values(session, [each.id for each in found])
        names = names_of(session, {each.actor for each in found})
        events = [
            Event(each.at, names[each.actor], each.action, each.detail, _changes(each, values))
            for each in found
        ]
        return [*events, _arrival(session, application)]


def _values(session: Session, events: list[int | None]) -> dict[tuple[int, str], ChangedValue]:
    query = select(ChangedValue).where(col(ChangedValue.event_id).in_(events))
    return {(each.event_id, each.field): each for each in session.exec(query)}


def _changes(event: AuditEvent, values: dict[tuple[int, str], ChangedValue]) -> tuple[Change, ...]:
    changes = []
    for field in event.detail.get("changes", {}):
        value = values.get((event.id or 0, field))
        if field in SENSITIVE:
            changes.append(Change(field, None, None, is_sensitive=True))
            continue
        changes.append(Change(field, value.before if value else None, value.after if value else None))
    return tuple(changes)


def _arrival(session: Session, application: Application) -> Event:
    batch = session.exec(select(Batch.source_name).where(Batch.id == application.batch_id)).first()
    detail = {"source": batch or "", "row": application.row}
    return Event(application.created_at, "", "application.create", detail, ())
