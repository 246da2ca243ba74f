"""Possible conflicts of interest that the system finds and coordinators decide on.

It compares what is stored of the jurors and of the applicants: the same two surnames, an e-mail domain of an
organisation that both use, a juror's name in the title or synopsis of a project.
``reviewer.jury.monitoring.document_scan`` adds what the documents say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, insert, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import ROWS_PER_INSERT, advisory_lock, chunks, read_session
from reviewer.core.errors import UserError
from reviewer.core.person_names import PersonName, name_forms, name_words, share_surnames
from reviewer.jury.assignment.members import Juror, jurors_in
from reviewer.jury.conflicts import declarations, recusals
from reviewer.models import (
    Applicant,
    Application,
    Call,
    Conflict,
    ConflictSuggestion,
    Person,
    require_id,
)
from reviewer.models.scopes import current_of, is_assigned, is_reviewed

ADVANCE = "advance"
REASONS = {
    ADVANCE: "Lo declaró de antemano",
    "surnames": "Los mismos dos apellidos",
    "domain": "El mismo dominio de correo",
    "mention": "La nombra en su proyecto",
    "text": "La nombra en sus documentos",
}
# Mail services for everybody: their domains do not say where people work.
FREE_MAIL_DOMAINS = frozenset(
    (
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.es", "hotmail.com.mx", "outlook.com"),
        *("outlook.es", "outlook.com.mx", "live.com", "live.com.mx", "msn.com", "yahoo.com", "ymail.com"),
        *("yahoo.com.mx", "yahoo.es", "icloud.com", "me.com", "mac.com", "aol.com", "proton.me"),
        *("protonmail.com", "gmx.com", "zoho.com", "prodigy.net.mx", "mail.com", "tutanota.com"),
    )
)
_COMMON_SHARE = 0.05  # of a large cohort: a domain of more people is no evidence either
_LARGE_COHORT = 100  # people
SuggestionKey = tuple[int, int, str]
"""An application, a person of the jury, and a key of ``REASONS``."""


@dataclass(frozen=True)
class Suggestion:
    """A possible conflict; ``confirmed`` is None until decided; ``assigned``: the juror has it now.

    ``reviewed``: they sent a review of it, which a confirmation sets aside.
    """

    id: int
    folio: str
    juror: str
    reason: str
    evidence: str
    confirmed: bool | None
    assigned: bool
    reviewed: bool


@dataclass(frozen=True)
class SuggestionCounts:
    """How many suggestions are undecided, confirmed and dismissed."""

    undecided: int
    confirmed: int
    dismissed: int


@verb(Action.RUN_JURY)
def search(actor: Actor, *, slug: str) -> int:
    """Looks for possible conflicts between the jury and the applicants; returns how many are new."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        advisory_lock(session, f"suggestions {slug}")
        new = add_suggestions(session, require_id(call), _find_evidence(session, call))
        log.record(session, actor, "conflict.search", "call", slug, {"found": new})
    return new


def add_suggestions(session: Session, call_id: int, evidence_by_key: Mapping[SuggestionKey, str]) -> int:
    """Stores new ones of these suggestions in the caller's transaction and returns their number."""
    known_keys = set(_known_keys(session, call_id)) if evidence_by_key else set()
    now = clock.now()
    rows = [
        {
            "call_id": call_id,
            "application_id": application_id,
            "person_id": person_id,
            "reason": reason,
            "evidence": evidence,
            "found_at": now,
        }
        for (application_id, person_id, reason), evidence in evidence_by_key.items()
        if (application_id, person_id, reason) not in known_keys and (application_id, person_id, "") not in known_keys
    ]
    for part in chunks(rows, ROWS_PER_INSERT):
        session.execute(insert(ConflictSuggestion), part)
    return len(rows)


@verb(Action.SEE_CONFLICTS)
def counts(viewer: Actor, *, slug: str) -> SuggestionCounts:
    """Returns the numbers of suggestions."""
    require(viewer, Action.SEE_CONFLICTS)
    with read_session() as session:
        call = call_in(session, slug)
        query = (
            select(ConflictSuggestion.confirmed, func.count())
            .where(ConflictSuggestion.call_id == call.id)
            .group_by(col(ConflictSuggestion.confirmed))
        )
        count_by_decision = dict(session.exec(query).all())
    return SuggestionCounts(
        count_by_decision.get(None, 0), count_by_decision.get(True, 0), count_by_decision.get(False, 0)
    )


@verb(Action.SEE_CONFLICTS)
def list_undecided(viewer: Actor, *, slug: str, offset: int = 0, limit: int = 20) -> list[Suggestion]:
    """Returns a page of undecided suggestions: first those assigned to the juror now, then by folio."""
    require(viewer, Action.SEE_CONFLICTS)
    assigned = is_assigned(ConflictSuggestion)
    reviewed = is_reviewed(ConflictSuggestion)
    query = (
        sa.select(
            *(col(ConflictSuggestion.id), col(Application.folio), col(Person.name)),
            *(col(ConflictSuggestion.reason), col(ConflictSuggestion.evidence)),
            *(col(ConflictSuggestion.confirmed), assigned, reviewed),
        )
        .select_from(ConflictSuggestion)
        .join(Application, col(Application.id) == ConflictSuggestion.application_id)
        .join(Person, col(Person.id) == ConflictSuggestion.person_id)
        .join(Call, col(Call.id) == ConflictSuggestion.call_id)
        .where(col(Call.slug) == slug, col(ConflictSuggestion.confirmed).is_(None))
        .order_by(assigned.desc(), col(Application.folio), col(Person.name))
        .offset(offset)
        .limit(limit)
    )
    with read_session() as session:
        return [Suggestion(*row) for row in session.execute(query)]


