"""Who is who: when two rows are one person's, and when two people only share an address. No database.

Which rows are one person's, and whether she is stored already. Touches no database.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reviewer.core.text import fold
from reviewer.demographics import curp as curps
from reviewer.intake.parse.submission import Submission


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells people apart. ``name`` is folded, its words sorted; ``valid_curp`` may be empty."""

    curp: str
    valid_curp: str
    email: str
    name: str
    birth_date: date | None


def make_identity(curp: str, email: str, name: str, birth_date: date | None) -> Identity:
    """The facts that tell who somebody is, made comparable."""
    return Identity(
        curp=curp,
        valid_curp=curp if curps.is_valid(curp) else "",
        email=email.casefold(),
        name=" ".join(sorted(fold(name).split())),
        birth_date=birth_date,
    )


def is_same_person(first: Identity, second: Identity) -> bool:
    """The same CURP; or the same e-mail, unless valid CURPs, or name and birth date both, tell them apart."""
    if first.valid_curp and first.valid_curp == second.valid_curp:
        return True
    # a CURP with a wrong digit may come twice, but two people may have typed "XXXX…"
    same_curp = first.curp == second.curp and curps.birth_date(first.curp) is not None
    return (same_curp or _is_same_email(first, second)) and not are_different_people(first, second)


def are_different_people(first: Identity, second: Identity) -> bool:
    """Whether valid CURPs, or name and birth date both, say that these are two people."""
    if first.valid_curp and second.valid_curp:
        return first.valid_curp != second.valid_curp
    return first.name != second.name and _dates_differ(first, second)


def looks_like_email(email: str) -> bool:
    """Whether it can tell people apart at all: «no tengo» is what many write."""
    return "@" in email


def any_fact_agrees(first: Identity, second: Identity) -> bool:
    """Whether two rows under one folio can be corrections of one another."""
    return (
        (bool(first.curp) and first.curp == second.curp)
        or (bool(first.email) and first.email == second.email)
        or first.name == second.name
        or (first.birth_date is not None and first.birth_date == second.birth_date)
    )


def _is_same_email(first: Identity, second: Identity) -> bool:
    return (
        bool(first.email)
        and first.email == second.email
        and (looks_like_email(first.email) or first.name == second.name)
    )


def _dates_differ(first: Identity, second: Identity) -> bool:
    return None not in (first.birth_date, second.birth_date) and first.birth_date != second.birth_date


@dataclass(frozen=True, slots=True)
class StoredApplication:
    """An application that is stored already. ``person_folio`` is the folio under which its person stands."""

    id: int
    folio: str
    person_folio: str
    identity: Identity
    submitted_at: datetime | None
    is_current: bool


@dataclass(eq=False)
class MatchedPerson:
    """Somebody with the rows of a batch that are hers and what is stored of her."""

    stored: list[StoredApplication] = field(default_factory=list)
    rows: list[Submission] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)

    @property
    def curps(self) -> set[str]:
        """The valid CURPs that her rows bear."""
        return {identity.valid_curp for identity in self.identities if identity.valid_curp}

    @property
    def current_application(self) -> StoredApplication | None:
        """The application of hers that stands."""
        return next((application for application in self.stored if application.is_current), None)

    def may_be_same(self, identity: Identity) -> bool:
        """Whether she may be the one that ``who`` tells of."""
        return any(
            is_same_person(identity, known_identity) for known_identity in self.identities
        ) and not self.is_different(identity)

    def is_different(self, identity: Identity) -> bool:
        """Whether any fact says that she is not."""
        return any(are_different_people(identity, known_identity) for known_identity in self.identities)


def match_people(
    submissions: Sequence[Submission], stored: Iterable[StoredApplication]
) -> list[MatchedPerson]:
    """Everybody stored, with the rows that are hers, and those whom nobody has seen before."""
    return _StoredPeople(stored).match(_group_by_person(submissions))


def identity_of(submission: Submission) -> Identity:
    """The facts of a submission that tell who it is from."""
    return make_identity(submission.curp, submission.email, submission.name, submission.birth_date)


class _PeopleIndex:
    """People, to be found by what their rows say of them."""

    def __init__(self) -> None:
        self.people: list[MatchedPerson] = []
        self._by_contact: dict[str, list[MatchedPerson]] = defaultdict(list)

    def add(self, person: MatchedPerson) -> None:
        """Lets a person be found by all that is known of her."""
        self.people.append(person)
        for identity in person.identities:
            self._index_contacts(person, identity)

    def add_row(self, person: MatchedPerson, row: Submission, identity: Identity) -> None:
        """Gives a row to a person that is here."""
        person.rows.append(row)
        person.identities.append(identity)
        self._index_contacts(person, identity)

    def find_by_curp(self, identity: Identity) -> MatchedPerson | None:
        """The person of the same valid CURP."""
        same_curp = (
            person
            for person in self._by_contact.get(identity.valid_curp, ())
            if identity.valid_curp in person.curps
        )
        return next(same_curp, None)

    def find_by_contact(
        self, identity: Identity, *, same_name: bool, without_rows: bool = False
    ) -> MatchedPerson | None:
        """Somebody who may be the same person by e-mail or CURP."""
        nobody: list[MatchedPerson] = []
        candidates = [
            *self._by_contact.get(identity.email, nobody),
            *self._by_contact.get(identity.curp, nobody),
        ]
        for person in candidates:
            if without_rows and person.rows:
                continue
            if same_name and not any(
                identity.name == known_identity.name for known_identity in person.identities
            ):
                continue
            if person.may_be_same(identity):
                return person
        return None

    def _index_contacts(self, person: MatchedPerson, identity: Identity) -> None:
        for contact in {identity.email, identity.curp} - {""}:
            if person not in self._by_contact[contact]:
                self._by_contact[contact].append(person)


