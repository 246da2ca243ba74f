"""Conflicts that a juror declares before she is given anything: names or folios, matched here and only here.

What she is told is the same whether or not anybody of that name applied.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import spec_of
from reviewer.database import reading
from reviewer.errors import Refused
from reviewer.jury.names import may_be, words_of
from reviewer.models import Applicant, Application, ApplicationStatus, Call, ConflictDeclaration

LONGEST_ENTRY = 200
FEW = 500  # so many fit into one query


@dataclass(frozen=True)
class Declared:
    """An entry of a juror's own list."""

    entry: str
    kind: str
    at: datetime


def declared(viewer: Actor, *, call: str) -> list[Declared]:
    """What this juror has declared in advance, the latest first; nothing says what it matched."""
    require(viewer, Action.DECLARE_CONFLICT)
    query = (
        select(ConflictDeclaration.entry, ConflictDeclaration.kind, ConflictDeclaration.declared_at)
        .join(Call, col(Call.id) == ConflictDeclaration.call_id)
        .where(Call.slug == call, ConflictDeclaration.person_id == viewer.person_id)
        .order_by(col(ConflictDeclaration.id).desc())
    )
    with reading() as session:
        return [Declared(*row) for row in session.exec(query)]


def are_declared(viewer: Actor, *, call: str) -> bool:
    """Whether anybody has declared anything in advance, which an import may have brought."""
    require(viewer, Action.ASSIGN)
    query = (
        select(ConflictDeclaration.id)
        .join(Call, col(Call.id) == ConflictDeclaration.call_id)
        .where(Call.slug == call)
    )
    with reading() as session:
        return session.exec(query.limit(1)).first() is not None


def read_entries(text: str, call: Call) -> list[str]:
    """The names and folios of a pasted list, one a line or separated by semicolons.

    Raises ``Refused`` where one is neither; that depends on how it is written, never on who applied.
    """
    entries = [" ".join(each.split()) for each in re.split(r"[;\n]", text.replace("\0", "")) if each.strip()]
    if not entries:
        raise Refused("Escriba al menos un nombre o un folio, uno por línea.")
    for each in entries:
        if len(each) > LONGEST_ENTRY:
            raise Refused(f"«{each[:40]}…» es demasiado largo: escriba un nombre o un folio por línea.")
        if folio_of(each, call) is None and len(words_of(each)) < 2:
            prefix = spec_of(call).folio_prefix
            raise Refused(
                f"«{each}» no basta: escriba el nombre y al menos un apellido, o un folio como {prefix}-0042."
            )
    return list(dict.fromkeys(entries))


def folio_of(entry: str, call: Call) -> str | None:
    """The folio that an entry names, in one spelling; None where it holds no digit, and so is a name."""
    prefix = spec_of(call).folio_prefix
    found = re.fullmatch(rf"{prefix}\s*-?\s*(\d+)", entry.strip(), re.IGNORECASE)
    if found:
        return f"{prefix}-{int(found[1]):04d}"
    return entry.strip().upper() if any(each.isdigit() for each in entry) else None


def matches_in(
    session: Session,
    call: Call,
    *,
    person_id: int | None = None,
    only: Collection[int] | None = None,
) -> list[tuple[int, ConflictDeclaration]]:
    """The applications that declarations of this call name, each with its declaration."""
    query = select(ConflictDeclaration).where(ConflictDeclaration.call_id == call.id)
    if person_id is not None:
        query = query.where(ConflictDeclaration.person_id == person_id)
    declarations = list(session.exec(query))
    if not declarations:
        return []
    by_folio: dict[str, list[ConflictDeclaration]] = defaultdict(list)
    by_name: list[tuple[tuple[str, ...], ConflictDeclaration]] = []
    for each in declarations:
        folio = folio_of(each.entry, call)
        if folio:
            by_folio[folio].append(each)
        else:
            by_name.append((words_of(each.entry), each))
    return [
        (application, each)
        for application, folio, name in _people(session, call, only)
        for each in (
            *by_folio.get(folio_of(folio, call) or "", ()),
            *(declaration for words, declaration in by_name if may_be(words, name)),
        )
    ]


def _people(
    session: Session, call: Call, only: Collection[int] | None
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    query = (
        select(Application.id, Application.folio, Applicant.first_names, Applicant.surnames)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
    )
    if only is not None and len(only) <= FEW:
        query = query.where(col(Application.id).in_(only))
    for number, folio, first, surnames in session.exec(query):
        if only is None or number in only:
            yield number or 0, folio, words_of(f"{first} {surnames}")
