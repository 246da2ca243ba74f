"""Under which folio each row is stored, which of one person's rows stands, and what it takes the place of.

Touches no database: it is given what is stored already, and says what is to become of each row.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reviewer.intake.applicant import Submission
from reviewer.intake.people import Identity, any_fact_agrees, identity, same_person

LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """An application that is stored already. ``person`` is the folio under which its person stands."""

    id: int
    folio: str
    person: str
    identity: Identity
    submitted_at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """What is to become of a row that can be stored.

    ``person`` is the folio of the one that stands of that person's. ``known_id`` is the stored application
    that the row is about, ``retired_id`` the one that no longer stands because of it.
    """

    submission: Submission
    folio: str
    person: str
    stands: bool
    known_id: int | None = None
    retired_id: int | None = None
    folio_was_taken: bool = False


@dataclass(eq=False)
class _Person:
    known: list[Known] = field(default_factory=list)
    rows: list[Submission] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)

    @property
    def curps(self) -> set[str]:
        return {each.valid_curp for each in self.identities if each.valid_curp}

    @property
    def standing(self) -> Known | None:
        return next((known for known in self.known if known.current), None)

    def is_told_apart(self, who: Identity) -> bool:
        return bool(who.valid_curp and self.curps and who.valid_curp not in self.curps)

    def may_be(self, who: Identity) -> bool:
        return not self.is_told_apart(who) and any(same_person(who, each) for each in self.identities)


def place(submissions: Iterable[Submission], known: Iterable[Known], prefix: str) -> list[Placed]:
    """Every submission with its folio, in the order in which they were sent."""
    ordered = sorted(submissions, key=_sent)
    grouping = _Grouping(known)
    grouping.group(ordered)
    folios = _Folios(prefix, grouping.people)
    by_first_row = sorted(
        (person for person in grouping.people if person.rows), key=lambda each: _sent(each.rows[0])
    )
    placed = [each for person in by_first_row for each in _place_person(person, folios)]
    return sorted(placed, key=lambda each: _sent(each.submission))


def number_of(folio: str, prefix: str) -> int:
    """The number in a folio made by us, else 0."""
    found = re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,9}})", folio, re.ASCII)
    return int(found[1]) if found else 0


def made_folio(prefix: str, number: int) -> str:
    """The folio of this number: ``GUI-0042``."""
    return f"{prefix}-{number:04d}"


def identity_of(submission: Submission) -> Identity:
    """The facts of a submission that tell who it is from."""
    return identity(submission.curp, submission.email, submission.name, submission.birth_date)


def _sent(submission: Submission) -> tuple[datetime, int]:
    return submission.submitted_at or LAST, submission.row


class _Grouping:
    """Finds the person of each row. What tells most is asked first: the order of rows hardly counts."""

    def __init__(self, stored: Iterable[Known]) -> None:
        self.people: list[_Person] = []
        self._who: dict[int, Identity] = {}
        self._by_curp: dict[str, _Person] = {}
        self._by_contact: dict[str, list[_Person]] = defaultdict(list)
        self._by_moment: dict[tuple[str, datetime], _Person] = {}
        self._by_folio: dict[str, tuple[Known, _Person]] = {}
        persons: dict[str, _Person] = {}
        for known in sorted(stored, key=lambda each: (each.current, each.id)):
            person = persons.get(known.person) or self._new()
            persons[known.person] = person
            person.known.append(known)
            self._by_folio[known.folio] = known, person
            self._learn(person, known.identity)
            if known.current and known.submitted_at:
                self._by_moment[known.identity.name, known.submitted_at] = person

    def group(self, ordered: Sequence[Submission]) -> None:
        """Gives each row to a person, known or new."""
        self._who = {row.row: identity_of(row) for row in ordered}
        waiting = self._join_where(ordered, self._under_own_folio)
        told_by_curp = [row for row in waiting if self._who[row.row].valid_curp]
        others = [row for row in waiting if not self._who[row.row].valid_curp]
        for rows in (told_by_curp, others):
            for row in self._join_where(rows, self._of_same_name):
                self._join(self._of_same_contact(row) or self._of_same_moment(row) or self._new(), row)
        for person in self.people:
            person.rows.sort(key=_sent)

    def _join_where(
        self, rows: Iterable[Submission], find: Callable[[Submission], _Person | None]
    ) -> list[Submission]:
        """Joins the rows for which a person is found; returns the others."""
        left = []
        for row in rows:
            person = find(row)
            if person:
                self._join(person, row)
            else:
                left.append(row)
        return left

    def _under_own_folio(self, row: Submission) -> _Person | None:
        known, person = self._by_folio.get(row.folio, (None, None))
        return person if known and any_fact_agrees(self._who[row.row], known.identity) else None

    def _of_same_name(self, row: Submission) -> _Person | None:
        who = self._who[row.row]
        if who.valid_curp in self._by_curp:
            return self._by_curp[who.valid_curp]
        alike = (
            person
            for person in self._contacts(who)
            if any(who.name == each.name for each in person.identities)
        )
        return next(alike, None)

    def _of_same_contact(self, row: Submission) -> _Person | None:
        who = self._who[row.row]
        return self._by_curp.get(who.valid_curp) or next(self._contacts(who), None)

    def _of_same_moment(self, row: Submission) -> _Person | None:
        """Whoever of this name sent something in the same second: a correction of her e-mail."""
        who = self._who[row.row]
        person = self._by_moment.get((who.name, row.submitted_at)) if row.submitted_at else None
        return person if person and not person.rows and not person.is_told_apart(who) else None

    def _contacts(self, who: Identity) -> Iterator[_Person]:
        seen = [*self._by_contact.get(who.email, ()), *self._by_contact.get(who.curp, ())]
        return (person for person in seen if person.may_be(who))

    def _new(self) -> _Person:
        self.people.append(_Person())
        return self.people[-1]

    def _join(self, person: _Person, row: Submission) -> None:
        person.rows.append(row)
        self._learn(person, self._who[row.row])

    def _learn(self, person: _Person, who: Identity) -> None:
        person.identities.append(who)
        if who.valid_curp:
            self._by_curp.setdefault(who.valid_curp, person)
        for contact in {who.email, who.curp} - {""}:
            if person not in self._by_contact[contact]:
                self._by_contact[contact].append(person)


class _Folios:
    """Whose each folio is, and the next ones to be made."""

    def __init__(self, prefix: str, people: Iterable[_Person]) -> None:
        self._prefix = prefix
        self._owners: dict[str, _Person] = {
            known.folio: person for person in people for known in person.known
        }
        claims = ((row, person) for person in people for row in person.rows if row.folio)
        for row, person in sorted(claims, key=lambda claim: claim[0].row):
            self._owners.setdefault(row.folio, person)
        self._last = max((number_of(folio, prefix) for folio in self._owners), default=0)

    def own(self, row: Submission, person: _Person) -> str:
        """The folio that the row bears, unless it is somebody else's."""
        return row.folio if row.folio and self._owners[row.folio] is person else ""

    def make(self) -> str:
        """A folio that nobody has."""
        self._last += 1
        return made_folio(self._prefix, self._last)


