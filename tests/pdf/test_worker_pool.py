import asyncio
import collections
import io
import itertools
import operator
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from reviewer.pdf.messages import Inspection, PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers
from tests.factories.pdfs import decompression_bomb, endless_pdf, letter

LETTER = letter("Exposición de motivos", "Soy Rosa López", "y escribo", "guiones")
CORRUPT = Inspection(0, has_text=False, active_content=False, problem="corrupt_pdf")
ENDLESS = itertools.repeat(0)  # taken up by ``collections.deque``: an endless loop in C that answers no signal


@pytest.fixture(scope="module")
def workers() -> Iterator[PdfWorkers]:
    with PdfWorkers(2, seconds=2) as pool:  # enough for a letter on a busy machine
        yield pool


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "carta.pdf"
    path.write_bytes(LETTER)
    return path


def failure(future: Future[Any]) -> PdfFailure:
    error = future.exception(timeout=30)
    assert isinstance(error, PdfFailure)
    return error


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_all_that_can_be_asked(workers: PdfWorkers, file: Path) -> None:
    assert workers.inspect(file).result() == Inspection(1, has_text=True, active_content=False)
    image = Image.open(io.BytesIO(workers.draw_page(file, 0, 600).result()))
    assert (image.format, image.size) == ("WEBP", (600, 800))
    words = workers.page_text(file, 0, ("Rosa López",)).result().words
    assert [word.text for word in words][3:6] == ["Soy", "█████", "y"]
    assert [(size.width_pt, size.height_pt) for size in workers.page_sizes(file).result()] == [(300, 400)]


def test_a_failure_keeps_its_code_and_words(workers: PdfWorkers, file: Path) -> None:
    error = failure(workers.draw_page(file, 9, 600))
    assert (error.code, str(error)) == ("no_such_page", "El documento no tiene esa página.")
    assert failure(workers.inspect(file.with_name("nada.pdf"))).code == "unavailable"


def test_a_failing_task_does_not_affect_others(workers: PdfWorkers, file: Path) -> None:
    harms: list[tuple[Future[Any], str]] = [
        (workers.run(os._exit, 3), "crash"),
        (workers.run(os.abort), "crash"),
        (workers.run(bytearray, 2 << 30), "memory"),
        (workers.run(time.sleep, 60), "timeout"),
        (workers.run(collections.deque, ENDLESS, 0), "timeout"),
    ]
    letters = [workers.inspect(file) for _ in range(30)]
    assert all(future.result(timeout=30).pages == 1 for future in letters)
    assert [failure(future).code for future, _ in harms] == [code for _, code in harms]
    assert workers.inspect(file).result(timeout=30).pages == 1


def test_a_bomb_is_corrupt_and_within_the_limits(workers: PdfWorkers, tmp_path: Path) -> None:
    path = tmp_path / "bomba.pdf"
    path.write_bytes(decompression_bomb())
    assert path.stat().st_size < 100_000
    began = time.monotonic()
    assert workers.inspect(path).result(timeout=30) == CORRUPT
    assert failure(workers.draw_page(path, 0, 900)).code in ("crash", "memory", "timeout", "unreadable")
    assert time.monotonic() - began < 15


def test_an_endless_page_is_corrupt(workers: PdfWorkers, tmp_path: Path) -> None:
    path = tmp_path / "sin-fin.pdf"
    path.write_bytes(endless_pdf())
    assert workers.inspect(path).result(timeout=30) == CORRUPT


def test_idle_workers_that_others_killed_are_replaced(file: Path) -> None:
    before = children()
    with PdfWorkers(2) as pool:
        assert pool.inspect(file).result(timeout=30).pages == 1
        for pid in children() - before:
            if "spawn_main" in " ".join(psutil.Process(pid).cmdline()):
                os.kill(pid, signal.SIGKILL)
        futures = [pool.inspect(file) for _ in range(10)]
        assert [future.result(timeout=30).pages for future in futures] == [1] * 10


