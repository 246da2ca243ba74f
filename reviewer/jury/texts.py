"""Documents read through by the machine: who of the jury is named there, and what nobody can cover.

Done by a command that may take minutes, a few documents a transaction; what was read is not read again until
somebody joins the jury. Of the texts themselves nothing is kept.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, col, delete, func

from reviewer import documents
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.jury import flags, suggestions
from reviewer.jury.names import forms_of, words_of
from reviewer.jury.panel import call_in, jurors_in
from reviewer.models import Applicant, Application, ApplicationStatus, Call, Document, ReadDocument
from reviewer.pdf.results import PdfFailure, ReadThrough
from reviewer.pdf.workers import PdfWorkers

AT_ONCE = 100  # documents a transaction
_PASSING = frozenset({"closed", "unavailable"})  # failures that say nothing of the document


@dataclass(frozen=True)
class Read:
    """How many documents were read through, and the new suggestions and flags that came of it."""

    documents: int = 0
    suggestions: int = 0
    flags: int = 0


@dataclass(frozen=True)
class _Search:
    """What is looked for: the jurors by the forms of their names; ``blind`` minds pages without text too."""

    call_id: int
    blind: bool
    kinds: Mapping[str, str]
    jurors: Mapping[str, tuple[int, ...]]

    @property
    def digest(self) -> str:
        told = repr((self.blind, sorted(self.kinds), sorted(self.jurors.items())))
        return hashlib.sha256(told.encode()).hexdigest()


def pending(viewer: Actor, *, call: str) -> int:
    """How many documents of the jury's were not read through yet for those who are on it now."""
    require(viewer, Action.RUN_JURY)
    with reading() as session:
        search = _search(session, call_in(session, call))
        return int(session.execute(_unread(search, func.count())).scalar_one())


def read(
    actor: Actor, *, call: str, workers: PdfWorkers, progress: Callable[[int, int], None] = lambda *_: None
) -> Read:
    """Reads through what is pending: suggests conflicts, and in a blind call flags pages without text.

    ``progress`` hears how many of how many; what it raises ends the reading, and what was read stays so.
    A document whose file cannot be had just now stays pending.
    """
    require(actor, Action.RUN_JURY)
    with reading() as session:
        search = _search(session, call_in(session, call))
        rows = list(session.execute(_unread(search, *_COLUMNS).order_by(col(Document.id))))
    told = Read()
    for start in range(0, len(rows), AT_ONCE):
        progress(start, len(rows))
        part = rows[start : start + AT_ONCE]
        told = _sum(told, _keep(call, search, _read(search, part, workers)))
    progress(len(rows), len(rows))
    with writing() as session:
        audit.record(session, actor, "conflict.read", "call", call, dict(vars(told)))
    return told


_COLUMNS: tuple[Any, ...] = (
    *(col(Document.public_id), col(Document.sha256), col(Document.kind), col(Document.application_id)),
    *(col(Applicant.first_names), col(Applicant.surnames)),
)


def _search(session: Session, call: Call) -> _Search:
    spec: CallSpec = spec_of(call)
    jurors: dict[str, list[int]] = {}
    for each in jurors_in(session, call):
        for form in forms_of(each.name):
            jurors.setdefault(form, []).append(each.person_id)
    return _Search(
        call_id=call.id or 0,
        blind=spec.review.blind,
        kinds={each.key: each.label for each in spec.jury_documents},
        jurors={form: tuple(sorted(its)) for form, its in jurors.items()},
    )


def _unread(search: _Search, *columns: Any) -> Any:
    """The documents that the jury may read and that were not read through for this."""
    known = and_(ReadDocument.document == Document.public_id, ReadDocument.sought == search.digest)
    return (
        sa.select(*columns)
        .select_from(Document)
        .join(Application, col(Application.id) == Document.application_id)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .outerjoin(ReadDocument, known)
        .where(col(Application.call_id) == search.call_id)
        .where(col(Application.status) == ApplicationStatus.CURRENT, col(Document.refused).is_(None))
        .where(col(Document.kind).in_(list(search.kinds)), col(ReadDocument.document).is_(None))
        .where(sa.true() if search.blind or search.jurors else sa.false())
    )


def _read(search: _Search, rows: Sequence[Any], workers: PdfWorkers) -> list[tuple[Any, ReadThrough]]:
    """Each document with what it says; one that cannot be opened may say anything."""
    said: list[tuple[Any, ReadThrough]] = []
    with ExitStack() as files:
        asked: list[tuple[Any, Future[ReadThrough]]] = []
        for row in rows:
            with suppress(OSError):
                path = files.enter_context(documents.local_path(row.sha256))
                asked.append((row, workers.read_through(path, _phrases(search, row))))
        for row, answer in asked:
            try:
                said.append((row, answer.result()))
            except PdfFailure as failure:
                if failure.code not in _PASSING:
                    said.append((row, ReadThrough({}, unread=True)))
    return said


def _phrases(search: _Search, row: Any) -> tuple[str, ...]:
    """The forms to look for: not those that name the applicant herself, who signs what she writes."""
    own = set(words_of(f"{row.first_names} {row.surnames}"))
    return tuple(form for form in search.jurors if not own.issuperset(words_of(form)))


def _keep(call: str, search: _Search, results: Sequence[tuple[Any, ReadThrough]]) -> Read:
    named = {
        (row.application_id, person, "text"): f"«{form}» en {search.kinds[row.kind]}, p. {page}"
        for row, said in reversed(results)
        for form, page in reversed(said.found.items())
        for person in search.jurors[form]
    }
    unread = [row.public_id for row, said in results if search.blind and said.unread]
    with writing() as session:
        advisory_lock(session, f"suggestions {call}")
        new = suggestions.add(session, search.call_id, named)
        raised = sum(flags.note_in(session, each) for each in unread)
        names = [row.public_id for row, _ in results]
        session.exec(delete(ReadDocument).where(col(ReadDocument.document).in_(names)))
        session.add_all(ReadDocument(document=each, sought=search.digest) for each in names)
    return Read(len(results), new, raised)


def _sum(one: Read, other: Read) -> Read:
    return Read(one.documents + other.documents, one.suggestions + other.suggestions, one.flags + other.flags)
