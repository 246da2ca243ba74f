"""What stands between a call's applications and its jury, read once and ready to be dealt."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, and_, col, delete, func, insert, or_, select, update

from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock
from reviewer.jury.assignment.members import Juror, jurors_in
from reviewer.jury.assignment.rebalancing import Need
from reviewer.jury.conflicts import declarations
from reviewer.models import (
    Anchor,
    Applicant,
    Application,
    Assignment,
    Call,
    Conflict,
    Person,
    Review,
    ReviewStatus,
)
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, SUBMITTED_REVIEW, eligible_of

_ROWS_PER_INSERT = 5_000  # rows an INSERT
_IDS_PER_QUERY = 500  # values an IN
_NOBODY: frozenset[int] = frozenset()
Pair = tuple[int, int]


@dataclass
class AssignmentState:
    """Jurors by number, applications by id, and who reads what.

    ``pending`` are the open pairs (application, person) that nobody began; ``released`` those of them whose
    juror is away, and so free to be given to somebody else.
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

    @property
    def limits(self) -> list[float]:
        """The most that each juror takes."""
        return [float("inf") if juror.most is None else juror.most for juror in self.jurors]

    @property
    def seed(self) -> int:
        """Of the lots of this call: always the same."""
        return int.from_bytes(hashlib.sha256(self.call.slug.encode()).digest()[:8], "big")

    def need(self, application_id: int, missing: int) -> Need:
        """An application as the deal takes it; sets are shared where they can be."""
        barred = self.same_alcaldia.get(application_id, _NOBODY)
        also_barred = self.barred.get(application_id, _NOBODY) | self.former_readers.get(
            application_id, _NOBODY
        )
        readers = frozenset(self.readers.get(application_id, _NOBODY))
        if also_barred or readers & barred:
            barred = (barred | also_barred) - readers
        return Need(max(0, missing), readers=readers, barred=barred)

    def promised_need(self, application_id: int, reviews: int) -> Need:
        """The same with all that it lacks of ``reviews`` readers; of an anchor, of the whole jury."""
        existing = len(self.readers.get(application_id, ())) + self.outside_readings.get(application_id, 0)
        need = self.need(application_id, reviews - existing)
        if application_id in self.anchors:
            need.is_priority = True
            need.missing = len(self.jurors) - len(need.readers | need.barred)
        return need


def load_state(
    session: Session, call: Call, *, only: Collection[int] | None = None, leaving: Collection[int] = ()
) -> AssignmentState:
    """Reads it. ``only`` these applications; ``leaving`` are persons taken as away already."""
    jurors = [juror for juror in jurors_in(session, call) if juror.person_id not in leaving]
    spec = spec_of(call)
    state = AssignmentState(
        call, spec, jurors, dict(_eligible_applications(session, call, only)), _loads(session, call, jurors)
    )
    juror_numbers = {juror.person_id: place for place, juror in enumerate(jurors)}
    inactive = set(session.exec(select(Person.id).where(col(Person.active).is_(False))))
    for row in _assignments(session, call, only):
        _count_assignment(state, juror_numbers, inactive, *row)
    for application_id, person_id in _reviews_without_assignment(session, call, only):
        state.outside_readings[application_id] += 1
        if person_id in juror_numbers:
            state.barred[application_id].add(juror_numbers[person_id])
    for application_id, person_id in _conflicts(session, call, only):
        if person_id in juror_numbers:
            state.barred[application_id].add(juror_numbers[person_id])
    for application_id, declaration in declarations.matches_in(session, call, only=only):
        if declaration.person_id in juror_numbers:
            state.barred[application_id].add(juror_numbers[declaration.person_id])
    anchors = select(Anchor.application_id).where(Anchor.call_id == call.id)
    state.anchors = frozenset(session.exec(anchors)) & state.folios.keys()
    if not spec.review.own_alcaldia:
        state.same_alcaldia = dict(_same_alcaldia_jurors(session, call, jurors, state.folios, only))
    return state


