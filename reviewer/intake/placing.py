"""Under which folio each row is stored, which of one person's rows stands, and what it takes the place of.

Touches no database: it is given what is stored already, and says what is to become of each row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviewer.intake.applicant import Submission
from reviewer.intake.recognition import Known, Person, people_of

LAST = datetime.max.replace(tzinfo=UTC)


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


def place(submissions: Iterable[Submission], known: Iterable[Known], prefix: str) -> list[Placed]:
    """Every submission with its folio, in the order in which they were sent."""
    ordered = sorted(submissions, key=_sent)
    people = people_of(ordered, known)
    for person in people:
        person.rows.sort(key=_sent)
    folios = _Folios(prefix, people)
    by_first_row = sorted((each for each in people if each.rows), key=lambda each: _sent(each.rows[0]))
    placed = [each for person in by_first_row for each in _place_person(person, folios)]
    return sorted(placed, key=lambda each: _sent(each.submission))


def number_of(folio: str, prefix: str) -> int:
    """The number in a folio made by us, else 0."""
    found = re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,9}})", folio, re.ASCII)
    return int(found[1]) if found else 0


def made_folio(prefix: str, number: int) -> str:
    """The folio of this number: ``GUI-0042``."""
    return f"{prefix}-{number:04d}"


def _sent(submission: Submission) -> tuple[datetime, int]:
    return submission.submitted_at or LAST, submission.row


class _Folios:
    """Whose each folio is, and the next ones to be made."""

    def __init__(self, prefix: str, people: Iterable[Person]) -> None:
        self._prefix = prefix
        self._owners: dict[str, Person] = {known.folio: person for person in people for known in person.known}
        claims = ((row, person) for person in people for row in person.rows if row.folio)
        for row, person in sorted(claims, key=lambda claim: claim[0].row):
            self._owners.setdefault(row.folio, person)
        self._last = max((number_of(folio, prefix) for folio in self._owners), default=0)

    def own(self, row: Submission, person: Person) -> str:
        """The folio that the row bears, unless it is somebody else's."""
        return row.folio if row.folio and self._owners[row.folio] is person else ""

    def make(self) -> str:
        """A folio that nobody has."""
        self._last += 1
        return made_folio(self._prefix, self._last)


def _place_person(person: Person, folios: _Folios) -> Iterator[Placed]:
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


def _usual_folio(person: Person, own: Iterable[str]) -> str:
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


def _is_old(row: Submission, person: Person) -> bool:
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
