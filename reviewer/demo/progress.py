"""Progress of the demo in the terminal."""

import sys
import time
from collections.abc import Callable

StepProgress = Callable[[str, int, int], None]
_MIN_INTERVAL_SECONDS = 0.2


class Terminal:
    """Prints a line per step, updated while the output is a terminal, otherwise when the step is done."""

    def __init__(self) -> None:
        self._last_shown = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Shows ``done`` of ``total`` of this step."""
        if done >= total:
            self._show(step, total, total, end="\n")
        elif sys.stdout.isatty() and time.monotonic() - self._last_shown > _MIN_INTERVAL_SECONDS:
            self._show(step, done, total, end="\r")

    def _show(self, step: str, done: int, total: int, *, end: str) -> None:
        self._last_shown = time.monotonic()
        print(f"  {step}: {done:,} de {total:,}", end=end, flush=True)
