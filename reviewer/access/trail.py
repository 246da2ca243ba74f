"""The audit trail as administrators and coordinators read it: who did what to what, when and from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.access.trail_words import FACTS, GROUPS, VALUES, WORDS
from reviewer.database import reading
from reviewer.models import AuditEvent, Person
from reviewer.tables import Table

OPERATOR_LABEL = "cli"
_NOT_SAID = ("changes", "stamp", "call")  # digests tell a reader nothing; the call is the one she is in


@dataclass(frozen=True)
class Sought:
    """Which events: of a person (or ``cli``), of a group of actions, about something, between two moments.

    ``about`` is a folio, or what stands in the event as its object.
    """

    who: str = ""
    group: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class TrailLine:
    """One event. ``facts`` are what it says beside its action, without the digests of personal values."""

    number: int
    at: datetime
    who: str
    origin: str
    words: str
    about: str
    facts: dict[str, Any]


def count(viewer: Actor, *, sought: Sought) -> int:
    """How many events there are of these."""
    require(viewer, Action.SEE_TRAIL)
    with reading() as session:
        return session.exec(select(func.count(col(AuditEvent.id))).where(*_conditions(sought))).one()


def lines(viewer: Actor, *, sought: Sought, offset: int = 0, limit: int = 50) -> list[TrailLine]:
    """Some of these events, the latest first."""
    require(viewer, Action.SEE_TRAIL)
    query = select(AuditEvent).where(*_conditions(sought)).order_by(col(AuditEvent.number).desc())
    with reading() as session:
        events = session.exec(query.offset(offset).limit(limit)).all()
        of_people = {f"person:{each.object_id}" for each in events if each.object_type == "person"}
        names = _names(session, {each.actor for each in events} | of_people)
    return [_line(each, names) for each in events]


def people(viewer: Actor) -> dict[str, str]:
    """Everybody who may stand in the trail, by the label that events bear: name by label, by name."""
    require(viewer, Action.SEE_TRAIL)
    with reading() as session:
        known = session.exec(select(Person.id, Person.name).order_by(Person.name)).all()
    return {OPERATOR_LABEL: "Línea de comandos"} | {f"person:{number}": name for number, name in known}


def table(viewer: Actor, *, sought: Sought, limit: int = 50_000) -> Table:
    """The same to take along."""
    rows = (
        (each.number, each.at, each.who, each.origin, each.words, each.about, said(each.facts))
        for each in lines(viewer, sought=sought, limit=limit)
    )
    return Table("Bitácora", ("número", "momento", "quién", "desde", "qué", "sobre", "detalle"), tuple(rows))


def said(facts: dict[str, Any]) -> str:
    """What an event says beside its action, in one line."""
    return " · ".join(f"{FACTS.get(name, name)}: {_plain(value)}" for name, value in facts.items())


def _conditions(sought: Sought) -> Iterable[ColumnElement[bool]]:
    if sought.who:
        yield col(AuditEvent.actor) == sought.who
    if sought.group:
        _, beginnings = GROUPS[sought.group]
        yield or_(*(_begins(each) for each in beginnings))
    if sought.about:
        folio = col(AuditEvent.detail)["folio"].as_string()
        several = col(AuditEvent.detail)["folios"].as_string()  # a list, as text
        yield or_(
            func.upper(folio) == sought.about.upper(),
            func.upper(col(AuditEvent.object_id)) == sought.about.upper(),
            several.contains(f'"{sought.about.upper()}"', autoescape=True),
        )
    if sought.since:
        yield col(AuditEvent.at) >= sought.since
    if sought.until:
        yield col(AuditEvent.at) < sought.until


def _begins(beginning: str) -> ColumnElement[bool]:
    action = col(AuditEvent.action)
    return action == beginning if "." in beginning else action.startswith(f"{beginning}.")


def _names(session: Session, labels: set[str]) -> dict[str, str]:
    numbers = [int(each.removeprefix("person:")) for each in labels if each.startswith("person:")]
    known = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(numbers))).all()
    return {OPERATOR_LABEL: "Línea de comandos"} | {f"person:{number}": name for number, name in known}


def _line(event: AuditEvent, names: dict[str, str]) -> TrailLine:
    facts = {name: value for name, value in event.detail.items() if name not in _NOT_SAID}
    folio = facts.pop("folio", None)
    about = names.get(f"person:{event.object_id}") if event.object_type == "person" else None
    if event.object_type == "request" and "number" in facts:
        about = f"Solicitud {facts.pop('number')}"
    return TrailLine(
        number=event.number or 0,
        at=event.at,
        who=names.get(event.actor, event.actor),
        origin=event.origin,
        words=WORDS.get(event.action, event.action),
        about=str(folio or about or event.object_id),
        facts=facts,
    )


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    if isinstance(value, bool):
        return "sí" if value else "no"
    return "–" if value in (None, "") else VALUES.get(str(value), str(value))
