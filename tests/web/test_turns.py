"""Pages take turns."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewer.web.turns import Turns


def test_no_more_than_so_many_at_once() -> None:
    turns, now, most = Turns(2, patience=30), 0, 0
    lock, both = threading.Lock(), threading.Barrier(2)

    def act(_: int) -> None:
        nonlocal now, most
        with turns.turn():
            with lock:
                now += 1
                most = max(most, now)
            both.wait(30)  # until another one is here as well: two are let in together
            with lock:
                now -= 1

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(act, range(10)))
    assert most == 2


def test_a_turn_is_given_back_by_a_script_that_ends_early() -> None:
    turns = Turns(1, patience=30)
    for _ in range(2):
        with pytest.raises(KeyError), turns.turn():
            raise KeyError


def test_who_has_waited_long_goes_on_and_gives_back_nothing() -> None:
    turns = Turns(1, patience=0.01)
    with turns.turn():
        with turns.turn():
            pass
        assert not turns._free.acquire(blocking=False)
    assert turns._free.acquire(blocking=False)
