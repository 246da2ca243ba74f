"""The progress of a long command on one line of a terminal; nothing in a file or pipe."""

import sys
import time
from collections.abc import Callable
from typing import Self

from reviewer.core.spanish import format_number
from reviewer.jobs.progress import Pace, format_pace

UPDATE_SECONDS = 0.5
CLEAR_LINE = "\r\x1b[2K"


class ProgressLine:
    """Passes the progress on to ``report`` and shows it until the block ends.

    ``unit`` is the Spanish name of what is counted, in the plural.
    """

    def __init__(self, report: Callable[[int, int], None], unit: str) -> None:
        self._report, self._unit = report, unit
        self._pace = Pace()
        self._shown_at = 0.0
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """See ``jobs.Progress``."""
        rate = self._pace.update(done)
        now = time.monotonic()
        if self._is_terminal and (now - self._shown_at >= UPDATE_SECONDS or done == total):
            self._shown_at = now
            count = f"{format_number(done)} de {format_number(total)} {self._unit}"
            text = " · ".join(filter(None, (count, format_pace(done, total, rate))))
            print(f"{CLEAR_LINE}{text}", end="", file=sys.stderr, flush=True)
        self._report(done, total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal and self._shown_at:
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)
