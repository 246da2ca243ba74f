"""Conflicts declared in advance: storing them, and what follows where one names an application.

A juror who never had an application loses nothing that they could notice, so a match keeps it from them at once. One
that they have or had is not taken away: that, and a score set aside, would tell them who wrote it. Coordinators are
asked.
"""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.call.transactions import write_call
from reviewer.core.database import advisory_lock, chunks, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.jury.assignment.workload import Pair
from reviewer.jury.conflicts import declarations, detection, recusals
from reviewer.jury.conflicts.recusals import KINDS
from reviewer.jury.reviews import queue
from reviewer.models import Application, Assignment, Call, ConflictDeclaration, Review, require_id

MOST_ENTRIES = 100
"""Of one juror in one call: more than anybody's relatives, friends and students, and too few to go through a cohort."""


@verb(Action.DECLARE_CONFLICT)
def declare_in_advance(actor: Actor, *, slug: str, entries: str, kind: str, statement: str) -> int:
    """Stores names and folios (one a line) that a juror should never read, now or in a later batch.

    Returns how many entries were sent, but never how many, or whether any, match an application. What was declared
    before is not stored again. Raises UserError where the juror's list would exceed ``MOST_ENTRIES``.
    """
    statement = recusals.clean_statement(kind, statement)
    with write_call(actor, Action.DECLARE_CONFLICT, slug) as (session, call):
        declared = declarations.parse_entries(entries, call)
        person_id = actor.require_person_id()
        advisory_lock(session, f"declarations {slug} {person_id}")
        own = (ConflictDeclaration.call_id == call.id, ConflictDeclaration.person_id == person_id)
        known = set(session.exec(select(ConflictDeclaration.entry).where(*own)))
        new = [entry for entry in declared if entry not in known]
        count = session.exec(select(func.count()).select_from(ConflictDeclaration).where(*own)).one()
        if count + len(new) > MOST_ENTRIES:
            raise UserError(f"Su declaración admite {MOST_ENTRIES} entradas. Si le faltan, dígalo a la coordinación.")
        session.add_all(
            ConflictDeclaration(
                call_id=require_id(call),
                person_id=person_id,
                entry=entry,
                kind=kind,
                statement=statement,
                signed_as=actor.name,
            )
            for entry in new
        )
        facts = {"call": slug, "entries": len(new), "kind": kind}
        log.record(session, actor, "conflict.foresee", "person", person_id, facts)
    _apply(actor, slug, person_id=person_id)
    return len(declared)


@verb(Action.ASSIGN)
def apply_declarations(actor: Actor, *, slug: str) -> None:
    """Matches everything declared in advance with the present applications, as after an import."""
    require(actor, Action.ASSIGN)
    _apply(actor, slug)


@verb(Action.SEE_DESK)
def ask_if_declared(actor: Actor, *, slug: str, folio: str) -> None:
    """Asks the coordinators where an application of the juror has a name now that they declared in advance.

    It may have been corrected since. The juror is not told.
    """
    require(actor, Action.SEE_DESK)
    query = queue.assigned_query(select(Call, Application), actor, slug).where(Application.folio == folio)
    with read_session() as session:
        row = session.exec(query).first()
        if row is None:
            return
        call, application = row
        matches = declarations.matches_in(session, call, person_id=actor.person_id, only=[require_id(application)])
        known = detection.is_known(session, require_id(application), actor.require_person_id(), detection.ADVANCE)
    if matches and not known:
        _apply(actor, slug, person_id=actor.person_id)


def _apply(actor: Actor, slug: str, *, person_id: int | None = None) -> None:
    """Keeps matching applications from their jurors, or asks the coordinators.

    Names are compared outside the write lock.
    """
    with read_session() as session:
        matches = declarations.matches_in(session, call_in(session, slug), person_id=person_id)
    if not matches:
        return
    by_pair = {(application_id, found.person_id): found for application_id, found in matches}
    with write_session() as session:
        call = call_in(session, slug)
        advisory_lock(session, f"suggestions {slug}")
        given = _given_pairs(session, by_pair)
        evidence = {
            (*pair, detection.ADVANCE): f"{found.entry} · {KINDS[found.kind]}"
            for pair, found in by_pair.items()
            if pair in given
        }
        detection.add_suggestions(session, require_id(call), evidence)
        unseen = [pair for pair in by_pair if pair not in given]
        recusals.recuse(session, actor, call, [declarations.conflict_of(by_pair[pair], pair[0]) for pair in unseen])


def _given_pairs(session: Session, pairs: Collection[Pair]) -> set[Pair]:
    """Returns the pairs of which the juror has or had the application."""
    given: set[Pair] = set()
    for part in chunks(sorted({application_id for application_id, _ in pairs})):
        for table in (Assignment, Review):
            query = select(table.application_id, table.person_id).where(col(table.application_id).in_(part))
            given.update(session.exec(query).all())
    return given
