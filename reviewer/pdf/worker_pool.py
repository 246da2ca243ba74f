"""Processes that open PDFs and may crash without harm: limits on time and memory, no inherited sockets.

The parent never loads a PDF library. Workers are spawned, not forked: a forked child would inherit the
server's listening socket and keep its port after the server was killed.
"""

import contextlib
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker, spawn
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool
from pebble.pool.process import WORKERS_NAME

from reviewer.core.gc_control import frozen_imports
from reviewer.pdf.messages import (
    InspectedFile,
    Inspection,
    OcrPage,
    OcrWord,
    PageSize,
    PageText,
    PdfFailure,
    SearchResult,
)

P = ParamSpec("P")
T = TypeVar("T")
Box = tuple[float, float, float, float]
GRACE_SECONDS = 2.0
RENDERING_MODULE, RECEIVING_MODULE = "reviewer.pdf.rendering", "reviewer.pdf.inspection"
SEARCH_MODULE, OCR_MODULE = "reviewer.pdf.text_search", "reviewer.pdf.ocr"
LOW_PRIORITY = 10  # niceness of workers for whose results nobody waits


class PdfWorkers:
    """A pool of ``workers`` processes that limits tasks to ``seconds`` and ``megabytes`` of address space.

    Thread-safe; nothing starts before the first task. A task that exceeds a limit or crashes its worker
    affects only itself: its future raises PdfFailure, and a new worker replaces the old. From a coroutine:
    ``await asyncio.wrap_future(workers.draw_page(...))``. Idle workers end with the parent, however it ends;
    busy ones at their time limit. Workers preload the modules of their first task: those for pages or, with
    ``for_intake``, those for received files.
    """

    def __init__(
        self,
        workers: int,
        seconds: float = 20,
        megabytes: int = 1024,
        *,
        for_intake: bool = False,
        niceness: int = 0,
    ) -> None:
        self._workers, self._seconds, self._megabytes = workers, seconds, megabytes
        self._preloaded_module = RECEIVING_MODULE if for_intake else RENDERING_MODULE
        self._niceness = niceness
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False
        self._pending: set[Future[Any]] = set()

    @property
    def count(self) -> int:
        """The number of processes."""
        return self._workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers at once; pending tasks fail with the code ``closed``."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for future in tuple(self._pending):
            self._finish(future, PdfFailure("closed"))

    def start(self) -> None:
        """Starts the workers now, so that the first task does not wait for them."""
        with self._lock:
            if not self._closed:
                self._running_pool()

    @property
    def pending_count(self) -> int:
        """The number of unfinished tasks, including running ones."""
        return len(self._pending)

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Calls a module's function in a worker; arguments and result are pickled."""
        outer: Future[T] = Future()
        self._submit(_Task(outer, function, args, kwargs))
        return outer

    def inspect(self, path: Path) -> Future[Inspection]:
        """See ``inspection.inspect``; a file that exceeds limits or crashes its worker is ``corrupt_pdf``."""
        outer: Future[Inspection] = Future()
        self.run(_call, RECEIVING_MODULE, "inspect", path).add_done_callback(
            lambda inner: _resolve_inspection(outer, inner)
        )
        return outer

    def receive(self, path: Path, *, keep: bool) -> Future[InspectedFile]:
        """See ``inspection.receive``."""
        return self.run(_call, RECEIVING_MODULE, "receive", path, keep=keep)

    def receive_batch(self, paths: tuple[Path, ...], *, keep: bool) -> Future[list[InspectedFile]]:
        """Does the same with several files in a quarter of the time limit of one task.

        If one of them fails, all do.
        """
        outer: Future[list[InspectedFile]] = Future()
        self._submit(_Task(outer, _receive_batch, (paths, keep), {}, time_share=0.25))
        return outer

    def draw_page(
        self,
        path: Path,
        page: int,
        width: int,
        quality: int = 70,
        covers: tuple[str, ...] = (),
        read: tuple[OcrWord, ...] = (),
        tile: tuple[int, int] | None = None,
        boxes: tuple[Box, ...] = (),
    ) -> Future[bytes]:
        """See ``rendering.draw_page``."""
        return self.run(_call, RENDERING_MODULE, "draw_page", path, page, width, quality, covers, read, tile, boxes)

    def page_text(
        self,
        path: Path,
        page: int,
        covers: tuple[str, ...] = (),
        read: OcrPage | None = None,
        boxes: tuple[Box, ...] = (),
    ) -> Future[PageText]:
        """See ``rendering.page_text``."""
        return self.run(_call, RENDERING_MODULE, "page_text", path, page, covers, read, boxes)

    def find_phrases(
        self, path: Path, phrases: tuple[str, ...], read: Mapping[int, OcrPage] | None = None
    ) -> Future[SearchResult]:
        """See ``text_search.find_phrases``."""
        return self.run(_call, SEARCH_MODULE, "find_phrases", path, phrases, read or {})

    def pages_with_pictures(self, path: Path) -> Future[tuple[int, ...]]:
        """See ``ocr.pages_with_pictures``."""
        return self.run(_call, OCR_MODULE, "pages_with_pictures", path)

    def ocr_page(self, path: Path, page: int) -> Future[OcrPage]:
        """See ``ocr.read_page``."""
        return self.run(_call, OCR_MODULE, "read_page", path, page)

    def page_sizes(self, path: Path) -> Future[tuple[PageSize, ...]]:
        """See ``rendering.page_sizes``."""
        return self.run(_call, RENDERING_MODULE, "page_sizes", path)

    def _submit(self, task: "_Task") -> None:
        with self._lock:
            self._pending.add(task.future)
            inner = None if self._closed else self._schedule(task)
        if inner is None:
            self._finish(task.future, PdfFailure("closed"))
        else:
            inner.add_done_callback(lambda done: self._handle_result(task, done))

    def _schedule(self, task: "_Task") -> Future[Any]:
        seconds = self._seconds * task.time_share
        call = (seconds + GRACE_SECONDS, task.function, task.args, task.kwargs)
        inner: Future[Any] = self._running_pool().schedule(_run_with_limit, args=call, timeout=seconds)
        return inner

    def _running_pool(self) -> ProcessPool:
        """Returns the pool, or a new one if it broke, as when an idle worker is killed from outside."""
        if self._pool is not None and not self._pool.active:
            threading.Thread(target=self._pool.join, daemon=True).start()  # ends the remaining workers
            self._pool = None
        if self._pool is None:
            self._pool = ProcessPool(
                self._workers,
                initializer=_prepare_worker,
                initargs=(self._megabytes, self._niceness, self._preloaded_module),
                context=_LightSpawnContext(),
            )
            with _interrupts_blocked():
                self._pool.active  # noqa: B018 (reading the property starts it)
        return self._pool

    def _handle_result(self, task: "_Task", inner: Future[Any]) -> None:
        error = inner.exception()
        if isinstance(error, BrokenProcessPool) and not task.is_retried:
            self._submit(replace(task, is_retried=True))
            return
        self._finish(task.future, _failure(error) if error else None, None if error else inner.result())

    def _finish(self, future: Future[Any], error: BaseException | None, value: Any = None) -> None:
        """Finishes a future once; a worker's result and the closing of the pool may coincide."""
        with self._lock:
            if future not in self._pending:
                return
            self._pending.remove(future)
        _resolve(future, error, value)


