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

from reviewer.loading import loading
from reviewer.pdf.results import Inspection, LookedOver, PageSize, PageText, PdfFailure, ReadThrough

P = ParamSpec("P")
T = TypeVar("T")
GRACE_SECONDS = 2.0
PAGES, RECEIVING = "reviewer.pdf.pages", "reviewer.pdf.receiving"
GIVING_WAY = 10  # niceness of workers whose results nobody waits for at a screen


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
        self._first, self._niceness = RECEIVING if for_intake else PAGES, niceness
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False
        self._waiting: set[Future[Any]] = set()

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
        for future in tuple(self._waiting):
            self._finish(future, PdfFailure("closed"))

    def start(self) -> None:
        """Starts the workers now, so that the first task need not wait for them."""
        with self._lock:
            if not self._closed:
                self._running_pool()

    @property
    def waiting(self) -> int:
        """Tasks that have not ended, those under way among them."""
        return len(self._waiting)

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Calls a module's function in a worker; arguments and result are pickled."""
        outer: Future[T] = Future()
        self._submit(_Task(outer, function, args, kwargs))
        return outer

    def inspect(self, path: Path) -> Future[Inspection]:
        """See ``inspection.inspect``; a file that breaks the limits or its worker is ``corrupt_pdf``."""
        outer: Future[Inspection] = Future()
        self.run(_inspect, path).add_done_callback(lambda inner: _settle_inspection(outer, inner))
        return outer

    def receive(self, path: Path, *, keep: bool) -> Future[LookedOver]:
        """See ``receiving.receive``."""
        return self.run(_receive, path, keep)

    def receive_some(self, paths: tuple[Path, ...], *, keep: bool) -> Future[list[LookedOver]]:
        """The same of several files, in a quarter of the time that one may take.

        Where any of them fails, all do.
        """
        outer: Future[list[LookedOver]] = Future()
        self._submit(_Task(outer, _receive_some, (paths, keep), {}, share=0.25))
        return outer

    def draw_page(
        self, path: Path, page: int, width: int, quality: int = 70, covers: tuple[str, ...] = ()
    ) -> Future[bytes]:
        """See ``pages.draw_page``."""
        return self.run(_draw_page, path, page, width, quality, covers)

    def page_text(self, path: Path, page: int, covers: tuple[str, ...] = ()) -> Future[PageText]:
        """See ``pages.page_text``."""
        return self.run(_page_text, path, page, covers)

    def read_through(self, path: Path, phrases: tuple[str, ...]) -> Future[ReadThrough]:
        """See ``through.read_through``."""
        return self.run(_read_through, path, phrases)

    def outline(self, path: Path) -> Future[tuple[PageSize, ...]]:
        """See ``pages.outline``."""
        return self.run(_outline, path)

    def _submit(self, task: "_Task") -> None:
        with self._lock:
            self._waiting.add(task.future)
            inner = None if self._closed else self._schedule(task)
        if inner is None:
            self._finish(task.future, PdfFailure("closed"))
        else:
            inner.add_done_callback(lambda done: self._settle(task, done))

    def _schedule(self, task: "_Task") -> Future[Any]:
        seconds = self._seconds * task.share
        call = (seconds + GRACE_SECONDS, task.function, task.args, task.kwargs)
        inner: Future[Any] = self._running_pool().schedule(_limited, args=call, timeout=seconds)
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
                initargs=(self._megabytes, self._niceness, self._first),
                context=_LightSpawnContext(),
            )
            with _deaf_to_interrupts():
                self._pool.active  # noqa: B018 (asking starts it)
        return self._pool

    def _settle(self, task: "_Task", inner: Future[Any]) -> None:
        error = inner.exception()
        if isinstance(error, BrokenProcessPool) and not task.is_retried:
            self._submit(replace(task, is_retried=True))
            return
        self._finish(task.future, _failure(error) if error else None, None if error else inner.result())

    def _finish(self, future: Future[Any], error: BaseException | None, value: Any = None) -> None:
        """Answers once; a worker's answer and the closing of the pool may cross."""
        with self._lock:
            if future not in self._waiting:
                return
            self._waiting.remove(future)
        _resolve(future, error, value)


@dataclass(frozen=True, slots=True)
class _Task:
    """What was asked for, and the future that its asker holds."""

    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    share: float = 1.0  # of the time that a task may take
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


def _settle_inspection(outer: Future[Inspection], inner: Future[Inspection]) -> None:
    error = inner.exception()
    if isinstance(error, PdfFailure) and error.code in ("timeout", "memory", "crash"):
        _resolve(outer, None, Inspection(0, has_text=False, active_content=False, problem="corrupt_pdf"))
    else:
        _resolve(outer, error, None if error else inner.result())


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
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
    with loading():
        importlib.import_module(module)  # now, and not with the first file that somebody waits for

    with Path(os.devnull).open("wb") as nowhere:  # what a library says of a file that harms it is for nobody
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)


def _limited(seconds: float, function: Callable[..., T], args: Any, kwargs: Any) -> T:
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


def _receive(path: Path, keep: bool) -> LookedOver:
    from reviewer.pdf.receiving import receive

    return receive(path, keep=keep)


def _receive_some(paths: tuple[Path, ...], keep: bool) -> list[LookedOver]:
    return [_receive(each, keep) for each in paths]


def _draw_page(path: Path, page: int, width: int, quality: int, covers: tuple[str, ...]) -> bytes:
    from reviewer.pdf.pages import draw_page

    return draw_page(path, page, width, quality, covers)


def _page_text(path: Path, page: int, covers: tuple[str, ...]) -> PageText:
    from reviewer.pdf.pages import page_text

    return page_text(path, page, covers)


def _read_through(path: Path, phrases: tuple[str, ...]) -> ReadThrough:
    from reviewer.pdf.through import read_through

    return read_through(path, phrases)


def _outline(path: Path) -> tuple[PageSize, ...]:
    from reviewer.pdf.pages import outline

    return outline(path)


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