def _place_person(person: _Person, folios: _Folios) -> Iterator[Placed]:
    own = {row.row: folios.own(row, person) for row in person.rows}
    before = person.standing
    usual = _usual_folio(person, own.values()) or folios.make()
    folio = {row.row: own[row.row] or usual for row in person.rows}
    standing = _latest([row for row in person.rows if not _is_old(row, person)])
    if standing and before and _is_other_and_later(before, folio[standing.row], standing):
        standing = None
    under = folio[standing.row] if standing else usual
    retired = before.id if before and standing and before.folio != under else None
    left = list(person.known)
    for row in sorted(person.rows, key=lambda each: each is not standing):
        known = _stored_as(row, folio[row.row], under, left, stands=row is standing)
        if known:
            left.remove(known)
        yield Placed(
            submission=row,
            folio=folio[row.row],
            person=under,
            stands=row is standing,
            known_id=known.id if known else None,
            retired_id=retired if row is standing else None,
            folio_was_taken=bool(row.folio) and not own[row.row],
        )


def _usual_folio(person: _Person, own: Iterable[str]) -> str:
    """The folio of the person's rows that bear none: the one she has, else the last that her rows bear."""
    if person.known:
        return (person.standing or person.known[-1]).person
    return next((folio for folio in reversed(list(own)) if folio), "")


def _latest(rows: Sequence[Submission]) -> Submission | None:
    """The latest by the time it was sent; where a time is missing, the last row."""
    if not rows:
        return None
    if all(row.submitted_at for row in rows):
        return max(rows, key=_sent)
    return max(rows, key=lambda row: row.row)


def _is_old(row: Submission, person: _Person) -> bool:
    """Whether the row is a submission that is stored as superseded by a later one."""
    now, sent = person.standing, row.submitted_at
    if not (now and now.submitted_at and sent and sent < now.submitted_at):
        return False
    return any(known.submitted_at == sent for known in person.known if not known.current)


def _is_other_and_later(before: Known, folio: str, row: Submission) -> bool:
    """Whether what stands already is another application, sent later than the row."""
    if before.folio == folio or not (before.submitted_at and row.submitted_at):
        return False
    return before.submitted_at > row.submitted_at


def _stored_as(
    row: Submission, folio: str, under: str, left: Sequence[Known], *, stands: bool
) -> Known | None:
    """The stored application that a row is about, if there is one.

    Where folios are made, a person's submissions share hers, and the superseded ones are told by their time.
    """
    under_folio = [known for known in left if known.folio == folio]
    if stands:
        standing = next((known for known in left if known.current), None)
        revived = under_folio if standing and standing.folio != folio else []
        return next((known for known in under_folio if known.current), next(iter(revived), None))
    if folio != under:
        return next(iter(under_folio), None)
    return next((k for k in under_folio if not k.current and k.submitted_at == row.submitted_at), None)
