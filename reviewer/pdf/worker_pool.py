"""Worker processes that open PDFs and may die without harm: limits on time and memory, no inherited sockets.

The parent never loads a PDF library. Workers are spawned, not forked: a forked child would inherit the
server's listening socket and keep its port after the server was killed.
"""

import contextlib
import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
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
from reviewer.pdf.messages import InspectedFile, Inspection, PageSize, PageText, PdfFailure, SearchResult

P = ParamSpec("P")
T = TypeVar("T")
GRACE_SECONDS = 2.0
RENDERING_MODULE, RECEIVING_MODULE = "reviewer.pdf.rendering", "reviewer.pdf.inspection"
LOW_PRIORITY = 10  # niceness of workers whose results nobody waits for at a screen


class PdfWorkers:
    """``workers`` processes, each task limited to ``seconds`` and ``megabytes`` (of address space).

    Thread-safe; nothing starts before the first task. A task that breaks a limit or crashes its worker costs
    only itself: its future raises ``PdfFailure``, and a new worker takes the place. From a coroutine:
    ``await asyncio.wrap_future(workers.draw_page(...))``. Idle workers end when the parent does, however it
    ends; busy ones at their time limit. What they will be asked first, they load as they start:
    the pages of a document or, ``for_intake``, what a received file is looked over with.
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
        self._preloaded_module, self._niceness = (
            RECEIVING_MODULE if for_intake else RENDERING_MODULE,
            niceness,
        )
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False
        self._pending: set[Future[Any]] = set()

    @property
    def count(self) -> int:
        """How many processes."""
        return self._workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers at once; what was still waiting fails with the code ``closed``."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for future in tuple(self._pending):
            self._finish(future, PdfFailure("closed"))

    def start(self) -> None:
        """Starts the workers now, so that the first task need not wait for them."""
        with self._lock:
            if not self._closed:
                self._running_pool()

    @property
    def pending_count(self) -> int:
        """Tasks that have not ended, those under way among them."""
        return len(self._pending)

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Calls a module's function in a worker; arguments and result are pickled."""
        outer: Future[T] = Future()
        self._submit(_Task(outer, function, args, kwargs))
        return outer

    def inspect(self, path: Path) -> Future[Inspection]:
        """See ``inspection.inspect``; a file that breaks the limits or its worker is ``corrupt_pdf``."""
        outer: Future[Inspection] = Future()
        self.run(_inspect, path).add_done_callback(lambda inner: _resolve_inspection(outer, inner))
        return outer

    def receive(self, path: Path, *, keep: bool) -> Future[InspectedFile]:
        """See ``receiving.receive``."""
        return self.run(_receive, path, keep)

    def receive_batch(self, paths: tuple[Path, ...], *, keep: bool) -> Future[list[InspectedFile]]:
        """The same of several files, in a quarter of the time that one may take.

        Where any of them fails, all do.
        """
        outer: Future[list[InspectedFile]] = Future()
        self._submit(_Task(outer, _receive_batch, (paths, keep), {}, time_share=0.25))
        return outer

    def draw_page(
        self, path: Path, page: int, width: int, quality: int = 70, covers: tuple[str, ...] = ()
    ) -> Future[bytes]:
        """See ``pages.draw_page``."""
        return self.run(_draw_page, path, page, width, quality, covers)

    def page_text(self, path: Path, page: int, covers: tuple[str, ...] = ()) -> Future[PageText]:
        """See ``pages.page_text``."""
        return self.run(_page_text, path, page, covers)

    def find_phrases(self, path: Path, phrases: tuple[str, ...]) -> Future[SearchResult]:
        """See ``through.read_through``."""
        return self.run(_find_phrases, path, phrases)

    def page_sizes(self, path: Path) -> Future[tuple[PageSize, ...]]:
        """See ``pages.outline``."""
        return self.run(_page_sizes, path)

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
        """The pool; a new one when the old broke, as it does when an idle worker is killed by others."""
        if self._pool is not None and not self._pool.active:
            threading.Thread(target=self._pool.join, daemon=True).start()  # takes the remaining workers away
            self._pool = None
        if self._pool is None:
            self._pool = ProcessPool(
                self._workers,
                initializer=_prepare_worker,
                initargs=(self._megabytes, self._niceness, self._preloaded_module),
                context=_LightSpawnContext(),
            )
            with _interrupts_blocked():
                self._pool.active  # noqa: B018 (asking starts it)
        return self._pool

    def _handle_result(self, task: "_Task", inner: Future[Any]) -> None:
        error = inner.exception()
        if isinstance(error, BrokenProcessPool) and not task.is_retried:
            self._submit(replace(task, is_retried=True))
            return
        self._finish(task.future, _failure(error) if error else None, None if error else inner.result())

    def _finish(self, future: Future[Any], error: BaseException | None, value: Any = None) -> None:
        """Answers once; a worker's answer and the closing of the pool may cross."""
        with self._lock:
            if future not in self._pending:
                return
            self._pending.remove(future)
        _resolve(future, error, value)


