"""Files are looked over and kept: hashed here, opened only by workers, stored when nothing speaks against it.

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
from reviewer.pdf.results import Inspection, PdfFailure
from reviewer.pdf.workers import PdfWorkers

CHUNK = 1 << 20
UNREADABLE = Inspection(pages=0, has_text=False, active_content=False, problem="corrupt_pdf")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Looked:
    sha256: str
    size: int
    inspection: Inspection


@dataclass(frozen=True)
class Reception(Generic[Row]):
    """How the files of a source are received. ``known`` are inspections made before, by hash.

    The paths in ``shared`` are claimed several times and looked over once; ``refused`` are files that could
    not be taken in this run, which need not be suffered again. Without ``keep``, nothing is stored.
    """

    source: Source
    workers: PdfWorkers
    threads: int
    known: Mapping[str, Inspection]
    shared: frozenset[str]
    keep: bool = True
    refused: dict[str, Inspection] = field(default_factory=dict)

    def receive(self, rows: Iterable[tuple[Row, Sequence[Claim]]]) -> Iterator[tuple[Row, list[Received]]]:
        """Every row with what was received for it. Raises ``MachineFault`` where the store can't take it."""
        under_way: deque[tuple[Row, list[tuple[Claim, Entry, Future[_Looked]]]]] = deque()
        met: dict[str, Future[_Looked]] = {}
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                for row, claims in rows:
                    files = [(claim, claim.entry) for claim in claims if claim.entry]
                    under_way.append((row, [(*file, self._begin(pool, file[1], met)) for file in files]))
                    while sum(len(files) for _, files in under_way) > 2 * self.threads:
                        yield _finished(*under_way.popleft())
                while under_way:
                    yield _finished(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _begin(
        self, pool: ThreadPoolExecutor, entry: Entry, met: dict[str, Future[_Looked]]
    ) -> Future[_Looked]:
        if entry.path not in self.shared:
            return pool.submit(self._look_over, entry)
        if entry.path not in met:
            met[entry.path] = pool.submit(self._look_over, entry)
        return met[entry.path]

    def _look_over(self, entry: Entry) -> _Looked:
        sha256, size, inspection = "", entry.size, UNREADABLE
        try:
            with self.source.local(entry) as path:
                sha256, size = _hash(path)
                inspection = self.known.get(sha256) or self.refused.get(sha256) or self._inspect(path)
                if inspection.problem:
                    self.refused[sha256] = inspection
                elif self.keep:
                    documents.put_file(path, sha256=sha256)
        except (UnreadableEntry, OSError):
            inspection = UNREADABLE
        return _Looked(sha256, size, inspection)

    def _inspect(self, path: Path) -> Inspection:
        try:
            return self.workers.inspect(path).result()
        except PdfFailure as failure:
            if failure.code == "unavailable":
                raise UnreadableEntry(str(path)) from failure
            raise MachineFault(str(failure)) from failure


def _finished(row: Row, files: list[tuple[Claim, Entry, Future[_Looked]]]) -> tuple[Row, list[Received]]:
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