def queue_place(application_id: int, person_id: int) -> int:
    """Where an application stands in a juror's own random order: the same for ever, 31 bits."""
    digest = hashlib.sha256(f"{person_id}|{application_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def add_assignments(session: Session, state: AssignmentState, pairs: Collection[Pair]) -> None:
    """Stores assignments, in bulk; one that was closed is opened again."""
    closed_pairs = {
        (application_id, person_id)
        for part in query_chunks(sorted({application_id for application_id, _ in pairs}))
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
    for start in range(0, len(rows), _ROWS_PER_INSERT):
        session.execute(insert(Assignment), rows[start : start + _ROWS_PER_INSERT])


def remove_unbegun(session: Session, pairs: Iterable[Pair]) -> None:
    """Takes back what nobody began, without a trace in the way of giving it to the same person again."""
    for person_id, part in _chunks_by_person(pairs):
        begun = select(Review.application_id).where(Review.person_id == person_id)
        session.execute(
            delete(Assignment)
            .where(col(Assignment.person_id) == person_id, col(Assignment.application_id).in_(part))
            .where(col(Assignment.application_id).not_in(begun))
        )


def close_assignments(session: Session, pairs: Iterable[Pair]) -> None:
    """Takes assignments back; what was written of them stays."""
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
        for part in query_chunks(application_ids):
            yield person_id, part


def query_chunks(numbers: list[int]) -> Iterator[list[int]]:
    """Portions that a query can name."""
    for start in range(0, len(numbers), _IDS_PER_QUERY):
        yield numbers[start : start + _IDS_PER_QUERY]


def _count_assignment(
    state: AssignmentState,
    juror_numbers: dict[int, int],
    inactive: set[int | None],
    application_id: int,
    person_id: int,
    closed_at: Any,
    status: Any,
) -> None:
    """Takes one assignment into account.

    Who gave an application back does not get it again. What a juror who is away has submitted counts, and
    what she began too unless she is kept outside for good; the rest is free.
    """
    if closed_at is not None:
        if person_id in juror_numbers:
            state.former_readers[application_id].add(juror_numbers[person_id])
    elif person_id in juror_numbers:
        state.readers[application_id].add(juror_numbers[person_id])
        if status is None:
            state.pending.add((application_id, person_id))
    elif status is ReviewStatus.SUBMITTED or (status is not None and person_id not in inactive):
        state.outside_readings[application_id] += 1
    elif status is None:
        state.released.append((application_id, person_id))


def _eligible_applications(
    session: Session, call: Call, only: Collection[int] | None
) -> Iterator[tuple[int, str]]:
    query = select(Application.id, Application.folio).where(eligible_of(call)).order_by(Application.folio)
    for application_id, folio in session.exec(_restrict(query, Application.id, only)):
        yield application_id or 0, folio


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
    query = (
        select(Assignment.application_id, Assignment.person_id, Assignment.closed_at, Review.status)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, _is_review_of(Assignment))
        .where(Assignment.call_id == call.id, CURRENT_APPLICATION)
    )
    yield from session.exec(_restrict(query, Assignment.application_id, only))


def _reviews_without_assignment(
    session: Session, call: Call, only: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    """Reviews that were made outside by people who were never given the application."""
    query = (
        select(Review.application_id, Review.person_id)
        .outerjoin(Assignment, _is_review_of(Assignment))
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(col(Assignment.id).is_(None))
    )
    yield from session.exec(_restrict(query, Review.application_id, only))


def _conflicts(session: Session, call: Call, only: Collection[int] | None) -> Iterator[tuple[int, int]]:
    query = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call.id)
    )
    yield from session.exec(_restrict(query, Conflict.application_id, only))


def _same_alcaldia_jurors(
    session: Session,
    call: Call,
    jurors: list[Juror],
    folios: Collection[int],
    only: Collection[int] | None,
) -> Iterator[tuple[int, frozenset[int]]]:
    """Of each application, the jurors who live where its applicant does."""
    jurors_by_alcaldia: dict[str, set[int]] = defaultdict(set)
    for place, juror in enumerate(jurors):
        if juror.alcaldia:
            jurors_by_alcaldia[juror.alcaldia].add(place)
    by_code = {code: frozenset(juror_numbers) for code, juror_numbers in jurors_by_alcaldia.items()}
    query = select(Applicant.application_id, Applicant.alcaldia).where(
        Applicant.call_id == call.id, col(Applicant.alcaldia).in_(list(by_code))
    )
    for application_id, code in session.exec(_restrict(query, Applicant.application_id, only)):
        if application_id in folios:
            yield application_id, by_code[code or ""]


def _is_review_of(model: type[Assignment]) -> Any:
    return and_(col(Review.application_id) == model.application_id, col(Review.person_id) == model.person_id)


def _restrict(query: Any, column: Any, only: Collection[int] | None) -> Any:
    if only is None:
        return query
    chunks = list(query_chunks(sorted(only))) or [[]]
    return query.where(or_(*(col(column).in_(part) for part in chunks)))
