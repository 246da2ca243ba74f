"""Pages take turns: few scripts run at once, so that a saved click never waits behind many of them.

Threads that compute share one interpreter in slices of some milliseconds. A click is a request of its own and
needs a few of those; with fifty log-ins under way it waits for fifty slices each time. Scripts that queue are
done as soon as scripts that share.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_RUNS = 4  # more than one, since some of them wait for the database or a PDF meanwhile
WAIT_SECONDS = (
    10.0  # seconds; a page that only reads is not to hang behind four that wait for a locked database
)


class RunLimiter:
    """At most ``most_runs`` blocks at a time; whoever waited ``wait_seconds`` seconds goes on regardless."""

    def __init__(self, most_runs: int, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._semaphore = threading.BoundedSemaphore(most_runs)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds a turn for the block."""
        acquired = self._semaphore.acquire(timeout=self._wait_seconds)
        try:
            yield
        finally:
            if acquired:
                self._semaphore.release()


_limiter = RunLimiter(MOST_RUNS, WAIT_SECONDS)
run_slot = _limiter.slot