def test_many_threads_and_a_coroutine_share_one_pool(workers: PdfWorkers, file: Path) -> None:
    pages: list[int] = []

    def ask() -> None:
        pages.extend(workers.inspect(file).result(timeout=30).pages for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pages == [1] * 60

    async def draw() -> bytes:
        given_up = asyncio.wrap_future(workers.draw_page(file, 0, 300))
        given_up.cancel()
        return await asyncio.wrap_future(workers.draw_page(file, 0, 300))

    assert asyncio.run(draw()).startswith(b"RIFF")


def test_closing_fails_what_waits_and_leaves_no_process(file: Path) -> None:
    before = children()
    pool = PdfWorkers(1)
    pool.start()
    waiting: list[Future[Any]] = [pool.run(time.sleep, 60), *(pool.draw_page(file, 0, 300) for _ in range(3))]
    time.sleep(0.2)
    pool.close()
    assert {failure(future).code for future in waiting} == {"closed"}
    assert failure(pool.inspect(file)).code == "closed"
    pool.start()
    left = {pid for pid in children() - before if "resource_tracker" not in " ".join(psutil.Process(pid).cmdline())}
    assert not left


@pytest.mark.parametrize("end", ["close", "SIGTERM", "SIGKILL"])
def test_a_pool_that_ends_while_its_workers_start_prints_nothing(end: str) -> None:
    program = f"""
import os, signal, time
from reviewer.pdf.worker_pool import PdfWorkers
if __name__ == "__main__":
    for number in range(6):
        pool = PdfWorkers(2, for_intake=True)
        pool.start()
        time.sleep(number * 0.04)
        os.kill(os.getpid(), signal.{end}) if {end != "close"} and number == 3 else pool.close()
""".replace("signal.close", "SIGTERM")
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (ended.stdout, ended.stderr) == (b"", b"")
    assert (ended.returncode == 0) is (end == "close")


def test_nothing_starts_before_the_first_task() -> None:
    before = children()
    with PdfWorkers(2):
        assert children() == before


def test_workers_run_at_their_niceness(workers: PdfWorkers) -> None:
    with PdfWorkers(1, niceness=3) as giving:
        assert giving.run(os.nice, 0).result() == workers.run(os.nice, 0).result() + 3


def test_workers_are_light_and_inherit_no_socket(workers: PdfWorkers, file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)), PdfWorkers(1) as pool:
        pool.draw_page(file, 0, 900).result(timeout=30)
        worker = psutil.Process(pool.run(os.getpid).result(timeout=30))
        assert not worker.net_connections()
        assert worker.memory_info().rss < 90 << 20


SCRIPT = """
import operator, os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts deaf to it
print("begun", flush=True)
from reviewer.pdf.worker_pool import PdfWorkers
assert not {"pypdf", "pypdfium2", "PIL"} & set(sys.modules)
pool = PdfWorkers(2, seconds=1)
print(pool.run(os.getpid).result(), pool.run(operator.not_, 1).result(), flush=True)
import collections, itertools
pool.run(collections.deque, itertools.repeat(0), 0)
time.sleep(60)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A script without the ``__main__`` guard, one of whose workers runs an endless loop."""
    script = tmp_path / "programa.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "begun\n"
    assert parent.stdout.readline().endswith(" False\n")
    time.sleep(0.3)
    yield parent, psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    assert parent.stdout.read() == ""  # the script was not run again in the workers
    parent.wait()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_its_parent(
    program: tuple[subprocess.Popen[str], list[psutil.Process]], end: signal.Signals
) -> None:
    parent, processes = program
    assert len(processes) >= 2
    parent.send_signal(end)
    _, alive = psutil.wait_procs(processes, timeout=8)
    assert not alive


def test_functions_of_the_standard_library_serve_as_tasks(workers: PdfWorkers) -> None:
    assert workers.run(operator.add, 2, 3).result(timeout=30) == 5
    with pytest.raises(ZeroDivisionError):
        workers.run(operator.truediv, 1, 0).result(timeout=30)
