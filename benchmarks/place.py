"""A temporary installation for a benchmark, and the output of figures."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from reviewer.core.paths import ROOT


@contextmanager
def installation(database_url: str = "") -> Iterator[Path]:
    """Points this process and its children to an empty installation for the block.

    The database is SQLite unless ``database_url`` is given.
    """
    with tempfile.TemporaryDirectory(prefix="dictamen-bench-") as name:
        folder = Path(name)
        settings = {
            "REVIEWER_DATABASE_URL": database_url or f"sqlite:///{folder / 'reviewer.db'}",
            "REVIEWER_DOCUMENTS_URL": f"file://{folder / 'documents'}",
        }
        before = {key: os.environ.get(key) for key in settings}
        os.environ.update(settings)
        try:
            yield folder
        finally:
            for key, value in before.items():
                os.environ.pop(key) if value is None else os.environ.update({key: value})


def command(*words: str) -> None:
    """Runs a command of the application to its end."""
    subprocess.run([sys.executable, "-m", "reviewer", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def report_seconds(name: str, seconds: list[float], *, target: float | None = None) -> list[str]:
    """Prints median, minimum and maximum in seconds; returns a miss if the median is over the target."""
    middle = median(seconds)
    goal = "" if target is None else f"; target {target:g} s"
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}, n = {len(seconds)}"
    print(f"{name}: median {middle:.2f} s ({spread}{goal})", flush=True)
    return [] if target is None or middle <= target else [f"{name}: {middle:.2f} s, target {target:g} s"]


def report_ratio(name: str, ratio: float, *, target: float) -> list[str]:
    """Prints a ratio; returns a miss if it is over the target."""
    print(f"{name}: {ratio:.2f} × (target {target:g} ×)", flush=True)
    return [] if ratio <= target else [f"{name}: {ratio:.2f} ×, target {target:g} ×"]
