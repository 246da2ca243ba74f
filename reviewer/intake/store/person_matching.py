"""Which rows and stored applications are of the same person. Uses no database.

People are told apart by CURP, e-mail and name; several people may share an e-mail.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from reviewer.core.text import PARTICLES, fold
from reviewer.demographics import curp as curps
from reviewer.intake.parse.submission import Submission

LONGEST_ABBREVIATION = 2  # letters, as in "Ma." and "J."


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells people apart; ``name`` is folded, its words sorted; ``valid_curp`` may be empty."""

    curp: str
    valid_curp: str
    email: str
    name: str
    birth_date: date | None


def make_identity(curp: str, email: str, name: str, birth_date: date | None) -> Identity:
    """Returns the facts in a form in which they can be compared."""
    return Identity(
        curp=curp,
        valid_curp=curp if curps.is_valid(curp) else "",
        email=email.casefold(),
        name=" ".join(sorted(fold(name).split())),
        birth_date=birth_date,
    )


def is_same_person(first: Identity, second: Identity) -> bool:
    """Returns whether the CURP is the same, or the e-mail is and the names agree."""
    if first.valid_curp and first.valid_curp == second.valid_curp:
        return True
    # A person may repeat a CURP with a wrong digit; different people type "XXXX…", which has no date.
    same_curp = first.curp == second.curp and curps.birth_date(first.curp) is not None
    return (same_curp or _is_same_email(first, second)) and not are_different_people(first, second)


def are_different_people(first: Identity, second: Identity) -> bool:
    """Returns whether valid CURPs, or else the names, say that these are two people."""
    if first.valid_curp and second.valid_curp:
        return first.valid_curp != second.valid_curp
    return not names_agree(first.name, second.name)


def names_agree(one: str, other: str) -> bool:
    """Returns whether two folded names may be one person's: one of them is the other, or a shortening of it.

    Order and particles do not matter. Twins share their surnames and not their first names, so that they do not agree.
    """
    shorter, longer = sorted((name_words(one), name_words(other)), key=len)
    unmatched = list(longer)
    for token in shorter:
        match = next((known for known in unmatched if _is_shortening(token, known)), None)
        if match is None:
            return False
        unmatched.remove(match)
    return bool(shorter) or not longer


def name_words(name: str) -> list[str]:
    """Returns the words of a folded name without particles, the longest first."""
    return sorted((token for token in name.split() if token not in PARTICLES), key=lambda token: -len(token))


def _is_shortening(one: str, other: str) -> bool:
    """Returns whether two words of names are equal, or one abbreviates the other: "ma" and "maria"."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) <= LONGEST_ABBREVIATION and long.startswith(short))


def is_possible_duplicate(first: Identity, second: Identity) -> bool:
    """Returns whether two people with the same birth date or telephone may be one under two e-mails.

    A single name in common is too little, and two valid CURPs tell them apart.
    """
    if first.valid_curp and second.valid_curp:
        return False
    fewest = min(len(name_words(first.name)), len(name_words(second.name)))
    return first.email != second.email and fewest > 1 and names_agree(first.name, second.name)


def looks_like_email(email: str) -> bool:
    """Returns whether an e-mail can tell people apart at all: many write «no tengo»."""
    return "@" in email


def any_fact_agrees(first: Identity, second: Identity) -> bool:
    """Returns whether two rows with one folio can be of the same person, one correcting the other."""
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


@dataclass(frozen=True, slots=True)
class StoredApplication:
    """A stored application; ``person_folio`` is the folio of its person's current one."""

    id: int
    folio: str
    person_folio: str
    identity: Identity
    submitted_at: datetime | None
    is_current: bool


@dataclass(eq=False)
class MatchedPerson:
    """A person with their rows of a batch and their stored applications."""

    stored: list[StoredApplication] = field(default_factory=list)
    rows: list[Submission] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)

    @property
    def curps(self) -> set[str]:
        """The valid CURPs in the person's rows."""
        return {identity.valid_curp for identity in self.identities if identity.valid_curp}

    @property
    def current_application(self) -> StoredApplication | None:
        """The person's current application."""
        return next((application for application in self.stored if application.is_current), None)

    def may_be_same(self, identity: Identity) -> bool:
        """Returns whether the person may have this identity."""
        is_same = any(is_same_person(identity, known) for known in self.identities)
        return is_same and not self.is_different(identity)

    def is_different(self, identity: Identity) -> bool:
        """Returns whether any known fact says that the person can't have this identity."""
        return any(are_different_people(identity, known) for known in self.identities)


def match_people(submissions: Sequence[Submission], stored: Iterable[StoredApplication]) -> list[MatchedPerson]:
    """Returns all stored people with their rows, then new people."""
    return _StoredPeople(stored).match(_group_by_person(submissions))


