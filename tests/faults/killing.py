"""Processes that are killed while they work, as a power cut or the system's own guard of memory would."""

import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable

import pytest

from reviewer import database
from reviewer.paths import database_url

ROUNDS = int(os.environ.get("DICTAMEN_ROUNDS", "2"))
SEED = int(os.environ.get("DICTAMEN_SEED") or secrets.randbelow(10**6))
on_sqlite = pytest.mark.skipif(
    os.environ.get("DICTAMEN_TEST_DATABASE") == "postgresql", reason="a fault of the database's own file"
)
on_this_disk = pytest.mark.skipif(
    os.environ.get("DICTAMEN_TEST_DOCUMENTS") == "s3", reason="about files of this disk, or its own store"
)


def chance() -> random.Random:
    """The run's own randomness; its seed is printed, so that ``DICTAMEN_SEED`` repeats it."""
    print(f"DICTAMEN_SEED={SEED}")
    return random.Random(SEED)


def in_a_process(act: Callable[[], object]) -> int:
    """Does it in a process of its own, forked from this one; returns its id."""
    if database_url() in database._migrated:  # else there is nothing open, and it is to stay as it is
        database.engine().dispose()
    born = os.fork()
    if born:
        return born
    code = 1
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123  # as short as can be between fork and work
            for each in (1, 2):
                os.dup2(nothing.fileno(), each)
        act()
        code = 0
    finally:
        os._exit(code)


def killed(act: Callable[[], object], after: float) -> bool:
    """Does it in a process that is killed after so many seconds; whether it was still at work by then."""
    process = in_a_process(act)
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def killed_at(act: Callable[[], object]) -> None:
    """Does what kills itself on the way, and makes sure that it did."""
    _, status = os.waitpid(in_a_process(act), 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def said_by(act: Callable[[], int]) -> tuple[int, str]:
    """The exit code of a command that runs in a process of its own, and all that it said."""
    ours, its = os.pipe()

    def speaking() -> None:
        sys.stdout = sys.stderr = os.fdopen(its, "w", encoding="utf-8", buffering=1)
        os._exit(act())

    process = in_a_process(speaking)
    os.close(its)
    with os.fdopen(ours, encoding="utf-8") as said:
        words = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), words


def kill_here(*_: object, **__: object) -> None:
    """The end of the process that calls it."""
    os.kill(os.getpid(), signal.SIGKILL)


def seconds_of(act: Callable[[], object]) -> float:
    """How long it takes undisturbed."""
    begun = time.monotonic()
    assert os.waitpid(in_a_process(act), 0)[1] == 0
    return time.monotonic() - begun