@verb(Action.RUN_JURY)
def decide(actor: Actor, *, slug: str, suggestion_ids: Iterable[int], confirm: bool) -> int:
    """Confirms suggestions, which recuses their jurors, or dismisses them; returns how many were open."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        decided = session.exec(
            select(ConflictSuggestion)
            .where(ConflictSuggestion.call_id == call.id, col(ConflictSuggestion.confirmed).is_(None))
            .where(col(ConflictSuggestion.id).in_(list(suggestion_ids)))
        ).all()
        for suggestion in decided:
            suggestion.confirmed, suggestion.decided_at = confirm, clock.now()
            facts = {"call": slug, "person": suggestion.person_id}
            facts |= {"reason": suggestion.reason, "confirmed": confirm}
            log.record(session, actor, "conflict.decide", "application", suggestion.application_id, facts)
        if confirm:
            recusals.recuse(session, actor, call, [_to_conflict(session, call, suggestion) for suggestion in decided])
    if not decided:
        raise UserError("Ya se había decidido: recargue la página.")
    return len(decided)


def is_known(session: Session, application_id: int, person_id: int, reason: str) -> bool:
    """Returns whether this was suggested before."""
    pair = (ConflictSuggestion.application_id == application_id, ConflictSuggestion.person_id == person_id)
    return (
        session.exec(select(ConflictSuggestion.id).where(*pair, ConflictSuggestion.reason == reason)).first()
        is not None
    )


def _to_conflict(session: Session, call: Call, suggestion: ConflictSuggestion) -> Conflict:
    if suggestion.reason == ADVANCE:
        application_id = suggestion.application_id
        matches = declarations.matches_in(session, call, person_id=suggestion.person_id, only=[application_id])
        if matches:
            return declarations.conflict_of(matches[0][1], application_id)
    return Conflict(
        application_id=suggestion.application_id,
        person_id=suggestion.person_id,
        kind="other",
        statement=REASONS[suggestion.reason],
        origin="suggestion",
    )


def _known_keys(session: Session, call_id: int) -> Iterator[tuple[int, int, str]]:
    """Yields suggestions found before, and pairs recused already with an empty reason."""
    query = select(ConflictSuggestion.application_id, ConflictSuggestion.person_id, ConflictSuggestion.reason).where(
        ConflictSuggestion.call_id == call_id
    )
    yield from session.exec(query)
    recused = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call_id)
    )
    for application_id, person_id in session.exec(recused):
        yield application_id, person_id, ""


def _find_evidence(session: Session, call: Call) -> dict[SuggestionKey, str]:
    """Returns what points to each possible conflict."""
    jurors = jurors_in(session, call)
    rows = list(session.execute(_applicants_query(call)))
    names = [(PersonName.from_text(juror.name), juror) for juror in jurors]
    common_domains = _common_domains([_domain(row.email) for row in rows])
    by_domain: dict[str, list[Juror]] = defaultdict(list)
    for juror in jurors:
        by_domain[_domain(juror.email)].append(juror)
    forms = [(f" {' '.join(name_words(form))} ", juror) for juror in jurors for form in name_forms(juror.name)]
    evidence: dict[SuggestionKey, str] = {}
    for row in rows:
        applicant_name = PersonName.from_fields(row.first_names, row.surnames)
        for juror_name, juror in names:
            if share_surnames(juror_name, applicant_name):
                evidence[row.id, juror.person_id, "surnames"] = row.surnames or row.first_names
        domain = _domain(row.email)
        for juror in by_domain.get(domain, ()) if domain not in common_domains else ():
            evidence[row.id, juror.person_id, "domain"] = domain
        text = f" {' '.join(name_words(f'{row.project_title} {row.synopsis}'))} "
        for form, juror in forms:
            if form in text:
                evidence[row.id, juror.person_id, "mention"] = juror.name
    return evidence


def _applicants_query(call: Call) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *(col(Application.id), col(Applicant.first_names), col(Applicant.surnames)),
            *(col(Applicant.email), col(Application.project_title), col(Application.synopsis)),
        )
        .select_from(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
    )


def _domain(email: str) -> str:
    domain = email.rpartition("@")[2].casefold()
    return "" if domain in FREE_MAIL_DOMAINS else domain


def _common_domains(domains: list[str]) -> set[str]:
    most = max(_LARGE_COHORT, len(domains)) * _COMMON_SHARE
    return {"", *(domain for domain, times in Counter(domains).items() if times > most)}