def identity_of(submission: Submission) -> Identity:
    """Returns the identity of a submission's person."""
    return make_identity(submission.curp, submission.email, submission.name, submission.birth_date)


class _PeopleIndex:
    """People, found by the e-mails and CURPs of their rows."""

    def __init__(self) -> None:
        self.people: list[MatchedPerson] = []
        self._by_contact: dict[str, list[MatchedPerson]] = defaultdict(list)

    def add(self, person: MatchedPerson) -> None:
        """Adds a person with all known identities."""
        self.people.append(person)
        for identity in person.identities:
            self._index_contacts(person, identity)

    def add_row(self, person: MatchedPerson | None, row: Submission, identity: Identity) -> None:
        """Adds a row to a person of the index, or to a new one."""
        if person is None:
            person = MatchedPerson()
            self.people.append(person)
        person.rows.append(row)
        person.identities.append(identity)
        self._index_contacts(person, identity)

    def find_by_curp(self, identity: Identity) -> MatchedPerson | None:
        """Returns the person with the same valid CURP."""
        people = self._by_contact.get(identity.valid_curp, ())
        return next((person for person in people if identity.valid_curp in person.curps), None)

    def find_by_contact(
        self, identity: Identity, *, same_name: bool, without_rows: bool = False
    ) -> MatchedPerson | None:
        """Returns a person with the same e-mail or CURP who may be the same one."""
        for contact in (identity.email, identity.curp):
            for person in self._by_contact.get(contact, ()):
                if without_rows and person.rows:
                    continue
                if same_name and identity.name not in {known.name for known in person.identities}:
                    continue
                if person.may_be_same(identity):
                    return person
        return None

    def _index_contacts(self, person: MatchedPerson, identity: Identity) -> None:
        for contact in {identity.email, identity.curp} - {""}:
            if person not in self._by_contact[contact]:
                self._by_contact[contact].append(person)


def _group_by_person(submissions: Sequence[Submission]) -> list[MatchedPerson]:
    """Returns the people of a batch by its rows alone, so that what is stored already does not matter.

    The facts that tell most are compared first, so that the order of rows hardly matters.
    """
    index = _PeopleIndex()
    identities = [(row, identity_of(row)) for row in submissions]
    without_curp = [(row, identity) for row, identity in identities if not identity.valid_curp]
    unmatched = []
    for row, identity in identities:
        if identity.valid_curp:
            index.add_row(index.find_by_curp(identity), row, identity)
    for row, identity in without_curp:
        if person := index.find_by_contact(identity, same_name=True):
            index.add_row(person, row, identity)
        else:
            unmatched.append((row, identity))
    for row, identity in unmatched:
        same_name = index.find_by_contact(identity, same_name=True)
        index.add_row(same_name or index.find_by_contact(identity, same_name=False), row, identity)
    return index.people


class _StoredPeople:
    """Finds the stored person of rows of a batch."""

    def __init__(self, stored: Iterable[StoredApplication]) -> None:
        self._index = _PeopleIndex()
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
            self._index.add(person)

    def match(self, groups: Sequence[MatchedPerson]) -> list[MatchedPerson]:
        """Returns the stored people with their rows, then the ``groups`` of new people."""
        by_contact = partial(self._index.find_by_contact, without_rows=True)
        finders: tuple[Callable[[Submission, Identity], MatchedPerson | None], ...] = (
            *(self._find_by_facts, self._find_by_folio),
            lambda _, identity: self._index.find_by_curp(identity),
            # From here on, people are not joined whom the batch itself tells apart.
            lambda _, identity: by_contact(identity, same_name=True),
            lambda _, identity: by_contact(identity, same_name=False),
            self._find_by_moment,
        )
        unmatched = list(groups)
        for find in finders:
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
        return [*self._index.people, *unmatched]

    def _find_by_facts(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        """Finds who sent exactly this row, so that an earlier match is not decided anew."""
        return self._by_facts.get((identity, row.submitted_at))

    def _find_by_folio(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        owner = self._by_folio.get(row.folio)
        return owner[1] if owner and any_fact_agrees(identity, owner[0].identity) else None

    def _find_by_moment(self, row: Submission, identity: Identity) -> MatchedPerson | None:
        """Finds who of this name and birth date sent a row in the same second, with another e-mail."""
        person = self._by_moment.get((identity.name, row.submitted_at)) if row.submitted_at else None
        if person is None or person.rows or person.is_different(identity):
            return None
        has_birth_date = any(identity.birth_date == known.birth_date for known in person.identities)
        return person if has_birth_date else None
