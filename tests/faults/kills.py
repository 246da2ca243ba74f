"""Processes that are killed while they work, as by a power failure or the out-of-memory killer."""

import os
import signal
import sys
import time
from collections.abc import Callable

import pytest

from reviewer.core import database
from reviewer.core.paths import database_url
from reviewer.storage.backends import store_at

on_sqlite = pytest.mark.skipif(
    os.environ.get("DICTAMEN_TEST_DATABASE") == "postgresql", reason="a fault of the database's own file"
)
on_this_disk = pytest.mark.skipif(
    os.environ.get("DICTAMEN_TEST_DOCUMENTS", "").startswith("s3"), reason="a fault of this machine's folder"
)


def run_in_process(act: Callable[[], object]) -> int:
    """Calls ``act`` in a forked process; returns its id."""
    if database_url() in database._migrated_urls:  # else there is nothing open, and it is to stay as it is
        database.engine().dispose()
    child = os.fork()
    if child:
        return child
    store_at.cache_clear()  # what speaks to a store elsewhere did not come along
    exit_code = 1
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123  # as short as can be between fork and work
            for descriptor in (1, 2):
                os.dup2(nothing.fileno(), descriptor)
        act()
        exit_code = 0
    finally:
        os._exit(exit_code)


def run_and_kill(act: Callable[[], object], after: float, *, once: Callable[[], bool] = lambda: True) -> bool:
    """Kills a process of ``act``, ``after`` seconds after ``once``; returns whether it was still running."""
    process = run_in_process(act)
    while not once() and os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.005)
    kill(process, after)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def kill(process: int, after: float) -> None:
    """Kills a process after so many seconds."""
    time.sleep(after)
    os.kill(process, signal.SIGKILL)


def assert_kills_itself(act: Callable[[], object]) -> None:
    """Calls ``act`` in a process and checks that it killed itself."""
    _, status = os.waitpid(run_in_process(act), 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def output_of(act: Callable[[], int]) -> tuple[int, str]:
    """Returns the exit code and the output of a command, run in a process of its own."""
    read_end, write_end = os.pipe()

    def speaking() -> None:
        sys.stdout = sys.stderr = os.fdopen(write_end, "w", encoding="utf-8", buffering=1)
        os._exit(act())

    process = run_in_process(speaking)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as output:
        text = output.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), text


def kill_self(*_: object, **__: object) -> None:
    """Kills the calling process."""
    os.kill(os.getpid(), signal.SIGKILL)


def duration_of(act: Callable[[], object]) -> float:
    """Returns how long ``act`` takes without a fault, in seconds."""
    begun = time.monotonic()
    assert os.waitpid(run_in_process(act), 0)[1] == 0
    return time.monotonic() - begun
