"""A limit on the scripts of pages that run at once, so that a saved click need not wait behind many.

Threads that compute share one interpreter in slices of some milliseconds. A click is a request of its own and
needs a few slices; with fifty log-ins running it would wait for fifty others each time. Scripts that queue
are finished as soon as scripts that share.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_RUNS = 4  # more than one, since some of them wait for the database or a PDF meanwhile
WAIT_SECONDS = 10.0  # a page that only reads must not hang behind four that wait for a locked database


class RunLimiter:
    """At most ``most_runs`` blocks at a time; after ``wait_seconds`` seconds a block runs regardless."""

    def __init__(self, most_runs: int, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._semaphore = threading.BoundedSemaphore(most_runs)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Occupies a place during the block."""
        acquired = self._semaphore.acquire(timeout=self._wait_seconds)
        try:
            yield
        finally:
            if acquired:
                self._semaphore.release()


_limiter = RunLimiter(MOST_RUNS, WAIT_SECONDS)
run_slot = _limiter.slot