@dataclass(frozen=True, slots=True)
class _Task:
    """What was asked for, and the future that its asker holds."""

    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    time_share: float = 1.0  # of the time that a task may take
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
    """Hands over what came out, unless nobody waits for it any more."""
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
    """Processes and threads started in the block never hear ^C: it is for the parent, which ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would open our ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What follows runs in the workers.


def _prepare_worker(megabytes: int, niceness: int, module: str) -> None:
    """Limits the process. Where the system lacks a limit (Windows; memory on macOS) the others still hold."""
    logging.disable(logging.CRITICAL)
    if hasattr(os, "nice"):
        os.nice(niceness)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for the library's loop
    with frozen_imports():
        importlib.import_module(module)  # now, and not with the first file that somebody waits for

    with Path(os.devnull).open("wb") as devnull:  # what a library says of a file that harms it is for nobody
        os.dup2(devnull.fileno(), 1)
        os.dup2(devnull.fileno(), 2)


def _run_with_limit(seconds: float, function: Callable[..., T], args: Any, kwargs: Any) -> T:
    """The task under an alarm of its own, which ends the worker also when nobody is left to watch it."""
    if os.name == "nt":
        return function(*args, **kwargs)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _inspect(path: Path) -> Inspection:
    from reviewer.pdf.inspection import inspect

    return inspect(path)


def _receive(path: Path, keep: bool) -> InspectedFile:
    from reviewer.pdf.inspection import receive

    return receive(path, keep=keep)


def _receive_batch(paths: tuple[Path, ...], keep: bool) -> list[InspectedFile]:
    return [_receive(path, keep) for path in paths]


def _draw_page(path: Path, page: int, width: int, quality: int, covers: tuple[str, ...]) -> bytes:
    from reviewer.pdf.rendering import draw_page

    return draw_page(path, page, width, quality, covers)


def _page_text(path: Path, page: int, covers: tuple[str, ...]) -> PageText:
    from reviewer.pdf.rendering import page_text

    return page_text(path, page, covers)


def _find_phrases(path: Path, phrases: tuple[str, ...]) -> SearchResult:
    from reviewer.pdf.text_search import find_phrases

    return find_phrases(path, phrases)


def _page_sizes(path: Path) -> tuple[PageSize, ...]:
    from reviewer.pdf.rendering import page_sizes

    return page_sizes(path)


class _LightSpawnContext(SpawnContext):
    """Spawns workers that do not run the parent's main script again.

    ``multiprocessing`` runs it in every spawned child, which under Streamlit is a whole page. Nothing that a
    worker is sent lives there.
    """

    def __init__(self) -> None:
        super().__init__()
        spawn.get_preparation_data = _preparation_data_without_main


_preparation_data = spawn.get_preparation_data


def _preparation_data_without_main(name: str) -> dict[str, Any]:
    data = _preparation_data(name)
    if name == WORKERS_NAME:
        data.pop("init_main_from_path", None)
        data.pop("init_main_from_name", None)
    return data