def _group_by_person(submissions: Sequence[Submission]) -> list[MatchedPerson]:
    """The people of a batch, by its rows alone, so that it does not matter what of it is stored already.

    What tells most is asked first: the order of rows hardly counts.
    """
    people_index = _PeopleIndex()
    identities_by_row = {row.row: identity_of(row) for row in submissions}
    rows_with_curp = [row for row in submissions if identities_by_row[row.row].valid_curp]
    rows_without_curp = [row for row in submissions if not identities_by_row[row.row].valid_curp]
    for row in rows_with_curp:
        person = people_index.find_by_curp(identities_by_row[row.row])
        if person is None:
            people_index.add(MatchedPerson(rows=[row], identities=[identities_by_row[row.row]]))
        else:
            people_index.add_row(person, row, identities_by_row[row.row])
    for of_same_name in (True, False):
        unmatched_rows = []
        for row in rows_without_curp:
            person = people_index.find_by_contact(identities_by_row[row.row], same_name=True)
            if person is None and not of_same_name:
                person = people_index.find_by_contact(identities_by_row[row.row], same_name=False)
            if person is not None:
                people_index.add_row(person, row, identities_by_row[row.row])
            elif of_same_name:
                unmatched_rows.append(row)
            else:
                people_index.add(MatchedPerson(rows=[row], identities=[identities_by_row[row.row]]))
        rows_without_curp = unmatched_rows
    return people_index.people


class _StoredPeople:
    """Finds the stored person whom some rows of a batch are from."""

    def __init__(self, stored: Iterable[StoredApplication]) -> None:
        self._people_index = _PeopleIndex()
        self._by_folio: dict[str, tuple[StoredApplication, MatchedPerson]] = {}
        self._by_facts: dict[tuple[Identity, datetime | None], MatchedPerson] = {}
        self._by_moment: dict[tuple[str, datetime], MatchedPerson] = {}
        persons: dict[str, MatchedPerson] = defaultdict(MatchedPerson)
        for application in sorted(stored, key=lambda application: (application.is_current, application.id)):
            person = persons[application.person_folio]
            person.stored.append(application)
            person.identities.append(application.identity)
            self._by_folio[application.folio] = application, person
            self._by_facts[application.identity, application.submitted_at] = person
            if application.is_current and application.submitted_at:
                self._by_moment[application.identity.name, application.submitted_at] = person
        for person in persons.values():
            self._people_index.add(person)

    def match(self, groups: Sequence[MatchedPerson]) -> list[MatchedPerson]:
        """The stored people, with the rows that are theirs, and those whom nobody has seen before."""
        unmatched = list(groups)
        for find in (
            *(self._find_by_facts, self._find_by_folio, self._find_by_curp),
            *(self._find_by_name, self._find_by_contact, self._find_by_moment),
        ):
            still_unmatched = []
            for group in unmatched:
                facts = zip(group.rows, group.identities, strict=True)
                person = next((matched for row, identity in facts if (matched := find(row, identity))), None)
                if person is None:
                    still_unmatched.append(group)
                else:
                    person.rows += group.rows
                    person.identities += group.identities
            unmatched = still_unmatched
        return [*self._people_index.people, *unmatched]

    def _find_by_facts(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        """Whoever sent just this: what was decided of a row once is not decided anew."""
        return self._by_facts.get((identity, row.submitted_at))

    def _find_by_folio(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        owner = self._by_folio.get(row.folio)
        return owner[1] if owner and any_fact_agrees(identity, owner[0].identity) else None

    def _find_by_curp(self, _row: Submission, identity: Identity) -> MatchedPerson | None:
        return self._people_index.find_by_curp(identity)

    # From here on, rows that the batch tells apart are not brought together by an address of old.

    def _find_by_name(self, _row: Submission, identity: Identity) -> MatchedPerson | None:
        return self._people_index.find_by_contact(identity, same_name=True, without_rows=True)

    def _find_by_contact(self, _row: Submission, identity: Identity) -> MatchedPerson | None:
        return self._people_index.find_by_contact(identity, same_name=False, without_rows=True)

    def _find_by_moment(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        """Whoever of this name and birth date sent something in the same second: a corrected e-mail."""
        person = self._by_moment.get((identity.name, row.submitted_at)) if row.submitted_at else None
        if person is None or person.rows or person.is_different(identity):
            return None
        return (
            person
            if any(identity.birth_date == known_identity.birth_date for known_identity in person.identities)
            else None
        )
