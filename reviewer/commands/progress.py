"""How far a long command is, on one line of a terminal that is written over; in a file or pipe, nothing."""

import sys
import time
from collections.abc import Callable
from typing import Self

from reviewer.core.spanish import format_number
from reviewer.jobs.progress import Pace, format_pace

UPDATE_SECONDS = 0.5  # seconds between two looks at the line
CLEAR_LINE = "\r\x1b[2K"


class ProgressLine:
    """Passes what it is told on to ``report``, and shows it until the block ends.

    ``unit`` is what is counted, in the plural.
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
            pace_text = format_pace(done, total, rate)
            text = f"{format_number(done)} de {format_number(total)} {self._unit}{' · ' if pace_text else ''}{pace_text}"
            print(f"{CLEAR_LINE}{text}", end="", file=sys.stderr, flush=True)
        self._report(done, total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal and self._shown_at:
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)
