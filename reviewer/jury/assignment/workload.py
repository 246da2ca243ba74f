"""The state of a call's assignments: read whole before they are planned, and changed in bulk."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlmodel import Session, col, delete, func, insert, or_, select, update

from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock
from reviewer.core.database import ROWS_PER_INSERT, chunks
from reviewer.jury.assignment.members import Juror, jurors_in
from reviewer.jury.assignment.rebalancing import Need
from reviewer.jury.conflicts import declarations
from reviewer.models import Anchor, Applicant, Application, Assignment, Call, Conflict, Person, Review, ReviewStatus
from reviewer.models.scopes import (
    CURRENT_APPLICATION,
    OPEN_ASSIGNMENT,
    REVIEW_OF_ASSIGNMENT,
    SUBMITTED_REVIEW,
    eligible_of,
)

_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])
_NOBODY: frozenset[int] = frozenset()
Pair = tuple[int, int]
"""The ids of an application and of a person."""


@dataclass
class AssignmentState:
    """The jurors, by number; the eligible applications, by id; who reads which, and who may not.

    ``pending`` are the open pairs without a review; ``released`` those of them whose juror is away, which may
    be given to somebody else. ``former_readers`` are not dealt the application again, only by hand.
    ``outside_readings`` counts readings by people who are not ``jurors`` any more.
    """

    call: Call
    spec: CallSpec
    jurors: list[Juror]
    folios: dict[int, str]
    loads: list[int]
    readers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    barred: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    former_readers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    outside_readings: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    anchors: frozenset[int] = frozenset()
    same_alcaldia: dict[int, frozenset[int]] = field(default_factory=dict)
    pending: set[Pair] = field(default_factory=set)
    released: list[Pair] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = {juror.person_id: number for number, juror in enumerate(self.jurors)}

    @property
    def limits(self) -> list[float]:
        """The maximum load of each juror."""
        return [float("inf") if juror.most is None else juror.most for juror in self.jurors]

    @property
    def seed(self) -> int:
        """The seed of this call's draws: always the same."""
        return int.from_bytes(hashlib.sha256(self.call.slug.encode()).digest()[:8], "big")

    def need(self, application_id: int, missing: int) -> Need:
        """Returns an application as input of a deal; it shares sets with other applications where it can."""
        readers = frozenset(self.readers.get(application_id, _NOBODY))
        same_alcaldia = self.same_alcaldia.get(application_id, _NOBODY)
        former_readers = self.former_readers.get(application_id, _NOBODY)
        barred = self.barred.get(application_id, _NOBODY) | former_readers
        if barred or readers & same_alcaldia:
            same_alcaldia = (same_alcaldia | barred) - readers
        return Need(max(0, missing), readers=readers, barred=same_alcaldia)

    def promised_need(self, application_id: int, reviews: int) -> Need:
        """Returns the need for ``reviews`` readers in total, or for the whole jury where it is an anchor."""
        existing = len(self.readers.get(application_id, ())) + self.outside_readings.get(application_id, 0)
        need = self.need(application_id, reviews - existing)
        if application_id in self.anchors:
            need.is_priority = True
            need.missing = len(self.jurors) - len(need.readers | need.barred)
        return need

    def bar(self, application_id: int, person_id: int) -> None:
        """Excludes a person from reading an application."""
        if person_id in self.numbers:
            self.barred[application_id].add(self.numbers[person_id])


def load_state(
    session: Session, call: Call, *, only: Collection[int] | None = None, leaving: Collection[int] = ()
) -> AssignmentState:
    """Reads the state of all applications or of ``only`` these; ``leaving`` are persons to treat as away."""
    jurors = [juror for juror in jurors_in(session, call) if juror.person_id not in leaving]
    eligible: Any = select(Application.id, Application.folio).where(eligible_of(call)).order_by(Application.folio)
    folios = dict(session.exec(_restrict(eligible, Application.id, only)).all())
    state = AssignmentState(call, spec_of(call), jurors, folios, _loads(session, call, jurors))
    inactive = set(session.exec(select(Person.id).where(col(Person.active).is_(False))))
    for row in _assignments(session, call, only):
        _count_assignment(state, inactive, *row)
    for application_id, person_id in _reviews_without_assignment(session, call, only):
        state.outside_readings[application_id] += 1
        state.bar(application_id, person_id)
    declared = declarations.matches_in(session, call, only=only)
    declared_pairs = ((application_id, declaration.person_id) for application_id, declaration in declared)
    for application_id, person_id in chain(_conflicts(session, call, only), declared_pairs):
        state.bar(application_id, person_id)
    anchors = select(Anchor.application_id).where(Anchor.call_id == call.id)
    state.anchors = frozenset(session.exec(anchors)) & state.folios.keys()
    if not state.spec.review.own_alcaldia:
        state.same_alcaldia = dict(_same_alcaldia_jurors(session, state, only))
    return state


