"""Conflicts that nobody declared and that the machine takes for possible, for coordinators to decide on.

It compares what is stored of the jury and of the applicants: the same two surnames, an e-mail domain of an
organisation that both use, a juror's name in the title or synopsis of a project; ``texts`` adds what the
documents say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, insert, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.jury import conflicts
from reviewer.jury.names import forms_of, surnames_of, words_of
from reviewer.jury.panel import Juror, call_in, jurors_in
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Call,
    Conflict,
    ConflictSuggestion,
    Person,
)

REASONS = {
    "surnames": "Los mismos dos apellidos",
    "domain": "El mismo dominio de correo",
    "mention": "La nombra en su proyecto",
    "text": "La nombra en sus documentos",
}
# Mail that anybody can have tells nothing about where people work.
FREE_MAIL = frozenset(
    (
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.es", "hotmail.com.mx", "outlook.com"),
        *("outlook.es", "outlook.com.mx", "live.com", "live.com.mx", "msn.com", "yahoo.com", "ymail.com"),
        *("yahoo.com.mx", "yahoo.es", "icloud.com", "me.com", "mac.com", "aol.com", "proton.me"),
        *("protonmail.com", "gmx.com", "zoho.com", "prodigy.net.mx", "mail.com", "tutanota.com"),
    )
)
_COMMON = 0.05  # a domain of more than this share of a large cohort tells nothing either
_LARGE = 100
_ROWS = 5_000
Found = tuple[int, int, str]
"""An application, a person of the jury, and a key of ``REASONS``."""


@dataclass(frozen=True)
class Suggestion:
    """A possible conflict; ``confirmed`` is None until somebody decided, ``assigned``: she has it now."""

    id: int
    folio: str
    juror: str
    reason: str
    evidence: str
    confirmed: bool | None
    assigned: bool


@dataclass(frozen=True)
class Counts:
    """How many suggestions wait, were confirmed and were dismissed."""

    waiting: int
    confirmed: int
    dismissed: int


def search(actor: Actor, *, call: str) -> int:
    """Looks for possible conflicts between this call's jury and its applicants; how many are new."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        advisory_lock(session, f"suggestions {call}")
        new = add(session, stored.id or 0, _found(session, stored))
        audit.record(session, actor, "conflict.search", "call", call, {"found": new})
    return new


def add(session: Session, call_id: int, found: Mapping[Found, str]) -> int:
    """Keeps, in the caller's transaction, what is new among these, each with what points to it; how many."""
    known = set(_known(session, call_id)) if found else set()
    rows = [
        {
            "call_id": call_id,
            "application_id": application,
            "person_id": person,
            "reason": reason,
            "evidence": evidence,
            "found_at": clock.now(),
        }
        for (application, person, reason), evidence in found.items()
        if (application, person, reason) not in known and (application, person, "") not in known
    ]
    for start in range(0, len(rows), _ROWS):
        session.execute(insert(ConflictSuggestion), rows[start : start + _ROWS])
    return len(rows)


def counts(viewer: Actor, *, call: str) -> Counts:
    """How many there are."""
    require(viewer, Action.SEE_CONFLICTS)
    with reading() as session:
        stored = call_in(session, call)
        query = (
            select(ConflictSuggestion.confirmed, func.count())
            .where(ConflictSuggestion.call_id == stored.id)
            .group_by(col(ConflictSuggestion.confirmed))
        )
        found = dict(session.exec(query).all())
    return Counts(found.get(None, 0), found.get(True, 0), found.get(False, 0))


def waiting(viewer: Actor, *, call: str, offset: int = 0, limit: int = 20) -> list[Suggestion]:
    """A page of those to decide on: first what a juror has on her desk now, then by folio."""
    require(viewer, Action.SEE_CONFLICTS)
    assigned = conflicts.is_assigned(ConflictSuggestion)
    query = (
        sa.select(
            *(col(ConflictSuggestion.id), col(Application.folio), col(Person.name)),
            *(col(ConflictSuggestion.reason), col(ConflictSuggestion.evidence)),
            *(col(ConflictSuggestion.confirmed), assigned),
        )
        .select_from(ConflictSuggestion)
        .join(Application, col(Application.id) == ConflictSuggestion.application_id)
        .join(Person, col(Person.id) == ConflictSuggestion.person_id)
        .join(Call, col(Call.id) == ConflictSuggestion.call_id)
        .where(col(Call.slug) == call, col(ConflictSuggestion.confirmed).is_(None))
        .order_by(assigned.desc(), col(Application.folio), col(Person.name))
        .offset(offset)
        .limit(limit)
    )
    with reading() as session:
        return [Suggestion(*row) for row in session.execute(query)]


