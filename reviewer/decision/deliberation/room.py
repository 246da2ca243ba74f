"""What the meeting's screens show: who is there, the agenda, one application with its votes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.blind import Veil, veil_of
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading
from reviewer.decision.deliberation.meeting import CAPACITIES, open_in, panel_of
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Selection
from reviewer.models import (
    AgendaItem,
    Application,
    Attendance,
    Call,
    Conflict,
    Meeting,
    Note,
    NoteKind,
    Ordering,
    Person,
    Resolution,
    Review,
    ReviewStatus,
    Role,
    Score,
    Vote,
    VoteChoice,
)

Recusals = dict[int | None, list[tuple[int, str]]]


@dataclass(frozen=True)
class Attendee:
    """Somebody who may be or is at the meeting; a guest has no ``person_id``."""

    attendance_id: int | None
    person_id: int | None
    name: str
    capacity: str
    present: bool
    arrived_at: datetime | None
    left_at: datetime | None

    @property
    def votes(self) -> bool:
        """Whether she raises her hand."""
        return self.present and self.capacity == CAPACITIES[Role.JURY] and self.person_id is not None


@dataclass(frozen=True)
class Item:
    """An application on the agenda; ``standing`` in the selection is ``selected``, ``waiting`` or "".

    Estimate and mean are on the scale; ``recused`` are names, ``tally`` counts by choice.
    """

    position: int
    folio: str
    title: str
    rank: int
    estimate: float
    raw_mean: float
    p_selected: float
    readings: int
    standing: str
    venue: str
    verdict: Resolution | None
    reason: str
    version: int
    recused: tuple[str, ...]
    tally: dict[VoteChoice, int]


@dataclass(frozen=True)
class Opinion:
    """A juror's submitted reading, for the committee: points out of 100 and her comment to it."""

    name: str
    points: float
    comment: str


@dataclass(frozen=True)
class Voter:
    """A juror who is there; ``recused`` has a conflict of interest with this application."""

    person_id: int
    name: str
    recused: bool
    choice: VoteChoice | None


@dataclass(frozen=True)
class OnTheWall:
    """One application as it is spoken of."""

    item: Item
    synopsis: str
    voters: tuple[Voter, ...]
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Room:
    """The open meeting. ``places_taken`` counts seats by venue key; None without a selection in force."""

    place: str
    ordering: Ordering
    began_at: datetime
    showing: int
    attendees: tuple[Attendee, ...]
    items: tuple[Item, ...]
    places_taken: dict[str, int] | None

    @property
    def undecided(self) -> tuple[Item, ...]:
        """What waits for a decision, in the order of the agenda."""
        return tuple(each for each in self.items if each.verdict is None)


def room(viewer: Actor, *, call: str) -> Room | None:
    """The open meeting of a call; None where there is none. Nothing in it says who applied."""
    require(viewer, Action.DELIBERATE)
    with reading() as session:
        stored = get_call(call)
        meeting = open_in(session, stored)
        if meeting is None:
            return None
        selection = record.in_force(session, stored)
        return Room(
            place=meeting.place,
            ordering=meeting.ordering,
            began_at=meeting.began_at,
            showing=meeting.showing,
            attendees=_attendees(session, stored, meeting),
            items=_items(session, stored, meeting, selection),
            places_taken=_places_taken(selection),
        )


def on_the_wall(viewer: Actor, *, call: str, position: int) -> OnTheWall | None:
    """The agenda's application at this position; None where the meeting has none there."""
    require(viewer, Action.DELIBERATE)
    with reading() as session:
        stored = get_call(call)
        meeting = open_in(session, stored)
        if meeting is None:
            return None
        selection = record.in_force(session, stored)
        found = _items(session, stored, meeting, selection, position=position)
        if not found:
            return None
        application = session.exec(
            select(Application)
            .join(AgendaItem, col(AgendaItem.application_id) == Application.id)
            .where(AgendaItem.meeting_id == meeting.id, AgendaItem.position == position)
        ).one()
        return OnTheWall(
            item=found[0],
            synopsis=_veil(session, stored, [application])(application.id, application.synopsis),
            voters=_voters(session, stored, meeting, application),
            opinions=_opinions(session, spec_of(stored), application),
        )


def _attendees(session: Session, call: Call, meeting: Meeting) -> tuple[Attendee, ...]:
    """Everybody of the call's jury and the coordination, the jury first, then guests."""
    noted = session.exec(
        select(Attendance).where(Attendance.meeting_id == meeting.id).order_by(col(Attendance.id))
    ).all()
    by_person = {each.person_id: each for each in noted if each.person_id is not None}
    people = session.exec(
        select(Person)
        .where(col(Person.role).in_((Role.JURY, Role.COORDINATOR)))
        .where(
            col(Person.id).in_(list(by_person))
            | col(Person.id).in_(panel_of(call))
            | (col(Person.active) & (col(Person.role) == Role.COORDINATOR))
        )
    ).all()
    ordered = sorted(people, key=lambda each: (each.role is not Role.JURY, each.name.casefold()))
    hers = [_attendee(by_person.get(each.id or 0), each) for each in ordered]
    return (*hers, *(_attendee(each, None) for each in noted if each.person_id is None))


