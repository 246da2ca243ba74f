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

from reviewer.core.errors import InfrastructureError
from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.parse.archive import Entry, Source, UnreadableEntry
from reviewer.pdf.messages import InspectedFile, Inspection, PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents

CHUNK = 1 << 20
MAX_WORKER_BYTES = 32 << 20  # bytes that a worker reads, hashes and writes at once, well within its limits
FILES_PER_GROUP, BYTES_PER_GROUP = 16, 4 << 20  # files, and bytes of them, that go to a worker at once
GROUPS_PER_WORKER = 3  # for each worker: one under way, and two that wait while rows are stored
FILES_IN_FLIGHT = (GROUPS_PER_WORKER + 1) * FILES_PER_GROUP  # files for each worker
CORRUPT_PDF = Inspection(pages=0, has_text=False, active_content=False, problem="corrupt_pdf")
WORKER_FAILURES = ("timeout", "memory", "crash")  # how a file that breaks its worker shows
Row = TypeVar("Row")


@dataclass(eq=False)
class _FileGroup:
    """Files that are looked over together, and what comes of them once they are under way."""

    entries: list[Entry] = field(default_factory=list)
    inspected: Future[list[InspectedFile]] | None = None

    def has_room_for(self, entry: Entry) -> bool:
        """Whether one more file may come along."""
        size = sum(member.size for member in self.entries) + entry.size
        return not self.entries or (len(self.entries) < FILES_PER_GROUP and size <= BYTES_PER_GROUP)


_File = tuple[Claim, Entry, _FileGroup, int]  # with its place in the lot


@dataclass(frozen=True)
class DocumentIntake(Generic[Row]):
    """How the files of a source are received. ``known_inspections`` are inspections made before, by hash.

    The paths in ``shared_paths`` are claimed several times and looked over once. ``broken_hashes`` are hashes of files
    that cost a worker its time or its life in this run: once is enough. Without ``store_files``, nothing is stored.
    """

    source: Source
    workers: PdfWorkers
    known_inspections: Mapping[str, Inspection]
    shared_paths: frozenset[str]
    store_files: bool = True
    broken_hashes: set[str] = field(default_factory=set)

    def receive(
        self, rows: Iterable[tuple[Row, Sequence[Claim]]]
    ) -> Iterator[tuple[Row, list[ReceivedFile]]]:
        """Every row with what was received for it. Raises ``InfrastructureError`` where the store can't take it."""
        under_way: deque[tuple[Row, list[_File]]] = deque()
        in_flight = 0
        with ThreadPoolExecutor(GROUPS_PER_WORKER * self.workers.count) as pool:
            groups = _FileGroups(self, pool)
            try:
                for row, claims in rows:
                    files = [
                        (claim, claim.entry, *groups.add(claim.entry)) for claim in claims if claim.entry
                    ]
                    under_way.append((row, files))
                    in_flight += len(files)
                    while in_flight > FILES_IN_FLIGHT * self.workers.count:
                        in_flight -= len(under_way[0][1])
                        yield groups.wait_for_row(*under_way.popleft())
                while under_way:
                    yield groups.wait_for_row(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def inspect_files(self, entries: Sequence[Entry]) -> list[InspectedFile]:
        """What comes of each of these files."""
        try:
            return self._inspect_together(entries) if len(entries) > 1 else [self._inspect_alone(entries[0])]
        except (UnreadableEntry, OSError, PdfFailure):  # one of them, which shows by itself
            return [self._inspect_alone(entry) for entry in entries]

    def _inspect_together(self, entries: Sequence[Entry]) -> list[InspectedFile]:
        with ExitStack() as stack:
            paths = [stack.enter_context(self.source.local(entry)) for entry in entries]
            known_files = [self._receive_known(path) for path in paths]
            new_paths = tuple(
                path for path, known_file in zip(paths, known_files, strict=True) if known_file is None
            )
            inspected = iter(
                self.workers.receive_batch(new_paths, keep=self.store_files).result() if new_paths else ()
            )
            return [known_file or next(inspected) for known_file in known_files]

    def _inspect_alone(self, entry: Entry) -> InspectedFile:
        try:
            with self.source.local(entry) as path:
                return self._receive_known(path) or self._receive_new(path)
        except (UnreadableEntry, OSError):
            return InspectedFile("", entry.size, CORRUPT_PDF)

    def _receive_known(self, path: Path) -> InspectedFile | None:
        if not (self.known_inspections or self.broken_hashes):
            return None
        sha256, size = _hash_file(path)
        inspection = CORRUPT_PDF if sha256 in self.broken_hashes else self.known_inspections.get(sha256)
        if inspection is None:
            return None
        if self.store_files and not inspection.problem:
            documents.put_file(path, sha256=sha256)
        return InspectedFile(sha256, size, inspection)

    def _receive_new(self, path: Path) -> InspectedFile:
        if path.stat().st_size > MAX_WORKER_BYTES:
            return self._receive_large(path)
        try:
            return self.workers.receive(path, keep=self.store_files).result()
        except PdfFailure as failure:
            if failure.code not in WORKER_FAILURES:
                raise _error_for(failure, path) from failure
        sha256, size = _hash_file(path)
        self.broken_hashes.add(sha256)
        return InspectedFile(sha256, size, CORRUPT_PDF)

    def _receive_large(self, path: Path) -> InspectedFile:
        sha256, size = _hash_file(path)
        inspection = self._inspect(path)
        if inspection.problem:
            self.broken_hashes.add(sha256)
        elif self.store_files:
            documents.put_file(path, sha256=sha256)
        return InspectedFile(sha256, size, inspection)

    def _inspect(self, path: Path) -> Inspection:
        try:
            return self.workers.inspect(path).result()
        except PdfFailure as failure:
            raise _error_for(failure, path) from failure


def _error_for(failure: PdfFailure, path: Path) -> Exception:
    return UnreadableEntry(str(path)) if failure.code == "unavailable" else InfrastructureError(str(failure))


def _hash_file(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


class _FileGroups(Generic[Row]):
    """Gathers files into lots, and sends each on its way when it is full or waited for."""

    def __init__(self, intake: DocumentIntake[Row], pool: Executor) -> None:
        self._intake, self._pool = intake, pool
        self._open = _FileGroup()
        self._positions: dict[str, tuple[_FileGroup, int]] = {}

    def add(self, entry: Entry) -> tuple[_FileGroup, int]:
        """The lot that the file is in, and its place there."""
        if entry.path in self._positions:
            return self._positions[entry.path]
        if not self._open.has_room_for(entry):
            self._send()
        self._open.entries.append(entry)
        group_and_position = self._open, len(self._open.entries) - 1
        if entry.path in self._intake.shared_paths:
            self._positions[entry.path] = group_and_position
        return group_and_position

    def wait_for_row(self, row: Row, files: Sequence[_File]) -> tuple[Row, list[ReceivedFile]]:
        """The row with its files, once all of them were looked over."""
        return row, [
            _received_file(claim, entry, (group.inspected or self._send()).result()[position])
            for claim, entry, group, position in files
        ]

    def _send(self) -> Future[list[InspectedFile]]:
        inspected = self._pool.submit(self._intake.inspect_files, self._open.entries)
        self._open.inspected, self._open = inspected, _FileGroup()
        return inspected


def _received_file(claim: Claim, entry: Entry, inspected: InspectedFile) -> ReceivedFile:
    return ReceivedFile(
        claim.kind, entry.name, entry.path, inspected.sha256, inspected.size, inspected.inspection
    )