def decide(actor: Actor, *, call: str, suggestion_ids: Iterable[int], confirm: bool) -> int:
    """Confirms suggestions, which recuses their jurors, or dismisses them for good; how many were open."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        query = select(ConflictSuggestion).where(
            ConflictSuggestion.call_id == stored.id,
            col(ConflictSuggestion.id).in_(list(suggestion_ids)),
            col(ConflictSuggestion.confirmed).is_(None),
        )
        decided = list(session.exec(query))
        for each in decided:
            each.confirmed, each.decided_at = confirm, clock.now()
            facts = {"call": call, "person": each.person_id, "reason": each.reason, "confirmed": confirm}
            audit.record(session, actor, "conflict.decide", "application", each.application_id, facts)
        if confirm:
            conflicts.recuse(session, actor, stored, [_conflict(each) for each in decided])
    if not decided:
        raise Refused("Ya se había decidido: recargue la página.")
    return len(decided)


def _conflict(found: ConflictSuggestion) -> Conflict:
    return Conflict(
        application_id=found.application_id,
        person_id=found.person_id,
        kind="other",
        statement=REASONS[found.reason],
        origin="suggestion",
    )


def _known(session: Session, call_id: int) -> Iterator[tuple[int, int, str]]:
    """Pairs found before by their reason, and those recused already whatever the reason."""
    query = select(
        ConflictSuggestion.application_id, ConflictSuggestion.person_id, ConflictSuggestion.reason
    ).where(ConflictSuggestion.call_id == call_id)
    yield from session.exec(query)
    recused = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call_id)
    )
    for application, person in session.exec(recused):
        yield application, person, ""


def _found(session: Session, call: Call) -> dict[Found, str]:
    """What points to each."""
    jurors = jurors_in(session, call)
    rows = list(session.execute(_applicants(call)))
    named = _by(jurors, lambda each: " ".join(sorted(surnames_of(each.name))))
    domains = _by(jurors, lambda each: _domain(each.email))
    for common in _too_common([_domain(row.email) for row in rows]):
        domains.pop(common, None)
    forms = [(f" {' '.join(words_of(form))} ", each) for each in jurors for form in forms_of(each.name)]
    found: dict[Found, str] = {}
    for row in rows:
        surnames = words_of(row.surnames)[:2] or surnames_of(row.first_names)
        if len(surnames) == 2:
            for each in named.get(" ".join(sorted(surnames)), ()):
                found[row.id, each.person_id, "surnames"] = row.surnames or row.first_names
        for each in domains.get(_domain(row.email), ()):
            found[row.id, each.person_id, "domain"] = _domain(row.email)
        text = f" {' '.join(words_of(f'{row.project_title} {row.synopsis}'))} "
        for form, each in forms:
            if form in text:
                found[row.id, each.person_id, "mention"] = each.name
    return found


def _applicants(call: Call) -> Any:
    return (
        sa.select(
            *(col(Application.id), col(Applicant.first_names), col(Applicant.surnames)),
            *(col(Applicant.email), col(Application.project_title), col(Application.synopsis)),
        )
        .select_from(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(col(Application.call_id) == call.id, col(Application.status) == ApplicationStatus.CURRENT)
    )


def _by(jurors: Iterable[Juror], key: Any) -> dict[str, list[Juror]]:
    found: dict[str, list[Juror]] = defaultdict(list)
    for each in jurors:
        found[key(each)].append(each)
    return {name: its for name, its in found.items() if name}


def _domain(email: str) -> str:
    domain = email.rpartition("@")[2].casefold()
    return "" if domain in FREE_MAIL else domain


def _too_common(domains: list[str]) -> list[str]:
    most = max(_LARGE * _COMMON, len(domains) * _COMMON)
    return [domain for domain, times in Counter(domains).items() if times > most]
