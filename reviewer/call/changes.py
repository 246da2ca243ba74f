"""Changes of a call under way, and previews of what a new file, other dates or another phase would change."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import TABLE, Action, require, verb
from reviewer.call import spec as call_spec
from reviewer.call.spec import CallSpec, parse, spec_of
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.models import Application, Assignment, Call, Eligibility, Phase, Review, Role
from reviewer.models.scopes import (
    CURRENT_APPLICATION,
    OPEN_ASSIGNMENT,
    REVIEW_OF_ASSIGNMENT,
    SUBMITTED_REVIEW,
    current_of,
    eligible_of,
)

DATE_KEYS = ("opens_at", "closes_at", "review.opens_at", "review.closes_at")


@dataclass(frozen=True)
class Difference:
    """A part of the call's file before and after a change; None where the file does not have it."""

    part: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Effects:
    """How many applications other dates would affect, by the time they were sent.

    ``newly_late`` were in time and would be late, ``newly_timely`` were late and would be in time.
    """

    newly_late: int
    newly_timely: int


@dataclass(frozen=True)
class PhaseChange:
    """What another phase would change: actions that each role gains and loses, and unfinished work."""

    gained: Mapping[Role, tuple[Action, ...]]
    lost: Mapping[Role, tuple[Action, ...]]
    to_check: int
    unassigned: int
    unsubmitted: int


@verb(Action.LOAD_CALL)
def differences(viewer: Actor, *, text: str) -> list[Difference] | None:
    """Returns what loading this file would change in its call; None where that does not exist."""
    require(viewer, Action.LOAD_CALL)
    spec = parse(text)
    with read_session() as session:
        call = session.exec(select(Call).where(Call.slug == spec.slug)).first()
    return None if call is None else list(_compare(spec_of(call), spec))


def with_dates(text: str, dates: Mapping[str, datetime | None]) -> str:
    """Returns a call's file with other dates: keys of ``DATE_KEYS``, times in the call's time zone.

    Raises ``UserError`` where the dates make no sense together.
    """
    for name, moment in dates.items():
        section, _, key = name.rpartition(".")
        start, end = _section_bounds(text, section)
        part = _set_date(text[start:end], key, moment)
        text = text[:start] + part + text[end:]
    parse(text)
    return text


@verb(Action.LOAD_CALL)
def effects(viewer: Actor, *, slug: str, text: str) -> Effects:
    """Returns how many applications the intake window of this file would affect."""
    require(viewer, Action.LOAD_CALL)
    old, new = spec_of(call_spec.get_call(slug)), parse(text)
    submitted_at = col(Application.submitted_at)
    timely = (submitted_at >= old.opens) & (submitted_at < old.closes)
    timely_then = (submitted_at >= new.opens) & (submitted_at < new.closes)
    with read_session() as session:

        def count_where(condition: ColumnElement[bool]) -> int:
            query = select(func.count()).select_from(Application).join(Call)
            query = query.where(Call.slug == slug, CURRENT_APPLICATION)
            return session.exec(query.where(submitted_at.is_not(None), condition)).one()

        return Effects(count_where(timely & ~timely_then), count_where(~timely & timely_then))


@verb(Action.CHANGE_PHASE)
def phase_change(viewer: Actor, *, slug: str, phase: Phase) -> PhaseChange:
    """Returns what a change to this phase would mean."""
    require(viewer, Action.CHANGE_PHASE)
    call = call_spec.get_call(slug)
    with read_session() as session:
        return PhaseChange(
            gained={role: _actions_only_in(role, phase, call.phase) for role in Role},
            lost={role: _actions_only_in(role, call.phase, phase) for role in Role},
            to_check=_count_by_eligibility(session, call, Eligibility.TO_CHECK),
            unassigned=_count_by_eligibility(session, call, Eligibility.ELIGIBLE)
            - _count_fully_assigned(session, call),
            unsubmitted=_count_unsubmitted(session, call),
        )


def _actions_only_in(role: Role, phase: Phase, other: Phase) -> tuple[Action, ...]:
    """Returns what a role may do in ``phase`` and not in ``other``."""
    return tuple(
        action
        for action, (roles, phases, _) in TABLE.items()
        if role in roles and phase in phases and other not in phases
    )


def _compare(old: CallSpec, new: CallSpec) -> Iterator[Difference]:
    before, after = _flatten(old.model_dump()), _flatten(new.model_dump())
    for part in dict.fromkeys((*before, *after)):
        if before.get(part) != after.get(part):
            yield Difference(part, before.get(part), after.get(part))


def _flatten(value: Any, path: str = "") -> dict[str, Any]:
    """Returns the leaves by path; items of a list are named by their key, label or index."""
    if isinstance(value, dict):
        pairs: Any = value.items()
    elif isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
        pairs = [(item.get("key") or item.get("label") or index, item) for index, item in enumerate(value)]
    else:
        return {path: value}
    leaves: dict[str, Any] = {}
    for key, item in pairs:
        leaves |= _flatten(item, f"{path}.{key}" if path else str(key))
    return leaves


def _section_bounds(text: str, name: str) -> tuple[int, int]:
    """Returns the start and end of a section in the text; without a name, of what precedes all sections."""
    starts = [*re.finditer(r"^\s*\[", text, re.MULTILINE)]
    if not name:
        return 0, starts[0].start() if starts else len(text)
    header = re.search(rf"^\s*\[{name}\][^\n]*\n", text, re.MULTILINE)
    if header is None:
        raise UserError(f"El archivo de la convocatoria no tiene la sección [{name}].")
    return header.end(), next((match.start() for match in starts if match.start() >= header.end()), len(text))


def _set_date(part: str, key: str, moment: datetime | None) -> str:
    pattern = re.compile(rf"^(\s*{key}\s*=\s*)[^\s#]+(?:[ T][0-9:.]+)?", re.MULTILINE)
    if moment is None:
        return re.sub(rf"^\s*{key}\s*=[^\n]*\n?", "", part, count=1, flags=re.MULTILINE)
    formatted = moment.replace(tzinfo=None, microsecond=0).isoformat()
    if pattern.search(part):
        return pattern.sub(rf"\g<1>{formatted}", part, count=1)
    return f"{key} = {formatted}\n{part}"


def _count_by_eligibility(session: Session, call: Call, eligibility: Eligibility) -> int:
    query = select(func.count()).where(current_of(call), Application.eligibility == eligibility)
    return session.exec(query).one()


def _count_fully_assigned(session: Session, call: Call) -> int:
    """Returns how many eligible applications have as many jurors assigned as the call requires."""
    fully_assigned = (
        select(Assignment.application_id)
        .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT)
        .group_by(col(Assignment.application_id))
        .having(func.count() >= spec_of(call).review.reviews_per_application)
    )
    query = select(func.count()).where(eligible_of(call), col(Application.id).in_(fully_assigned))
    return session.exec(query).one()


def _count_unsubmitted(session: Session, call: Call) -> int:
    """Returns how many assigned reviews are not submitted."""
    query = (
        select(func.count())
        .select_from(Assignment)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT & SUBMITTED_REVIEW)
        .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT, col(Review.id).is_(None))
        .where(CURRENT_APPLICATION)
    )
    return session.exec(query).one()