@dataclass(frozen=True, slots=True)
class _Task:
    """A task and the future of its result."""

    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    time_share: float = 1.0  # of the time limit
    is_retried: bool = False


def _failure(error: BaseException) -> BaseException:
    if isinstance(error, TimeoutError):
        return PdfFailure("timeout")
    if isinstance(error, MemoryError):
        return PdfFailure("memory")
    if isinstance(error, ProcessExpired | BrokenProcessPool | RecursionError):
        return PdfFailure("crash")
    if isinstance(error, OSError):
        return PdfFailure("unavailable")
    return error


def _resolve(future: Future[T], error: BaseException | None, value: T | None = None) -> None:
    """Sets the result or exception of a future unless it was cancelled."""
    if not future.set_running_or_notify_cancel():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(value)  # type: ignore[arg-type]


def _resolve_inspection(outer: Future[Inspection], inner: Future[Inspection]) -> None:
    error = inner.exception()
    if isinstance(error, PdfFailure) and error.code in ("timeout", "memory", "crash"):
        _resolve(outer, None, Inspection(0, has_text=False, active_content=False, problem="corrupt_pdf"))
    else:
        _resolve(outer, error, None if error else inner.result())


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Blocks SIGINT in processes and threads started inside: the parent handles it and ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    sys.warnoptions.append("ignore:resource_tracker:UserWarning")  # what a killed process leaves, it clears away
    resource_tracker.ensure_running()  # starting it later would unblock the signal
    sys.warnoptions.remove("ignore:resource_tracker:UserWarning")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# The functions below run in the workers.


def _prepare_worker(megabytes: int, niceness: int, module: str) -> None:
    """Limits the process. Limits that the system lacks (Windows; memory on macOS) are left out."""
    logging.disable(logging.CRITICAL)
    if hasattr(os, "nice"):
        os.nice(niceness)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler would wait until the library returns
    with frozen_imports():
        importlib.import_module(module)  # now, not during the first task

    with Path(os.devnull).open("wb") as devnull:  # discards what libraries print about damaged files
        os.dup2(devnull.fileno(), 1)
        os.dup2(devnull.fileno(), 2)


def _run_with_limit(seconds: float, function: Callable[..., T], args: Any, kwargs: Any) -> T:
    """Runs the task with an alarm, which ends the worker even if the parent is gone."""
    if os.name == "nt":
        return function(*args, **kwargs)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _call(module: str, function: str, *args: Any, **kwargs: Any) -> Any:
    """Calls a function of a module that only workers load."""
    return getattr(importlib.import_module(module), function)(*args, **kwargs)


def _receive_batch(paths: tuple[Path, ...], keep: bool) -> list[InspectedFile]:
    return [_call(RECEIVING_MODULE, "receive", path, keep=keep) for path in paths]


class _LightSpawnContext(SpawnContext):
    """Spawns workers that do not run the parent's main script.

    ``multiprocessing`` runs it in every spawned child; under Streamlit it is a whole page, and workers need
    nothing from it.
    """

    def __init__(self) -> None:
        super().__init__()
        spawn.get_preparation_data = _preparation_data_without_main
        spawn.get_command_line = _silent_command_line


_preparation_data, _command_line = spawn.get_preparation_data, spawn.get_command_line


def _silent_command_line(**keywords: object) -> list[str]:
    """Returns the command of a process that writes no errors: one whose pool ends while it starts is no failure."""
    command = _command_line(**keywords)
    if "-c" in command:
        program = command.index("-c") + 1
        command[program] = f"import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2); {command[program]}"
    return command


def _preparation_data_without_main(name: str) -> dict[str, Any]:
    data = _preparation_data(name)
    if name == WORKERS_NAME:
        data.pop("init_main_from_path", None)
        data.pop("init_main_from_name", None)
    return data
