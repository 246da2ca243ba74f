"""Conflicts of interest: who has one with an application never reads it, and somebody else does at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import reading, writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury import assignment, desk, foreseen, sharing
from reviewer.jury.panel import call_in
from reviewer.jury.sharing import Pair
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
)

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
SWORN = (
    "Declaro, bajo protesta de decir verdad, que tengo con esta persona o su proyecto la relación que indico "
    "y me excuso de leer su postulación y de deliberar sobre ella."
)
LONGEST_STATEMENT = 2_000


@dataclass(frozen=True)
class Recusal:
    """A juror who does not read an application, and why; ``readers`` is how many read it in her stead."""

    folio: str
    juror: str
    kind: str
    statement: str
    origin: str
    signed_as: str
    at: datetime
    readers: int


def declare_conflict(actor: Actor, *, call: str, folio: str, kind: str, statement: str) -> str | None:
    """Recuses a juror from an application given to her: it leaves her desk. Returns her next folio.

    ``kind`` is a key of ``KINDS``; ``statement`` says in her words what it is about and may be empty,
    but for ``other``. It is signed with her name, under ``SWORN``; somebody else gets it at once.
    """
    require(actor, Action.DECLARE_CONFLICT)
    statement = checked(kind, statement)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.DECLARE_CONFLICT, stored.phase)
        query = desk.hers(actor, call, Assignment, Application).where(Application.folio == folio)
        found = session.exec(query).first()
        if found is None:
            raise Forbidden("Esta postulación no está entre las suyas.")
        conflict = Conflict(
            application_id=found[1].id or 0,
            person_id=actor.person_id or 0,
            kind=kind,
            statement=statement,
            signed_as=actor.name,
        )
        recuse(session, actor, stored, [conflict])
        return desk.next_in(session, actor, call=call)


def declare_in_advance(actor: Actor, *, call: str, entries: str, kind: str, statement: str) -> int:
    """Keeps names and folios (one a line) that a juror must never read, now or in a later batch.

    Returns how many entries were kept: never how many, or whether any, were found among the applications.
    """
    require(actor, Action.DECLARE_CONFLICT)
    statement = checked(kind, statement)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.DECLARE_CONFLICT, stored.phase)
        names = foreseen.read_entries(entries, stored)
        for entry in names:
            session.add(
                ConflictDeclaration(
                    call_id=stored.id or 0,
                    person_id=actor.person_id or 0,
                    entry=entry,
                    kind=kind,
                    statement=statement,
                    signed_as=actor.name,
                )
            )
        session.flush()
        facts = {"call": call, "entries": len(names), "kind": kind}
        audit.record(session, actor, "conflict.foresee", "person", actor.person_id, facts)
        _apply(session, actor, stored, person_id=actor.person_id)
    return len(names)


def apply_declarations(actor: Actor, *, call: str) -> None:
    """Matches everything declared in advance with the applications there are now, as after an import."""
    require(actor, Action.ASSIGN)
    with writing() as session:
        _apply(session, actor, call_in(session, call))


def meets_at_opening(actor: Actor, *, call: str, folio: str) -> bool:
    """Whether an application given to her bears, as it stands now, a name that she declared in advance.

    It may have been corrected since. Then it leaves her desk at once, as any that she declared.
    """
    require(actor, Action.SEE_DESK)
    query = desk.hers(actor, call, Call, Application.id).where(Application.folio == folio)
    with reading() as session:
        found = session.exec(query).first()
        if found is None:
            return False
        stored, application = found
        if not foreseen.matches_in(session, stored, person_id=actor.person_id, only=[application]):
            return False
    with writing() as session:
        _apply(session, actor, call_in(session, call), person_id=actor.person_id)
    return True


def recusals(viewer: Actor, *, call: str) -> list[Recusal]:
    """Everybody who does not read an application of this call, by folio and name: for the acta too."""
    require(viewer, Action.SEE_CONFLICTS)
    with reading() as session:
        return recusals_in(session, call_in(session, call))


def recusals_in(session: Session, call: Call) -> list[Recusal]:
    """The same in a session, for a viewer already checked."""
    readers = (
        sa.select(sa.func.count())
        .where(col(Assignment.application_id) == Conflict.application_id)
        .where(col(Assignment.closed_at).is_(None))
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


def checked(kind: str, statement: str) -> str:
    """The statement as it is stored. Raises ``Refused`` where something is missing."""
    statement = statement.strip().replace("\0", "")
    if kind not in KINDS:
        raise Refused("Elija el motivo del conflicto.")
    if kind == "other" and not statement:
        raise Refused("Diga en pocas palabras cuál es el motivo.")
    if len(statement) > LONGEST_STATEMENT:
        raise Refused(f"La declaración pasa de {LONGEST_STATEMENT:,} caracteres: acórtela.")
    return statement


def is_assigned(model: Any) -> Any:
    """Whether the pair (application, person) of this table's row is an open assignment, as a column."""
    return (
        sa.select(col(Assignment.id))
        .where(col(Assignment.application_id) == model.application_id)
        .where(col(Assignment.person_id) == model.person_id, col(Assignment.closed_at).is_(None))
        .exists()
    )


