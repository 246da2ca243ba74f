"""Imports of 200, 2,000 and 20,000 applications × 4 PDFs against a bare loop over the same files.

The bare loop reads, hashes, opens and writes each file and reads its first page's text, to tell a scan; it
has as many processes, and neither table nor database. Large PDFs have 300 KB, as a scan has; small ones,
for the 20,000 and the 200 that they are compared with, 2 KB. ``BENCH_APPLICATIONS=20,200,2000`` for a trial.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks import batches
from benchmarks.bare_loop import timed_loop
from benchmarks.place import command, installation, told_ratio
from reviewer.paths import CALLS, ROOT

LARGE, SMALL = 300_000, 2_000  # bytes of a PDF
MIB = 1 << 20
SIZES = tuple(int(each) for each in os.environ.get("BENCH_APPLICATIONS", "200,2000,20000").split(","))


@dataclass(frozen=True)
class Run:
    """Seconds, and the most that the parent and all processes together held, in MiB."""

    seconds: float
    parent: int
    together: int


def run() -> list[str]:
    """Prints the times, their ratios and the memory; returns the targets that were missed."""
    few, some, many = SIZES
    missed = _measured(few, LARGE, rounds=3)[1]
    of_few, _ = _measured(few, SMALL)
    missed += _again(some)
    of_many, too_slow = _measured(many, SMALL)
    growth = (of_many.seconds / many) / (of_few.seconds / few)
    return (
        missed
        + too_slow
        + told_ratio(f"an application of {many:,} against one of {few:,}", growth, target=1.3)
    )


def _measured(count: int, pdf_bytes: int, rounds: int = 1) -> tuple[Run, list[str]]:
    """The median of several rounds, ours and the bare loop in turn, each on a cold store of its own."""
    ours, bare = [], []
    with installation() as folder:
        batches.make(folder / "batch", count, pdf_bytes)
        for _ in range(rounds):
            bare.append(timed_loop(folder / "batch", folder / "bare"))
            shutil.rmtree(folder / "bare")
            with _cold():
                ours.append(_import(folder / "batch"))
    typical = sorted(ours, key=lambda each: each.seconds)[rounds // 2]
    return typical, _told(count, pdf_bytes, typical, bare)


def _again(count: int) -> list[str]:
    """A batch that comes again just as it was."""
    with installation() as folder:
        batches.make(folder / "batch", count, LARGE)
        bare = timed_loop(folder / "batch", folder / "bare")
        with _cold():
            first, second = _import(folder / "batch"), _import(folder / "batch")
    missed = _told(count, LARGE, first, [bare])
    name = f"{count:,} again, unchanged ({second.seconds:.1f} s), against the first time"
    return missed + told_ratio(name, second.seconds / first.seconds, target=0.1)


def _told(count: int, pdf_bytes: int, ours: Run, bare: list[float]) -> list[str]:
    name = f"{count:,} × {len(batches.KINDS)} PDFs of {pdf_bytes:,} bytes"
    rate = f"{count / ours.seconds:.0f} applications a second"
    memory = f"parent {ours.parent} MiB, all processes {ours.together} MiB"
    print(f"{name}: {ours.seconds:.1f} s, bare loop {median(bare):.1f} s; {rate}; {memory}")
    return told_ratio(f"{name}, against the bare loop", ours.seconds / median(bare), target=1.25)


@contextmanager
def _cold() -> Iterator[None]:
    """An installation that has the call and nothing else."""
    with installation():
        command("call", "load", str(CALLS / "guionismo-2025.toml"))
        yield


def _import(batch: Path) -> Run:
    words = ("import", str(batch), "--call", "guionismo-2025", "--workers", str(os.cpu_count() or 1))
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", *words], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    memory = _Memory(process.pid)
    code = process.wait()
    seconds = time.perf_counter() - began
    assert code == 0, code
    return Run(seconds, *memory.most())


class _Memory:
    """Watches a process and its children while they live."""

    def __init__(self, pid: int) -> None:
        self._parent, self._together = 0, 0
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def most(self) -> tuple[int, int]:
        """The most of the parent, and of all together, in MiB."""
        self._thread.join()
        return self._parent // MIB, self._together // MIB

    def _watch(self, pid: int) -> None:
        while True:
            try:
                process = psutil.Process(pid)
                own = process.memory_info().rss
                children = sum(_resident(each) for each in process.children(recursive=True))
            except psutil.Error:
                return
            if not own:
                return
            self._parent, self._together = max(self._parent, own), max(self._together, own + children)
            time.sleep(0.25)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0
