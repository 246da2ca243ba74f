"""Processes that are killed while they work, as a power cut or the system's own guard of memory would."""

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
    """Does it in a process of its own, forked from this one; returns its id."""
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
    """Does it in a process that is killed so long after ``once`` is true; whether it was still at work."""
    process = run_in_process(act)
    while not once() and os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.005)
    kill(process, after)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def kill(process: int, after: float) -> None:
    """The end of a process, so many seconds from now."""
    time.sleep(after)
    os.kill(process, signal.SIGKILL)


def assert_kills_itself(act: Callable[[], object]) -> None:
    """Does what kills itself on the way, and makes sure that it did."""
    _, status = os.waitpid(run_in_process(act), 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def output_of(act: Callable[[], int]) -> tuple[int, str]:
    """The exit code of a command that runs in a process of its own, and all that it said."""
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
    """The end of the process that calls it."""
    os.kill(os.getpid(), signal.SIGKILL)


def duration_of(act: Callable[[], object]) -> float:
    """How long it takes undisturbed."""
    begun = time.monotonic()
    assert os.waitpid(run_in_process(act), 0)[1] == 0
    return time.monotonic() - begun
