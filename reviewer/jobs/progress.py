"""The pace of long work and the time that it still takes."""

import time
from collections import deque
from collections.abc import Callable

from reviewer.core.spanish import format_number

WINDOW_SECONDS = 60.0  # what a resumed job finds already done soon stops counting
LEAST_SECONDS = 2.0  # before that the pace is unknown


class Pace:
    """Measures a pace from calls of ``update``; ``rate`` is in pieces per second, 0 while unknown."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._marks: deque[tuple[float, int]] = deque()

    def update(self, done: int) -> float:
        """Records how much is done by now; returns the rate."""
        if self._marks and done < self._marks[-1][1]:
            self._marks.clear()  # the work began again
        self._marks.append((self._now(), done))
        while self._marks[-1][0] - self._marks[0][0] > WINDOW_SECONDS:
            self._marks.popleft()
        return self.rate

    @property
    def rate(self) -> float:
        """Pieces per second over the last minute."""
        if not self._marks:
            return 0.0
        (began, before), (at, done) = self._marks[0], self._marks[-1]
        return (done - before) / (at - began) if at - began >= LEAST_SECONDS else 0.0


def seconds_left(done: int, total: int, rate: float) -> float | None:
    """Returns how long the rest takes at this rate; None where that is unknown."""
    return (total - done) / rate if rate > 0 and total else None


def format_pace(done: int, total: int, rate: float) -> str:
    """Returns «12 por segundo · quedan 3 min»; an empty text where that is unknown."""
    left = seconds_left(done, total, rate)
    return "" if left is None else f"{format_number(round(rate, 1))} por segundo · {_format_remaining(left)}"


def _format_remaining(seconds: float) -> str:
    if seconds < 5:
        return "quedan unos segundos"
    if seconds < 60:
        return f"quedan {round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return "queda 1 min" if minutes == 1 else f"quedan {minutes} min"
    return f"quedan {minutes // 60} h {minutes % 60} min"
