"""What the screens of a meeting show: attendance, agenda, one application with its votes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.blinding.veil import Veil, veil_of
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core.database import read_session
from reviewer.decision.deliberation.meeting import CAPACITIES, find_open_meeting, panel_person_ids
from reviewer.decision.ranking.application_detail import SubmittedReading, submitted_readings
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Selection
from reviewer.models import (
    AgendaItem,
    Application,
    Attendance,
    Call,
    Conflict,
    Meeting,
    Ordering,
    Person,
    Resolution,
    Role,
    Vote,
    VoteChoice,
    require_id,
)

Recusals = dict[int | None, list[tuple[int, str]]]


@dataclass(frozen=True)
class Attendee:
    """Somebody who may attend or attends the meeting; a guest has no ``person_id``."""

    attendance_id: int | None
    person_id: int | None
    name: str
    capacity: str
    present: bool
    arrived_at: datetime | None
    left_at: datetime | None

    @property
    def can_vote(self) -> bool:
        """Whether they are a juror who is present."""
        return self.present and self.capacity == CAPACITIES[Role.JURY] and self.person_id is not None


@dataclass(frozen=True)
class Item:
    """An application on the agenda; ``selection_status`` is ``selected``, ``waiting`` or "".

    Estimate and mean are on the scale; ``recused`` are names, ``tally`` counts votes by choice.
    """

    position: int
    folio: str
    title: str
    rank: int
    estimate: float
    raw_mean: float
    p_selected: float
    readings: int
    selection_status: str
    venue: str
    verdict: Resolution | None
    reason: str
    version: int
    recused: tuple[str, ...]
    tally: dict[VoteChoice, int]


@dataclass(frozen=True)
class Voter:
    """A juror who is present; ``recused`` has a conflict of interest with this application."""

    person_id: int
    name: str
    recused: bool
    choice: VoteChoice | None


@dataclass(frozen=True)
class ItemDetail:
    """One application while it is discussed."""

    item: Item
    synopsis: str
    voters: tuple[Voter, ...]
    opinions: tuple[SubmittedReading, ...]


@dataclass(frozen=True)
class MeetingView:
    """The open meeting. ``seats_taken`` counts by venue key; None without a selection in force."""

    place: str
    ordering: Ordering
    began_at: datetime
    showing: int
    attendees: tuple[Attendee, ...]
    items: tuple[Item, ...]
    seats_taken: dict[str, int] | None

    @property
    def undecided(self) -> tuple[Item, ...]:
        """The items without a decision, in the order of the agenda."""
        return tuple(item for item in self.items if item.verdict is None)


@verb(Action.DELIBERATE)
def current_meeting(viewer: Actor, *, slug: str) -> MeetingView | None:
    """Returns the open meeting of a call, without applicants' names; None where there is none."""
    require(viewer, Action.DELIBERATE)
    with read_session() as session:
        stored = get_call(slug)
        meeting = find_open_meeting(session, stored)
        if meeting is None:
            return None
        selection = record.in_force(session, stored)
        return MeetingView(
            place=meeting.place,
            ordering=meeting.ordering,
            began_at=meeting.began_at,
            showing=meeting.showing,
            attendees=_attendees(session, stored, meeting),
            items=_items(session, stored, meeting, selection),
            seats_taken=_seats_taken(selection),
        )


@verb(Action.DELIBERATE)
def item_detail(viewer: Actor, *, slug: str, position: int) -> ItemDetail | None:
    """Returns the application at this position of the agenda; None where there is none."""
    require(viewer, Action.DELIBERATE)
    with read_session() as session:
        stored = get_call(slug)
        meeting = find_open_meeting(session, stored)
        if meeting is None:
            return None
        selection = record.in_force(session, stored)
        items = _items(session, stored, meeting, selection, position=position)
        if not items:
            return None
        application = session.exec(
            select(Application)
            .join(AgendaItem, col(AgendaItem.application_id) == Application.id)
            .where(AgendaItem.meeting_id == meeting.id, AgendaItem.position == position)
        ).one()
        return ItemDetail(
            item=items[0],
            synopsis=_veil(session, stored, [application])(application.id, application.synopsis),
            voters=_voters(session, stored, meeting, application),
            opinions=_opinions(session, spec_of(stored), application),
        )


def _attendees(session: Session, call: Call, meeting: Meeting) -> tuple[Attendee, ...]:
    """Returns the call's jurors, the coordinators, then guests."""
    attendances = session.exec(
        select(Attendance).where(Attendance.meeting_id == meeting.id).order_by(col(Attendance.id))
    ).all()
    by_person = {attendance.person_id: attendance for attendance in attendances if attendance.person_id is not None}
    people = session.exec(
        select(Person)
        .where(col(Person.role).in_((Role.JURY, Role.COORDINATOR)))
        .where(
            col(Person.id).in_(list(by_person))
            | col(Person.id).in_(panel_person_ids(call))
            | (col(Person.active) & (col(Person.role) == Role.COORDINATOR))
        )
    ).all()
    ordered = sorted(people, key=lambda person: (person.role is not Role.JURY, person.name.casefold()))
    person_attendees = [_attendee(by_person.get(require_id(person)), person) for person in ordered]
    return (
        *person_attendees,
        *(_attendee(attendance, None) for attendance in attendances if attendance.person_id is None),
    )