def _attendee(noted: Attendance | None, person: Person | None) -> Attendee:
    return Attendee(
        attendance_id=noted.id if noted else None,
        person_id=person.id if person else None,
        name=person.name if person else noted.name if noted else "",
        capacity=CAPACITIES[person.role] if person else noted.capacity if noted else "",
        present=noted is not None and noted.left_at is None,
        arrived_at=noted.arrived_at if noted else None,
        left_at=noted.left_at if noted else None,
    )


def _items(
    session: Session,
    call: Call,
    meeting: Meeting,
    selection: Selection | None,
    *,
    position: int | None = None,
) -> tuple[Item, ...]:
    query: Any = (
        select(AgendaItem, Application)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(col(AgendaItem.position))
    )
    if position is not None:
        query = query.where(AgendaItem.position == position)
    rows: list[tuple[AgendaItem, Application]] = list(session.exec(query))
    tallies = _tallies(session, [item.id for item, _ in rows])
    recused = recusals(session, [application.id for _, application in rows])
    standing, veil = _standing(selection), _veil(session, call, [each for _, each in rows])
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
            standing=standing.get(application.folio, ("", ""))[0],
            venue=standing.get(application.folio, ("", ""))[1],
            verdict=item.verdict,
            reason=item.reason,
            version=item.version,
            recused=tuple(name for _, name in recused.get(application.id, ())),
            tally=tallies.get(item.id, {}),
        )
        for item, application in rows
    )


def recusals(
    session: Session, application_ids: Iterable[int | None]
) -> dict[int | None, list[tuple[int, str]]]:
    """Who of the jury has a conflict of interest with each of these: (person, name), by name."""
    query = (
        select(Conflict.application_id, Person.id, Person.name)
        .join(Person, col(Person.id) == Conflict.person_id)
        .where(col(Conflict.application_id).in_(list(application_ids)), Person.role == Role.JURY)
        .order_by(Person.name)
    )
    found: Recusals = {}
    for application_id, person_id, name in session.exec(query):
        found.setdefault(application_id, []).append((person_id or 0, name))
    return found


def _veil(session: Session, call: Call, applications: list[Application]) -> Veil:
    blind = spec_of(call).review.blind
    return veil_of(session, blind=blind, application_ids=[each.id for each in applications])


def _tallies(session: Session, item_ids: list[int | None]) -> dict[int | None, dict[VoteChoice, int]]:
    found: dict[int | None, Counter[VoteChoice]] = {}
    query: Any = select(Vote.item_id, Vote.choice).where(col(Vote.item_id).in_(item_ids))
    for item_id, choice in session.exec(query):
        found.setdefault(item_id, Counter())[choice] += 1
    return {item_id: dict(count) for item_id, count in found.items()}


def _standing(selection: Selection | None) -> dict[str, tuple[str, str]]:
    if selection is None:
        return {}
    waiting = {each.folio: ("waiting", each.venue) for each in reversed(selection.waiting)}
    return waiting | {each.folio: ("selected", each.venue) for each in selection.selected}


def _places_taken(selection: Selection | None) -> dict[str, int] | None:
    return dict(Counter(each.venue for each in selection.selected)) if selection else None


def _voters(session: Session, call: Call, meeting: Meeting, application: Application) -> tuple[Voter, ...]:
    """The jurors who are there, and every recused one, there or not: she is named."""
    recused = {person_id for person_id, _ in recusals(session, [application.id]).get(application.id, ())}
    cast: Any = (
        select(Vote.person_id, Vote.choice)
        .join(AgendaItem, col(AgendaItem.id) == Vote.item_id)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.application_id == application.id)
    )
    votes: dict[int | None, VoteChoice] = dict(session.exec(cast).all())
    return tuple(
        Voter(each.person_id or 0, each.name, each.person_id in recused, votes.get(each.person_id))
        for each in _attendees(session, call, meeting)
        if each.votes or each.person_id in recused
    )


def _opinions(session: Session, spec: CallSpec, application: Application) -> tuple[Opinion, ...]:
    """What the readers submitted, the highest first."""
    query = (
        select(Review.id, Person.name, Score.criterion, Score.value)
        .join(Person, col(Person.id) == Review.person_id)
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.application_id == application.id, Review.status == ReviewStatus.SUBMITTED)
    )
    names: dict[int | None, str] = {}
    scores: dict[int | None, dict[str, int]] = {}
    for review_id, name, criterion, value in session.exec(query):
        names[review_id] = name
        scores.setdefault(review_id, {})[criterion] = value
    comments = dict(
        session.exec(
            select(Note.review_id, Note.text).where(
                col(Note.review_id).in_(list(names)), Note.kind == NoteKind.COMMITTEE
            )
        ).all()
    )
    found = [
        Opinion(names[review_id], spec.points(given) or 0, comments.get(review_id or 0, ""))
        for review_id, given in scores.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.points, each.name)))
