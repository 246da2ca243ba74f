"""Conflicts of interest: a juror who has one with an application never reads it, and another juror does."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.call.transactions import write_call
from reviewer.core.database import chunks, read_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.reasons import limit_reason, require_reason
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.workload import Pair
from reviewer.jury.reviews import queue
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Conflict,
    Person,
    Phase,
    Review,
    ReviewStatus,
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
    """A juror who does not read an application; ``readers`` is the number of those who read it instead."""

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
    """Recuses a juror from an application assigned to them and returns their next folio.

    ``kind`` is a key of ``KINDS``. ``statement`` is the juror's own description, which only ``other``
    requires. It is signed with the juror's name under ``DECLARATION_TEXT``, and another juror gets the
    application.
    """
    with write_call(actor, Action.DECLARE_CONFLICT, slug) as (session, call):
        statement = clean_statement(kind, statement)
        query = queue.assigned_query(select(Assignment), actor, slug).where(Application.folio == folio)
        assignment = session.exec(query).first()
        if assignment is None:
            raise Forbidden("Esta postulación no está entre las suyas.")
        conflict = Conflict(
            application_id=assignment.application_id,
            person_id=assignment.person_id,
            kind=kind,
            statement=statement,
            signed_as=actor.name,
        )
        recuse(session, actor, call, [conflict])
        return queue.next_folio_in(session, actor, slug=slug)


@verb(Action.SEE_CONFLICTS)
def list_recusals(viewer: Actor, *, slug: str) -> list[Recusal]:
    """Returns the recusals of this call by folio and name, which the acta lists too."""
    require(viewer, Action.SEE_CONFLICTS)
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
        .order_by(col(Application.folio), col(Person.name))
    )
    with read_session() as session:
        call = call_in(session, slug)
        return [Recusal(*row) for row in session.execute(query.where(col(Application.call_id) == call.id))]


def clean_statement(kind: str, statement: str) -> str:
    """Returns the statement as it is stored. Raises UserError if something is missing."""
    if kind not in KINDS:
        raise UserError("Elija el motivo del conflicto.")
    return require_reason(statement) if kind == "other" else limit_reason(statement)


def recuse(session: Session, actor: Actor, call: Call, conflicts: Sequence[Conflict]) -> None:
    """Stores new conflicts and gives the jurors' applications to others, in the caller's transaction.

    What the jurors wrote is kept, set aside, and does not count.
    """
    by_pair = {(conflict.application_id, conflict.person_id): conflict for conflict in conflicts}
    existing = _stored_pairs(session, Conflict, by_pair)
    new = {pair: conflict for pair, conflict in by_pair.items() if pair not in existing}
    session.add_all(new.values())
    session.flush()
    _set_aside(session, new)
    open_assignments = _stored_pairs(session, Assignment, new, OPEN_ASSIGNMENT)
    workload.close_assignments(session, open_assignments)
    for conflict in new.values():
        facts = {"call": call.slug, "folio": _folio(session, conflict), "person": conflict.person_id}
        facts |= {"kind": conflict.kind, "origin": conflict.origin}
        log.record(session, actor, "conflict.declare", "application", conflict.application_id, facts)
    lost = sorted({application_id for application_id, _ in open_assignments})
    if lost and call.phase is not Phase.DELIBERATION:  # nobody reads any more
        plan = assignment_service.replace_readers(session, call, lost)
        assignment_service.record_plan(session, actor, "replace", plan, lost=len(lost))


def _set_aside(session: Session, pairs: Iterable[Pair]) -> None:
    for application_id, person_id in pairs:
        query = select(Review).where(Review.application_id == application_id, Review.person_id == person_id)
        for review in session.exec(query):
            review.status = ReviewStatus.SET_ASIDE


def _stored_pairs(
    session: Session,
    rows: type[Conflict] | type[Assignment],
    pairs: Collection[Pair],
    *conditions: sa.ColumnElement[bool],
) -> list[Pair]:
    """Returns those of the pairs that a table has rows of."""
    stored: list[Pair] = []
    for part in chunks(sorted({application_id for application_id, _ in pairs})):
        query = select(rows.application_id, rows.person_id).where(col(rows.application_id).in_(part))
        stored += [pair for pair in session.exec(query.where(*conditions)) if pair in pairs]
    return stored


def _folio(session: Session, conflict: Conflict) -> str:
    application = session.get(Application, conflict.application_id)
    return application.folio if application else ""
