"""Pages take turns: few scripts run at once, so that a saved click never waits behind many of them.

Threads that compute share one interpreter in slices of some milliseconds. A click is a request of its own and
needs a few of those; with fifty log-ins under way it waits for fifty slices each time. Scripts that queue are
done as soon as scripts that share.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 4  # more than one, since some of them wait for the database or a PDF meanwhile
PATIENCE = 10.0  # seconds; a page that only reads is not to hang behind four that wait for a locked database


class Turns:
    """At most ``at_once`` blocks at a time; whoever waited ``patience`` seconds goes on regardless."""

    def __init__(self, at_once: int, patience: float) -> None:
        self._patience = patience
        self._free = threading.BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Holds a turn for the block."""
        has_turn = self._free.acquire(timeout=self._patience)
        try:
            yield
        finally:
            if has_turn:
                self._free.release()


_turns = Turns(AT_ONCE, PATIENCE)
turn = _turns.turn
