import io
import re
import sys

import pytest

from reviewer.commands.progress import ProgressLine
from reviewer.jobs import progress
from reviewer.jobs.progress import Pace


class FakeClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_pace_is_that_of_the_last_minute() -> None:
    watch = FakeClock()
    measured = Pace(watch)
    assert measured.update(0) == 0
    watch.at = 1
    assert measured.update(500) == 0  # too early to tell
    for second in range(2, 122):
        watch.at = second
        measured.update(500 + 10 * second)
    assert measured.rate == pytest.approx(10)
    watch.at = 151
    assert measured.update(500 + 10 * 121) < 10  # nothing has come since
    assert measured.update(0) == 0  # the work began again


@pytest.mark.parametrize(
    ("done", "rate", "words"),
    [
        (0, 0.0, ""),
        (0, 12.34, "12.3 por segundo · queda 1 min"),
        (990, 10.0, "10 por segundo · quedan unos segundos"),
        (900, 4.0, "4 por segundo · quedan 25 s"),
        (0, 0.1, "0.1 por segundo · quedan 2 h 47 min"),
        (940, 1.0, "1 por segundo · queda 1 min"),
    ],
)
def test_a_pace_in_words(done: int, rate: float, words: str) -> None:
    assert progress.format_pace(done, 1000, rate) == words


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_and_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[int, int]] = []
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with ProgressLine(lambda *step: steps.append(step), "filas") as line:
        for done in range(0, 1001, 100):
            line(done, 1000)
    assert steps == [(done, 1000) for done in range(0, 1001, 100)]
    assert "1,000 de 1,000 filas" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    assert re.split("\r\x1b\\[2K", terminal.getvalue())[-1] == ""


def test_a_pipe_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine(lambda *_: None, "filas") as line:
        line(1, 1)
    assert capsys.readouterr().err == ""
