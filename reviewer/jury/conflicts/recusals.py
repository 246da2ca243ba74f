"""Conflicts of interest: who has one with an application never reads it, and somebody else does at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.reasons import limit_reason, require_reason
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.workload import Pair
from reviewer.jury.conflicts import declarations
from reviewer.jury.reviews import queue
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Conflict,
    ConflictDeclaration,
    Person,
    Phase,
    Review,
    ReviewStatus,
    require_id,
)
from reviewer.models.scopes import OPEN_ASSIGNMENT

KINDS = {
    "kinship": "Parentesco hasta el cuarto grado",
    "partner": "Pareja, actual o anterior",
    "friendship": "Amistad o enemistad",
    "teaching": "Relación de docencia",
    "work": "Trabajo en común",
    "other": "Otro motivo",
}
ORIGINS = {
    "opening": "Al abrirla",
    "advance": "Declarado de antemano",
    "suggestion": "Señalado por el sistema y confirmado por la coordinación",
}
DECLARATION_TEXT = (
    "Declaro, bajo protesta de decir verdad, que tengo con esta persona o su proyecto la relación que indico "
    "y me excuso de leer su postulación y de deliberar sobre ella."
)


@dataclass(frozen=True)
class Recusal:
    """A juror who does not read an application, and why; ``readers`` is how many read it in her stead."""

    folio: str
    juror: str
    kind: str
    statement: str
    origin: str
    signed_as: str
    declared_at: datetime
    readers: int


@verb(Action.DECLARE_CONFLICT)
def declare_conflict(actor: Actor, *, slug: str, folio: str, kind: str, statement: str) -> str | None:
    """Recuses a juror from an application given to her: it leaves her desk. Returns her next folio.

    ``kind`` is a key of ``KINDS``; ``statement`` says in her words what it is about and may be empty,
    but for ``other``. It is signed with her name, under ``DECLARATION_TEXT``; somebody else gets it at once.
    """
    require(actor, Action.DECLARE_CONFLICT)
    statement = clean_statement(kind, statement)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.DECLARE_CONFLICT, call.phase)
        query = queue.assigned_query(actor, slug, Assignment, Application).where(Application.folio == folio)
        row = session.exec(query).first()
        if row is None:
            raise Forbidden("Esta postulación no está entre las suyas.")
        conflict = Conflict(
            application_id=require_id(row[1]),
            person_id=actor.person_id or 0,
            kind=kind,
            statement=statement,
            signed_as=actor.name,
        )
        recuse(session, actor, call, [conflict])
        return queue.next_folio_in(session, actor, slug=slug)


@verb(Action.DECLARE_CONFLICT)
def declare_in_advance(actor: Actor, *, slug: str, entries: str, kind: str, statement: str) -> int:
    """Keeps names and folios (one a line) that a juror must never read, now or in a later batch.

    Returns how many entries were kept: never how many, or whether any, were found among the applications.
    """
    require(actor, Action.DECLARE_CONFLICT)
    statement = clean_statement(kind, statement)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.DECLARE_CONFLICT, call.phase)
        declared = declarations.parse_entries(entries, call)
        for entry in declared:
            session.add(
                ConflictDeclaration(
                    call_id=require_id(call),
                    person_id=actor.person_id or 0,
                    entry=entry,
                    kind=kind,
                    statement=statement,
                    signed_as=actor.name,
                )
            )
        session.flush()
        facts = {"call": slug, "entries": len(declared), "kind": kind}
        log.record(session, actor, "conflict.foresee", "person", actor.person_id, facts)
        _apply_declarations(session, actor, call, person_id=actor.person_id)
    return len(declared)


@verb(Action.ASSIGN)
def apply_declarations(actor: Actor, *, slug: str) -> None:
    """Matches everything declared in advance with the applications there are now, as after an import."""
    require(actor, Action.ASSIGN)
    with write_session() as session:
        _apply_declarations(session, actor, call_in(session, slug))


@verb(Action.SEE_DESK)
def recuse_if_declared(actor: Actor, *, slug: str, folio: str) -> bool:
    """Whether an application given to her bears, as it stands now, a name that she declared in advance.

    It may have been corrected since. Then it leaves her desk at once, as any that she declared.
    """
    require(actor, Action.SEE_DESK)
    query = queue.assigned_query(actor, slug, Call, Application.id).where(Application.folio == folio)
    with read_session() as session:
        row = session.exec(query).first()
        if row is None:
            return False
        call, application_id = row
        if not declarations.matches_in(session, call, person_id=actor.person_id, only=[application_id]):
            return False
    with write_session() as session:
        _apply_declarations(session, actor, call_in(session, slug), person_id=actor.person_id)
    return True


@verb(Action.SEE_CONFLICTS)
def list_recusals(viewer: Actor, *, slug: str) -> list[Recusal]:
    """Everybody who does not read an application of this call, by folio and name: for the acta too."""
    require(viewer, Action.SEE_CONFLICTS)
    with read_session() as session:
        return recusals_in(session, call_in(session, slug))


def recusals_in(session: Session, call: Call) -> list[Recusal]:
    """The same in a session, for a viewer already checked."""
    readers = (
        sa.select(sa.func.count())
        .where(col(Assignment.application_id) == Conflict.application_id, OPEN_ASSIGNMENT)
        .scalar_subquery()
    )
    query = (
        sa.select(
            *(col(Application.folio), col(Person.name), col(Conflict.kind), col(Conflict.statement)),
            *(col(Conflict.origin), col(Conflict.signed_as), col(Conflict.declared_at), readers),
        )
        .select_from(Conflict)
        .join(Application, col(Application.id) == Conflict.application_id)
        .join(Person, col(Person.id) == Conflict.person_id)
        .where(col(Application.call_id) == call.id)
        .order_by(col(Application.folio), col(Person.name))
    )
    return [Recusal(*row) for row in session.execute(query)]


def clean_statement(kind: str, statement: str) -> str:
    """The statement as it is stored. Raises ``UserError`` where something is missing."""
    if kind not in KINDS:
        raise UserError("Elija el motivo del conflicto.")
    return require_reason(statement) if kind == "other" else limit_reason(statement)


def is_assigned(model: Any) -> Any:
    """Whether the pair (application, person) of this table's row is an open assignment, as a column."""
    return (
        sa.select(col(Assignment.id))
        .where(col(Assignment.application_id) == model.application_id)
        .where(col(Assignment.person_id) == model.person_id, OPEN_ASSIGNMENT)
        .exists()
    )