def _attendee(attendance: Attendance | None, person: Person | None) -> Attendee:
    name, capacity = (attendance.name, attendance.capacity) if attendance else ("", "")
    return Attendee(
        attendance_id=attendance.id if attendance else None,
        person_id=person.id if person else None,
        name=person.name if person else name,
        capacity=CAPACITIES[person.role] if person else capacity,
        present=attendance is not None and attendance.left_at is None,
        arrived_at=attendance.arrived_at if attendance else None,
        left_at=attendance.left_at if attendance else None,
    )


def _items(
    session: Session,
    call: Call,
    meeting: Meeting,
    selection: Selection | None,
    *,
    position: int | None = None,
) -> tuple[Item, ...]:
    query = (
        select(AgendaItem, Application)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(col(AgendaItem.position))
    )
    if position is not None:
        query = query.where(AgendaItem.position == position)
    rows = session.exec(query).all()
    applications = [application for _, application in rows]
    tallies = _tallies(session, [item.id for item, _ in rows])
    recused = recusals(session, [application.id for application in applications])
    statuses, veil = _selection_statuses(selection), _veil(session, call, applications)
    return tuple(
        Item(
            position=item.position,
            folio=application.folio,
            title=veil(application.id, application.project_title),
            rank=item.rank,
            estimate=item.estimate,
            raw_mean=item.raw_mean,
            p_selected=item.p_selected,
            readings=item.readings,
            selection_status=statuses.get(application.folio, ("", ""))[0],
            venue=statuses.get(application.folio, ("", ""))[1],
            verdict=item.verdict,
            reason=item.reason,
            version=item.version,
            recused=tuple(name for _, name in recused.get(application.id, ())),
            tally=tallies.get(item.id, {}),
        )
        for item, application in rows
    )


def recusals(session: Session, application_ids: Iterable[int | None]) -> Recusals:
    """Returns the jurors with a conflict of interest by application id: (person id, name), by name."""
    query = (
        select(Conflict.application_id, Conflict.person_id, Person.name)
        .join(Person, col(Person.id) == Conflict.person_id)
        .where(col(Conflict.application_id).in_(list(application_ids)), Person.role == Role.JURY)
        .order_by(Person.name)
    )
    by_application: Recusals = {}
    for application_id, person_id, name in session.exec(query):
        by_application.setdefault(application_id, []).append((person_id, name))
    return by_application


def _veil(session: Session, call: Call, applications: list[Application]) -> Veil:
    blind = spec_of(call).review.blind
    return veil_of(session, blind=blind, application_ids=[application.id for application in applications])


def _tallies(session: Session, item_ids: list[int | None]) -> dict[int | None, dict[VoteChoice, int]]:
    tallies: dict[int | None, Counter[VoteChoice]] = {}
    query = select(Vote.item_id, Vote.choice).where(col(Vote.item_id).in_(item_ids))
    for item_id, choice in session.exec(query):
        tallies.setdefault(item_id, Counter())[VoteChoice(choice)] += 1
    return {item_id: dict(count) for item_id, count in tallies.items()}


def _selection_statuses(selection: Selection | None) -> dict[str, tuple[str, str]]:
    if selection is None:
        return {}
    waiting = {place.folio: ("waiting", place.venue) for place in reversed(selection.waiting)}
    return waiting | {place.folio: ("selected", place.venue) for place in selection.selected}


def _seats_taken(selection: Selection | None) -> dict[str, int] | None:
    return dict(Counter(place.venue for place in selection.selected)) if selection else None


def _voters(session: Session, call: Call, meeting: Meeting, application: Application) -> tuple[Voter, ...]:
    """Returns the jurors who are present, and every recused one, whom the screen names."""
    recused = {person_id for person_id, _ in recusals(session, [application.id]).get(application.id, ())}
    query = (
        select(Vote.person_id, Vote.choice)
        .join(AgendaItem, col(AgendaItem.id) == Vote.item_id)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.application_id == application.id)
    )
    votes = {person_id: VoteChoice(choice) for person_id, choice in session.exec(query)}
    return tuple(
        Voter(person_id, attendee.name, person_id in recused, votes.get(person_id))
        for attendee in _attendees(session, call, meeting)
        if (person_id := attendee.person_id) is not None and (attendee.can_vote or person_id in recused)
    )


def _opinions(session: Session, spec: CallSpec, application: Application) -> tuple[SubmittedReading, ...]:
    """Returns the submitted readings of an application, the highest first."""
    readings = submitted_readings(session, spec, require_id(application)).values()
    return tuple(sorted(readings, key=lambda reading: (-reading.points, reading.name)))
