"""The folio of each row, which of a person's rows is the current one, and what it supersedes.

Uses no database: callers pass the stored applications, and get a plan for each row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviewer.intake.parse.submission import Submission
from reviewer.intake.store.person_matching import MatchedPerson, StoredApplication, identity_of, match_people

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FolioAssignment:
    """The plan for a row that can be stored.

    ``person_folio`` is the folio of the person's current application, ``stored_id`` the stored application
    that the row updates, and ``superseded_id`` the one that the row supersedes.
    """

    submission: Submission
    folio: str
    person_folio: str
    is_current: bool
    stored_id: int | None = None
    superseded_id: int | None = None
    is_folio_taken: bool = False


def assign_folios(
    submissions: Iterable[Submission], stored: Iterable[StoredApplication], prefix: str
) -> list[FolioAssignment]:
    """Returns every submission with its folio, in the order in which they were sent."""
    ordered = sorted(submissions, key=_submission_order)
    people = match_people(ordered, stored)
    for person in people:
        person.rows.sort(key=_submission_order)
    folios = _FolioRegistry(prefix, people)
    with_rows = [person for person in people if person.rows]
    with_rows.sort(key=lambda person: _submission_order(person.rows[0]))
    assignments = [assignment for person in with_rows for assignment in _assign_person(person, folios)]
    return sorted(assignments, key=lambda assignment: _submission_order(assignment.submission))


def folio_number(folio: str, prefix: str) -> int:
    """Returns the number in a folio made by ``format_folio``, else 0."""
    match = re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,9}})", folio, re.ASCII)
    return int(match[1]) if match else 0


def format_folio(prefix: str, number: int) -> str:
    """Returns the folio of this number, such as ``GUI-0042``."""
    return f"{prefix}-{number:04d}"


def _submission_order(submission: Submission) -> tuple[datetime, int]:
    return submission.submitted_at or END_OF_TIME, submission.row


class _FolioRegistry:
    """The person of each folio, and the next new folios."""

    def __init__(self, prefix: str, people: Iterable[MatchedPerson]) -> None:
        self._prefix = prefix
        self._owners: dict[str, MatchedPerson] = {
            application.folio: person for person in people for application in person.stored
        }
        folio_claims = ((row, person) for person in people for row in person.rows if row.folio)
        for row, person in sorted(folio_claims, key=lambda claim: claim[0].row):
            self._owners.setdefault(row.folio, person)
        self._last = max((folio_number(folio, prefix) for folio in self._owners), default=0)

    def folio_of_row(self, row: Submission, person: MatchedPerson) -> str:
        """Returns the folio in the row, or an empty text where it is another person's."""
        return row.folio if row.folio and self._owners[row.folio] is person else ""

    def next_folio(self) -> str:
        """Returns a folio that nobody has."""
        self._last += 1
        return format_folio(self._prefix, self._last)


def _assign_person(person: MatchedPerson, folios: _FolioRegistry) -> Iterator[FolioAssignment]:
    own_folios = {row.row: folios.folio_of_row(row, person) for row in person.rows}
    previous = person.current_application
    default_folio = _default_folio(person, own_folios.values()) or folios.next_folio()
    folios_by_row = {row.row: own_folios[row.row] or default_folio for row in person.rows}
    current = _latest([row for row in person.rows if not _is_already_superseded(row, person)])
    if current and previous and _is_later_application(previous, current):
        current = None
    current_folio = folios_by_row[current.row] if current else default_folio
    superseded_id = previous.id if previous and current and previous.folio != current_folio else None
    unmatched = list(person.stored)
    for row in sorted(person.rows, key=lambda row: row is not current):
        stored = _stored_application_of(
            row, folios_by_row[row.row], current_folio, unmatched, is_current=row is current
        )
        if stored:
            unmatched.remove(stored)
        yield FolioAssignment(
            submission=row,
            folio=folios_by_row[row.row],
            person_folio=current_folio,
            is_current=row is current,
            stored_id=stored.id if stored else None,
            superseded_id=superseded_id if row is current else None,
            is_folio_taken=bool(row.folio) and not own_folios[row.row],
        )


def _default_folio(person: MatchedPerson, row_folios: Iterable[str]) -> str:
    """Returns the folio for the person's rows without one: the stored one, else the last in their rows."""
    if person.stored:
        return (person.current_application or person.stored[-1]).person_folio
    return next((folio for folio in reversed(list(row_folios)) if folio), "")


def _latest(rows: Sequence[Submission]) -> Submission | None:
    """Returns the row that was sent last; where a time is missing, the last in the table."""
    if not rows:
        return None
    if all(row.submitted_at for row in rows):
        return max(rows, key=_submission_order)
    return max(rows, key=lambda row: row.row)


def _is_already_superseded(row: Submission, person: MatchedPerson) -> bool:
    """Returns whether the row is a submission that is stored as superseded by a later one."""
    current, submitted_at = person.current_application, row.submitted_at
    if not (current and current.submitted_at and submitted_at and submitted_at < current.submitted_at):
        return False
    return any(application.submitted_at == submitted_at for application in person.stored if not application.is_current)


def _is_later_application(previous: StoredApplication, row: Submission) -> bool:
    """Returns whether the stored current application was sent later than the row."""
    return bool(previous.submitted_at and row.submitted_at and previous.submitted_at > row.submitted_at)


def _stored_application_of(
    row: Submission,
    folio: str,
    current_folio: str,
    unmatched: Sequence[StoredApplication],
    *,
    is_current: bool,
) -> StoredApplication | None:
    """Returns the stored application that a row is about, if there is one.

    Where folios are generated, all submissions of a person have the same one, and superseded ones are told
    apart by their time. A merged application keeps its own folio: it is known by all that tells people apart.
    """
    if not is_current:
        facts = identity_of(row), row.submitted_at
        superseded = (application for application in unmatched if not application.is_current)
        merged = next((known for known in superseded if (known.identity, known.submitted_at) == facts), None)
        if merged:
            return merged
    under_folio = [application for application in unmatched if application.folio == folio]
    if is_current:
        current = next((application for application in unmatched if application.is_current), None)
        if current is None or current.folio == folio:
            return current
        return next(iter(under_folio), None)
    if folio == current_folio:
        under_folio = [
            application
            for application in under_folio
            if not application.is_current and application.submitted_at == row.submitted_at
        ]
    return next(iter(under_folio), None)
