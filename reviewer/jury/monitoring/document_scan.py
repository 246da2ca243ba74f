"""Reading of documents by the system: which jurors they name, what is hidden in them, and what cannot be covered.

A command does it, which may take minutes, with a few documents in each transaction. A document is not read
again until the jury changes. The texts are not stored.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, col, delete, func

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, spec_of
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.person_names import name_forms, name_words
from reviewer.jury.assignment.members import jurors_in
from reviewer.jury.conflicts import detection
from reviewer.jury.discussion import flags
from reviewer.models import Applicant, Application, Call, Document, FlagKind, ReadDocument, require_id
from reviewer.models.scopes import CURRENT_APPLICATION
from reviewer.ocr import text as ocr_text
from reviewer.pdf.messages import OcrPage, PdfFailure, SearchResult
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents

DOCUMENTS_PER_TRANSACTION = 100
_SCAN_VERSION = 2  # changes with what is looked for, so that documents are read again
_TRANSIENT_FAILURES = frozenset({"closed", "unavailable"})  # failures that are not the document's


@dataclass(frozen=True)
class ScanResult:
    """The number of documents read, and of new suggestions and flags."""

    documents: int = 0
    suggestions: int = 0
    flags: int = 0

    def __add__(self, other: "ScanResult") -> "ScanResult":
        return ScanResult(
            self.documents + other.documents, self.suggestions + other.suggestions, self.flags + other.flags
        )


@dataclass(frozen=True)
class _SearchTerms:
    """What to look for: jurors by the forms of their names; if ``blind``, also pages without text."""

    call_id: int
    blind: bool
    kinds: Mapping[str, str]
    jurors: Mapping[str, tuple[int, ...]]

    @property
    def digest(self) -> str:
        content = repr((_SCAN_VERSION, self.blind, sorted(self.kinds), sorted(self.jurors.items())))
        return hashlib.sha256(content.encode()).hexdigest()


@verb(Action.RUN_JURY)
def count_pending(viewer: Actor, *, slug: str) -> int:
    """Returns how many of the jury's documents were not yet read for the present jury."""
    require(viewer, Action.RUN_JURY)
    with read_session() as session:
        search = _search_terms(session, call_in(session, slug))
        return int(session.execute(_unread_query(search, func.count())).scalar_one())


@verb(Action.RUN_JURY)
def scan(
    actor: Actor, *, slug: str, workers: PdfWorkers, progress: Callable[[int, int], None] = lambda *_: None
) -> ScanResult:
    """Reads pending documents, suggests conflicts, and flags hidden text and, in a blind call, pages without text.

    Calls ``progress`` with the number done and of all; an exception that it raises ends the reading, and
    results so far stay. A document whose file is unavailable stays pending.
    """
    require(actor, Action.RUN_JURY)
    with read_session() as session:
        search = _search_terms(session, call_in(session, slug))
        rows = list(session.execute(_unread_query(search, *_COLUMNS).order_by(col(Document.id))))
    total = ScanResult()
    for start in range(0, len(rows), DOCUMENTS_PER_TRANSACTION):
        progress(start, len(rows))
        part = rows[start : start + DOCUMENTS_PER_TRANSACTION]
        total += _store_results(actor, slug, search, _scan_documents(search, part, workers))
    progress(len(rows), len(rows))
    with write_session() as session:
        log.record(session, actor, "conflict.read", "call", slug, dict(vars(total)))
    return total


_COLUMNS: tuple[Any, ...] = (
    *(col(Document.public_id), col(Document.sha256), col(Document.kind), col(Document.application_id)),
    *(col(Applicant.first_names), col(Applicant.surnames)),
)


def _search_terms(session: Session, call: Call) -> _SearchTerms:
    spec = spec_of(call)
    jurors: dict[str, list[int]] = {}
    for juror in jurors_in(session, call):
        for form in name_forms(juror.name):
            jurors.setdefault(form, []).append(juror.person_id)
    return _SearchTerms(
        call_id=require_id(call),
        blind=spec.review.blind,
        kinds={document.key: document.label for document in spec.jury_documents},
        jurors={form: tuple(sorted(person_ids)) for form, person_ids in jurors.items()},
    )


def _unread_query(search: _SearchTerms, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Returns the query of documents that the jury may read and that were not read for this search."""
    already_read = and_(ReadDocument.document == Document.public_id, ReadDocument.sought == search.digest)
    return (
        sa.select(*columns)
        .select_from(Document)
        .join(Application, col(Application.id) == Document.application_id)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .outerjoin(ReadDocument, already_read)
        .where(col(Application.call_id) == search.call_id)
        .where(CURRENT_APPLICATION, col(Document.refused).is_(None))
        .where(col(Document.kind).in_(list(search.kinds)), col(ReadDocument.document).is_(None))
        .where(sa.true() if search.blind or search.jurors else sa.false())
    )


def _scan_documents(search: _SearchTerms, rows: Sequence[Any], workers: PdfWorkers) -> list[tuple[Any, SearchResult]]:
    """Returns documents with the result of reading; one that cannot be opened counts as unread."""
    results: list[tuple[Any, SearchResult]] = []
    read: dict[str, dict[int, OcrPage]] = {}
    for (sha256, page), ocr_page in ocr_text.pages_read(row.sha256 for row in rows).items():
        read.setdefault(sha256, {})[page] = ocr_page
    with ExitStack() as files:
        futures: list[tuple[Any, Future[SearchResult]]] = []
        for row in rows:
            with suppress(OSError):
                path = files.enter_context(documents.local_path(row.sha256))
                futures.append((row, workers.find_phrases(path, _forms_to_find(search, row), read.get(row.sha256))))
        for row, future in futures:
            try:
                results.append((row, future.result()))
            except PdfFailure as failure:
                if failure.code not in _TRANSIENT_FAILURES:
                    results.append((row, SearchResult({}, unread=(1,))))
    return results


def _forms_to_find(search: _SearchTerms, row: Any) -> tuple[str, ...]:
    """Returns the forms to look for, without those that are the name of the applicant, who signs letters."""
    applicant_words = set(name_words(f"{row.first_names} {row.surnames}"))
    return tuple(form for form in search.jurors if not applicant_words.issuperset(name_words(form)))


def _store_results(
    actor: Actor, slug: str, search: _SearchTerms, results: Sequence[tuple[Any, SearchResult]]
) -> ScanResult:
    named = {
        (row.application_id, person_id, "text"): f"«{form}» en {search.kinds[row.kind]}, p. {page}"
        for row, result in reversed(results)
        for form, page in reversed(result.first_pages.items())
        for person_id in search.jurors[form]
    }
    unread = {row.public_id: result.unread for row, result in results if search.blind and result.unread}
    with write_session() as session:
        advisory_lock(session, f"suggestions {slug}")
        suggestion_count = detection.add_suggestions(session, search.call_id, named)
        flag_count = sum(flags.flag_document_in(session, *named_pages) for named_pages in unread.items())
        flag_count += sum(
            flags.flag_document_in(session, row.public_id, result.hidden, kind=FlagKind.HIDDEN_TEXT)
            for row, result in results
            if result.hidden
        )
        public_ids = [row.public_id for row, _ in results]
        if search.blind:
            flags.close_read_in(session, actor, [public_id for public_id in public_ids if public_id not in unread])
        session.exec(delete(ReadDocument).where(col(ReadDocument.document).in_(public_ids)))
        session.add_all(ReadDocument(document=public_id, sought=search.digest) for public_id in public_ids)
    return ScanResult(len(results), suggestion_count, flag_count)