def queue_place(application_id: int, person_id: int) -> int:
    """Returns the place of an application in a juror's own random order: a constant of 31 bits."""
    digest = hashlib.sha256(f"{person_id}|{application_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def add_assignments(session: Session, state: AssignmentState, pairs: Collection[Pair]) -> None:
    """Stores assignments in bulk; opens those again that were closed."""
    closed_pairs = {
        (application_id, person_id)
        for part in chunks(sorted({application_id for application_id, _ in pairs}))
        for application_id, person_id in session.exec(
            select(Assignment.application_id, Assignment.person_id).where(
                col(Assignment.application_id).in_(part), col(Assignment.closed_at).is_not(None)
            )
        )
    }
    for application_id, person_id in sorted(closed_pairs.intersection(pairs)):
        session.execute(
            update(Assignment)
            .where(col(Assignment.application_id) == application_id, col(Assignment.person_id) == person_id)
            .values(closed_at=None, anchor=application_id in state.anchors)
        )
    now = clock.now()
    rows = [
        {
            "call_id": state.call.id,
            "application_id": application_id,
            "person_id": person_id,
            "place": queue_place(application_id, person_id),
            "anchor": application_id in state.anchors,
            "created_at": now,
        }
        for application_id, person_id in pairs
        if (application_id, person_id) not in closed_pairs
    ]
    for part in chunks(rows, ROWS_PER_INSERT):
        session.execute(insert(Assignment), part)


def remove_unbegun(session: Session, pairs: Iterable[Pair]) -> None:
    """Deletes assignments without a review, so that the same person may be given them again."""
    for person_id, part in _chunks_by_person(pairs):
        begun = select(Review.application_id).where(Review.person_id == person_id)
        session.execute(
            delete(Assignment)
            .where(col(Assignment.person_id) == person_id, col(Assignment.application_id).in_(part))
            .where(col(Assignment.application_id).not_in(begun))
        )


def close_assignments(session: Session, pairs: Iterable[Pair]) -> None:
    """Closes assignments; their reviews stay."""
    for person_id, part in _chunks_by_person(pairs):
        session.execute(
            update(Assignment)
            .where(col(Assignment.person_id) == person_id, col(Assignment.application_id).in_(part))
            .values(closed_at=clock.now())
        )


def _chunks_by_person(pairs: Iterable[Pair]) -> Iterator[tuple[int, list[int]]]:
    by_person: dict[int, list[int]] = defaultdict(list)
    for application_id, person_id in pairs:
        by_person[person_id].append(application_id)
    for person_id, application_ids in by_person.items():
        for part in chunks(application_ids):
            yield person_id, list(part)


def _count_assignment(
    state: AssignmentState,
    inactive: Collection[int | None],
    application_id: int,
    person_id: int,
    closed_at: datetime | None,
    status: ReviewStatus | None,
) -> None:
    """Adds one assignment to the state.

    Of a juror who is away, submitted reviews count, and begun ones too unless the person is deactivated; the
    rest is released.
    """
    if closed_at is not None:
        if person_id in state.numbers:
            state.former_readers[application_id].add(state.numbers[person_id])
    elif person_id in state.numbers:
        state.readers[application_id].add(state.numbers[person_id])
        if status is None:
            state.pending.add((application_id, person_id))
    elif status is ReviewStatus.SUBMITTED or (status is not None and person_id not in inactive):
        state.outside_readings[application_id] += 1
    elif status is None:
        state.released.append((application_id, person_id))


def _loads(session: Session, call: Call, jurors: list[Juror]) -> list[int]:
    query = (
        select(Assignment.person_id, func.count())
        .join(Application, col(Application.id) == Assignment.application_id)
        .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .group_by(col(Assignment.person_id))
    )
    load_by_person = dict(session.exec(query).all())
    return [load_by_person.get(juror.person_id, 0) for juror in jurors]


def _assignments(session: Session, call: Call, only: Collection[int] | None) -> Iterator[Any]:
    query: Any = (
        select(Assignment.application_id, Assignment.person_id, Assignment.closed_at, Review.status)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(Assignment.call_id == call.id, CURRENT_APPLICATION)
    )
    yield from session.exec(_restrict(query, Assignment.application_id, only))


def _reviews_without_assignment(session: Session, call: Call, only: Collection[int] | None) -> Iterator[Pair]:
    """Yields submitted reviews, loaded from files, of people who never had the application."""
    query = (
        select(Review.application_id, Review.person_id)
        .outerjoin(Assignment, REVIEW_OF_ASSIGNMENT)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW, col(Assignment.id).is_(None))
    )
    yield from session.exec(_restrict(query, Review.application_id, only))


def _conflicts(session: Session, call: Call, only: Collection[int] | None) -> Iterator[Pair]:
    query = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call.id)
    )
    yield from session.exec(_restrict(query, Conflict.application_id, only))


def _same_alcaldia_jurors(
    session: Session, state: AssignmentState, only: Collection[int] | None
) -> Iterator[tuple[int, frozenset[int]]]:
    """Yields applications with the jurors who live in the alcaldía of the applicant."""
    by_code: dict[str, set[int]] = defaultdict(set)
    for number, juror in enumerate(state.jurors):
        if juror.alcaldia:
            by_code[juror.alcaldia].add(number)
    shared = {code: frozenset(numbers) for code, numbers in by_code.items()}
    query = select(Applicant.application_id, Applicant.alcaldia).where(
        Applicant.call_id == state.call.id, col(Applicant.alcaldia).in_(list(shared))
    )
    for application_id, code in session.exec(_restrict(query, Applicant.application_id, only)):
        if application_id in state.folios:
            yield application_id, shared[code or ""]


def _restrict(query: _Query, column: Any, only: Collection[int] | None) -> _Query:
    """Returns a query restricted to ``only`` these values of a column."""
    if only is None:
        return query
    return query.where(or_(False, *(col(column).in_(part) for part in chunks(sorted(only)))))
