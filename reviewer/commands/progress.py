"""How far a long command is, on one line of a terminal that is written over; in a file or pipe, nothing."""

import sys
import time
from collections.abc import Callable
from typing import Self

from reviewer.pace import Pace, in_words
from reviewer.words import number

EVERY = 0.5  # seconds between two looks at the line
WRITE_OVER = "\r\x1b[2K"


class ProgressLine:
    """Passes what it is told on to ``tell``, and shows it until the block ends.

    ``what`` is what is counted, in the plural.
    """

    def __init__(self, tell: Callable[[int, int], None], what: str) -> None:
        self._tell, self._what = tell, what
        self._pace = Pace()
        self._shown_at = 0.0
        self._is_seen = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """See ``jobs.Progress``."""
        rate = self._pace.note(done)
        now = time.monotonic()
        if self._is_seen and (now - self._shown_at >= EVERY or done == total):
            self._shown_at = now
            pace = in_words(done, total, rate)
            words = f"{number(done)} de {number(total)} {self._what}{' · ' if pace else ''}{pace}"
            print(f"{WRITE_OVER}{words}", end="", file=sys.stderr, flush=True)
        self._tell(done, total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_seen and self._shown_at:
            print(WRITE_OVER, end="", file=sys.stderr, flush=True)
