"""Imports of 200, 2,000 and 20,000 applications × 4 PDFs against a bare loop over the same files.

The bare loop reads, hashes, opens and writes each file and extracts the text of its first page, in as many
processes, without table or database. Large PDFs have 300 KB, as scans have; small ones, for the 20,000 and
the 200 that they are compared with, 2 KB. ``BENCH_APPLICATIONS=20,200,2000`` makes it smaller.
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
from benchmarks.place import command, installation, report_ratio
from reviewer.core.paths import CALLS, ROOT

LARGE, SMALL = 300_000, 2_000  # bytes of a PDF
MIB = 1 << 20
SIZES = tuple(int(size) for size in os.environ.get("BENCH_APPLICATIONS", "200,2000,20000").split(","))


@dataclass(frozen=True)
class Run:
    """Seconds, and the peak memory of the parent and of all processes together, in MiB."""

    seconds: float
    parent: int
    together: int


def run() -> list[str]:
    """Prints the times, their ratios and the memory; returns the targets that were missed."""
    few, medium, many = SIZES
    missed = _measure(few, LARGE, rounds=3)[1]
    few_run, _ = _measure(few, SMALL)
    missed += _measure_unchanged(medium)
    many_run, too_slow = _measure(many, SMALL)
    growth = (many_run.seconds / many) / (few_run.seconds / few)
    name = f"an application of {many:,} against one of {few:,}"
    return missed + too_slow + report_ratio(name, growth, target=1.3)


def _measure(count: int, pdf_bytes: int, rounds: int = 1) -> tuple[Run, list[str]]:
    """Returns the median of several rounds, each after the bare loop and with an empty store."""
    import_runs, bare = [], []
    with installation() as folder:
        batches.make(folder / "batch", count, pdf_bytes)
        for _ in range(rounds):
            bare.append(timed_loop(folder / "batch", folder / "bare"))
            shutil.rmtree(folder / "bare")
            with _empty_installation():
                import_runs.append(_import(folder / "batch"))
    typical = sorted(import_runs, key=lambda import_run: import_run.seconds)[rounds // 2]
    return typical, _report(count, pdf_bytes, typical, bare)


def _measure_unchanged(count: int) -> list[str]:
    """Imports a batch twice, the second time unchanged."""
    with installation() as folder:
        batches.make(folder / "batch", count, LARGE)
        bare = timed_loop(folder / "batch", folder / "bare")
        with _empty_installation():
            first, second = _import(folder / "batch"), _import(folder / "batch")
    missed = _report(count, LARGE, first, [bare])
    name = f"{count:,} again, unchanged ({second.seconds:.1f} s), against the first time"
    return missed + report_ratio(name, second.seconds / first.seconds, target=0.1)


def _report(count: int, pdf_bytes: int, dictamen: Run, bare: list[float]) -> list[str]:
    name = f"{count:,} × {len(batches.KINDS)} PDFs of {pdf_bytes:,} bytes"
    rate = f"{count / dictamen.seconds:.0f} applications a second"
    memory = f"parent {dictamen.parent} MiB, all processes {dictamen.together} MiB"
    print(f"{name}: {dictamen.seconds:.1f} s, bare loop {median(bare):.1f} s; {rate}; {memory}")
    return report_ratio(f"{name}, against the bare loop", dictamen.seconds / median(bare), target=1.25)


@contextmanager
def _empty_installation() -> Iterator[None]:
    """An installation with the call and nothing else."""
    with installation():
        command("call", "load", str(CALLS / "guionismo-2025.toml"))
        yield


def _import(batch: Path) -> Run:
    arguments = ("import", str(batch), "--call", "guionismo-2025", "--workers", str(os.cpu_count() or 1))
    began = time.perf_counter()
    command_line = [sys.executable, "-m", "reviewer", *arguments]
    process = subprocess.Popen(command_line, cwd=ROOT, stdout=subprocess.DEVNULL)
    memory = _Memory(process.pid)
    code = process.wait()
    seconds = time.perf_counter() - began
    assert code == 0, code
    return Run(seconds, *memory.most())


class _Memory:
    """Watches the memory of a process and its children while they run."""

    def __init__(self, pid: int) -> None:
        self._parent, self._together = 0, 0
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def most(self) -> tuple[int, int]:
        """Returns the peak memory of the parent, and of all together, in MiB."""
        self._thread.join()
        return self._parent // MIB, self._together // MIB

    def _watch(self, pid: int) -> None:
        while True:
            try:
                process = psutil.Process(pid)
                parent_memory = process.memory_info().rss
                children = sum(_resident(child) for child in process.children(recursive=True))
            except psutil.Error:
                return
            if not parent_memory:
                return
            self._parent = max(self._parent, parent_memory)
            self._together = max(self._together, parent_memory + children)
            time.sleep(0.25)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0
