"""Worker processes that open PDFs and may die without harm: limits on time and memory, no inherited sockets.

The parent never loads a PDF library. Workers are spawned, not forked: a forked child would inherit the
server's listening socket and keep its port after the server was killed.
"""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import spawn
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool
from pebble.pool.process import WORKERS_NAME

from reviewer.pdf.results import Inspection, PageSize, PageText, PdfFailure

P = ParamSpec("P")
T = TypeVar("T")
GRACE_SECONDS = 3.0


class PdfWorkers:
    """``workers`` processes, each task limited to ``seconds`` and ``megabytes`` (of address space).

    Thread-safe; nothing starts before the first task. A task that breaks a limit or crashes its worker costs
    only itself: its future raises ``PdfFailure``, and a new worker takes the place. From a coroutine:
    ``await asyncio.wrap_future(workers.draw_page(...))``. Idle workers end when the parent does, however it
    ends; busy ones at their time limit.
    """

    def __init__(self, workers: int, seconds: float = 20, megabytes: int = 1024) -> None:
        self._workers, self._seconds, self._megabytes = workers, seconds, megabytes
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False
        self._waiting: set[Future[Any]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers at once; what was still waiting fails with the code ``closed``."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
            waiting, self._waiting = self._waiting, set()
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for future in waiting:
            _fail(future, PdfFailure("closed"))

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Calls a module's function in a worker; arguments and result are pickled."""
        outer: Future[T] = Future()
        self._submit(outer, function, args, kwargs, may_retry=True)
        return outer

    def inspect(self, path: Path) -> Future[Inspection]:
        """See ``inspection.inspect``; a file that breaks the limits or its worker is ``corrupt_pdf``."""
        outer: Future[Inspection] = Future()
        self.run(_inspect, path).add_done_callback(lambda inner: _settle_inspection(outer, inner))
        return outer

    def draw_page(
        self, path: Path, page: int, width: int, quality: int = 70, covers: tuple[str, ...] = ()
    ) -> Future[bytes]:
        """See ``pages.draw_page``."""
        return self.run(_draw_page, path, page, width, quality, covers)

    def page_text(self, path: Path, page: int, covers: tuple[str, ...] = ()) -> Future[PageText]:
        """See ``pages.page_text``."""
        return self.run(_page_text, path, page, covers)

    def outline(self, path: Path) -> Future[tuple[PageSize, ...]]:
        """See ``pages.outline``."""
        return self.run(_outline, path)

    def _submit(self, outer: Future[Any], function: Any, args: Any, kwargs: Any, *, may_retry: bool) -> None:
        with self._lock:
            if self._closed:
                _fail(outer, PdfFailure("closed"))
                return
            self._waiting.add(outer)
            inner = self._schedule(function, args, kwargs)
        inner.add_done_callback(lambda done: self._settle(outer, done, function, args, kwargs, may_retry))

    def _schedule(self, function: Any, args: Any, kwargs: Any) -> Future[Any]:
        """Hands over to the pool; to a new one when the old broke (an idle worker was killed by others)."""
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                self._workers,
                initializer=_limit_worker,
                initargs=(self._megabytes,),
                context=_LightSpawnContext(),
            )
        inner: Future[Any] = self._pool.schedule(
            _limited, args=(self._seconds + GRACE_SECONDS, function, args, kwargs), timeout=self._seconds
        )
        return inner

    def _settle(
        self, outer: Future[Any], inner: Future[Any], function: Any, args: Any, kwargs: Any, may_retry: bool
    ) -> None:
        error = inner.exception()
        if isinstance(error, BrokenProcessPool) and may_retry:
            self._submit(outer, function, args, kwargs, may_retry=False)
            return
        with self._lock:
            self._waiting.discard(outer)
        if error is None:
            _succeed(outer, inner.result())
        else:
            _fail(outer, _failure(error))


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


def _succeed(future: Future[Any], value: Any) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(value)


def _fail(future: Future[Any], error: BaseException) -> None:
    with contextlib.suppress(RuntimeError):  # settled meanwhile by a worker that was quicker
        if future.set_running_or_notify_cancel():
            future.set_exception(error)


def _settle_inspection(outer: Future[Inspection], inner: Future[Inspection]) -> None:
    error = inner.exception()
    if error is None:
        _succeed(outer, inner.result())
    elif isinstance(error, PdfFailure) and error.code in ("timeout", "memory", "crash"):
        _succeed(outer, Inspection(0, has_text=False, active_content=False, problem="corrupt_pdf"))
    else:
        _fail(outer, error)


# What follows runs in the workers.


def _limit_worker(megabytes: int) -> None:
    """Limits the process. Where the system lacks a limit (Windows; memory on macOS) the others still hold."""
    logging.disable(logging.CRITICAL)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for the library's loop


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


def _draw_page(path: Path, page: int, width: int, quality: int, covers: tuple[str, ...]) -> bytes:
    from reviewer.pdf.pages import draw_page

    return draw_page(path, page, width, quality, covers)


def _page_text(path: Path, page: int, covers: tuple[str, ...]) -> PageText:
    from reviewer.pdf.pages import page_text

    return page_text(path, page, covers)


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
