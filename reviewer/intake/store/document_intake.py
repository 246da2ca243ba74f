"""Receiving of files: they are hashed, inspected in worker processes, and stored where nothing is wrong.

A worker does all of it with one reading of a file. Small files are sent in groups, as sending costs as much
as inspecting; where a file of a group breaks the worker, each is sent alone. Files that may be known already
are hashed in this process first; files too large to copy within a worker's time limit are stored by this
process and only inspected there.

Rows are returned in their order while the files of the next ones are inspected. The number of files under way
is bounded, so that memory does not grow with the batch.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from reviewer.core.errors import InfrastructureError
from reviewer.intake.check.document_matching import Claim, ReceivedFile
from reviewer.intake.parse.archive import Entry, Source, UnreadableEntry
from reviewer.pdf.messages import InspectedFile, Inspection, PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents

MAX_WORKER_BYTES = 32 << 20  # of a file that a worker reads, hashes and writes within its time limit
FILES_PER_GROUP, BYTES_PER_GROUP = 16, 4 << 20  # sent to a worker at once
GROUPS_PER_WORKER = 3  # one under way, and two that wait while rows are stored
FILES_IN_FLIGHT = (GROUPS_PER_WORKER + 1) * FILES_PER_GROUP  # for each worker
CORRUPT_PDF = Inspection(pages=0, has_text=False, active_content=False, problem="corrupt_pdf")
TOO_LARGE = Inspection(pages=0, has_text=False, active_content=False, problem="file_too_large")
WORKER_FAILURES = ("timeout", "memory", "crash")  # codes of a file that breaks its worker
Row = TypeVar("Row")


@dataclass(eq=False)
class _FileGroup:
    """Files that are inspected together; ``inspected`` is None until they are sent."""

    entries: list[Entry] = field(default_factory=list)
    inspected: Future[list[InspectedFile]] | None = None

    def has_room_for(self, entry: Entry) -> bool:
        """Returns whether one more file may be added."""
        size = sum(other.size for other in self.entries) + entry.size
        return not self.entries or (len(self.entries) < FILES_PER_GROUP and size <= BYTES_PER_GROUP)


_File = tuple[Claim, Entry, _FileGroup, int]  # with its position in the group


@dataclass(frozen=True)
class DocumentIntake(Generic[Row]):
    """Receives the files of a source; without ``store_files`` nothing is stored.

    ``known_inspections`` are earlier inspections, by hash. Files at ``shared_paths`` are claimed several
    times and inspected once; those with ``broken_hashes`` broke a worker in this run and are not sent again.
    """

    source: Source
    workers: PdfWorkers
    known_inspections: Mapping[str, Inspection]
    shared_paths: frozenset[str]
    store_files: bool = True
    broken_hashes: set[str] = field(default_factory=set)

    def receive(self, rows: Iterable[tuple[Row, Sequence[Claim]]]) -> Iterator[tuple[Row, list[ReceivedFile]]]:
        """Yields each row with its files. Raises ``InfrastructureError`` where storing fails."""
        under_way: deque[tuple[Row, list[_File]]] = deque()
        in_flight = 0
        with ThreadPoolExecutor(GROUPS_PER_WORKER * self.workers.count) as pool:
            groups = _FileGroups(self, pool)
            try:
                for row, claims in rows:
                    files = [(claim, claim.entry, *groups.add(claim.entry)) for claim in claims if claim.entry]
                    under_way.append((row, files))
                    in_flight += len(files)
                    while in_flight > FILES_IN_FLIGHT * self.workers.count:
                        in_flight -= len(under_way[0][1])
                        yield groups.wait_for_row(*under_way.popleft())
                while under_way:
                    yield groups.wait_for_row(*under_way.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def confirm_guesses(
        self, claims: Sequence[Claim], received: Sequence[ReceivedFile], phrases: tuple[str, ...]
    ) -> Sequence[Claim]:
        """Returns the claims; those whose document bears one of the person's ``phrases`` are guesses no longer."""
        readable = {file.path for file in received if file.inspection.has_text and not file.inspection.problem}
        return [
            replace(claim, guessed=False)
            if claim.guessed and claim.entry and claim.entry.path in readable and self._bears(claim.entry, phrases)
            else claim
            for claim in claims
        ]

    def _bears(self, entry: Entry, phrases: tuple[str, ...]) -> bool:
        if not phrases:
            return False
        try:
            with self.source.local(entry) as path:
                return bool(self.workers.find_phrases(path, phrases).result().first_pages)
        except (UnreadableEntry, OSError, PdfFailure):
            return False

    def inspect_files(self, entries: Sequence[Entry]) -> list[InspectedFile]:
        """Returns the hash, size and inspection of each file."""
        try:
            return self._inspect_together(entries) if len(entries) > 1 else [self._inspect_alone(entries[0])]
        except (UnreadableEntry, OSError, PdfFailure):  # of one file, which fails alone, too
            return [self._inspect_alone(entry) for entry in entries]

    def _inspect_together(self, entries: Sequence[Entry]) -> list[InspectedFile]:
        with ExitStack() as stack:
            paths = [stack.enter_context(self.source.local(entry)) for entry in entries]
            known_files = [self._receive_known(path) for path in paths]
            new_paths = tuple(path for path, known in zip(paths, known_files, strict=True) if known is None)
            if not new_paths:
                return [known for known in known_files if known]
            inspected = iter(self.workers.receive_batch(new_paths, keep=self.store_files).result())
            return [known or next(inspected) for known in known_files]

    def _inspect_alone(self, entry: Entry) -> InspectedFile:
        if entry.is_bomb:
            return InspectedFile("", entry.size, TOO_LARGE)
        try:
            with self.source.local(entry) as path:
                return self._receive_known(path) or self._receive_new(path)
        except (UnreadableEntry, OSError):
            return InspectedFile("", entry.size, CORRUPT_PDF)

    def _receive_known(self, path: Path) -> InspectedFile | None:
        if not (self.known_inspections or self.broken_hashes):
            return None
        sha256, size = hash_file(path)
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
        sha256, size = hash_file(path)
        self.broken_hashes.add(sha256)
        return InspectedFile(sha256, size, CORRUPT_PDF)

    def _receive_large(self, path: Path) -> InspectedFile:
        sha256, size = hash_file(path)
        try:
            inspection = self.workers.inspect(path).result()
        except PdfFailure as failure:
            raise _error_for(failure, path) from failure
        if inspection.problem:
            self.broken_hashes.add(sha256)
        elif self.store_files:
            documents.put_file(path, sha256=sha256)
        return InspectedFile(sha256, size, inspection)


