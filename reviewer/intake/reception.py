"""Files are looked over and kept: hashed, opened by workers alone, stored when nothing speaks against it.

A worker does all of that in one go, having read the file once. A file that may be known already is hashed
here first; one that takes longer to copy than a worker is given is stored here and only looked over there.

Rows come out in their order while the next ones are under way; no more files are in flight than keep the
workers busy, so that memory does not grow with the batch.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from reviewer import documents
from reviewer.errors import MachineFault
from reviewer.intake.documents import Claim, Received
from reviewer.intake.source import Entry, Source, UnreadableEntry
from reviewer.pdf.results import Inspection, LookedOver, PdfFailure
from reviewer.pdf.workers import PdfWorkers

CHUNK = 1 << 20
IN_ONE_GO = 32 << 20  # bytes that a worker reads, hashes and writes at once, well within its limits
IN_FLIGHT = 16  # files for each worker: one that takes its whole time does not leave the others idle
CORRUPT = Inspection(pages=0, has_text=False, active_content=False, problem="corrupt_pdf")
BROKEN = ("timeout", "memory", "crash")  # how a file that breaks its worker shows
Row = TypeVar("Row")


@dataclass(frozen=True)
class Reception(Generic[Row]):
    """How the files of a source are received. ``known`` are inspections made before, by hash.

    The paths in ``shared`` are claimed several times and looked over once. ``broken`` are hashes of files
    that cost a worker its time or its life in this run: once is enough. Without ``keep``, nothing is stored.
    """

    source: Source
    workers: PdfWorkers
    known: Mapping[str, Inspection]
    shared: frozenset[str]
    keep: bool = True
    broken: set[str] = field(default_factory=set)

    def receive(self, rows: Iterable[tuple[Row, Sequence[Claim]]]) -> Iterator[tuple[Row, list[Received]]]:
        """Every row with what was received for it. Raises ``MachineFault`` where the store can't take it."""
        under_way: deque[tuple[Row, list[tuple[Claim, Entry, Future[LookedOver]]]]] = deque()
        met: dict[str, Future[LookedOver]] = {}
        with ThreadPoolExecutor(2 * self.workers.count) as pool:
            try:
                for row, claims in rows:
                    files = [(claim, claim.entry) for claim in claims if claim.entry]
                    under_way.append((row, [(*file, self._begin(pool, file[1], met)) for file in files]))
                    while sum(len(files) for _, files in under_way) > IN_FLIGHT * self.workers.count:
                        yield _finished(*under_way.popleft())
                while under_way:
                    yield _finished(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _begin(
        self, pool: ThreadPoolExecutor, entry: Entry, met: dict[str, Future[LookedOver]]
    ) -> Future[LookedOver]:
        if entry.path not in self.shared:
            return pool.submit(self._look_over, entry)
        if entry.path not in met:
            met[entry.path] = pool.submit(self._look_over, entry)
        return met[entry.path]

    def _look_over(self, entry: Entry) -> LookedOver:
        try:
            with self.source.local(entry) as path:
                return self._met_before(path) or self._received(path)
        except (UnreadableEntry, OSError):
            return LookedOver("", entry.size, CORRUPT)

    def _met_before(self, path: Path) -> LookedOver | None:
        if not (self.known or self.broken):
            return None
        sha256, size = _hash(path)
        inspection = CORRUPT if sha256 in self.broken else self.known.get(sha256)
        if inspection is None:
            return None
        if self.keep and not inspection.problem:
            documents.put_file(path, sha256=sha256)
        return LookedOver(sha256, size, inspection)

    def _received(self, path: Path) -> LookedOver:
        if path.stat().st_size > IN_ONE_GO:
            return self._step_by_step(path)
        try:
            return self.workers.receive(path, keep=self.keep).result()
        except PdfFailure as failure:
            if failure.code not in BROKEN:
                raise _fault(failure, path) from failure
        sha256, size = _hash(path)
        self.broken.add(sha256)
        return LookedOver(sha256, size, CORRUPT)

    def _step_by_step(self, path: Path) -> LookedOver:
        sha256, size = _hash(path)
        inspection = self._inspect(path)
        if inspection.problem:
            self.broken.add(sha256)
        elif self.keep:
            documents.put_file(path, sha256=sha256)
        return LookedOver(sha256, size, inspection)

    def _inspect(self, path: Path) -> Inspection:
        try:
            return self.workers.inspect(path).result()
        except PdfFailure as failure:
            raise _fault(failure, path) from failure


def _fault(failure: PdfFailure, path: Path) -> Exception:
    return UnreadableEntry(str(path)) if failure.code == "unavailable" else MachineFault(str(failure))


def _finished(row: Row, files: list[tuple[Claim, Entry, Future[LookedOver]]]) -> tuple[Row, list[Received]]:
    received = []
    for claim, entry, future in files:
        looked = future.result()
        received.append(
            Received(claim.kind, entry.name, entry.path, looked.sha256, looked.size, looked.inspection)
        )
    return row, received


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size
