"""What stands between a call's applications and its jury, read once and ready to be dealt."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, and_, col, delete, func, insert, or_, select, update

from reviewer import clock
from reviewer.calls import CallSpec, spec_of
from reviewer.jury import foreseen
from reviewer.jury.dealing import Need
from reviewer.jury.panel import Juror, jurors_in
from reviewer.models import (
    Anchor,
    Applicant,
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Conflict,
    Eligibility,
    Person,
    Review,
    ReviewStatus,
)

_ROWS = 5_000  # rows an INSERT
_NAMES = 500  # values an IN
_NOBODY: frozenset[int] = frozenset()
Pair = tuple[int, int]


@dataclass
class Sharing:
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
    taken_back: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    anchors: frozenset[int] = frozenset()
    own: dict[int, frozenset[int]] = field(default_factory=dict)
    pending: set[Pair] = field(default_factory=set)
    released: list[Pair] = field(default_factory=list)

    @property
    def limits(self) -> list[float]:
        """The most that each juror takes."""
        return [float("inf") if each.most is None else each.most for each in self.jurors]

    @property
    def seed(self) -> int:
        """Of the lots of this call: always the same."""
        return int.from_bytes(hashlib.sha256(self.call.slug.encode()).digest()[:8], "big")

    def need(self, application: int, missing: int) -> Need:
        """An application as the deal takes it; sets are shared where they can be."""
        barred = self.own.get(application, _NOBODY)
        more = self.barred.get(application, _NOBODY) | self.taken_back.get(application, _NOBODY)
        readers = frozenset(self.readers.get(application, _NOBODY))
        if more or readers & barred:
            barred = (barred | more) - readers
        return Need(max(0, missing), readers=readers, barred=barred)

    def promised(self, application: int, wanted: int) -> Need:
        """The same with all that it lacks of ``wanted`` readers; of an anchor, of the whole jury."""
        there = len(self.readers.get(application, ())) + self.elsewhere.get(application, 0)
        need = self.need(application, wanted - there)
        if application in self.anchors:
            need.first = True
            need.missing = len(self.jurors) - len(need.readers | need.barred)
        return need


def gather(
    session: Session, call: Call, *, only: Collection[int] | None = None, leaving: Collection[int] = ()
) -> Sharing:
    """Reads it. ``only`` these applications; ``leaving`` are persons taken as away already."""
    jurors = [each for each in jurors_in(session, call) if each.person_id not in leaving]
    spec = spec_of(call)
    sharing = Sharing(call, spec, jurors, dict(_eligible(session, call, only)), _loads(session, call, jurors))
    number = {juror.person_id: place for place, juror in enumerate(jurors)}
    outside = set(session.exec(select(Person.id).where(col(Person.active).is_(False))))
    for row in _assigned(session, call, only):
        _seat(sharing, number, outside, *row)
    for application, person in _without_assignment(session, call, only):
        sharing.elsewhere[application] += 1
        if person in number:
            sharing.barred[application].add(number[person])
    for application, person in _conflicts(session, call, only):
        if person in number:
            sharing.barred[application].add(number[person])
    for application, declaration in foreseen.matches_in(session, call, only=only):
        if declaration.person_id in number:
            sharing.barred[application].add(number[declaration.person_id])
    anchors = select(Anchor.application_id).where(Anchor.call_id == call.id)
    sharing.anchors = frozenset(session.exec(anchors)) & sharing.folios.keys()
    if not spec.review.own_alcaldia:
        sharing.own = dict(_neighbours(session, call, jurors, sharing.folios, only))
    return sharing


def place_of(application_id: int, person_id: int) -> int:
    """Where an application stands in a juror's own random order: the same for ever, 31 bits."""
    digest = hashlib.sha256(f"{person_id}|{application_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def give(session: Session, sharing: Sharing, pairs: Collection[Pair]) -> None:
    """Stores assignments, in bulk; one that was closed is opened again."""
    known = {
        (application, person)
        for part in parts(sorted({application for application, _ in pairs}))
        for application, person in session.exec(
            select(Assignment.application_id, Assignment.person_id).where(
                col(Assignment.application_id).in_(part), col(Assignment.closed_at).is_not(None)
            )
        )
    }
    for application, person in sorted(known.intersection(pairs)):
        session.execute(
            update(Assignment)
            .where(col(Assignment.application_id) == application, col(Assignment.person_id) == person)
            .values(closed_at=None, anchor=application in sharing.anchors)
        )
    now = clock.now()
    rows = [
        {
            "call_id": sharing.call.id,
            "application_id": application,
            "person_id": person,
            "place": place_of(application, person),
            "anchor": application in sharing.anchors,
            "created_at": now,
        }
        for application, person in pairs
        if (application, person) not in known
    ]
    for start in range(0, len(rows), _ROWS):
        session.execute(insert(Assignment), rows[start : start + _ROWS])


def withdraw(session: Session, pairs: Iterable[Pair]) -> None:
    """Takes back what nobody began, without a trace in the way of giving it to the same person again."""
    for person, part in _by_person(pairs):
        begun = select(Review.application_id).where(Review.person_id == person)
        session.execute(
            delete(Assignment)
            .where(col(Assignment.person_id) == person, col(Assignment.application_id).in_(part))
            .where(col(Assignment.application_id).not_in(begun))
        )


def close(session: Session, pairs: Iterable[Pair]) -> None:
    """Takes assignments back; what was written of them stays."""
    for person, part in _by_person(pairs):
        session.execute(
            update(Assignment)
            .where(col(Assignment.person_id) == person, col(Assignment.application_id).in_(part))
            .values(closed_at=clock.now())
        )


def is_eligible(call: Call) -> tuple[Any, ...]:
    """What makes an application one that is read."""
    return (
        Application.call_id == call.id,
        Application.status == ApplicationStatus.CURRENT,
        Application.eligibility == Eligibility.ELIGIBLE,
    )


def _by_person(pairs: Iterable[Pair]) -> Iterator[tuple[int, list[int]]]:
    found: dict[int, list[int]] = defaultdict(list)
    for application, person in pairs:
        found[person].append(application)
    for person, applications in found.items():
        for part in parts(applications):
            yield person, part


def parts(numbers: list[int]) -> Iterator[list[int]]:
    """Portions that a query can name."""
    for start in range(0, len(numbers), _NAMES):
        yield numbers[start : start + _NAMES]


def _seat(
    sharing: Sharing,
    number: dict[int, int],
    outside: set[int | None],
    application: int,
    person: int,
    closed: Any,
    status: Any,
) -> None:
    """Takes one assignment into account.

    Who gave an application back does not get it again. What a juror who is away has submitted counts, and
    what she began too unless she is kept outside for good; the rest is free.
    """
    if closed is not None:
        if person in number:
            sharing.taken_back[application].add(number[person])
    elif person in number:
        sharing.readers[application].add(number[person])
        if status is None:
            sharing.pending.add((application, person))
    elif status is ReviewStatus.SUBMITTED or (status is not None and person not in outside):
        sharing.elsewhere[application] += 1
    elif status is None:
        sharing.released.append((application, person))


def _eligible(session: Session, call: Call, only: Collection[int] | None) -> Iterator[tuple[int, str]]:
    query = select(Application.id, Application.folio).where(*is_eligible(call)).order_by(Application.folio)
    for number, folio in session.exec(_among(query, Application.id, only)):
        yield number or 0, folio


def _loads(session: Session, call: Call, jurors: list[Juror]) -> list[int]:
    query = (
        select(Assignment.person_id, func.count())
        .join(Application, col(Application.id) == Assignment.application_id)
        .where(Assignment.call_id == call.id, col(Assignment.closed_at).is_(None))
        .where(Application.status == ApplicationStatus.CURRENT)
        .group_by(col(Assignment.person_id))
    )
    found = dict(session.exec(query).all())
    return [found.get(each.person_id, 0) for each in jurors]


def _assigned(session: Session, call: Call, only: Collection[int] | None) -> Iterator[Any]:
    query = (
        select(Assignment.application_id, Assignment.person_id, Assignment.closed_at, Review.status)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, _same(Assignment))
        .where(Assignment.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
    )
    yield from session.exec(_among(query, Assignment.application_id, only))


def _without_assignment(
    session: Session, call: Call, only: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    """Reviews that were made outside by people who were never given the application."""
    query = (
        select(Review.application_id, Review.person_id)
        .outerjoin(Assignment, _same(Assignment))
        .where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
        .where(col(Assignment.id).is_(None))
    )
    yield from session.exec(_among(query, Review.application_id, only))


def _conflicts(session: Session, call: Call, only: Collection[int] | None) -> Iterator[tuple[int, int]]:
    query = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call.id)
    )
    yield from session.exec(_among(query, Conflict.application_id, only))


def _neighbours(
    session: Session,
    call: Call,
    jurors: list[Juror],
    folios: Collection[int],
    only: Collection[int] | None,
) -> Iterator[tuple[int, frozenset[int]]]:
    """Of each application, the jurors who live where its applicant does."""
    living: dict[str, set[int]] = defaultdict(set)
    for place, juror in enumerate(jurors):
        if juror.alcaldia:
            living[juror.alcaldia].add(place)
    by_code = {code: frozenset(places) for code, places in living.items()}
    query = select(Applicant.application_id, Applicant.alcaldia).where(
        Applicant.call_id == call.id, col(Applicant.alcaldia).in_(list(by_code))
    )
    for application, code in session.exec(_among(query, Applicant.application_id, only)):
        if application in folios:
            yield application, by_code[code or ""]


def _same(model: type[Assignment]) -> Any:
    return and_(col(Review.application_id) == model.application_id, col(Review.person_id) == model.person_id)


def _among(query: Any, column: Any, only: Collection[int] | None) -> Any:
    if only is None:
        return query
    among = list(parts(sorted(only))) or [[]]
    return query.where(or_(*(col(column).in_(part) for part in among)))
