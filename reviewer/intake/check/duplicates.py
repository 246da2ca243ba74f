"""Pairs of applications that may be one person's under two e-mails: the same names, and birth date or telephone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewer.intake.store.person_matching import Identity, is_possible_duplicate, make_identity, name_words
from reviewer.models import Applicant, Application, DuplicateDecision, DuplicateVerdict
from reviewer.models.scopes import CURRENT_APPLICATION

PHONE_DIGITS = 10  # of a Mexican number, without the country's
_LAST_DIGITS = 2  # of a telephone, as they are mostly written together


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A current application with what tells people apart; ``phone`` is its last digits, empty where too few."""

    application_id: int
    folio: str
    identity: Identity
    phone: str

    @property
    def shared_facts(self) -> list[date | str]:
        """The facts of which one has to be shared."""
        return [fact for fact in (self.identity.birth_date, self.phone) if fact]


def duplicate_pairs(session: Session, call_id: int) -> Iterator[tuple[PersonFacts, PersonFacts]]:
    """Yields each pair of current applications of the call that may be one person's and was not kept apart."""
    apart = kept_apart(session, call_id)
    # People whose names agree share a word: by it, a telephone that thousands give needs no million comparisons.
    people: dict[tuple[date | str, str], list[PersonFacts]] = defaultdict(list)
    for person in _people(session, call_id):
        for fact in person.shared_facts:
            for word in set(name_words(person.identity.name)):
                people[fact, word].append(person)
    seen: set[tuple[int, int]] = set()
    for group in people.values():
        for one, other in combinations(group, 2):
            pair = one.application_id, other.application_id
            if pair in seen or pair in apart or not is_possible_duplicate(one.identity, other.identity):
                continue
            seen.add(pair)
            yield one, other


def duplicates_of(session: Session, application: Application) -> list[PersonFacts]:
    """Returns the current applications that may be of the same person as this one, by folio."""
    own = next(_people(session, application.call_id, col(Application.id) == application.id), None)
    if own is None or not own.shared_facts:
        return []
    apart = kept_apart(session, application.call_id)
    similar = [col(Applicant.birth_date) == own.identity.birth_date] if own.identity.birth_date else []
    if own.phone:
        similar.append(col(Applicant.phone).endswith(own.phone[-_LAST_DIGITS:]))
    return [
        other
        for other in _people(session, application.call_id, or_(*similar))
        if other.application_id != own.application_id
        and (own.application_id, other.application_id) not in apart
        and set(own.shared_facts) & set(other.shared_facts)
        and is_possible_duplicate(own.identity, other.identity)
    ]


def kept_apart(session: Session, call_id: int) -> set[tuple[int, int]]:
    """Returns the pairs of applications that somebody keeps apart, each in both orders."""
    query = select(DuplicateDecision.application_id, DuplicateDecision.other_id).where(
        DuplicateDecision.call_id == call_id,
        DuplicateDecision.verdict == DuplicateVerdict.APART,
        col(DuplicateDecision.withdrawn_at).is_(None),
    )
    return {(one, other) for one, other in session.exec(query)}


def _people(session: Session, call_id: int, condition: ColumnElement[bool] | None = None) -> Iterator[PersonFacts]:
    query = (
        columns(
            *(col(Applicant.application_id), col(Application.folio), col(Applicant.phone)),
            *(col(Applicant.first_names), col(Applicant.surnames), col(Applicant.curp)),
            *(col(Applicant.email), col(Applicant.birth_date)),
        )
        .join(Application, col(Application.id) == col(Applicant.application_id))
        .where(col(Application.call_id) == call_id, CURRENT_APPLICATION, true() if condition is None else condition)
        .order_by(col(Application.folio))
    )
    for key, folio, phone, first_names, surnames, curp, email, birth_date in session.execute(query):
        digits = "".join(filter(str.isdigit, phone))[-PHONE_DIGITS:]
        identity = make_identity(curp, email, f"{first_names} {surnames}", birth_date)
        yield PersonFacts(key, folio, identity, digits if len(digits) == PHONE_DIGITS else "")