def recuse(session: Session, actor: Actor, call: Call, conflicts: Sequence[Conflict]) -> None:
    """Stores conflicts that are new and gives what their jurors had to others, in the caller's transaction.

    What the juror wrote of it stays, set aside, and counts nowhere.
    """
    existing = _existing_pairs(session, {conflict.application_id for conflict in conflicts})
    by_pair = {(conflict.application_id, conflict.person_id): conflict for conflict in conflicts}
    new = [conflict for pair, conflict in by_pair.items() if pair not in existing]
    session.add_all(new)
    session.flush()
    _set_aside(session, new)
    open_assignments = _open_pairs(
        session, {(conflict.application_id, conflict.person_id) for conflict in new}
    )
    workload.close_assignments(session, open_assignments)
    for conflict in new:
        facts = {"call": call.slug, "folio": _folio(session, conflict), "person": conflict.person_id}
        facts |= {"kind": conflict.kind, "origin": conflict.origin}
        log.record(session, actor, "conflict.declare", "application", conflict.application_id, facts)
    lost = sorted({application_id for application_id, _ in open_assignments})
    if lost and call.phase is not Phase.DELIBERATION:  # nobody reads any more
        plan = assignment_service.replace_readers(session, call, lost)
        assignment_service.record_plan(session, actor, "replace", plan, lost=len(lost))


def _set_aside(session: Session, conflicts: Sequence[Conflict]) -> None:
    for conflict in conflicts:
        query = select(Review).where(
            Review.application_id == conflict.application_id, Review.person_id == conflict.person_id
        )
        for review in session.exec(query):
            review.status = ReviewStatus.SET_ASIDE


def _apply_declarations(session: Session, actor: Actor, call: Call, *, person_id: int | None = None) -> None:
    recuse(
        session,
        actor,
        call,
        [
            Conflict(
                application_id=application_id,
                person_id=declaration.person_id,
                kind=declaration.kind,
                statement=declaration.statement,
                origin="advance",
                signed_as=declaration.signed_as,
                declared_at=declaration.declared_at,
            )
            for application_id, declaration in declarations.matches_in(session, call, person_id=person_id)
        ],
    )


def _existing_pairs(session: Session, application_ids: Collection[int]) -> set[Pair]:
    pairs: set[Pair] = set()
    for part in workload.query_chunks(sorted(application_ids)):
        query = select(Conflict.application_id, Conflict.person_id)
        pairs.update(session.exec(query.where(col(Conflict.application_id).in_(part))).all())
    return pairs


def _open_pairs(session: Session, pairs: set[Pair]) -> list[Pair]:
    """Those of the pairs that are open assignments."""
    open_pairs: list[Pair] = []
    for part in workload.query_chunks(sorted({application_id for application_id, _ in pairs})):
        query = select(Assignment.application_id, Assignment.person_id).where(
            col(Assignment.application_id).in_(part), OPEN_ASSIGNMENT
        )
        open_pairs += [pair for pair in session.exec(query) if pair in pairs]
    return open_pairs


def _folio(session: Session, conflict: Conflict) -> str:
    application = session.get(Application, conflict.application_id)
    return application.folio if application else ""
