"""Reads the pages of a call that are pictures. Several processes and machines may do so at once.

A document is examined once for pages with pictures; each of these is a row. A process claims rows for some minutes and
stores what it read; rows of a process that died become free again.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Update, and_, not_, union
from sqlmodel import Session, col, delete, func, insert, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.core import clock
from reviewer.core.database import advisory_lock, chunks, read_session, write_session
from reviewer.models import Application, Batch, Call, Document, OcrDocument, OcrResult, ReadDocument, UnclaimedFile
from reviewer.models.scopes import STORED_UNCLAIMED_FILE, current_of
from reviewer.ocr import text
from reviewer.pdf.messages import OcrPage, PdfFailure
from reviewer.pdf.ocr_words import SURE_CONFIDENCE
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents

PAGE_SECONDS, PAGE_MEGABYTES = 120, 2048
CLAIM_TIME = timedelta(seconds=3 * PAGE_SECONDS)  # a claimed page may wait for another one of the same process
MOST_ATTEMPTS = 3
EXAMINED_AT_ONCE = 50
TRANSIENT_FAILURES = frozenset({"closed", "unavailable"})  # failures that are not the page's own

PageKey = tuple[str, int]
ProgressCallback = Callable[[int, int], None]


@dataclass(frozen=True)
class OcrCounts:
    """``documents`` were not examined yet; of the pages with pictures, ``pending`` are not read yet.

    ``read`` were read, ``failed`` cannot be.
    """

    documents: int
    pending: int
    read: int
    failed: int


def surely_read() -> SelectOfScalar[str]:
    """Returns the query of the hashes of documents whose pages with pictures were all read with confidence."""
    is_sure = and_(col(OcrResult.read_at).is_not(None), col(OcrResult.confidence) >= SURE_CONFIDENCE)
    unsure = select(OcrResult.sha256).where(not_(is_sure))
    return select(OcrDocument.sha256).where(OcrDocument.pages > 0, col(OcrDocument.sha256).not_in(unsure))


@verb(Action.READ_SCANS)
def counts(viewer: Actor, *, slug: str) -> OcrCounts:
    """Returns how far the reading of a call's documents is."""
    require(viewer, Action.READ_SCANS)
    with read_session() as session:
        return _counts(session, call_in(session, slug))


@verb(Action.READ_SCANS)
def read_pages(
    actor: Actor, *, slug: str, workers: PdfWorkers, progress: ProgressCallback = lambda *_: None
) -> OcrCounts:
    """Examines the call's documents, reads their pages with pictures, and returns how far that is then.

    Calls ``progress`` with the number of pages done and of all; an exception that it raises ends the reading, and
    what was read stays.
    """
    require(actor, Action.READ_SCANS)
    progress(0, 0)
    with write_session() as session:
        call = call_in(session, slug)
        was_unavailable = col(OcrResult.failure).in_(TRANSIENT_FAILURES)
        session.exec(update(OcrResult).where(was_unavailable).values(failure="", attempts=0))
    _examine_documents(call, workers, progress)
    _read_claimed_pages(call, workers, progress)
    with write_session() as session:
        result = _counts(session, call)
        log.record(session, actor, "ocr.read", "call", slug, dict(vars(result)))
    return result


def page_workers(count: int, niceness: int) -> PdfWorkers:
    """Returns ``count`` processes with the limits that reading a page by machine needs."""
    return PdfWorkers(count, PAGE_SECONDS, PAGE_MEGABYTES, niceness=niceness)


def _hashes(call: Call) -> SelectOfScalar[str]:
    """Returns the query of the hashes of a call's documents, and of files of its batches that no row claims."""
    of_people = (
        select(Document.sha256)
        .join(Application, col(Application.id) == Document.application_id)
        .where(current_of(call), col(Document.refused).is_(None), Document.sha256 != "")
    )
    of_nobody = select(UnclaimedFile.sha256).join(Batch).where(Batch.call_id == call.id, STORED_UNCLAIMED_FILE)
    hashes = union(of_people, of_nobody).subquery()
    return select(hashes.c.sha256)


def _counts(session: Session, call: Call) -> OcrCounts:
    hashes = _hashes(call)
    examined = select(OcrDocument.sha256)
    waiting = hashes.where(hashes.selected_columns.sha256.not_in(examined))
    unexamined = select(func.count()).select_from(waiting.subquery())
    is_read, is_failed = col(OcrResult.read_at).is_not(None), col(OcrResult.failure) != ""
    figures = select(func.count(), func.count().filter(is_read), func.count().filter(is_failed)).where(
        col(OcrResult.sha256).in_(hashes)
    )
    total, read, failed = session.exec(figures).one()
    return OcrCounts(session.exec(unexamined).one(), total - read - failed, read, failed)


def _examine_documents(call: Call, workers: PdfWorkers, progress: ProgressCallback) -> None:
    with read_session() as session:
        examined = select(OcrDocument.sha256)
        query = _hashes(call)
        hashes = list(session.exec(query.where(query.selected_columns.sha256.not_in(examined))))
    for part in chunks(hashes, EXAMINED_AT_ONCE):
        progress(0, 0)
        with ExitStack() as files:
            futures = {
                sha256: workers.pages_with_pictures(files.enter_context(documents.local_path(sha256)))
                for sha256 in part
                if documents.exists(sha256)
            }
            pages_by_hash = dict(_pages_with_pictures(futures))
        with write_session() as session:
            _add_documents(session, pages_by_hash)


