"""Which rows are one person's, and whether she is stored already. Touches no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reviewer.intake.applicant import Submission
from reviewer.intake.people import Identity, any_fact_agrees, are_told_apart, identity, same_person


@dataclass(frozen=True, slots=True)
class Known:
    """An application that is stored already. ``person`` is the folio under which its person stands."""

    id: int
    folio: str
    person: str
    identity: Identity
    submitted_at: datetime | None
    current: bool


@dataclass(eq=False)
class Person:
    """Somebody with the rows of a batch that are hers and what is stored of her."""

    known: list[Known] = field(default_factory=list)
    rows: list[Submission] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)

    @property
    def curps(self) -> set[str]:
        """The valid CURPs that her rows bear."""
        return {each.valid_curp for each in self.identities if each.valid_curp}

    @property
    def standing(self) -> Known | None:
        """The application of hers that stands."""
        return next((known for known in self.known if known.current), None)

    def may_be(self, who: Identity) -> bool:
        """Whether she may be the one that ``who`` tells of."""
        return any(same_person(who, each) for each in self.identities) and not self.is_told_apart(who)

    def is_told_apart(self, who: Identity) -> bool:
        """Whether any fact says that she is not."""
        return any(are_told_apart(who, each) for each in self.identities)


def people_of(ordered: Sequence[Submission], known: Iterable[Known]) -> list[Person]:
    """Everybody stored, with the rows that are hers, and those whom nobody has seen before."""
    return _Recognition(known).recognise(_grouped(ordered))


def identity_of(submission: Submission) -> Identity:
    """The facts of a submission that tell who it is from."""
    return identity(submission.curp, submission.email, submission.name, submission.birth_date)


class _Meeting:
    """People, to be found by what their rows say of them."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._by_contact: dict[str, list[Person]] = defaultdict(list)

    def add(self, person: Person) -> None:
        """Lets a person be found by all that is known of her."""
        self.people.append(person)
        for who in person.identities:
            self._note(person, who)

    def learn(self, person: Person, row: Submission, who: Identity) -> None:
        """Gives a row to a person that is here."""
        person.rows.append(row)
        person.identities.append(who)
        self._note(person, who)

    def of_curp(self, who: Identity) -> Person | None:
        """The person of the same valid CURP."""
        same = (each for each in self._by_contact.get(who.valid_curp, ()) if who.valid_curp in each.curps)
        return next(same, None)

    def of_contact(self, who: Identity, *, of_same_name: bool, without_rows: bool = False) -> Person | None:
        """Somebody who may be the same person by e-mail or CURP."""
        nobody: list[Person] = []
        seen = [*self._by_contact.get(who.email, nobody), *self._by_contact.get(who.curp, nobody)]
        for person in seen:
            if without_rows and person.rows:
                continue
            if of_same_name and not any(who.name == each.name for each in person.identities):
                continue
            if person.may_be(who):
                return person
        return None

    def _note(self, person: Person, who: Identity) -> None:
        for contact in {who.email, who.curp} - {""}:
            if person not in self._by_contact[contact]:
                self._by_contact[contact].append(person)


def _grouped(ordered: Sequence[Submission]) -> list[Person]:
    """The people of a batch, by its rows alone, so that it does not matter what of it is stored already.

    What tells most is asked first: the order of rows hardly counts.
    """
    meeting = _Meeting()
    who = {row.row: identity_of(row) for row in ordered}
    told_by_curp = [row for row in ordered if who[row.row].valid_curp]
    others = [row for row in ordered if not who[row.row].valid_curp]
    for row in told_by_curp:
        person = meeting.of_curp(who[row.row])
        if person is None:
            meeting.add(Person(rows=[row], identities=[who[row.row]]))
        else:
            meeting.learn(person, row, who[row.row])
    for of_same_name in (True, False):
        left = []
        for row in others:
            person = meeting.of_contact(who[row.row], of_same_name=True)
            if person is None and not of_same_name:
                person = meeting.of_contact(who[row.row], of_same_name=False)
            if person is not None:
                meeting.learn(person, row, who[row.row])
            elif of_same_name:
                left.append(row)
            else:
                meeting.add(Person(rows=[row], identities=[who[row.row]]))
        others = left
    return meeting.people


class _Recognition:
    """Finds the stored person whom some rows of a batch are from."""

    def __init__(self, stored: Iterable[Known]) -> None:
        self._meeting = _Meeting()
        self._by_folio: dict[str, tuple[Known, Person]] = {}
        self._by_facts: dict[tuple[Identity, datetime | None], Person] = {}
        self._by_moment: dict[tuple[str, datetime], Person] = {}
        persons: dict[str, Person] = defaultdict(Person)
        for known in sorted(stored, key=lambda each: (each.current, each.id)):
            person = persons[known.person]
            person.known.append(known)
            person.identities.append(known.identity)
            self._by_folio[known.folio] = known, person
            self._by_facts[known.identity, known.submitted_at] = person
            if known.current and known.submitted_at:
                self._by_moment[known.identity.name, known.submitted_at] = person
        for person in persons.values():
            self._meeting.add(person)

    def recognise(self, groups: Sequence[Person]) -> list[Person]:
        """The stored people, with the rows that are theirs, and those whom nobody has seen before."""
        left = list(groups)
        for find in (
            *(self._of_facts, self._of_folio, self._of_curp),
            *(self._of_name, self._of_contact, self._of_moment),
        ):
            unknown = []
            for group in left:
                facts = zip(group.rows, group.identities, strict=True)
                person = next((met for row, who in facts if (met := find(row, who))), None)
                if person is None:
                    unknown.append(group)
                else:
                    person.rows += group.rows
                    person.identities += group.identities
            left = unknown
        return [*self._meeting.people, *left]

    def _of_facts(self, row: Submission, who: Identity) -> Person | None:
        """Whoever sent just this: what was decided of a row once is not decided anew."""
        return self._by_facts.get((who, row.submitted_at))

    def _of_folio(self, row: Submission, who: Identity) -> Person | None:
        owner = self._by_folio.get(row.folio)
        return owner[1] if owner and any_fact_agrees(who, owner[0].identity) else None

    def _of_curp(self, _row: Submission, who: Identity) -> Person | None:
        return self._meeting.of_curp(who)

    # From here on, rows that the batch tells apart are not brought together by an address of old.

    def _of_name(self, _row: Submission, who: Identity) -> Person | None:
        return self._meeting.of_contact(who, of_same_name=True, without_rows=True)

    def _of_contact(self, _row: Submission, who: Identity) -> Person | None:
        return self._meeting.of_contact(who, of_same_name=False, without_rows=True)

    def _of_moment(self, row: Submission, who: Identity) -> Person | None:
        """Whoever of this name and birth date sent something in the same second: a corrected e-mail."""
        person = self._by_moment.get((who.name, row.submitted_at)) if row.submitted_at else None
        if person is None or person.rows or person.is_told_apart(who):
            return None
        return person if any(who.birth_date == each.birth_date for each in person.identities) else None
