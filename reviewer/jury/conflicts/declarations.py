"""Conflicts that jurors declare in advance as names or folios; matched with applications only here.

A juror gets the same answer whether or not anybody of that name applied.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.folios import parse_folio
from reviewer.call.spec import spec_of
from reviewer.core.database import VALUES_PER_QUERY, read_session
from reviewer.core.errors import UserError
from reviewer.core.person_names import PersonName, may_match, name_words
from reviewer.models import Applicant, Application, Call, Conflict, ConflictDeclaration
from reviewer.models.scopes import current_of

LONGEST_ENTRY = 200


@dataclass(frozen=True)
class Declaration:
    """An entry of a juror's own list."""

    entry: str
    kind: str
    declared_at: datetime


@verb(Action.DECLARE_CONFLICT)
def list_declarations(viewer: Actor, *, slug: str) -> list[Declaration]:
    """Returns what this juror has declared in advance, the latest first, without what it matched."""
    require(viewer, Action.DECLARE_CONFLICT)
    query = (
        select(ConflictDeclaration.entry, ConflictDeclaration.kind, ConflictDeclaration.declared_at)
        .join(Call, col(Call.id) == ConflictDeclaration.call_id)
        .where(Call.slug == slug, ConflictDeclaration.person_id == viewer.person_id)
        .order_by(col(ConflictDeclaration.id).desc())
    )
    with read_session() as session:
        return [Declaration(*row) for row in session.exec(query)]


@verb(Action.ASSIGN)
def has_declarations(viewer: Actor, *, slug: str) -> bool:
    """Returns whether anybody has declared anything in advance."""
    require(viewer, Action.ASSIGN)
    query = (
        select(ConflictDeclaration.id).join(Call, col(Call.id) == ConflictDeclaration.call_id).where(Call.slug == slug)
    )
    with read_session() as session:
        return session.exec(query.limit(1)).first() is not None


def parse_entries(text: str, call: Call) -> list[str]:
    """Returns the names and folios of a pasted list, one a line or separated by semicolons.

    Raises UserError if an entry is neither; that depends on its writing only, never on who applied.
    """
    entries = [" ".join(line.split()) for line in re.split(r"[;\n]", text.replace("\0", "")) if line.strip()]
    if not entries:
        raise UserError("Escriba al menos un nombre o un folio, uno por línea.")
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise UserError(f"«{entry[:40]}…» es demasiado largo: escriba un nombre o un folio por línea.")
        if parse_folio(entry, call) is None and len(name_words(entry)) < 2:
            prefix = spec_of(call).folio_prefix
            raise UserError(
                f"«{entry}» no basta: escriba el nombre y al menos un apellido, o un folio como {prefix}-0042."
            )
    return list(dict.fromkeys(entries))


def matches_in(
    session: Session, call: Call, *, person_id: int | None = None, only: Collection[int] | None = None
) -> list[tuple[int, ConflictDeclaration]]:
    """Returns the applications that declarations of this call name, each with its declaration."""
    query = select(ConflictDeclaration).where(ConflictDeclaration.call_id == call.id)
    if person_id is not None:
        query = query.where(ConflictDeclaration.person_id == person_id)
    by_folio: dict[str, list[ConflictDeclaration]] = defaultdict(list)
    by_name: list[ConflictDeclaration] = []
    for declaration in session.exec(query):
        folio = parse_folio(declaration.entry, call)
        if folio:
            by_folio[folio].append(declaration)
        else:
            by_name.append(declaration)
    if not by_folio and not by_name:
        return []
    return [
        (application_id, declaration)
        for application_id, folio, name in _applicants(session, call, only)
        for declaration in (
            *by_folio.get(parse_folio(folio, call) or "", ()),
            *(declaration for declaration in by_name if may_match(declaration.entry, name)),
        )
    ]


def conflict_of(declaration: ConflictDeclaration, application_id: int) -> Conflict:
    """Returns the conflict with an application that a declaration names, as it was signed."""
    return Conflict(
        application_id=application_id,
        person_id=declaration.person_id,
        kind=declaration.kind,
        statement=declaration.statement,
        origin="advance",
        signed_as=declaration.signed_as,
        declared_at=declaration.declared_at,
    )


def _applicants(session: Session, call: Call, only: Collection[int] | None) -> Iterator[tuple[int, str, PersonName]]:
    query: Any = (
        select(Application.id, Application.folio, Applicant.first_names, Applicant.surnames)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
    )
    if only is not None and len(only) <= VALUES_PER_QUERY:
        query = query.where(col(Application.id).in_(only))
    for application_id, folio, first_names, surnames in session.exec(query):
        if only is None or application_id in only:
            yield application_id, folio, PersonName.from_fields(first_names, surnames)
