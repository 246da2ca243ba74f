"""The limit of concurrent page runs."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewer.web.server.run_limiter import RunLimiter


def test_no_more_than_so_many_at_once() -> None:
    turns, now, most = RunLimiter(2, wait_seconds=30), 0, 0
    lock, barrier = threading.Lock(), threading.Barrier(2)

    def act(_: int) -> None:
        nonlocal now, most
        with turns.slot():
            with lock:
                now += 1
                most = max(most, now)
            barrier.wait(30)  # until another one is here as well: two are let in together
            with lock:
                now -= 1

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(act, range(10)))
    assert most == 2


def test_a_turn_is_given_back_by_a_script_that_ends_early() -> None:
    turns = RunLimiter(1, wait_seconds=30)
    for _ in range(2):
        with pytest.raises(KeyError), turns.slot():
            raise KeyError


def test_waiting_ends_at_the_limit_and_releases_nothing() -> None:
    turns = RunLimiter(1, wait_seconds=0.01)
    with turns.slot():
        with turns.slot():
            pass
        assert not turns._semaphore.acquire(blocking=False)
    assert turns._semaphore.acquire(blocking=False)
