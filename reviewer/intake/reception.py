"""Files are looked over and kept: hashed, opened by workers alone, stored when nothing speaks against it.

A worker does all of that in one go, having read the file once; small files come to it some together, since
handing over costs as much as looking over. Where one of them breaks the worker, each goes alone. A file that
may be known already is hashed here first; one that takes longer to copy than a worker is given is stored here
and only looked over there.

Rows come out in their order while the next ones are under way; no more files are in flight than keep the
workers busy while rows are stored, so that memory does not grow with the batch.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
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
TOGETHER, BYTES_TOGETHER = 16, 4 << 20  # files, and bytes of them, that go to a worker at once
LOTS = 3  # for each worker: one under way, and two that wait while rows are stored
IN_FLIGHT = (LOTS + 1) * TOGETHER  # files for each worker
CORRUPT = Inspection(pages=0, has_text=False, active_content=False, problem="corrupt_pdf")
BROKEN = ("timeout", "memory", "crash")  # how a file that breaks its worker shows
Row = TypeVar("Row")


@dataclass(eq=False)
class _Lot:
    """Files that are looked over together, and what comes of them once they are under way."""

    entries: list[Entry] = field(default_factory=list)
    looked: Future[list[LookedOver]] | None = None

    def has_room_for(self, entry: Entry) -> bool:
        """Whether one more file may come along."""
        size = sum(each.size for each in self.entries) + entry.size
        return not self.entries or (len(self.entries) < TOGETHER and size <= BYTES_TOGETHER)


_File = tuple[Claim, Entry, _Lot, int]  # with its place in the lot


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
        under_way: deque[tuple[Row, list[_File]]] = deque()
        in_flight = 0
        with ThreadPoolExecutor(LOTS * self.workers.count) as pool:
            lots = _Lots(self, pool)
            try:
                for row, claims in rows:
                    files = [(each, each.entry, *lots.place(each.entry)) for each in claims if each.entry]
                    under_way.append((row, files))
                    in_flight += len(files)
                    while in_flight > IN_FLIGHT * self.workers.count:
                        in_flight -= len(under_way[0][1])
                        yield lots.finished(*under_way.popleft())
                while under_way:
                    yield lots.finished(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def look_over(self, entries: Sequence[Entry]) -> list[LookedOver]:
        """What comes of each of these files."""
        try:
            return self._together(entries) if len(entries) > 1 else [self._alone(entries[0])]
        except (UnreadableEntry, OSError, PdfFailure):  # one of them, which shows by itself
            return [self._alone(each) for each in entries]

    def _together(self, entries: Sequence[Entry]) -> list[LookedOver]:
        with ExitStack() as stack:
            paths = [stack.enter_context(self.source.local(each)) for each in entries]
            met = [self._met_before(path) for path in paths]
            new = tuple(path for path, before in zip(paths, met, strict=True) if before is None)
            looked = iter(self.workers.receive_some(new, keep=self.keep).result() if new else ())
            return [before or next(looked) for before in met]

    def _alone(self, entry: Entry) -> LookedOver:
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


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


class _Lots(Generic[Row]):
    """Gathers files into lots, and sends each on its way when it is full or waited for."""

    def __init__(self, reception: Reception[Row], pool: Executor) -> None:
        self._reception, self._pool = reception, pool
        self._open = _Lot()
        self._met: dict[str, tuple[_Lot, int]] = {}

    def place(self, entry: Entry) -> tuple[_Lot, int]:
        """The lot that the file is in, and its place there."""
        if entry.path in self._met:
            return self._met[entry.path]
        if not self._open.has_room_for(entry):
            self._send()
        self._open.entries.append(entry)
        placed = self._open, len(self._open.entries) - 1
        if entry.path in self._reception.shared:
            self._met[entry.path] = placed
        return placed

    def finished(self, row: Row, files: Sequence[_File]) -> tuple[Row, list[Received]]:
        """The row with its files, once all of them were looked over."""
        return row, [
            _received(claim, entry, (lot.looked or self._send()).result()[place])
            for claim, entry, lot, place in files
        ]

    def _send(self) -> Future[list[LookedOver]]:
        looked = self._pool.submit(self._reception.look_over, self._open.entries)
        self._open.looked, self._open = looked, _Lot()
        return looked


def _received(claim: Claim, entry: Entry, looked: LookedOver) -> Received:
    return Received(claim.kind, entry.name, entry.path, looked.sha256, looked.size, looked.inspection)