def recuse(session: Session, actor: Actor, call: Call, conflicts: Sequence[Conflict]) -> None:
    """Stores conflicts that are new and gives what their jurors had to others, in the caller's transaction.

    What the juror wrote of it stays, set aside, and counts nowhere.
    """
    known = _known(session, {each.application_id for each in conflicts})
    fresh = {(each.application_id, each.person_id): each for each in conflicts}
    new = [each for pair, each in fresh.items() if pair not in known]
    session.add_all(new)
    session.flush()
    _set_aside(session, new)
    held = _held(session, {(each.application_id, each.person_id) for each in new})
    sharing.close(session, held)
    for each in new:
        facts = {"call": call.slug, "folio": _folio(session, each), "person": each.person_id}
        facts |= {"kind": each.kind, "origin": each.origin}
        audit.record(session, actor, "conflict.declare", "application", each.application_id, facts)
    lost = sorted({application for application, _ in held})
    if lost and call.phase is not Phase.DELIBERATION:  # nobody reads any more
        plan = assignment.pass_on(session, call, lost)
        assignment.record(session, actor, "replace", plan, lost=len(lost))


def _set_aside(session: Session, conflicts: Sequence[Conflict]) -> None:
    for each in conflicts:
        query = select(Review).where(
            Review.application_id == each.application_id, Review.person_id == each.person_id
        )
        for review in session.exec(query):
            review.status = ReviewStatus.SET_ASIDE


def _apply(session: Session, actor: Actor, call: Call, *, person_id: int | None = None) -> None:
    recuse(
        session,
        actor,
        call,
        [
            Conflict(
                application_id=application,
                person_id=each.person_id,
                kind=each.kind,
                statement=each.statement,
                origin="advance",
                signed_as=each.signed_as,
                declared_at=each.declared_at,
            )
            for application, each in foreseen.matches_in(session, call, person_id=person_id)
        ],
    )


def _known(session: Session, applications: Collection[int]) -> set[Pair]:
    found: set[Pair] = set()
    for part in sharing.parts(sorted(applications)):
        query = select(Conflict.application_id, Conflict.person_id)
        found.update(session.exec(query.where(col(Conflict.application_id).in_(part))).all())
    return found


def _held(session: Session, pairs: set[Pair]) -> list[Pair]:
    """Those of the pairs that are open assignments."""
    found: list[Pair] = []
    for part in sharing.parts(sorted({application for application, _ in pairs})):
        query = select(Assignment.application_id, Assignment.person_id).where(
            col(Assignment.application_id).in_(part), col(Assignment.closed_at).is_(None)
        )
        found += [pair for pair in session.exec(query) if pair in pairs]
    return found


def _folio(session: Session, conflict: Conflict) -> str:
    application = session.get(Application, conflict.application_id)
    return application.folio if application else ""