def _pages_with_pictures(futures: dict[str, Future[tuple[int, ...]]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields what was examined; a document that cannot be opened has no pages to read."""
    for sha256, future in futures.items():
        try:
            yield sha256, future.result()
        except PdfFailure as failure:
            if failure.code not in TRANSIENT_FAILURES:
                yield sha256, ()


def _add_documents(session: Session, pages_by_hash: dict[str, tuple[int, ...]]) -> None:
    """Stores the pages to read, unless another process has meanwhile."""
    advisory_lock(session, "ocr documents")
    known = set(session.exec(select(OcrDocument.sha256).where(col(OcrDocument.sha256).in_(pages_by_hash))))
    new = {sha256: pages for sha256, pages in pages_by_hash.items() if sha256 not in known}
    if not new:
        return
    session.execute(insert(OcrDocument), [{"sha256": sha256, "pages": len(pages)} for sha256, pages in new.items()])
    rows = [{"sha256": sha256, "page": page} for sha256, pages in new.items() for page in pages]
    if rows:
        session.execute(insert(OcrResult), rows)


def _read_claimed_pages(call: Call, workers: PdfWorkers, progress: ProgressCallback) -> None:
    """Reads pages until none is free, with as many under way as there are processes, and one more each."""
    with read_session() as session:
        total = _counts(session, call).pending
    done = 0
    running: dict[Future[OcrPage], tuple[PageKey, ExitStack]] = {}
    try:
        while True:
            for key in _claim(call, 2 * workers.count - len(running)):
                _begin(key, workers, running)
            if not running:
                return
            progress(done, max(total, done + len(running)))
            for future in wait(running, timeout=1.0, return_when=FIRST_COMPLETED).done:
                key, files = running.pop(future)
                files.close()
                done += _store(key, future)
    finally:
        _release([key for key, _ in running.values()])
        for _, files in running.values():
            files.close()


def _begin(key: PageKey, workers: PdfWorkers, running: dict[Future[OcrPage], tuple[PageKey, ExitStack]]) -> None:
    sha256, page = key
    files = ExitStack()
    try:
        path = files.enter_context(documents.local_path(sha256))
    except OSError:
        _store_failure(key, "unavailable")
        return
    running[workers.ocr_page(path, page)] = key, files


def _claim(call: Call, count: int) -> list[PageKey]:
    """Reserves up to ``count`` pages that no process reads, those tried least often first."""
    if count <= 0:
        return []
    now = clock.now()
    is_free = or_(col(OcrResult.claimed_at).is_(None), col(OcrResult.claimed_at) < now - CLAIM_TIME)
    query = (
        select(OcrResult)
        .where(col(OcrResult.sha256).in_(_hashes(call)), is_free)
        .where(col(OcrResult.read_at).is_(None), OcrResult.failure == "")
        .order_by(col(OcrResult.attempts), col(OcrResult.sha256), col(OcrResult.page))
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    with write_session() as session:
        rows = session.exec(query).all()
        for row in rows:
            row.claimed_at, row.attempts = now, row.attempts + 1
        return [(row.sha256, row.page) for row in rows]


def _store(key: PageKey, future: Future[OcrPage]) -> int:
    """Stores the result of a page; returns 1 where it is done, 0 where it will be tried again."""
    try:
        result = future.result()
    except PdfFailure as failure:
        return _store_failure(key, failure.code)
    with write_session() as session:
        session.exec(
            _update_of(key).values(
                read_at=clock.now(),
                rotation=result.rotation,
                confidence=result.confidence,
                words=text.encode(result.words),
                claimed_at=None,
            )
        )
        # What the document says is known now: the search for names of jurors reads it again.
        public_ids = select(Document.public_id).where(Document.sha256 == key[0])
        session.exec(delete(ReadDocument).where(col(ReadDocument.document).in_(public_ids)))
    return 1


def _store_failure(key: PageKey, code: str) -> int:
    """Notes that a page cannot be read, after several attempts where another may succeed."""
    with write_session() as session:
        attempts = session.exec(select(OcrResult.attempts).where(*_is_page(key))).one()
        is_final = attempts >= MOST_ATTEMPTS or code == "unreadable"
        session.exec(_update_of(key).values(failure=code if is_final else "", claimed_at=None))
    return int(is_final)


def _release(keys: Iterable[PageKey]) -> None:
    """Makes pages free whose reading was interrupted from outside, as if it had not been tried."""
    with write_session() as session:
        for key in keys:
            session.exec(_update_of(key).values(claimed_at=None, attempts=OcrResult.attempts - 1))


def _is_page(key: PageKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(OcrResult.sha256) == key[0], col(OcrResult.page) == key[1]


def _update_of(key: PageKey) -> Update:
    return update(OcrResult).where(*_is_page(key))


def forget(session: Session, sha256: str) -> None:
    """Deletes what was read of a document, in the caller's transaction."""
    session.exec(delete(OcrResult).where(col(OcrResult.sha256) == sha256))
    session.exec(delete(OcrDocument).where(col(OcrDocument.sha256) == sha256))