def _error_for(failure: PdfFailure, path: Path) -> Exception:
    return UnreadableEntry(str(path)) if failure.code == "unavailable" else InfrastructureError(str(failure))


def hash_file(path: Path) -> tuple[str, int]:
    """Returns the file's SHA-256 and its size in bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


class _FileGroups(Generic[Row]):
    """Gathers files into groups; a group is sent when it is full, or when a row waits for it."""

    def __init__(self, intake: DocumentIntake[Row], pool: Executor) -> None:
        self._intake, self._pool = intake, pool
        self._open = _FileGroup()
        self._positions: dict[str, tuple[_FileGroup, int]] = {}

    def add(self, entry: Entry) -> tuple[_FileGroup, int]:
        """Returns the file's group and its position there."""
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
        """Returns the row with its files, once all of them are inspected."""
        received = []
        for claim, entry, group, position in files:
            inspected = (group.inspected or self._send()).result()[position]
            facts = inspected.sha256, inspected.size, inspected.inspection
            received.append(ReceivedFile(claim.kind, entry.name, entry.path, *facts))
        return row, received

    def _send(self) -> Future[list[InspectedFile]]:
        inspected = self._pool.submit(self._intake.inspect_files, self._open.entries)
        self._open.inspected, self._open = inspected, _FileGroup()
        return inspected
