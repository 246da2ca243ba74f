"""What really goes wrong while a juror clicks: no acknowledged click is lost, nothing is half-written.

Seeded by ``DICTAMEN_SEED``, else by chance, and printed.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from reviewer import clock, database, uploads
from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cli import main
from reviewer.errors import MachineFault
from reviewer.jury import assignment, reviews
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.verification.run import verify
from tests.conftest import SLUG, token_of
from tests.faults import clicking
from tests.faults.clicking import CRITERIA, FOLIO
from tests.faults.killing import in_a_process, on_sqlite
from tests.intake.made import folder, papers, someone
from tests.jury.cases import add_applications
from tests.stress import SEED, chance, faults, rounds

NOBODY = 65534


@pytest.fixture
def hers(reviewing_call: Call, juror: Actor) -> Actor:
    """A juror who was given an application."""
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    return juror


def start(hers: Actor, seed: int, *, clicks: int, user: int = 0) -> Any:
    words = [hers.person_id, hers.session_id, seed, clicks, user]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.clicking", *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE
    )


def told(process: Any) -> list[dict[str, Any]]:
    """The whole lines that the process said before it ended."""
    lines = process.stdout.read().splitlines(keepends=True)
    return [json.loads(each) for each in lines if each.endswith(b"\n")]


def nothing_lost(hers: Actor, acknowledged: list[dict[str, Any]]) -> None:
    """What stands is each criterion's last acknowledged click, or the one that was under way after it."""
    last = {each["criterion"]: each for each in acknowledged if "number" in each}
    stands = reviews.read_review(hers, call=SLUG, folio=FOLIO).scores
    for criterion, click in last.items():
        assert stands[criterion].version >= click["version"], (SEED, click)
        if stands[criterion].version == click["version"]:
            assert stands[criterion].value == click["value"], (SEED, click)
    ahead = sum(stands[each].version - last.get(each, {"version": 0})["version"] for each in stands)
    assert ahead <= 1, (SEED, "no more than the click under way is kept beyond what was acknowledged")
    wrong = {each.check.name: each.problems for each in verify(OPERATOR) if each.problems}
    assert not wrong, (SEED, wrong)


def clicked_until_killed(hers: Actor, seed: int, after: float) -> list[dict[str, Any]]:
    """What a process acknowledged that is killed so many seconds after its first click."""
    ours, its = os.pipe()

    def work() -> None:
        os.dup2(its, 1)
        clicking.click(hers, seed, 10**6)

    process = in_a_process(work)
    os.close(its)
    with os.fdopen(ours, "rb") as said:
        first = said.readline()
        time.sleep(after)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return [json.loads(each) for each in (first, *said) if each.endswith(b"\n")]


def test_killed_at_any_moment(hers: Actor) -> None:
    rng = chance()
    for _ in range(rounds(2, 450)):
        stands = reviews.read_review(hers, call=SLUG, folio=FOLIO).scores
        acknowledged = [
            {"number": 0, "criterion": key, "value": each.value, "version": each.version}
            for key, each in stands.items()
        ]
        after = rng.random() ** 3 * 0.4  # mostly soon, now and then late enough for SQLite to fold its log in
        acknowledged += clicked_until_killed(hers, rng.randrange(10**9), after)
        faults["a process killed while it kept clicks"] += 1
        nothing_lost(hers, acknowledged)


@on_sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="who may write everything has to become somebody who may not")
def test_a_read_only_folder_is_told(hers: Actor, installation: Path) -> None:
    before = reviews.read_review(hers, call=SLUG, folio=FOLIO).scores
    opened = [each for each in (installation, *installation.parents) if each.stat().st_mode & 0o005 != 0o005]
    modes = {each: each.stat().st_mode for each in opened}
    try:
        for each in opened:
            each.chmod(0o755)
        said = told(start(hers, SEED, clicks=1, user=NOBODY))
    finally:
        for each, mode in modes.items():
            each.chmod(mode)
    assert [each.keys() for each in said] == [{"fault"}]
    assert "No se puede leer la base" in said[0]["fault"] or "solo lectura" in said[0]["fault"]
    assert reviews.read_review(hers, call=SLUG, folio=FOLIO).scores == before
    faults["a read-only disk or folder"] += 1
    assert told(start(hers, SEED, clicks=1))[0]["number"] == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database waits a moment where it would wait a minute."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    database._engine.cache_clear()
    yield
    database.engine().dispose()
    database._engine.cache_clear()


@on_sqlite
def test_a_database_locked_for_too_long_is_told_and_all_comes_through_afterwards(
    hers: Actor,
    admin: Actor,
    installation: Path,
    tmp_path: Path,
    impatient: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch, token = folder(tmp_path / "lote", [someone(2)], papers(2)), token_of(hers)
    other = create_engine(f"sqlite:///{installation / 'reviewer.db'}")
    click = {"call": SLUG, "folio": FOLIO, "criterion": CRITERIA[0], "value": 4, "version": 0}
    with other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(MachineFault, match="ocupada: no se guardó"):
            reviews.set_score(hers, **click)  # type: ignore[arg-type]
        assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 3
        assert "ocupada: no se guardó" in capsys.readouterr().err
        with pytest.raises(MachineFault, match="ocupada: no se guardó"):
            uploads.begin(admin, call_slug=SLUG, name="lote.zip", size=1000)
        with clock.set_to(clock.now() + timedelta(minutes=5)):
            assert reviews.read_review(hers, call=SLUG, folio=FOLIO).scores == {}, "reading goes on"
            assert sessions.actor_of(token) is not None
        connection.rollback()
    faults["a database locked for too long"] += 3
    other.dispose()
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 0
    saved = reviews.set_score(hers, **click)  # type: ignore[arg-type]  # as the browser repeats it
    nothing_lost(hers, [{"number": 0, **click, "version": saved.item.version}])


def test_a_clock_that_jumps_loses_nothing_and_lets_nobody_stay(hers: Actor) -> None:
    token, now = token_of(hers), clock.now()
    acknowledged = []
    for number, jump in enumerate((timedelta(0), timedelta(hours=-5), timedelta(hours=3))):
        with clock.set_to(now + jump):
            saved = reviews.set_score(
                hers, call=SLUG, folio=FOLIO, criterion=CRITERIA[0], value=number + 1, version=number
            )
            kept = {"criterion": CRITERIA[0], "value": number + 1, "version": saved.item.version}
            acknowledged.append({"number": number, **kept})
            nothing_lost(hers, acknowledged)
            faults["a clock that jumps"] += jump != timedelta(0)
    with clock.set_to(now + sessions.ABSOLUTE + timedelta(seconds=1)):
        assert sessions.actor_of(token) is None
    with clock.set_to(now - timedelta(days=400)):
        sessions.actor_of(token)
    with clock.set_to(now + sessions.IDLE + timedelta(hours=4)):
        assert sessions.actor_of(token) is None, "a clock set back and forth has not made it younger"
