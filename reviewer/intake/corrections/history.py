"""The history of an application, for those who may correct it: who, when, what, before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.audit.log import actor_names
from reviewer.core.database import read_session
from reviewer.demographics.questions import SENSITIVE
from reviewer.intake.corrections.common import correctable_call
from reviewer.intake.store.current_application import current_application
from reviewer.models import Application, AuditEvent, Batch, ChangedValue, require_id

SENSITIVE_FIELDS = frozenset(name for question in SENSITIVE.values() for name in (question.column, question.key))
"""Columns, by which imports record changes, and keys of questions, by which corrections do."""


@dataclass(frozen=True)
class Change:
    """A value before and after; both are None where it was purged, or is sensitive."""

    field: str
    before: str | None
    after: str | None
    is_sensitive: bool = False


@dataclass(frozen=True)
class Event:
    """An event of the audit trail; ``by`` is the name of who did it."""

    at: datetime
    by: str
    action: str
    detail: dict[str, Any]
    changes: tuple[Change, ...]


@verb(Action.CORRECT)
def application_history(viewer: Actor, *, slug: str, folio: str) -> list[Event]:
    """Returns the events of the application under this folio, the latest first."""
    call = correctable_call(viewer, slug)
    with read_session() as session:
        application = current_application(session, call, folio)
        query = (
            select(AuditEvent)
            .where(AuditEvent.object_type == "application", AuditEvent.object_id == folio)
            .order_by(col(AuditEvent.id).desc())
        )
        audit_events = [event for event in session.exec(query) if event.detail.get("call") == call.slug]
        values = _changed_values(session, [event.id for event in audit_events])
        names = actor_names(session, {event.actor for event in audit_events})
        events = [
            Event(event.at, names[event.actor], event.action, event.detail, _changes(event, values))
            for event in audit_events
        ]
        return [*events, _creation_event(session, application)]


def _changed_values(session: Session, events: list[int | None]) -> dict[tuple[int, str], ChangedValue]:
    query = select(ChangedValue).where(col(ChangedValue.event_id).in_(events))
    return {(changed_value.event_id, changed_value.field): changed_value for changed_value in session.exec(query)}


def _changes(event: AuditEvent, values: dict[tuple[int, str], ChangedValue]) -> tuple[Change, ...]:
    changes = []
    for field in event.detail.get("changes", {}):
        is_sensitive, value = field in SENSITIVE_FIELDS, values.get((require_id(event), field))
        before, after = (value.before, value.after) if value and not is_sensitive else (None, None)
        changes.append(Change(field, before, after, is_sensitive))
    return tuple(changes)


def _creation_event(session: Session, application: Application) -> Event:
    batch = session.exec(select(Batch.source_name).where(Batch.id == application.batch_id)).first()
    detail = {"source": batch or "", "row": application.row}
    return Event(application.created_at, "", "application.create", detail, ())
