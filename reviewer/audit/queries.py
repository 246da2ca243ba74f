"""The audit trail as administrators and coordinators read it: who did what to what, when and from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit.labels import ACTION_GROUPS, ACTION_LABELS, FACT_LABELS, VALUE_LABELS
from reviewer.audit.log import actor_names
from reviewer.core.database import read_session
from reviewer.models import AuditEvent, Person
from reviewer.tables.csv_files import Table

OPERATOR_LABEL = OPERATOR.label
OPERATOR_NAME = {OPERATOR_LABEL: "Línea de comandos"}
_HIDDEN_FACTS = ("changes", "stamp", "call")  # digests say nothing to a reader; the call is the page's


@dataclass(frozen=True)
class EventFilter:
    """Selects events by actor (a person or ``cli``), group of actions, object and time.

    ``about`` is a folio or the id of the event's object.
    """

    actor_label: str = ""
    group: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class EventLine:
    """An event as it is shown. ``facts`` are its details, without the digests of personal values."""

    number: int
    at: datetime
    actor_name: str
    origin: str
    action_label: str
    about: str
    facts: dict[str, Any]


@verb(Action.SEE_TRAIL)
def count_events(viewer: Actor, *, filters: EventFilter) -> int:
    """Returns how many events the filters select."""
    require(viewer, Action.SEE_TRAIL)
    with read_session() as session:
        return session.exec(select(func.count(col(AuditEvent.id))).where(*_conditions(filters))).one()


@verb(Action.SEE_TRAIL)
def list_events(viewer: Actor, *, filters: EventFilter, offset: int = 0, limit: int = 50) -> list[EventLine]:
    """Returns a page of the events that the filters select, the latest first."""
    require(viewer, Action.SEE_TRAIL)
    query = select(AuditEvent).where(*_conditions(filters)).order_by(col(AuditEvent.number).desc())
    with read_session() as session:
        events = session.exec(query.offset(offset).limit(limit)).all()
        person_labels = {f"person:{event.object_id}" for event in events if event.object_type == "person"}
        labels = {event.actor for event in events} | person_labels
        names = actor_names(session, labels - {OPERATOR_LABEL}) | OPERATOR_NAME
    return [_event_line(event, names) for event in events]


@verb(Action.SEE_TRAIL)
def list_actors(viewer: Actor) -> dict[str, str]:
    """Returns the names of all possible actors by their labels in events, sorted by name."""
    require(viewer, Action.SEE_TRAIL)
    with read_session() as session:
        rows = session.exec(select(Person.id, Person.name).order_by(Person.name)).all()
    return OPERATOR_NAME | {f"person:{person_id}": name for person_id, name in rows}


@verb(Action.SEE_TRAIL)
def events_table(viewer: Actor, *, filters: EventFilter, limit: int = 50_000) -> Table:
    """Returns the events that the filters select, as a table for download."""
    rows = (
        (
            line.number,
            line.at,
            line.actor_name,
            line.origin,
            line.action_label,
            line.about,
            format_facts(line.facts),
        )
        for line in list_events(viewer, filters=filters, limit=limit)
    )
    return Table("Bitácora", ("número", "momento", "quién", "desde", "qué", "sobre", "detalle"), tuple(rows))


def format_facts(facts: dict[str, Any]) -> str:
    """Returns the details of an event in one line."""
    return " · ".join(f"{FACT_LABELS.get(name, name)}: {_format_value(value)}" for name, value in facts.items())


def _conditions(filters: EventFilter) -> Iterable[ColumnElement[bool]]:
    if filters.actor_label:
        yield col(AuditEvent.actor) == filters.actor_label
    if filters.group:
        _, beginnings = ACTION_GROUPS[filters.group]
        yield or_(*(_action_matches(beginning) for beginning in beginnings))
    if filters.about:
        folio = col(AuditEvent.detail)["folio"].as_string()
        folio_list = col(AuditEvent.detail)["folios"].as_string()  # a list, as text
        yield or_(
            func.upper(folio) == filters.about.upper(),
            func.upper(col(AuditEvent.object_id)) == filters.about.upper(),
            folio_list.contains(f'"{filters.about.upper()}"', autoescape=True),
        )
    if filters.since:
        yield col(AuditEvent.at) >= filters.since
    if filters.until:
        yield col(AuditEvent.at) < filters.until


def _action_matches(prefix: str) -> ColumnElement[bool]:
    action = col(AuditEvent.action)
    return action == prefix if "." in prefix else action.startswith(f"{prefix}.")


def _event_line(event: AuditEvent, names: dict[str, str]) -> EventLine:
    facts = {name: value for name, value in event.detail.items() if name not in _HIDDEN_FACTS}
    folio = facts.pop("folio", None)
    about = names.get(f"person:{event.object_id}") if event.object_type == "person" else None
    if event.object_type == "request" and "number" in facts:
        about = f"Solicitud {facts.pop('number')}"
    return EventLine(
        number=event.number or 0,
        at=event.at,
        actor_name=names.get(event.actor, event.actor),
        origin=event.origin,
        action_label=ACTION_LABELS.get(event.action, event.action),
        about=str(folio or about or event.object_id),
        facts=facts,
    )


def _format_value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_format_value(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_format_value(item) for item in value)
    if isinstance(value, bool):
        return "sí" if value else "no"
    return "–" if value in (None, "") else VALUE_LABELS.get(str(value), str(value))
