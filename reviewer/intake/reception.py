"""Files are looked over and kept: hashed here, opened only by workers, stored when nothing speaks against it.

Rows come out in their order while the next ones are under way; no more files are in flight than keep the
workers busy, so that memory does not grow with the batch.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Reception(Generic[Row]):
    """How the files of a source are received. ``known`` are inspections made before, by hash.

    Without ``keep``, nothing is stored.
    """

    source: Source
    workers: PdfWorkers
    threads: int
    known: Mapping[str, Inspection]
    keep: bool = True

    def receive(self, rows: Iterable[tuple[Row, Sequence[Claim]]]) -> Iterator[tuple[Row, list[Received]]]:
        """Every row with what was received for it. Raises ``MachineFault`` where the store can't take it."""
        under_way: deque[tuple[Row, list[Future[Received]]]] = deque()
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                for row, claims in rows:
                    files = [(claim, claim.entry) for claim in claims if claim.entry]
                    under_way.append((row, [pool.submit(self._one, claim, entry) for claim, entry in files]))
                    while sum(len(files) for _, files in under_way) > 2 * self.threads:
                        yield _finished(*under_way.popleft())
                while under_way:
                    yield _finished(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, claim: Claim, entry: Entry) -> Received:
        sha256, size, inspection = "", entry.size, UNREADABLE
        try:
            with self.source.local(entry) as path:
                sha256, size = _hash(path)
                inspection = self._look(path, sha256)
        except (UnreadableEntry, OSError):
            inspection = UNREADABLE
        return Received(claim.kind, entry.name, entry.path, sha256, size, inspection)

    def _look(self, path: Path, sha256: str) -> Inspection:
        inspection = self.known.get(sha256) or self._inspect(path)
        if self.keep and not inspection.problem:
            documents.put_file(path, sha256=sha256)
        return inspection

    def _inspect(self, path: Path) -> Inspection:
        try:
            return self.workers.inspect(path).result()
        except PdfFailure as failure:
            if failure.code == "unavailable":
                raise UnreadableEntry(str(path)) from failure
            raise MachineFault(str(failure)) from failure


def _finished(row: Row, files: list[Future[Received]]) -> tuple[Row, list[Received]]:
    return row, [file.result() for file in files]


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size
